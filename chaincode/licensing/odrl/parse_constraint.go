package odrl

import (
	"slices"
)

// constraintsOf reads a member that is a constraint or a list of them, all of which must hold.
func (p *policyParser) constraintsOf(f *fields, member string) (constraints []Constraint) {
	n, ok := f.take(member)
	if !ok {
		return nil
	}
	for _, item := range p.list(n) {
		if p.constraints++; p.constraints > maxConstraints {
			p.addf(Syntax, TooMany, item.path, "more than %d constraints", maxConstraints)
			return constraints
		}
		constraints = append(constraints, p.constraint(item))
	}
	return constraints
}

// constraint reads an atomic or a logical constraint; one that is both would be read differently by different readers.
func (p *policyParser) constraint(n node) Constraint {
	constraint := Constraint{Path: n.path}
	f, ok := p.fields(n)
	if !ok {
		return constraint
	}
	constraint.UID = f.uid()
	if class := f.id("type"); class != "" && class != "Constraint" && class != "LogicalConstraint" {
		p.addf(Syntax, InvalidTerm, n.path, "a %s stands where a constraint is expected", class)
	}
	for _, logic := range []Logic{And, Or, Xone, AndSequence} {
		if f.has(string(logic)) {
			constraint.Logic = logic
			constraint.Operands = p.constraintsOf(&f, string(logic))
			break
		}
	}
	if constraint.Logic == "" {
		p.atom(&f, &constraint)
	} else if len(constraint.Operands) == 0 {
		p.addf(Syntax, MissingMember, n.path, "%s needs constraints", constraint.Logic)
	}
	f.done()
	return constraint
}

// atom reads the members of an atomic constraint.
func (p *policyParser) atom(f *fields, c *Constraint) {
	c.Left = f.id("leftOperand")
	if name, isAlias := operandNames[c.Left]; isAlias {
		c.Left = name
	}
	c.Operator = Operator(f.id("operator"))
	c.Unit = f.id("unit")
	dataType := f.id("dataType")
	c.Reference = f.id("rightOperandReference")
	c.Right = p.rightOperands(f, c.Left, dataType)
	for _, missing := range []struct {
		name string
		is   bool
	}{{"leftOperand", c.Left == ""}, {"operator", c.Operator == ""}, {"rightOperand", len(c.Right) == 0 && c.Reference == ""}} {
		if missing.is {
			p.addf(Syntax, MissingMember, f.path, "%s is required", missing.name)
		}
	}
	if c.Operator != "" && !slices.Contains(operators, c.Operator) {
		p.addf(Syntax, InvalidTerm, f.path, "%s is not an operator of ODRL 2.2", c.Operator)
	}
	if len(c.Right) > 0 && c.Reference != "" {
		p.addf(Syntax, Ambiguous, f.path, "both a rightOperand and a rightOperandReference")
	}
	if !p.asWritten {
		c.normalise()
	}
	c.read()
}

// rightOperands reads the values that a constraint compares with.
func (p *policyParser) rightOperands(f *fields, left, dataType string) (values []Value) {
	n, ok := f.take("rightOperand")
	if !ok {
		return nil
	}
	for _, item := range p.bounded(n) {
		if value, ok := p.value(item, left, dataType); ok {
			values = append(values, value)
		}
	}
	return values
}

// value reads a right operand: a string, a number, a boolean, {"@value", "@type"} or {"@id"}.
func (p *policyParser) value(n node, left, dataType string) (Value, bool) {
	value := Value{DataType: dataType}
	switch n.kind {
	case '"', '0':
		value.Text = n.text
	case 't':
		value.Text = "true"
	case 'f':
		value.Text = "false"
	case '{':
		return p.typedValue(n, left, dataType)
	default:
		p.addf(Syntax, WrongType, n.path, "expected a value, got %s", describe(n.kind))
		return value, false
	}
	if !isText(value.Text) {
		p.addf(Syntax, InvalidValue, n.path, "a value is 1 to %d printable characters of ASCII", maxID)
		return value, false
	}
	if operands[left].kind == identifier { // also of operands that are not known
		value.Text = p.name(value.Text)
	}
	return value, true
}

func (p *policyParser) typedValue(n node, left, dataType string) (Value, bool) {
	f, _ := p.fields(n)
	if f.has("uid") {
		id := f.id("uid")
		f.done()
		return Value{Text: id, DataType: "@id"}, id != ""
	}
	if class := f.id("type"); class != "" {
		dataType = class
	}
	inner, ok := f.take("@value")
	f.done()
	if !ok || inner.kind == '{' {
		p.addf(Syntax, MissingMember, n.path, "expected @value and @type, or @id")
		return Value{}, false
	}
	return p.value(inner, left, dataType)
}

// isText reports whether a literal can be compared without guessing: printable ASCII, inner spaces allowed.
func isText(text string) bool {
	if text == "" || len(text) > maxID || text[0] == ' ' || text[len(text)-1] == ' ' {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
