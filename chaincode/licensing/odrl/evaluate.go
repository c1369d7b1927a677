package odrl

// Evaluate says what a policy means for a request in a state of the world. A request is permitted where a permission is active and covers it, and no active
// prohibition that the conflict strategy lets win forbids it; everything else is denied. Offers permit nothing (ODRL formal semantics, section 3); see
// Simulate.
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

// decide says what follows where some permission permits a request or some prohibition forbids it.
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
