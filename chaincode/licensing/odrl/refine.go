// SPDX-License-Identifier: Apache-2.0

package odrl

import "slices"

// Answer is what is known of a question about two policies.
type Answer string

// The answers. Only Yes may be relied on.
const (
	Yes       Answer = "yes"
	No        Answer = "no"
	Undecided Answer = "unknown"
)

// Refinement reports whether one policy permits nothing that another one does not permit.
type Refinement struct {
	Answer Answer `json:"answer"`
	// Reasons name what is not covered, a permission each; empty with Yes.
	Reasons []Uncovered `json:"reasons,omitempty"`
	// Witness is a request that the first policy permits and the second one does not; only with No.
	Witness *Situation `json:"witness,omitempty"`
}

// Uncovered is a permission of the first policy that is not shown to be covered by the second.
type Uncovered struct {
	Permission string `json:"permission"`
	Reason     string `json:"reason"`
}

// The reasons of an Uncovered.
const (
	noPermission   = "no permission of the other policy is shown to cover it"
	mayBeForbidden = "a prohibition of the other policy may forbid what it permits"
	mayBeVoid      = "the other policy may be void by its own contradictions"
	tooManyWays    = "there are too many ways in which it applies"
)

// Refines reports whether whatever a permits is permitted by b too: for every request, at every time, in every world that has the knowledge and perhaps
// more members of collections. Both are taken as agreed to. It proves Yes rule by rule and tries examples for No; a policy that is too complicated for
// both, or depends on counts and duties of different rules, is Undecided.
func Refines(a, b Policy, knowledge Knowledge) Refinement {
	knowledge.Steps = knowledge.Steps.Or()
	if !a.parsed || len(a.contradictions) > 0 {
		return Refinement{Answer: Yes} // it permits nothing
	}
	r := &refiner{a: &a, b: &b, solver: newSolver(knowledge)}
	r.prepare()
	var result Refinement
	for i := range a.Permissions {
		if reason := r.uncovered(&a.Permissions[i]); reason != "" {
			result.Reasons = append(result.Reasons, Uncovered{a.Permissions[i].Key(), reason})
		}
	}
	switch {
	case r.exhausted():
		result.Answer = Undecided
	case len(result.Reasons) == 0:
		result.Answer = Yes
	case r.witness != nil:
		result.Answer, result.Witness = No, r.witness
	default:
		result.Answer = Undecided
	}
	return result
}

// refiner holds what is asked again for each permission.
type refiner struct {
	solver
	a, b         *Policy
	permissions  []variant // of b
	prohibitions []variant // of b, that win over its permissions
	// effective is false where b may be void, or is too complicated to say.
	effective bool
	// sameDocument is true where rules without a name are one rule if they are at the same place: both policies are
	// one.
	sameDocument bool
	witness      *Situation
}

// nameless begins the keys of rules of b that have no name: neither a place nor a blank node's label names a rule of another document.
const nameless = "_:"

// key is the key of a rule of b.
func (r *refiner) key(rule *Rule) string {
	if rule.UID != "" || r.sameDocument {
		return rule.Key()
	}
	return nameless + rule.place
}

// oneDocument reports whether both policies are the same one.
func (r *refiner) oneDocument() bool {
	if r.a.UID != "" || r.b.UID != "" {
		return r.a.UID == r.b.UID
	}
	if !r.spend(r.a.weigh() + r.b.weigh()) {
		return false
	}
	a, errA := Hash(*r.a)
	b, errB := Hash(*r.b)
	return errA == nil && errB == nil && a == b
}

func (r *refiner) prepare() {
	r.sameDocument = r.oneDocument()
	r.effective = r.b.parsed && len(r.b.contradictions) == 0
	for i := range r.b.Permissions {
		ways, _ := r.variants(&r.b.Permissions[i]) // those left out cover nothing
		r.permissions = append(r.permissions, ways...)
	}
	if r.b.Conflict == PreferPermissions {
		return
	}
	for i := range r.b.Prohibitions {
		ways, ok := r.variants(&r.b.Prohibitions[i])
		r.effective = r.effective && ok
		r.prohibitions = append(r.prohibitions, ways...)
	}
}

// uncovered explains why the permission is not shown to be covered, or "". Where it is not, it looks for a witness.
func (r *refiner) uncovered(permission *Rule) (reason string) {
	ways, ok := r.variants(permission)
	if !ok {
		return tooManyWays
	}
	for i := range ways {
		cases, ok := r.clauses(ways[i].constraints, permission.Key())
		if !ok {
			return tooManyWays
		}
		for _, c := range cases {
			if r.exhausted() {
				return tooManyWays
			}
			if why := r.open(&ways[i], c); reason == "" {
				reason = why
			}
		}
	}
	return reason
}

// open explains why the variant is not covered under a clause, or "". Where it is not, it looks for the first witness.
func (r *refiner) open(way *variant, c clause) string {
	why := r.gap(way, c)
	if why != "" && r.witness == nil {
		r.witness = r.search(way, c)
	}
	return why
}

// gap explains why b is not shown to permit what a variant permits under a clause, or "".
func (r *refiner) gap(p *variant, c clause) string {
	if _, possible := r.solveClause(c); possible == no {
		return "" // it never applies
	}
	if !r.effective {
		return mayBeVoid
	}
	covered := false
	for i := range r.permissions {
		if covered = r.covers(&r.permissions[i], p, c); covered {
			break
		}
	}
	if !covered {
		return noPermission
	}
	for i := range r.prohibitions {
		if !r.harmless(&r.prohibitions[i], p, c) {
			return mayBeForbidden
		}
	}
	return ""
}

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

// harmless reports whether a prohibition of b does not forbid what the variant of a permits under the clause. Because
// it is about other actions, because one of its constraints is known not to hold, or because a has a prohibition that
// applies whenever this one does. That targets or assignees have other names is no reason: either might be a collection
// that has both.
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
