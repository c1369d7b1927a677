package odrl

import "time"

// Horizon is the next moment at which a constraint on time may change what the policy permits: a limit of dateTime, the end of an elapsedTime, delayPeriod
// or timeInterval, or the end of the day in UTC where dayOfWeek counts. It is false where time changes nothing any more. A decision holds until then, as
// far as time is concerned.
func Horizon(policy Policy, world World) (next time.Time, changes bool) {
	consider := func(at time.Time) {
		if at.After(world.Now) && (!changes || at.Before(next)) {
			next, changes = at, true
		}
	}
	policy.everyRule(func(rule *Rule) {
		visit := func(c *Constraint) { c.changes(world, rule.Key(), consider) }
		everyAtom(rule.Constraints, visit)
		rule.everyRefinement(func(refinements []Constraint) { everyAtom(refinements, visit) })
	})
	return next, changes
}

// changes names the moments at which an atomic constraint may change, and those just after, as a limit may belong to either side.
func (c *Constraint) changes(world World, rule string, consider func(time.Time)) {
	start := world.Finalized
	switch c.Left {
	case leftDayOfWeek:
		consider(world.Now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1))
		return
	case leftTimeInterval:
		start = world.Uses[rule].Last
	}
	for _, bound := range c.ordered {
		switch {
		case bound.kind == instant:
			consider(bound.at)
			consider(bound.at.Add(1))
		case bound.kind == period && !start.IsZero():
			end := bound.period.after(start)
			consider(end)
			consider(end.Add(1))
		}
	}
}
