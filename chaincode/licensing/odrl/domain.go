// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// variables. A value that a constraint is about; two constraints are about the same one where a request gives both the same value.
const (
	now = "now" // dateTime and dayOfWeek are both read from the clock
	// other is a name that nothing mentions: all such names behave alike.
	other = "urn:smartb:other"
)

// variable names the value that the literal is about.
func (l literal) variable() string {
	if l.atom.variable != "" {
		return l.atom.variable
	}
	switch l.atom.Left {
	case leftDateTime, leftDayOfWeek:
		return now
	case leftCount, leftTimeInterval:
		return l.atom.Left + " " + l.rule
	}
	if name := operands[l.atom.Left].variable; name != "" {
		return name
	}
	return l.atom.Left + " " + l.atom.Unit
}

// about are the literals of the clause on a variable.
func (c clause) about(variable string) (about clause) {
	for _, l := range c {
		if l.variable() == variable {
			about = append(about, l)
		}
	}
	return about
}

// variables are those of the clause, in the order of their first literal.
func (c clause) variables() (names []string) {
	for _, l := range c {
		if name := l.variable(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// accepts reports whether a single value satisfies the literal.
func (l literal) accepts(v item, k Knowledge) truth {
	var result truth
	switch {
	case l.atom.Left == leftDayOfWeek:
		result = l.atom.acceptsOrdered(dayOf(v.order.at))
	case l.atom.kind == period:
		result = l.atom.acceptsPeriod(v.order)
	case l.atom.Operator == IsAllOf || l.atom.Operator == HasPart:
		result = l.atom.acceptsSet([]item{v}, k)
	default:
		result = l.atom.accepts(v, k)
	}
	if l.negated {
		return -result
	}
	return result
}

// acceptsPeriod compares two periods, whatever the moment they count from.
func (c *Constraint) acceptsPeriod(v ordered) truth {
	if len(c.ordered) != 1 {
		return unknown
	}
	order, known := v.compare(c.ordered[0])
	if !known {
		return unknown
	}
	return c.holdsPeriod(order)
}

// candidates are values of a variable such that each possible value behaves like one of them towards all the literals, as far as the knowledge goes.
func candidates(about clause, k Knowledge) []item {
	left := about[0].atom.Left
	switch operands[left].kind {
	case identifier, tag:
		return names(about, k)
	case instant, weekday:
		return moments(about)
	default:
		return neighbours(about)
	}
}

// candidateSteps are what it takes to list the candidates.
func candidateSteps(about clause, k Knowledge) int {
	left, steps := about[0].atom.Left, 2
	for _, l := range about {
		steps += 1 + len(l.atom.Right)
	}
	switch operands[left].kind {
	case instant, weekday:
		const perMoment = 15 // each time has 18 candidates
		return perMoment * steps
	case identifier, tag:
		if known := k.hierarchy(left); known != nil {
			steps += len(known.terms)
		}
	}
	const perName = 16
	return perName * steps
}

// names are what is mentioned, what the hierarchies know, and a name of nothing.
func names(about clause, k Knowledge) (items []item) {
	left := about[0].atom.Left
	texts := []string{other}
	for _, l := range about {
		for _, value := range l.atom.Right {
			texts = append(texts, value.Text)
			if operands[left].kind == tag {
				texts = append(texts, value.Text+"-x-other")
			}
		}
	}
	if known := k.hierarchy(left); known != nil {
		texts = append(texts, known.terms...)
	}
	seen := make(map[string]bool, len(texts))
	items = make([]item, 0, len(texts))
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			items = append(items, item{text: text, readable: true})
		}
	}
	return items
}

// hierarchy is what names of an operand are in.
func (k Knowledge) hierarchy(left string) *Hierarchy {
	switch {
	case operands[left].kind == tag:
		return nil
	case left == leftPurpose:
		return k.Purposes
	default:
		return k.PartOf
	}
}

// moments are the times mentioned, those just beside them, and the beginnings of the days around them.
func moments(about clause) (items []item) {
	var times []time.Time
	for _, l := range about {
		if l.atom.Left == leftDateTime {
			for _, bound := range l.atom.ordered {
				times = append(times, bound.at)
			}
		}
	}
	if times == nil {
		times = []time.Time{time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)}
	}
	for _, at := range times {
		today := at.UTC().Truncate(24 * time.Hour) // a day has 24 hours in UTC
		near := []time.Time{at, at.Add(1), at.Add(-1)}
		for day := -7; day <= 7; day++ {
			near = append(near, today.Add(time.Duration(day)*24*time.Hour))
		}
		for _, moment := range near {
			items = append(items, item{order: ordered{kind: instant, at: moment}, readable: true})
		}
	}
	return items
}

// neighbours are the lowest value of an order, the values mentioned, and those just above them.
func neighbours(about clause) []item {
	left := about[0].atom.Left
	k := operands[left].kind
	items := []item{lowest(left, k)}
	for _, l := range about {
		for _, bound := range l.atom.ordered {
			items = append(items, item{order: bound, readable: true}, item{order: bound.above(), readable: true})
		}
	}
	return slices.DeleteFunc(items, func(v item) bool { return !inRange(left, v.order) })
}

// lowest is the lowest value that there is.
func lowest(left string, k kind) item {
	value := ordered{kind: k}
	switch {
	case left == leftCount:
		value.number = number{whole: "1"}
	case k == decimal && left != leftPercentage:
		value.number = number{true, strings.Repeat("9", wholeDigits), strings.Repeat("9", fractionDigits)}
	}
	return item{order: value, readable: true}
}

// above is the next value that can be written.
func (a ordered) above() ordered {
	switch a.kind {
	case period:
		a.period.exact++
	case integer:
		a.number = a.number.next()
	case decimal:
		a.number = a.number.justAbove()
	case release:
		a.parts[maxParts-1]++
	}
	return a
}

func inRange(left string, v ordered) bool {
	switch left {
	case leftCount:
		return v.number.compare(number{whole: "1"}) >= 0
	case leftPercentage:
		return !v.number.negative && v.number.compare(hundred) <= 0
	default:
		return true
	}
}

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
