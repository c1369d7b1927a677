package odrl

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Situation is a request in a world: an example of what a policy does.
type Situation struct {
	Request Request
	World   World
}

// epoch is the time of examples that no constraint dates.
var epoch = time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)

// assignment gives variables values.
type assignment struct {
	literals []literal // one literal each, which names the variable
	values   []item
}

func (a *assignment) set(l literal, v item) {
	for i := range a.literals {
		if a.literals[i].variable() == l.variable() {
			a.values[i] = v
			return
		}
	}
	a.literals, a.values = append(a.literals, l), append(a.values, v)
}

// clone returns a copy that can be changed by itself.
func (a *assignment) clone() *assignment {
	return &assignment{slices.Clone(a.literals), slices.Clone(a.values)}
}

// situation is the request in a world where the variables have these values and all duties of the rules are fulfilled.
func (a *assignment) situation(request Request, knowledge Knowledge, rules ...*Rule) *Situation {
	s := &Situation{request, World{Now: epoch, Uses: map[string]Use{}, Duties: map[string]DutyRecord{}, Knowledge: knowledge}}
	s.Request.Values = Values{}
	for i, l := range a.literals {
		if l.variable() == now {
			s.World.Now = a.values[i].order.at
		}
	}
	for i, l := range a.literals {
		s.give(l, a.values[i])
	}
	for _, rule := range rules {
		for i := range rule.Duties {
			s.World.Duties[rule.Duties[i].Key()] = DutyRecord{Deontic: Fulfilled}
		}
	}
	return s
}

// give gives one variable its value.
func (s *Situation) give(l literal, v item) {
	use := s.World.Uses[l.rule]
	switch l.atom.Left {
	case leftDateTime, leftDayOfWeek:
	case leftElapsedTime, leftDelayPeriod:
		s.World.Finalized = v.order.period.before(s.World.Now)
	case leftTimeInterval:
		use.Last = v.order.period.before(s.World.Now)
		use.Count = max(use.Count, 1)
		s.World.Uses[l.rule] = use
	case leftCount:
		n, _ := strconv.ParseInt(v.order.number.String(), 10, 64) // an integer; one too large is found when the example is tried
		use.Count = n - 1
		s.World.Uses[l.rule] = use
	default:
		s.Request.Values[l.atom.Left] = []Given{{v.lexical(), l.atom.Unit}}
	}
}

// lexical is a value as a request writes it.
func (v item) lexical() string {
	switch v.order.kind {
	case decimal, integer:
		return v.order.number.String()
	case release:
		parts := make([]string, maxParts)
		for i, part := range v.order.parts {
			parts[i] = strconv.FormatInt(part, 10)
		}
		return strings.Join(parts, ".")
	default:
		return v.text
	}
}

// before is a time from which the period ends at the given time, or near it where a month ends too early.
func (d duration) before(end time.Time) time.Time { return end.Add(-d.exact).AddDate(0, -d.months, 0) }
