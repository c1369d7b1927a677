// SPDX-License-Identifier: Apache-2.0

package odrl

import "github.com/smartb-suite/smartb/chaincode/budget"

// Conflict is a permission and a prohibition of one policy that can apply to the same request.
type Conflict struct {
	// Permission and Prohibition are the rules' keys.
	Permission  string `json:"permission"`
	Prohibition string `json:"prohibition"`
	// Certain is true where an example shows the contradiction, and false where it can neither be shown nor ruled out.
	Certain bool `json:"certain"`
	// Example is a request that both rules apply to, where Certain.
	Example *Situation `json:"example,omitempty"`
}

// Conflicts lists the contradictions between the policy's permissions and prohibitions, those that cannot be decided included, in the order of the rules.
// None means that no request, whose values are all known, meets both.
func Conflicts(policy Policy, knowledge Knowledge) []Conflict {
	solver := newSolver(knowledge)
	s := &solver
	var list []Conflict
	prohibitions, manageable := s.variantsOf(policy.Prohibitions)
	for i := range policy.Permissions {
		permission := &policy.Permissions[i]
		ways, ok := s.variants(permission)
		for j := range policy.Prohibitions {
			prohibition := &policy.Prohibitions[j]
			s.spend(1)
			found, example := unknown, (*Situation)(nil)
			if ok && manageable[j] {
				found, example = s.meet(ways, prohibitions[j])
			}
			if found != no {
				list = append(list, Conflict{permission.Key(), prohibition.Key(), found == yes, example})
			}
		}
	}
	return list
}

func (s *solver) variantsOf(rules []Rule) (lists [][]variant, manageable []bool) {
	for i := range rules {
		list, ok := s.variants(&rules[i])
		lists, manageable = append(lists, list), append(manageable, ok)
	}
	return lists, manageable
}

// contradictions are the certain conflicts of a policy that its strategy does not solve, whatever the world knows.
func contradictions(policy *Policy, steps *budget.Steps) (list []Conflict) {
	if policy.Conflict != Invalidate || len(policy.Permissions) == 0 || len(policy.Prohibitions) == 0 {
		return nil
	}
	for _, conflict := range Conflicts(*policy, Knowledge{Steps: steps}) {
		if conflict.Certain {
			list = append(list, conflict)
		}
	}
	return list
}

// meet reports whether some request is met by a variant of each rule.
func (s *solver) meet(permission, prohibition []variant) (found truth, example *Situation) {
	found = no
	for i := range permission {
		for j := range prohibition {
			if s.exhausted() {
				return unknown, nil
			}
			switch met, example := s.meetVariants(&permission[i], &prohibition[j]); met {
			case yes:
				return yes, example
			case unknown:
				found = unknown
			}
		}
	}
	return found, nil
}

func (s *solver) meetVariants(p, q *variant) (truth, *Situation) {
	if !s.spend(6) {
		return unknown, nil
	}
	action, acts := meetAction(p.action, q.action)
	if acts == no {
		return no, nil
	}
	target, targets := meetEntity(p.target, q.target, s.knowledge.PartOf)
	assignee, assignees := meetEntity(p.assignee, q.assignee, s.knowledge.PartOf)
	possible := min(targets, assignees)
	if possible == no {
		return no, nil
	}
	values, found := s.solve(p, q)
	if found != yes || possible != yes {
		return min(found, possible), nil
	}
	example := values.situation(Request{Action: action, Target: target, Assignee: assignee}, s.knowledge, p.rule)
	e := evaluation{request: example.Request, world: &example.World}
	if e.permission(p.rule).ControlState != Permit || e.prohibition(q.rule).DeonticState != Violated {
		return unknown, nil // the parts fit, but not at once
	}
	return yes, example
}

// cases are the clauses of the variant, made once.
func (s *solver) cases(v *variant) ([]clause, bool) {
	if !v.expanded {
		v.clauses, v.manageable = s.clauses(v.constraints, v.rule.Key())
		v.expanded = true
	}
	return v.clauses, v.manageable
}

// solve finds values with which the constraints of both variants hold.
func (s *solver) solve(p, q *variant) (*assignment, truth) {
	left, okLeft := s.cases(p)
	right, okRight := s.cases(q)
	if !okLeft || !okRight {
		return nil, unknown
	}
	found := no
	for _, a := range left {
		for _, b := range right {
			values, holds, enough := s.solveBoth(a, b)
			if holds == yes || !enough {
				return values, holds
			}
			found = max(found, holds)
		}
	}
	return nil, found
}

// solveBoth finds values with which two clauses hold; enough is false where the steps are at an end.
func (s *solver) solveBoth(a, b clause) (values *assignment, holds truth, enough bool) {
	if !s.spend(8) {
		return nil, unknown, false
	}
	if s.empty(a, b) {
		return nil, no, true
	}
	if !s.spend(2 * (len(a) + len(b))) {
		return nil, unknown, false
	}
	values, holds = s.solveClause(append(append(clause{}, a...), b...))
	return values, holds, true
}

// solveClause finds a value for each variable of the clause.
func (s *solver) solveClause(c clause) (*assignment, truth) {
	values, found := &assignment{}, yes
	variables := c.variables()
	if !s.spend(1 + len(c)*len(variables)) {
		return nil, unknown
	}
	for _, variable := range variables {
		about := c.about(variable)
		v, holds := s.satisfying(about)
		if holds == no {
			return nil, no
		}
		values.set(about[0], v)
		found = min(found, holds)
	}
	return values, found
}
