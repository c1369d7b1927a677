package odrl

import (
	"slices"
	"strings"
)

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
