package odrl

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Notices are what a reader may misunderstand in a policy that is valid: dates that end, or begin, earlier than people
// think. A day is its 00:00 UTC, so what holds until a day (lteq) does not hold on it.
func Notices(policy Policy, steps *budget.Steps) []Finding {
	found := &findings{steps: steps.Or()}
	policy.everyRule(func(rule *Rule) {
		if !found.steps.Spend(1 + weigh(rule)) {
			return
		}
		everyAtom(rule.Constraints, found.early)
		rule.everyRefinement(func(refinements []Constraint) { everyAtom(refinements, found.early) })
	})
	return found.all()
}

// early finds a limit at the very beginning of a day that the day itself does not satisfy.
func (f *findings) early(c *Constraint) {
	if c.Left != leftDateTime || len(c.ordered) != 1 {
		return
	}
	at := c.ordered[0].at.UTC()
	if !at.Truncate(24 * time.Hour).Equal(at) {
		return
	}
	day, next, end := at.Format(time.DateOnly), at.AddDate(0, 0, 1).Format(time.RFC3339), at.Format(time.RFC3339)
	const zone = "; other time zones by their offset, such as +01:00"
	switch c.Operator {
	case Lteq:
		f.addf(Notice, EndsEarly, c.Path,
			"ends at %s, so it does not hold on %s; if that day is meant too, write lt %s%s", end, day, next, zone)
	case Eq:
		f.addf(Notice, EndsEarly, c.Path,
			"holds at %s only; if the whole of %s is meant, write gteq %s and lt %s%s", end, day, end, next, zone)
	case Gt:
		f.addf(Notice, EndsEarly, c.Path,
			"holds from just after %s, so on %s too; if it is to begin the day after, write gteq %s%s", end, day, next, zone)
	}
}
