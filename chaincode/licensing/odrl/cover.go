package odrl

import "slices"

// covers reports whether a variant of b permits whatever the variant of a permits under the clause.
func (r *refiner) covers(q, p *variant, c clause) bool {
	if !r.spend(4) {
		return false
	}
	if q.action != "" && !includes(q.action, p.action) || !r.contains(q.target, p.target) || !r.contains(q.assignee, p.assignee) {
		return false
	}
	for _, constraint := range q.constraints {
		if !r.implies(c, constraint, r.key(q.rule)) {
			return false
		}
	}
	for i := range q.rule.Duties {
		if !r.spend(len(p.rule.Duties) * weigh(&q.rule.Duties[i])) {
			return false
		}
		if !slices.ContainsFunc(p.rule.Duties, func(d Rule) bool { return r.sameDuty(&d, &q.rule.Duties[i]) }) {
			return false
		}
	}
	return true
}

// contains reports whether the outer entity has all that the inner one has; the empty one has everything.
func (r *refiner) contains(outer, inner Entity) bool {
	return outer.UID == "" || inner.UID != "" && r.knowledge.PartOf.Covers(outer.UID, inner.UID)
}

// implies reports whether the constraint, one of the rule of that key, holds wherever the clause does.
func (r *refiner) implies(c clause, constraint *Constraint, rule string) bool {
	return slices.ContainsFunc(r.expand(constraint, false, rule), func(wanted clause) bool { return r.impliesAll(c, wanted) })
}

func (r *refiner) impliesAll(c, wanted clause) bool {
	for _, l := range wanted {
		if !r.entails(c, l) {
			return false
		}
	}
	return true
}

// harmless reports whether a prohibition of b does not forbid what the variant of a permits under the clause: because it is about other actions, because
// one of its constraints is known not to hold, or because a has a prohibition that applies whenever this one does. That targets or assignees have other
// names is no reason: either might be a collection that has both.
func (r *refiner) harmless(forbidding, p *variant, c clause) bool {
	if forbidding.action != "" && p.action != "" && !overlapping(forbidding.action, p.action) {
		return true
	}
	for _, refuted := range r.refutations(forbidding.constraints, r.key(forbidding.rule)) {
		if r.impliesAll(c, refuted) {
			return true
		}
	}
	return r.forbidden(forbidding)
}

// forbidden reports whether a forbids by itself whatever the prohibition of b forbids.
func (r *refiner) forbidden(by *variant) bool {
	if r.a.Conflict == PreferPermissions {
		return false
	}
	for i := range r.a.Prohibitions {
		ways, ok := r.variants(&r.a.Prohibitions[i])
		if ok && len(ways) == 1 && r.wider(&ways[0], by) {
			return true
		}
	}
	return false
}

// wider reports whether one prohibition applies whenever the other one does: it has the same parties and assets or more, and no constraint that the
// other one does not have.
func (r *refiner) wider(wide, narrow *variant) bool {
	if wide.action != "" && !includes(wide.action, narrow.action) || !r.contains(wide.target, narrow.target) || !r.contains(wide.assignee, narrow.assignee) {
		return false
	}
	for _, constraint := range wide.constraints {
		if !r.spend(len(narrow.constraints) * constraint.weigh()) {
			return false
		}
		if !slices.ContainsFunc(narrow.constraints, func(c *Constraint) bool { return r.alike(c, wide.rule, constraint, narrow.rule) }) {
			return false
		}
	}
	return true
}

// alike reports whether constraints of two rules always hold together: those that count the uses of a rule do only in the same rule.
func (r *refiner) alike(c *Constraint, rule *Rule, other *Constraint, of *Rule) bool {
	return c.equal(other) && (rule.Key() == r.key(of) || !c.counts())
}

// counts reports whether the constraint asks for the uses of its rule.
func (c *Constraint) counts() bool {
	return c.Left == leftCount || c.Left == leftTimeInterval || slices.ContainsFunc(c.Operands, func(o Constraint) bool { return o.counts() })
}

// sameDuty reports whether a duty of a is one of b.
func (r *refiner) sameDuty(d, other *Rule) bool { return d.Key() == r.key(other) && d.same(other) }

// same reports whether two duties are one: the same key, by which the world knows whether it is fulfilled, and the same content.
func (r *Rule) same(other *Rule) bool {
	sameConstraints := func(a, b []Constraint) bool {
		return slices.EqualFunc(a, b, func(a, b Constraint) bool { return a.equal(&b) })
	}
	return r.Key() == other.Key() && sameConstraints(r.Constraints, other.Constraints) &&
		slices.EqualFunc(r.Actions, other.Actions, func(a, b Action) bool {
			return a.Name == b.Name && sameConstraints(a.Refinements, b.Refinements)
		}) &&
		slices.EqualFunc(r.Consequences, other.Consequences, func(a, b Rule) bool { return a.same(&b) })
}
