// SPDX-License-Identifier: Apache-2.0

package odrl

// literal is an atomic constraint that must be known to hold or, negated, known not to hold.
type literal struct {
	atom    *Constraint
	negated bool
	// rule is the key of the rule that the constraint belongs to.
	rule string
}

// clause is a conjunction of literals.
type clause []literal

// maxClauses bounds the clauses of one set of constraints; anything that needs more is left undecided.
const maxClauses = 600

// clauses writes constraints that must all hold as a disjunction of clauses. It returns false where there would be too many.
func (s *solver) clauses(constraints []*Constraint, rule string) ([]clause, bool) {
	result := []clause{nil}
	for _, c := range constraints {
		var ok bool
		result, ok = s.product(result, s.expand(c, false, rule))
		if !ok {
			return nil, false
		}
	}
	return result, true
}

// refutations writes that one of the constraints is known not to hold as a disjunction of clauses.
func (s *solver) refutations(constraints []*Constraint, rule string) []clause {
	var result []clause
	for _, c := range constraints {
		if refuted := s.expand(c, true, rule); refuted != nil {
			result = append(result, refuted...)
		}
	}
	return result
}

// expand is the constraint, or its negation, as a disjunction of clauses; nil where there would be too many.
func (s *solver) expand(c *Constraint, negated bool, rule string) []clause {
	if !s.spend(2) {
		return nil
	}
	switch {
	case c.Logic == "":
		return []clause{{{c, negated, rule}}}
	case c.Logic == Xone:
		return s.expandXone(c, negated, rule)
	case (c.Logic == Or) != negated:
		return s.expandAny(c, negated, rule)
	default:
		return s.expandAll(c, negated, rule, -1)
	}
}

func (s *solver) expandAny(c *Constraint, negated bool, rule string) (result []clause) {
	for i := range c.Operands {
		part := s.expand(&c.Operands[i], negated, rule)
		if part == nil || len(result)+len(part) > maxClauses {
			return nil
		}
		result = append(result, part...)
	}
	return result
}

// expandAll is the conjunction of the operands, negated or not, but for one of them the other way round.
func (s *solver) expandAll(c *Constraint, negated bool, rule string, except int) []clause {
	result := []clause{nil}
	for i := range c.Operands {
		var ok bool
		result, ok = s.product(result, s.expand(&c.Operands[i], negated != (i == except), rule))
		if !ok {
			return nil
		}
	}
	return result
}

// expandXone is one operand and no other; negated it is no operand, or two.
func (s *solver) expandXone(c *Constraint, negated bool, rule string) (result []clause) {
	if !negated {
		for i := range c.Operands {
			part := s.expandAll(c, true, rule, i)
			if part == nil || len(result)+len(part) > maxClauses {
				return nil
			}
			result = append(result, part...)
		}
		return result
	}
	if result = s.expandAll(c, true, rule, -1); result == nil {
		return nil
	}
	for i := range c.Operands {
		for j := range i {
			part, ok := s.product(s.expand(&c.Operands[i], false, rule), s.expand(&c.Operands[j], false, rule))
			if !ok || len(result)+len(part) > maxClauses {
				return nil
			}
			result = append(result, part...)
		}
	}
	return result
}

// product is the conjunction of two disjunctions of clauses.
func (s *solver) product(a, b []clause) ([]clause, bool) {
	if a == nil || b == nil || len(a)*len(b) > maxClauses {
		return nil, false
	}
	if !s.spend(len(a)*length(b) + len(b)*length(a) + 3*len(a)*len(b)) {
		return nil, false
	}
	result := make([]clause, 0, len(a)*len(b))
	for _, left := range a {
		for _, right := range b {
			joined := make(clause, 0, len(left)+len(right))
			result = append(result, append(append(joined, left...), right...))
		}
	}
	return result, true
}

// length is how many literals the clauses have.
func length(list []clause) (literals int) {
	for _, c := range list {
		literals += len(c)
	}
	return literals
}

// span is what the literals of a clause that compare with one value leave of a variable: from low to high, or one name.
type span struct {
	variable, left    string
	low, high         *ordered
	lowOpen, highOpen bool
	name              string
}

// empty reports whether no value is left of some variable. It looks at each literal once, and only at those that
// compare with one value: clauses of many rules are distinguished by it before their values are tried.
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
