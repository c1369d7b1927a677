package odrl

import (
	"slices"
	"strconv"
)

// dataTypes are the data types that a right operand of a kind may have; one without a type is read as its kind.
var dataTypes = map[kind][]string{
	identifier: {"@id", "xsd:string", "xsd:anyURI"},
	tag:        {"xsd:string", "xsd:language"},
	instant:    {"xsd:date", "xsd:dateTime", "xsd:dateTimeStamp"},
	period:     {"xsd:duration", "xsd:dayTimeDuration", "xsd:yearMonthDuration"},
	decimal:    {"xsd:decimal", "xsd:integer", "xsd:nonNegativeInteger", "xsd:positiveInteger", "xsd:int", "xsd:long"},
	integer:    {"xsd:integer", "xsd:nonNegativeInteger", "xsd:positiveInteger", "xsd:int", "xsd:long", "xsd:decimal"},
	release:    {"xsd:string", "xsd:decimal", "xsd:integer"},
	weekday:    {"@id", "xsd:string"},
}

// forms say how values of a kind are written.
var forms = map[kind]string{
	instant: "a date or date-time such as 2026-01-31 or 2026-01-31T09:00:00Z", period: "a duration such as P30D or PT1H",
	decimal: "a decimal number", integer: "an integer", release: "a version such as 2.10", weekday: "a day such as Sunday",
}

// atom checks that an atomic constraint has a definite meaning.
func (p *profile) atom(c *Constraint) {
	known, ok := operands[c.Left]
	if !ok {
		if c.Left != "" {
			p.addf(Profile, UnsupportedTerm, c.Path, "the left operand %s is not supported", c.Left)
		}
		return
	}
	if c.Operator != "" && !slices.Contains(known.operators, c.Operator) {
		p.addf(Profile, UnsupportedTerm, c.Path, "%s is not an operator of %s; expected one of %q", c.Operator, c.Left, known.operators)
	}
	if c.Reference != "" {
		p.addf(Profile, UnsupportedTerm, c.Path, "a rightOperandReference would have to be fetched; write the value as the rightOperand")
	}
	if c.Unit != "" && !known.unit {
		p.addf(Profile, UnsupportedTerm, c.Path, "%s has no unit", c.Left)
	}
	if len(c.Right) > 1 && !c.Operator.takesSeveral() {
		p.addf(Profile, Ambiguous, c.Path, "%s takes one right operand, got %d; isAnyOf takes several", c.Operator, len(c.Right))
	}
	for _, value := range c.Right {
		p.value(c, known, value)
	}
}

func (p *profile) value(c *Constraint, known operand, value Value) {
	if value.DataType != "" && !slices.Contains(dataTypes[known.kind], value.DataType) {
		p.addf(Profile, InvalidValue, c.Path, "%s is not a data type of %s", value.DataType, c.Left)
	}
	if known.kind == identifier || known.kind == tag {
		if !isID(value.Text) {
			p.addf(Profile, InvalidID, c.Path, "the right operand is not an identifier")
		}
		p.claim(c, value)
		return
	}
	read, ok := readOrdered(known.kind, value.Text)
	switch {
	case !ok:
		p.addf(Profile, InvalidValue, c.Path, "the right operand is not %s", forms[known.kind])
	case c.Left == leftPercentage && !inRange(leftPercentage, read):
		p.addf(Profile, InvalidValue, c.Path, "a percentage is a number from 0 to 100")
	case c.Left == leftCount && (!inRange(leftCount, read) || read.number.compare(mostUses(c.Operator)) > 0):
		p.addf(Profile, InvalidValue, c.Path, "expected a number of uses from 1 to %d", MaxCount)
	}
}

// claim refuses a demand to verify something that no request claims.
func (p *profile) claim(c *Constraint, value Value) {
	if known, ok := operands[value.Text]; c.Left == leftVerified && (!ok || known.state) {
		p.addf(Profile, InvalidValue, c.Path, "%s is no left operand that a request claims", value.Text)
	}
}

// mostUses is the largest limit that an operator may set.
func mostUses(op Operator) number {
	most, _ := readNumber(strconv.Itoa(MaxCount))
	if op == Lt {
		return most.next()
	}
	return most
}
