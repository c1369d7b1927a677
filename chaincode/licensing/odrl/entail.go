// SPDX-License-Identifier: Apache-2.0

package odrl

import "slices"

// solver decides questions about constraints. It counts its steps, so that no policy makes it work for long; anything
// that is not decided by then is unknown.
type solver struct{ knowledge Knowledge }

// newSolver is a solver with a budget.
func newSolver(knowledge Knowledge) solver {
	knowledge.Steps = knowledge.Steps.Or()
	return solver{knowledge}
}

func (s *solver) exhausted() bool { return s.knowledge.Steps.Exhausted() }

func (s *solver) spend(steps int) bool { return s.knowledge.Steps.Spend(steps) }

// accepts is literal.accepts that counts.
func (s *solver) accepts(l literal, v item) truth {
	if !s.spend(2 + len(l.atom.Right)) {
		return unknown
	}
	return l.accepts(v, s.knowledge)
}

// all is the truth of all literals for a value.
func (s *solver) all(literals clause, v item) truth {
	result := yes
	for _, l := range literals {
		if result = min(result, s.accepts(l, v)); result == no {
			return no
		}
	}
	return result
}

// satisfying returns a value that satisfies all literals on one variable. Where there is none, it reports whether that
// is known of every value in every world.
func (s *solver) satisfying(about clause) (value item, found truth) {
	found = no
	if !s.closed(about) {
		found = unknown
	}
	if !s.spend(candidateSteps(about, s.knowledge)) {
		return item{}, unknown
	}
	for _, v := range candidates(about, s.knowledge) {
		switch s.all(about, v) {
		case yes:
			return v, yes
		case unknown:
			if !s.nameless(about) {
				found = unknown
			}
		}
		if s.exhausted() {
			return item{}, unknown
		}
	}
	return item{}, found
}

// nameless reports whether an unknown answer for a candidate stays unknown for the value itself. So it is of names, but
// not of periods, whose order depends on when they begin.
func (s *solver) nameless(about clause) bool { return about[0].atom.kind != period }

// closed reports whether the candidates of a variable stand for all its values in every world that has the knowledge. Members may be added to collections,
// so what asks for parts is open; the taxonomy of purposes, if there is one, is pinned.
func (s *solver) closed(about clause) bool {
	for _, l := range about {
		if l.atom.Operator == IsAllOf || l.atom.Operator == HasPart {
			return false
		}
		if l.atom.kind != identifier || l.atom.Left == leftPurpose && s.knowledge.Purposes != nil {
			continue
		}
		if l.atom.Operator == IsA || l.atom.Operator == IsPartOf || l.atom.Operator == IsNoneOf {
			return false
		}
	}
	return true
}

// entails reports whether the literal holds wherever the clause does, in every world that has the knowledge.
func (s *solver) entails(known clause, l literal) bool {
	if !s.spend(2 * len(known)) {
		return false
	}
	about := known.about(l.variable())
	if len(about) == 0 { // the value may not even be known
		return false
	}
	if !s.spend(len(about) * (1 + len(l.atom.Right))) {
		return false
	}
	if slices.ContainsFunc(about, l.same) {
		return true
	}
	if with := append(slices.Clone(about), l); s.closed(with) {
		return s.entailsClosed(about, with, l)
	}
	return !l.negated && s.entailsOpen(about, l)
}

// entailsClosed asks all candidates.
func (s *solver) entailsClosed(about, with clause, l literal) bool {
	if !s.spend(candidateSteps(with, s.knowledge)) {
		return false
	}
	for _, v := range candidates(with, s.knowledge) {
		// Anything that may satisfy the clause must satisfy the literal.
		holds := s.all(about, v)
		if holds == unknown && s.nameless(with) {
			holds = no
		}
		if holds != no && s.accepts(l, v) != yes || s.exhausted() {
			return false
		}
	}
	return true
}

// entailsOpen concludes only what stays true when more becomes part of something.
func (s *solver) entailsOpen(about clause, l literal) bool {
	for _, premise := range about {
		if premise.negated {
			continue
		}
		switch premise.atom.Operator {
		case Eq, IsAnyOf:
			if s.monotone(premise.atom.Right, l) {
				return true
			}
		case IsA, IsPartOf:
			if (l.atom.Operator == IsA || l.atom.Operator == IsPartOf) && s.monotone(premise.atom.Right, l) {
				return true
			}
		case IsNoneOf:
			if s.excludes(premise.atom.Right, l) {
				return true
			}
		}
	}
	return false
}

// monotone reports whether every one of the values satisfies the literal now and whatever is added.
func (s *solver) monotone(values []Value, l literal) bool {
	if l.atom.Operator == IsNoneOf || l.atom.Operator == IsAllOf || l.atom.Operator == HasPart {
		return false
	}
	return !slices.ContainsFunc(values, func(v Value) bool { return s.accepts(l, item{text: v.Text, readable: true}) != yes })
}

// excludes reports whether being none of the values satisfies the literal.
func (s *solver) excludes(values []Value, l literal) bool {
	if l.atom.Operator != IsNoneOf && l.atom.Operator != Neq {
		return false
	}
	if !s.spend(len(l.atom.Right) * (1 + len(values))) {
		return false
	}
	return !slices.ContainsFunc(l.atom.Right, func(right Value) bool {
		return !slices.ContainsFunc(values, func(v Value) bool { return v.Text == right.Text })
	})
}

// same reports whether two literals ask the same.
func (l literal) same(other literal) bool {
	return l.negated == other.negated && l.variable() == other.variable() && l.atom.equal(other.atom)
}

// equal reports whether two constraints say the same, whatever their names.
func (c *Constraint) equal(other *Constraint) bool {
	return c.Logic == other.Logic && c.Left == other.Left && c.Operator == other.Operator && c.Unit == other.Unit && c.Reference == other.Reference &&
		slices.EqualFunc(c.Right, other.Right, func(a, b Value) bool { return a.Text == b.Text }) &&
		slices.EqualFunc(c.Operands, other.Operands, func(a, b Constraint) bool { return a.equal(&b) })
}

// variant is one way in which a rule applies: one of its actions on one of its targets by one of its assignees, under all constraints and refinements.
// Empty fields match everything.
type variant struct {
	rule             *Rule
	action           string
	target, assignee Entity
	constraints      []*Constraint

	// clauses are those of the constraints once they are expanded, if they are manageable.
	clauses              []clause
	expanded, manageable bool
}

// maxVariants bounds the variants of one rule that are distinguished.
const maxVariants = 256

// variants lists the ways in which a rule applies. It returns false where there are too many.
func (s *solver) variants(r *Rule) ([]variant, bool) {
	if max(len(r.Actions), 1)*max(len(r.Targets), 1)*max(len(r.Assignees), 1) > maxVariants {
		return nil, false
	}
	if !s.spend(max(len(r.Actions), 1) * max(len(r.Targets), 1) * max(len(r.Assignees), 1) * (1 + len(r.Constraints) + r.refinements())) {
		return nil, false
	}
	list := []variant{{rule: r, constraints: pointers(nil, r.Constraints)}}
	list = cross(list, r.Actions, func(v *variant, a *Action) { v.action, v.constraints = a.Name, pointers(v.constraints, a.Refinements) })
	list = cross(list, r.Targets, func(v *variant, e *Entity) { v.target, v.constraints = *e, pointers(v.constraints, e.Refinements) })
	list = cross(list, r.Assignees, func(v *variant, e *Entity) { v.assignee, v.constraints = *e, pointers(v.constraints, e.Refinements) })
	return list, true
}

// refinements are how many there are in the rule.
func (r *Rule) refinements() (count int) {
	r.everyRefinement(func(list []Constraint) { count += len(list) })
	return count
}

// cross gives every variant each of the parts; without parts the variants stay as they are.
func cross[T any](list []variant, parts []T, give func(*variant, *T)) []variant {
	if len(parts) == 0 {
		return list
	}
	crossed := make([]variant, 0, len(list)*len(parts))
	for _, v := range list {
		for i := range parts {
			one := v
			give(&one, &parts[i])
			crossed = append(crossed, one)
		}
	}
	return crossed
}

// pointers returns the constraints with more of them, sharing nothing with the list given.
func pointers(list []*Constraint, more []Constraint) []*Constraint {
	result := slices.Grow(slices.Clone(list), len(more))
	for i := range more {
		result = append(result, &more[i])
	}
	return result
}

// meetAction returns an action that both variants match, if there is one.
func meetAction(a, b string) (string, truth) {
	switch {
	case a == "" && b == "":
		return "use", yes
	case a == "" || b != "" && includes(a, b):
		return b, yes
	case b == "" || includes(b, a):
		return a, yes
	default:
		return "", no
	}
}

// meetEntity returns something that is, or is in, both entities. Of different collections that is not known.
func meetEntity(a, b Entity, known *Hierarchy) (string, truth) {
	switch {
	case a.UID == "" && b.UID == "":
		return other, yes
	case a.UID == "" || b.UID != "" && known.Covers(a.UID, b.UID):
		return b.UID, yes
	case b.UID == "" || known.Covers(b.UID, a.UID):
		return a.UID, yes
	}
	if member, found := known.commonMember(a.UID, b.UID); found {
		return member, yes
	}
	for _, e := range []Entity{a, b} {
		if e.Collection || known.isCollection(e.UID) {
			return "", unknown
		}
	}
	return "", no
}
