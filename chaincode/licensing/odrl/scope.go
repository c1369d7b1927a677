package odrl

import (
	"strconv"
	"time"
)

// scope is where the values of a rule's left operands come from.
type scope struct {
	world *World
	// said are the values of the request or, for the refinements of a duty, those of the performed action.
	said Values
	// rule is the key of the rule whose uses are counted.
	rule string
}

// conjunction reports whether all constraints hold, and for each how.
func (s scope) conjunction(constraints []Constraint) (truth, []ConstraintReport) {
	result := yes
	if len(constraints) == 0 {
		return result, nil
	}
	reports := make([]ConstraintReport, 0, len(constraints))
	for i := range constraints {
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
	report := ConstraintReport{UID: c.UID, LeftOperand: c.Left, Operator: c.Operator, RightOperand: c.texts()}
	var holds truth
	if operands[c.Left].kind == period {
		holds, report.LeftValue = s.period(c)
	} else {
		values := s.values(c)
		holds = c.acceptsAll(values, s.world.Knowledge)
		for _, v := range values {
			report.LeftValue = append(report.LeftValue, v.text)
		}
	}
	report.SatisfactionState = holds.satisfaction()
	return holds, report
}

func (c *Constraint) texts() []string {
	texts := make([]string, len(c.Right))
	for i, value := range c.Right {
		texts[i] = value.Text
	}
	return texts
}

// values returns the values of a left operand; none where neither the world nor the request supplies one.
func (s scope) values(c *Constraint) []item {
	switch {
	case c.Left == leftCount:
		return s.count()
	case c.Left == leftDateTime || c.Left == leftDayOfWeek:
		return s.clock(c.Left)
	}
	given := s.world.Values.of(c.Left)
	if given == nil {
		given = s.said.of(c.Left)
	}
	items := make([]item, len(given))
	for i, g := range given {
		items[i] = readItem(c.Left, g, c.Unit)
	}
	return items
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
func (s scope) count() []item {
	use, known := s.world.Uses[s.rule]
	if !known || use.Count < 0 {
		return nil
	}
	text := strconv.FormatInt(use.Count+1, 10)
	n, ok := readOrdered(integer, text)
	return []item{{text, n, ok}}
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
