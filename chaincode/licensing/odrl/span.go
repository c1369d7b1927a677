package odrl

// span is what the literals of a clause that compare with one value leave of a variable: from low to high, or one name.
type span struct {
	variable, left    string
	low, high         *ordered
	lowOpen, highOpen bool
	name              string
}

// empty reports whether no value is left of some variable. It looks at each literal once, and only at those that compare with one value: clauses of many
// rules are told apart by it before their values are tried.
func (s *solver) empty(parts ...clause) bool {
	if !s.spend(1 + length(parts)/3) {
		return false
	}
	var room [4]span
	spans := room[:0]
	for _, c := range parts {
		for _, l := range c {
			if l.bounds() && l.narrow(&spans) {
				return true
			}
		}
	}
	return false
}

// bounds reports whether the literal compares with one value of a kind whose order, or whose name, is the same in every world.
func (l literal) bounds() bool {
	switch l.atom.kind {
	case identifier:
		return !l.negated && l.atom.Operator == Eq && len(l.atom.Right) == 1
	case instant, decimal, integer, release:
		if l.negated || len(l.atom.ordered) != 1 {
			return false
		}
		switch l.atom.Operator {
		case Eq, Gt, Gteq, Lt, Lteq:
			return true
		}
	}
	return false
}

// narrow narrows the span of the literal's variable, and reports whether nothing is left of it.
func (l literal) narrow(spans *[]span) bool {
	of := l.span(spans)
	if l.atom.kind == identifier {
		text := l.atom.Right[0].Text
		if of.name == "" {
			of.name = text
		}
		return of.name != text
	}
	of.raise(&l.atom.ordered[0], l.atom.Operator)
	of.lower(&l.atom.ordered[0], l.atom.Operator)
	return of.low != nil && of.high != nil && (above(of.low, of.high) || same(of.low, of.high) && (of.lowOpen || of.highOpen))
}

// raise raises the lower end by an operator that bounds from below.
func (s *span) raise(value *ordered, op Operator) {
	if op != Eq && op != Gt && op != Gteq {
		return
	}
	if s.low == nil || above(value, s.low) || op == Gt && same(value, s.low) {
		s.low, s.lowOpen = value, op == Gt
	}
}

// lower lowers the upper end by an operator that bounds from above.
func (s *span) lower(value *ordered, op Operator) {
	if op != Eq && op != Lt && op != Lteq {
		return
	}
	if s.high == nil || above(s.high, value) || op == Lt && same(value, s.high) {
		s.high, s.highOpen = value, op == Lt
	}
}

func (l literal) span(spans *[]span) *span {
	variable := l.variable()
	for i := range *spans {
		if (*spans)[i].variable == variable && (*spans)[i].left == l.atom.Left {
			return &(*spans)[i]
		}
	}
	*spans = append(*spans, span{variable: variable, left: l.atom.Left})
	return &(*spans)[len(*spans)-1]
}

func above(a, b *ordered) bool {
	order, known := a.compare(*b)
	return known && order > 0
}

func same(a, b *ordered) bool {
	order, known := a.compare(*b)
	return known && order == 0
}
