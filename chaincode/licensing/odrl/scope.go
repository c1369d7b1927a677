// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// scope is where the values of a rule's left operands come from.
type scope struct {
	world *World
	// said are the values of the request or, for the refinements of a duty, those of the performed action.
	said Values
	// rule is the key of the rule whose uses are counted.
	rule string
	// known are the values that were read before; nil where they are of this rule alone.
	known *[]supplied
}

// conjunction reports whether all constraints hold, and for each how.
func (s scope) conjunction(constraints []Constraint) (truth, []ConstraintReport) {
	result := yes
	if len(constraints) == 0 {
		return result, nil
	}
	reports := make([]ConstraintReport, 0, len(constraints))
	for i := range constraints {
		if s.world.Steps.Exhausted() {
			return unknown, reports
		}
		holds, report := s.constraint(&constraints[i])
		result = min(result, holds)
		reports = append(reports, report)
	}
	return result, reports
}

func (s scope) constraint(c *Constraint) (truth, ConstraintReport) {
	if c.Logic == "" {
		return s.atom(c)
	}
	if !s.world.Steps.Spend(4 + len(c.Operands)) {
		return unknown, ConstraintReport{}
	}
	truths := make([]truth, len(c.Operands))
	report := ConstraintReport{UID: c.UID, Logic: c.Logic, Operands: make([]ConstraintReport, len(c.Operands))}
	for i := range c.Operands {
		truths[i], report.Operands[i] = s.constraint(&c.Operands[i])
	}
	holds := c.Logic.combine(truths)
	report.SatisfactionState = holds.satisfaction()
	return holds, report
}

func (s scope) atom(c *Constraint) (truth, ConstraintReport) {
	report := ConstraintReport{UID: c.UID, LeftOperand: c.Left, Operator: c.Operator, RightOperand: c.texts}
	var holds truth
	if c.kind == period {
		holds, report.LeftValue = s.period(c)
	} else {
		given := s.values(c)
		if !s.world.Steps.Spend(8 + (1+len(c.Right))*len(given.items)) {
			return unknown, report
		}
		holds, report.LeftValue = c.acceptsAll(given.items, s.world.Knowledge), given.texts
	}
	report.SatisfactionState = holds.satisfaction()
	return holds, report
}

// supplied are the values of a left operand, read as their kind and as reports show them.
type supplied struct {
	left, unit string
	items      []item
	texts      []string
}

// values returns the values of a left operand; none where neither the world nor the request supplies one. Values of the clock and of the request are the
// same for all rules, so they are read once.
func (s scope) values(c *Constraint) supplied {
	if c.Left == leftCount {
		return s.count()
	}
	if s.known == nil {
		return s.read(c.Left, c.Unit)
	}
	for _, known := range *s.known {
		if known.left == c.Left && known.unit == c.Unit {
			return known
		}
	}
	read := s.read(c.Left, c.Unit)
	*s.known = append(*s.known, read)
	return read
}

func (s scope) read(left, unit string) supplied {
	read := supplied{left: left, unit: unit}
	if left == leftDateTime || left == leftDayOfWeek {
		read.items = s.clock(left)
	} else {
		given := s.world.Values.of(left)
		if given == nil {
			given = s.said.of(left)
		}
		for _, g := range given {
			read.items = append(read.items, readItem(left, g, unit))
		}
	}
	for _, v := range read.items {
		read.texts = append(read.texts, v.text)
	}
	return read
}

// clock reads the current time, or its day.
func (s scope) clock(left string) []item {
	if s.world.Now.IsZero() {
		return nil
	}
	now := s.world.Now.UTC()
	if left == leftDateTime {
		return []item{{now.Format(time.RFC3339Nano), ordered{kind: instant, at: now}, true}}
	}
	return []item{{now.Weekday().String(), dayOf(now), true}}
}

// dayOf is the day of the week of a time, in UTC.
func dayOf(at time.Time) ordered {
	day := ordered{kind: weekday}
	day.parts[0] = int64(at.UTC().Weekday())
	return day
}

// count is the number of permits so far and this one.
func (s scope) count() supplied {
	use, known := s.world.Uses[s.rule]
	if !known || use.Count < 0 {
		return supplied{}
	}
	text := strconv.FormatInt(use.Count+1, 10)
	n, ok := readOrdered(integer, text)
	return supplied{items: []item{{text, n, ok}}, texts: []string{text}}
}

// period compares the time that has passed with a period of the calendar, by the time when that period is over.
func (s scope) period(c *Constraint) (truth, []string) {
	start := s.world.Finalized
	if c.Left == leftTimeInterval {
		use, known := s.world.Uses[s.rule]
		if known && use.Count == 0 && use.Last.IsZero() {
			return c.holdsPeriod(1), nil // before the first use any time has passed
		}
		start = use.Last
	}
	if start.IsZero() || s.world.Now.Before(start) {
		return unknown, nil
	}
	passed := []string{isoSeconds(s.world.Now.Sub(start))}
	if len(c.ordered) != 1 {
		return unknown, passed
	}
	return c.holdsPeriod(s.world.Now.Compare(c.ordered[0].period.after(start))), passed
}

// holdsPeriod is the truth of a constraint on a period, given how the time that has passed compares with it.
func (c *Constraint) holdsPeriod(order int) truth {
	switch op := c.periodOperator(); op {
	case Eq, Neq, Gt, Gteq, Lt, Lteq:
		if len(c.ordered) == 1 {
			return truthOf(op.holds(order))
		}
	}
	return unknown
}

// periodOperator is what the operator of a period means. ODRL's common vocabulary reads eq as "during" for elapsedTime, and as "not before" for
// delayPeriod and timeInterval: equality of moments would be met once, by chance.
func (c *Constraint) periodOperator() Operator {
	if c.Operator != Eq {
		return c.Operator
	}
	if c.Left == leftElapsedTime {
		return Lteq
	}
	return Gteq
}

// isoSeconds writes a time as an xsd:duration of seconds.
func isoSeconds(d time.Duration) string {
	text := "PT" + strconv.FormatInt(int64(d/time.Second), 10)
	if fraction := d % time.Second; fraction != 0 {
		text += "." + strconv.FormatInt(int64(time.Second+fraction), 10)[1:]
	}
	return text + "S"
}

// item is one value of a left operand, read as its kind.
type item struct {
	text  string
	order ordered
	// readable is false for a value that is not of its operand's kind: it is as good as unknown.
	readable bool
}

// readItem reads a value that a request or a world supplies for an operand.
func readItem(left string, given Given, unit string) item {
	known := operands[left]
	value := item{text: given.Value, readable: given.Unit == "" || Name(given.Unit) == unit}
	switch known.kind {
	case identifier:
		value.text = Name(given.Value)
	case tag:
	default:
		var ok bool
		value.order, ok = readOrdered(known.kind, given.Value)
		value.readable = value.readable && ok
	}
	if left == leftPercentage && value.readable {
		value.readable = !value.order.number.negative && value.order.number.compare(hundred) <= 0
	}
	return value
}

var hundred = number{whole: "100"}

// accepts reports whether one value satisfies the atomic constraint. Operators that ask for several values are answered by acceptsAll.
func (c *Constraint) accepts(v item, k Knowledge) truth {
	switch {
	case !v.readable || len(c.Right) == 0:
		return unknown
	case !c.Operator.takesSeveral() && len(c.Right) > 1:
		return unknown // eq and the like have one right operand; which of several is meant is not known
	case c.kind == identifier || c.kind == tag:
		return c.acceptsName(v.text, k)
	default:
		return c.acceptsOrdered(v.order)
	}
}

// takesSeveral reports whether the operator chooses among several right operands.
func (op Operator) takesSeveral() bool {
	return op == IsAnyOf || op == IsNoneOf || op == IsAllOf || op == HasPart
}

// acceptsName is accepts for identifiers and language tags.
func (c *Constraint) acceptsName(text string, k Knowledge) truth {
	same := func(v Value) bool {
		return v.Text == text || c.kind == tag && strings.EqualFold(v.Text, text)
	}
	around := func(v Value) bool { return same(v) || k.within(c.Left, text, v.Text) }
	switch c.Operator {
	case Eq, IsAnyOf:
		return truthOf(slices.ContainsFunc(c.Right, same))
	case Neq:
		return truthOf(!same(c.Right[0]))
	case IsA, IsPartOf:
		return truthOf(around(c.Right[0]))
	case IsNoneOf:
		if !slices.ContainsFunc(c.Right, around) && k.mayBeAnything(c.Left, text) {
			return unknown
		}
		return truthOf(!slices.ContainsFunc(c.Right, around))
	default:
		return unknown
	}
}

// acceptsOrdered is accepts for values that have an order. Periods are asked of the clock, see scope.period.
func (c *Constraint) acceptsOrdered(v ordered) truth {
	if c.ordered == nil {
		return unknown
	}
	equal := func(other ordered) bool {
		order, known := v.compare(other)
		return known && order == 0
	}
	switch c.Operator {
	case IsAnyOf:
		return truthOf(slices.ContainsFunc(c.ordered, equal))
	case IsNoneOf:
		return truthOf(!slices.ContainsFunc(c.ordered, equal))
	case Eq, Neq, Gt, Gteq, Lt, Lteq:
		order, known := v.compare(c.ordered[0])
		if !known {
			return unknown
		}
		return truthOf(c.Operator.holds(order))
	default:
		return unknown
	}
}

// acceptsAll reports whether the values of a left operand satisfy the constraint. isAllOf and hasPart ask whether every right operand is among, or within,
// the values. All other operators are asked of every value; where the values differ in the answer, it is unknown, and fails closed both ways.
func (c *Constraint) acceptsAll(values []item, k Knowledge) truth {
	if len(values) == 0 {
		return unknown
	}
	if c.Operator == IsAllOf || c.Operator == HasPart {
		return c.acceptsSet(values, k)
	}
	result := c.accepts(values[0], k)
	for _, v := range values[1:] {
		if c.accepts(v, k) != result {
			return unknown
		}
	}
	return result
}

func (c *Constraint) acceptsSet(values []item, k Knowledge) truth {
	if c.kind != identifier && c.kind != tag || len(c.Right) == 0 {
		return unknown
	}
	for _, right := range c.Right {
		has := slices.ContainsFunc(values, func(v item) bool {
			if c.Operator == HasPart && k.within(c.Left, right.Text, v.text) {
				return true
			}
			return v.text == right.Text || c.kind == tag && strings.EqualFold(v.text, right.Text)
		})
		if !has {
			return no
		}
	}
	return yes
}
