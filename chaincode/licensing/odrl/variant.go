package odrl

import "slices"

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

// maxVariants bounds the variants of one rule that are told apart.
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
