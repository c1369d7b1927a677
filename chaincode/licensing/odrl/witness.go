// SPDX-License-Identifier: Apache-2.0

package odrl

import "slices"

// maxExamples bounds the examples that are tried for one clause.
const maxExamples = 400

// search looks for a request that a permits by the variant under the clause, and b does not.
func (r *refiner) search(p *variant, c clause) *Situation {
	base, possible := r.solveClause(c)
	if possible != yes {
		return nil
	}
	t := &trial{refiner: r, rule: p.rule}
	requests := r.requests(p)
	for _, request := range requests {
		if t.exhausted() {
			return nil
		}
		if found := t.try(base, request); found != nil {
			return found
		}
	}
	for _, l := range r.questions(c) {
		if t.tried > maxExamples || t.exhausted() {
			break
		}
		if found := t.vary(base, requests[0], c, l); found != nil {
			return found
		}
	}
	return nil
}

// trial counts the examples that are tried.
type trial struct {
	*refiner
	rule  *Rule
	tried int
}

// try returns the example if a permits it and b does not.
func (t *trial) try(values *assignment, request Request) *Situation {
	if t.tried++; t.tried > maxExamples || t.exhausted() {
		return nil
	}
	example := values.situation(request, t.knowledge, t.rule)
	if Simulate(*t.a, example.Request, example.World).Permit && !Simulate(*t.b, example.Request, example.World).Permit {
		return example
	}
	return nil
}

// vary tries the other values that a literal's variable can have under the clause.
func (t *trial) vary(base *assignment, request Request, c clause, l literal) *Situation {
	about := c.about(l.variable())
	if !t.spend(2*len(c) + candidateSteps(append(slices.Clone(about), l), t.knowledge)) {
		return nil
	}
	for _, v := range candidates(append(slices.Clone(about), l), t.knowledge) {
		if len(about) > 0 && t.all(about, v) != yes {
			continue
		}
		values := base.clone()
		values.set(l, v)
		if found := t.try(values, request); found != nil {
			return found
		}
	}
	return nil
}

// requests are requests that the variant matches: the one that it names first, then those that something in b names and the variant includes.
func (r *refiner) requests(p *variant) []Request {
	action, _ := meetAction(p.action, "")
	target, _ := meetEntity(p.target, Entity{}, nil)
	assignee, _ := meetEntity(p.assignee, Entity{}, nil)
	plain := Request{Action: action, Target: target, Assignee: assignee}
	list := []Request{plain}
	for _, q := range slices.Concat(r.permissions, r.prohibitions) {
		if !r.spend(8) {
			break
		}
		special := plain
		if met, ok := meetAction(p.action, q.action); ok == yes {
			special.Action = met
		}
		if met, ok := meetEntity(p.target, q.target, r.knowledge.PartOf); ok == yes {
			special.Target = met
		}
		if met, ok := meetEntity(p.assignee, q.assignee, r.knowledge.PartOf); ok == yes {
			special.Assignee = met
		}
		list = append(list, special)
	}
	return list
}

// questions are literals of the clause and of b, each of which may be answered differently.
func (r *refiner) questions(c clause) clause {
	list := slices.Clone(c)
	for _, q := range slices.Concat(r.permissions, r.prohibitions) {
		if !r.spend(1 + weighAll(q.constraints)) {
			break
		}
		for _, constraint := range q.constraints {
			everyAtom([]Constraint{*constraint}, func(atom *Constraint) { list = append(list, literal{atom, false, q.rule.Key()}) })
		}
	}
	return list
}
