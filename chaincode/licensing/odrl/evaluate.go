// SPDX-License-Identifier: Apache-2.0

package odrl

import "slices"

// Evaluate describes what a policy means for a request in a state of the world. A request is permitted where a
// permission is active and covers it, and no active prohibition that the conflict strategy lets win forbids it;
// everything else is denied. Offers permit nothing (ODRL formal semantics, section 3); see Simulate.
func Evaluate(policy Policy, request Request, world World) Report {
	report := Simulate(policy, request, world)
	if report.Void == "" && policy.Type == Offer {
		report.Void, report.Permit = VoidOffer, false
	}
	return report
}

// Simulate is Evaluate that treats an offer as if it had been agreed to.
func Simulate(policy Policy, request Request, world World) Report {
	report := Report{Policy: policy.UID, Rules: []RuleReport{}}
	if !policy.parsed {
		report.Void = VoidUnread
		return report
	}
	world.Steps = world.Steps.Or()
	e := evaluation{request: request.normal(), world: &world}
	report.Rules = make([]RuleReport, 0, len(policy.Permissions)+len(policy.Prohibitions)+len(policy.Obligations))
	permits, forbids := false, false
	for i := range policy.Permissions {
		rule := e.permission(&policy.Permissions[i])
		permits = permits || rule.ControlState == Permit
		report.Rules = append(report.Rules, rule)
	}
	for i := range policy.Prohibitions {
		rule := e.prohibition(&policy.Prohibitions[i])
		forbids = forbids || rule.DeonticState == Violated
		report.Rules = append(report.Rules, rule)
	}
	for i := range policy.Obligations {
		report.Rules = append(report.Rules, e.duty(&policy.Obligations[i], true))
	}
	if world.Steps.Exhausted() {
		return Report{Policy: policy.UID, Void: VoidTooComplex, Rules: []RuleReport{}}
	}
	report.Permit, report.Void = policy.decide(permits, forbids)
	return report
}

// decide describes what follows where some permission permits a request or some prohibition forbids it.
func (policy *Policy) decide(permits, forbids bool) (permit bool, void Void) {
	switch {
	case policy.Conflict == PreferPermissions:
		return permits, ""
	case policy.Conflict == PreferProhibitions:
		return permits && !forbids, ""
	case permits && forbids || len(policy.contradictions) > 0:
		return false, VoidContradiction
	default:
		return permits, ""
	}
}

// evaluation is one request in one world.
type evaluation struct {
	request Request
	world   *World
	known   []supplied
}

// scope is where the constraints of a rule get their values.
func (e *evaluation) scope(rule *Rule) scope {
	return scope{world: e.world, said: e.request.Values, rule: rule.Key(), known: &e.known}
}

// permission is active where it matches the request, its constraints hold, and its duties are fulfilled or not in effect.
func (e *evaluation) permission(rule *Rule) RuleReport {
	report, active, refined := e.rule(rule)
	for i := range rule.Duties {
		duty := e.duty(&rule.Duties[i], false)
		if duty.ActivationState == Active && duty.DeonticState != Fulfilled {
			active = no
		}
		report.Duties = append(report.Duties, duty)
	}
	report.ActivationState, report.ControlState = Inactive, Deny
	if active == yes {
		report.ActivationState = Active
		if refined == yes {
			report.ControlState = Permit
		}
	}
	return report
}

// prohibition is active where it matches the request and no constraint is known not to hold. It forbids the request unless a refinement is known not to
// match.
func (e *evaluation) prohibition(rule *Rule) RuleReport {
	report, active, refined := e.rule(rule)
	report.ActivationState, report.DeonticState = Inactive, NotSet
	if active != no {
		report.ActivationState = Active
		if refined != no {
			report.DeonticState = Violated
		}
	}
	if e.world.Duties[rule.Key()].Deontic == Violated { // by an earlier use
		for i := range rule.Remedies {
			report.Remedies = append(report.Remedies, e.duty(&rule.Remedies[i], false))
		}
	}
	return report
}

// rule matches a permission or prohibition with the request: whether it is in effect, and whether its refinements hold.
func (e *evaluation) rule(rule *Rule) (report RuleReport, active, refined truth) {
	report = RuleReport{UID: rule.Key(), Type: rule.Type}
	s := e.scope(rule)
	active, report.Constraints = s.conjunction(rule.Constraints)
	refined = yes
	for i, part := range [...]match{
		s.actions(rule.Actions, e.request.Action), s.entities(rule.Targets, e.request.Target), s.entities(rule.Assignees, e.request.Assignee),
	} {
		if !part.matches {
			report.Mismatch = append(report.Mismatch, partNames[i])
			active = no
		}
		refined = min(refined, part.refined)
		report.Refinements = append(report.Refinements, part.reports...)
	}
	return report, active, refined
}

var partNames = [...]string{"action", "target", "assignee"}

// match reports whether a part of a rule is the request's.
type match struct {
	matches bool
	// refined is whether the refinements of a part that matches hold.
	refined truth
	reports []ConstraintReport
}

// add takes one more alternative that matches.
func (m *match) add(s scope, refinements []Constraint) {
	holds, reports := s.conjunction(refinements)
	m.matches, m.refined, m.reports = true, max(m.refined, holds), append(m.reports, reports...)
}

// actions matches the requested action with those of a rule that are it or include it.
func (s scope) actions(actions []Action, requested string) match {
	if len(actions) == 0 {
		return match{matches: true, refined: yes}
	}
	m := match{refined: no}
	if !s.world.Steps.Spend(len(actions)) {
		return m
	}
	for i := range actions {
		if includes(actions[i].Name, requested) {
			m.add(s, actions[i].Refinements)
		}
	}
	return m
}

// entities matches the requested asset or party with those of a rule that are it or a collection that has it.
func (s scope) entities(entities []Entity, requested string) match {
	if len(entities) == 0 {
		return match{matches: true, refined: yes}
	}
	m := match{refined: no}
	if !s.world.Steps.Spend(len(entities)) {
		return m
	}
	for i := range entities {
		if s.world.PartOf.Covers(entities[i].UID, requested) {
			m.add(s, entities[i].Refinements)
		}
	}
	return m
}

// duty returns the state of a duty, a consequence, a remedy or, where it is of the policy itself, an obligation. It is
// active unless a constraint is known not to hold; an obligation concerns only its own assignee and target, if it names
// them.
func (e *evaluation) duty(rule *Rule, obligation bool) RuleReport {
	report := RuleReport{UID: rule.Key(), Type: rule.Type, ActivationState: Active, DeonticState: NotSet}
	s := e.scope(rule)
	active, reports := s.conjunction(rule.Constraints)
	report.Constraints = reports
	if obligation {
		active = min(active, e.concerned(s, rule, &report))
	}
	if active == no {
		report.ActivationState = Inactive
		return report
	}
	for i := range rule.Consequences {
		report.Consequences = append(report.Consequences, e.duty(&rule.Consequences[i], false))
	}
	report.DeonticState, report.Refinements = e.deontic(rule, report.Consequences)
	return report
}

// concerned reports whether the obligation is about the request's assignee and target.
func (e *evaluation) concerned(s scope, rule *Rule, report *RuleReport) truth {
	result := yes
	if !s.entities(rule.Targets, e.request.Target).matches {
		report.Mismatch, result = append(report.Mismatch, "target"), no
	}
	if !s.entities(rule.Assignees, e.request.Assignee).matches {
		report.Mismatch, result = append(report.Mismatch, "assignee"), no
	}
	return result
}

// deontic is the state of an active duty. It is fulfilled where its beneficiary confirmed it, or where its action was performed as the refinements ask. A
// violated one is fulfilled once it is performed after all and its consequences are fulfilled too (ODRL Information Model, section 2.6.5).
func (e *evaluation) deontic(rule *Rule, consequences []RuleReport) (DeonticState, []ConstraintReport) {
	record := e.world.Duties[rule.Key()]
	s := scope{world: e.world, said: record.Values, rule: rule.Key()}
	refined, reports := s.performed(rule.Actions)
	confirmed := record.Deontic == Fulfilled && record.Values == nil
	done := confirmed || (record.Performed || record.Deontic == Fulfilled) && refined == yes
	if record.Deontic == Violated {
		made := slices.ContainsFunc(consequences, func(c RuleReport) bool { return c.ActivationState == Active })
		open := slices.ContainsFunc(consequences, func(c RuleReport) bool { return c.ActivationState == Active && c.DeonticState != Fulfilled })
		if !done || !made || open {
			return Violated, reports
		}
		return Fulfilled, reports
	}
	if done {
		return Fulfilled, reports
	}
	return NotSet, reports
}

// performed reports whether what is known of the performed action satisfies all refinements.
func (s scope) performed(actions []Action) (refined truth, reports []ConstraintReport) {
	refined = yes
	for i := range actions {
		holds, of := s.conjunction(actions[i].Refinements)
		refined, reports = min(refined, holds), append(reports, of...)
	}
	return refined, reports
}
