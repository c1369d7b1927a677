package odrl

import "slices"

// ParseRequest reads a request from JSON-LD: an ODRL Request with one permission, or an EvaluationRequest of the ODRL formal semantics. What the request
// says of itself stands in the permission's constraint or context, or in the refinement of its action, with the operators eq, isAnyOf or isAllOf; the left
// operands of the profile may also stand there by name ("purpose": "dpv:AcademicResearch").
func ParseRequest(text []byte) (Request, []Finding) {
	found := &findings{}
	root, ok := read(text, found)
	if !ok {
		return Request{}, found.all()
	}
	p := &policyParser{parser: &parser{findings: found}, asWritten: true}
	request := p.request(root)
	return request, found.all()
}

func (p *policyParser) request(root node) Request {
	f := p.open(root)
	request := Request{UID: f.id("uid"), Values: Values{}}
	f.take("type")
	asked := &f
	if n, ok := f.take("permission"); ok {
		items := p.list(n)
		if len(items) != 1 {
			p.addf(Syntax, Ambiguous, n.path, "%d permissions are requested; ask for one at a time", len(items))
			return request
		}
		inner, _ := p.fields(items[0])
		inner.take("uid")
		inner.take("type")
		asked = &inner
		f.done()
	}
	p.ask(asked, &request)
	return request
}

// open opens the document's object and reads its context.
func (p *parser) open(root node) fields {
	if i := slices.IndexFunc(root.items, func(m node) bool { return m.name == "@context" }); i >= 0 {
		p.context(root.items[i])
	}
	f, _ := p.fields(root)
	f.take("@context")
	return f
}

// ask reads what is requested, by whom and about what.
func (p *policyParser) ask(f *fields, request *Request) {
	actions := p.actions(f)
	if len(actions) == 1 {
		request.Action = actions[0].Name
		p.say(actions[0].Refinements, request)
	} else {
		p.addf(Syntax, MissingMember, f.path, "action: one is required, got %d", len(actions))
	}
	f.take("assigner") // who would grant it; rules are not matched by it
	if request.Target = f.id("target"); request.Target == "" {
		p.addf(Syntax, MissingMember, f.path, "target is required")
	}
	if request.Assignee = f.id("assignee"); request.Assignee == "" {
		p.addf(Syntax, MissingMember, f.path, "assignee is required")
	}
	for _, member := range []string{"constraint", "context", "sotw:context"} {
		p.say(p.constraintsOf(f, member), request)
	}
	for i := range f.members {
		if known, isOperand := operands[f.members[i].name]; isOperand && !known.state {
			f.members[i].taken = true
			request.Values[f.members[i].name] = append(request.Values[f.members[i].name], p.givens(f.members[i].value)...)
		}
	}
	f.done()
}

// say takes what a request says of itself.
func (p *policyParser) say(constraints []Constraint, request *Request) {
	for i := range constraints {
		c := &constraints[i]
		switch {
		case c.Logic != "" || c.Reference != "" || c.Operator != Eq && c.Operator != IsAnyOf && c.Operator != IsAllOf:
			p.addf(Syntax, InvalidTerm, c.Path, "a request states values; it compares nothing but with eq, isAnyOf or isAllOf")
		case operands[c.Left].state:
			p.addf(Syntax, InvalidTerm, c.Path, "only the world knows %s", c.Left)
		default:
			for _, value := range c.Right {
				request.Values[c.Left] = append(request.Values[c.Left], Given{value.Text, c.Unit})
			}
		}
	}
}

// givens reads a value, a list of values, or values with units as {"value", "unit"}.
func (p *policyParser) givens(n node) (list []Given) {
	for _, item := range p.bounded(n) {
		given := Given{}
		if item.kind == '{' {
			f, _ := p.fields(item)
			given.Unit = f.id("unit")
			if value, ok := f.take("value"); ok {
				item = value
			}
			f.done()
		}
		value, ok := p.value(item, "", "")
		if ok {
			given.Value = value.Text
			list = append(list, given)
		}
	}
	return list
}
