// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"slices"
	"strconv"
	"strings"
	"time"
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

// exportedTypes are the data types with which values of a kind are exported; names and texts have none.
var exportedTypes = map[kind]string{
	instant: "xsd:dateTime", period: "xsd:duration", decimal: "xsd:decimal", integer: "xsd:integer",
}

// normalise writes the right operands in normal form: anything that has the same meaning is written alike, and so
// hashed alike. A value that cannot be read, or that has a type of another kind, stays as it is: the profile finds it.
func (c *Constraint) normalise() {
	known, ok := operands[c.Left]
	if !ok {
		return
	}
	for i := range c.Right {
		value := &c.Right[i]
		if value.DataType != "" && !slices.Contains(dataTypes[known.kind], value.DataType) {
			continue
		}
		if text, ok := normalText(known.kind, value.Text); ok {
			value.Text, value.DataType = text, "" // the operand defines the type
		}
	}
}

// normalText is how a value of a kind is written in normal form.
func normalText(k kind, text string) (string, bool) {
	if k == identifier || k == tag {
		return text, true
	}
	value, ok := readOrdered(k, text)
	if !ok {
		return "", false
	}
	switch k {
	case instant:
		return value.at.UTC().Format(time.RFC3339Nano), true
	case period:
		return value.period.String(), true
	case weekday:
		return time.Weekday(value.parts[0]).String(), true
	case release:
		return value.version(), true
	default:
		return value.number.String(), true
	}
}

// version is the shortest way to write a version: 2 for 2.0 and v2.
func (a ordered) version() string {
	last := maxParts
	for last > 1 && a.parts[last-1] == 0 {
		last--
	}
	numbers := make([]string, last)
	for i := range numbers {
		numbers[i] = strconv.FormatInt(a.parts[i], 10)
	}
	return strings.Join(numbers, ".")
}

// String is the duration in normal form: years and months, days, and the time, each only where it is not 0.
func (d duration) String() string {
	var text strings.Builder
	part := func(n int64, unit string) {
		if n != 0 {
			text.WriteString(strconv.FormatInt(n, 10) + unit)
		}
	}
	text.WriteByte('P')
	part(int64(d.months/12), "Y")
	part(int64(d.months%12), "M")
	const day = 24 * time.Hour
	part(int64(d.exact/day), "D")
	clock := d.exact % day
	if clock != 0 {
		text.WriteByte('T')
		part(int64(clock/time.Hour), "H")
		part(int64(clock%time.Hour/time.Minute), "M")
	}
	if rest := clock % time.Minute; rest != 0 {
		text.WriteString(strings.TrimPrefix(isoSeconds(rest), "PT"))
	}
	if text.Len() == 1 {
		return "PT0S"
	}
	return text.String()
}

// hoist writes the assigner that all rules name by themselves once for the policy: it means the same. An assignee stays
// where it is said, as the hash of an offer is that of the agreement which adds one.
func (policy *Policy) hoist() {
	rules := slices.Concat(pointersTo(policy.Permissions), pointersTo(policy.Prohibitions), pointersTo(policy.Obligations))
	if len(rules) == 0 {
		return
	}
	first := rules[0].Assigners[:rules[0].ownAssigners]
	if len(first) == 0 || len(policy.Assigners) > 0 && !sameEntities(first, policy.Assigners) {
		return
	}
	for _, rule := range rules {
		if !sameEntities(first, rule.Assigners[:rule.ownAssigners]) {
			return
		}
	}
	policy.Assigners = slices.Clone(first)
	for _, rule := range rules {
		rule.Assigners, rule.ownAssigners = slices.Clone(first), 0
	}
}

func pointersTo(rules []Rule) []*Rule {
	list := make([]*Rule, len(rules))
	for i := range rules {
		list[i] = &rules[i]
	}
	return list
}

// sameEntities reports whether two lists name the same, without refinements.
func sameEntities(a, b []Entity) bool {
	return slices.EqualFunc(a, b, func(a, b Entity) bool {
		return a.UID == b.UID && a.Collection == b.Collection && len(a.Refinements)+len(b.Refinements) == 0
	})
}

// Conclude gives the rule the parties of an agreement, besides those that it names by itself.
func (r *Rule) Conclude(assigner, assignee string) {
	r.Assigners = append(slices.Clone(r.Assigners[:r.ownAssigners]), Entity{UID: assigner})
	r.Assignees = append(slices.Clone(r.Assignees[:r.ownAssignees]), Entity{UID: assignee})
}
