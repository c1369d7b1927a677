package odrl

import "time"

// Until is the end of the permission: the earliest time that dateTime must not pass. It is false where no constraint by itself sets one.
func (r *Rule) Until() (end time.Time, limited bool) {
	for i := range r.Constraints {
		for _, part := range r.Constraints[i].conjuncts() {
			if part.Left != leftDateTime || len(part.ordered) != 1 || part.Operator != Lt && part.Operator != Lteq && part.Operator != Eq {
				continue
			}
			if at := part.ordered[0].at; !limited || at.Before(end) {
				end, limited = at, true
			}
		}
	}
	return end, limited
}

// Spaced reports whether a constraint counts from the rule's last permit.
func (r *Rule) Spaced() bool {
	spaced := false
	everyAtom(r.Constraints, func(c *Constraint) { spaced = spaced || c.Left == leftTimeInterval })
	return spaced
}
