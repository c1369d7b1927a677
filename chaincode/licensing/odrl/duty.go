package odrl

import "slices"

// duty says where a duty, a consequence, a remedy or, where it is of the policy itself, an obligation stands. It is active unless a constraint is known not
// to hold; an obligation concerns only its own assignee and target, if it names them.
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
