// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseRequest reads a request from JSON-LD: an ODRL Request with one permission, or an EvaluationRequest of the ODRL
// formal semantics. Anything that the request states of itself is in the permission's constraint or context, or in the
// refinement of its action, with the operators eq, isAnyOf or isAllOf. The left operands of the profile may also be
// there by name ("purpose": "dpv:AcademicResearch").
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

// say takes what a request states of itself.
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

// ParseWorld reads a state of the world from JSON. As in the public test suite, it has currentTime, partOf (pairs of a
// member and its collection) and duties (rule, performance, deontic). A ledger adds finalized, uses (rule, count,
// last), purposes (pairs of a purpose and a broader one) and values by left operand, of duties too.
func ParseWorld(text []byte) (World, []Finding) {
	found := &findings{}
	root, ok := read(text, found)
	if !ok {
		return World{}, found.all()
	}
	p := &policyParser{parser: &parser{findings: found}, asWritten: true}
	f := p.open(root)
	world := World{Now: p.moment(&f, "currentTime"), Finalized: p.moment(&f, "finalized")}
	world.PartOf = p.hierarchy(&f, "partOf")
	world.Purposes = p.hierarchy(&f, "purposes")
	world.Uses = p.uses(&f)
	world.Duties = p.duties(&f)
	world.Values = p.values(&f)
	f.done("file", "uid", "type")
	return world, found.all()
}

func (p *policyParser) moment(f *fields, member string) time.Time {
	n, ok := f.take(member)
	if !ok {
		return time.Time{}
	}
	value, _ := p.value(n, leftDateTime, "")
	at, ok := readInstant(value.Text)
	if !ok {
		p.addf(Syntax, InvalidValue, n.path, "expected an xsd:dateTime, for example 2026-01-31T09:00:00Z")
	}
	return at
}

// hierarchy reads pairs of a narrow and a broad name, and single names.
func (p *policyParser) hierarchy(f *fields, member string) *Hierarchy {
	n, ok := f.take(member)
	if !ok {
		return nil
	}
	var facts []Within
	var alone []string
	for _, item := range p.list(n) {
		if item.kind != '[' {
			alone = append(alone, p.identifier(item))
			continue
		}
		if len(item.items) != 2 {
			p.addf(Syntax, WrongType, item.path, "expected a pair, the narrow name first")
			continue
		}
		facts = append(facts, Within{p.identifier(item.items[0]), p.identifier(item.items[1])})
	}
	return NewHierarchy(facts, alone...)
}

func (p *policyParser) uses(f *fields) map[string]Use {
	uses := map[string]Use{}
	p.records(f, "uses", func(r *fields, rule string) {
		use := Use{Last: p.moment(r, "last")}
		if n, ok := r.take("count"); ok {
			count, err := strconv.ParseInt(n.text, 10, 64)
			if n.kind != '0' || err != nil || count < 0 {
				p.addf(Syntax, InvalidValue, n.path, "expected a number of uses")
			}
			use.Count = count
		}
		uses[rule] = use
	})
	return uses
}

func (p *policyParser) duties(f *fields) map[string]DutyRecord {
	duties := map[string]DutyRecord{}
	p.records(f, "duties", func(r *fields, rule string) {
		record := DutyRecord{Values: p.values(r)}
		record.Performed = p.state(r, "performance", "Unknown", "Unperformed", "Performed") == "Performed"
		record.Deontic = DeonticState(p.state(r, "deontic", string(NotSet), string(Fulfilled), string(Violated)))
		duties[rule] = record
	})
	return duties
}

// records reads a list of objects that each are about one rule.
func (p *policyParser) records(f *fields, member string, take func(r *fields, rule string)) {
	n, ok := f.take(member)
	if !ok {
		return
	}
	var seen []string
	for _, item := range p.bounded(n) {
		r, _ := p.fields(item)
		rule := r.id("rule")
		switch {
		case rule == "":
			p.addf(Syntax, MissingMember, item.path, "rule is required")
		case slices.Contains(seen, rule):
			p.addf(Syntax, DuplicateID, item.path, "the rule has two records")
		}
		seen = append(seen, rule)
		take(&r, rule)
		r.done()
	}
}

// state reads one of some states, with or without the prefix of the report vocabulary; the first is that of an absent member.
func (p *policyParser) state(f *fields, member string, states ...string) string {
	n, ok := f.take(member)
	if !ok {
		return states[0]
	}
	state := strings.TrimPrefix(p.identifier(n), "report:")
	if !slices.Contains(states, state) {
		p.addf(Syntax, InvalidTerm, n.path, "expected one of %s", strings.Join(states, ", "))
	}
	return state
}

// values reads the member values: an object of values by left operand.
func (p *policyParser) values(f *fields) Values {
	n, ok := f.take("values")
	if !ok {
		return nil
	}
	of, _ := p.fields(n)
	values := Values{}
	for i := range of.members {
		values[of.members[i].name] = p.givens(of.members[i].value)
	}
	return values
}

// MarshalJSON writes the request as an ODRL Request with one permission, from which ParseRequest makes the same request.
func (r Request) MarshalJSON() ([]byte, error) {
	permission := object{"action": r.Action, "target": r.Target, "assignee": r.Assignee}
	var constraints []any
	for _, left := range slices.Sorted(maps.Keys(r.Values)) {
		values := make([]string, len(r.Values[left]))
		for i, given := range r.Values[left] {
			values[i] = given.Value
		}
		constraint := object{"leftOperand": left, "operator": IsAllOf, "rightOperand": values}
		if len(values) == 1 {
			constraint["operator"], constraint["rightOperand"] = Eq, values[0]
		}
		if len(values) > 0 {
			constraint.text("unit", r.Values[left][0].Unit)
			constraints = append(constraints, constraint)
		}
	}
	permission.list("constraint", len(constraints), func(i int) any { return constraints[i] })
	document := object{"@type": "Request", "permission": []any{permission}}
	document.text("uid", r.UID)
	return json.Marshal(document)
}

// MarshalJSON writes the world in the form that ParseWorld reads.
func (w World) MarshalJSON() ([]byte, error) {
	document := object{}
	document.moment("currentTime", w.Now)
	document.moment("finalized", w.Finalized)
	document.hierarchy("partOf", w.PartOf)
	document.hierarchy("purposes", w.Purposes)
	document.values(w.Values)
	rules := slices.Sorted(maps.Keys(w.Uses))
	document.list("uses", len(rules), func(i int) any {
		use := w.Uses[rules[i]]
		record := object{"rule": rules[i], "count": use.Count}
		record.moment("last", use.Last)
		return record
	})
	duties := slices.Sorted(maps.Keys(w.Duties))
	document.list("duties", len(duties), func(i int) any {
		duty := w.Duties[duties[i]]
		record := object{"rule": duties[i], "performance": "Unknown"}
		if duty.Performed {
			record["performance"] = "Performed"
		}
		record.text("deontic", string(duty.Deontic))
		record.values(duty.Values)
		return record
	})
	return json.Marshal(document)
}

func (o object) moment(name string, at time.Time) {
	if !at.IsZero() {
		o[name] = at.UTC().Format(time.RFC3339Nano)
	}
}

func (o object) hierarchy(name string, h *Hierarchy) {
	if h == nil {
		return
	}
	entries := make([]any, 0, len(h.facts)+len(h.alone))
	for _, fact := range h.facts {
		entries = append(entries, []string{fact.Narrow, fact.Broad})
	}
	for _, term := range h.alone {
		entries = append(entries, term)
	}
	o[name] = entries
}

// values sets the member values; nil and no values at all are different for duties.
func (o object) values(values Values) {
	if values == nil {
		return
	}
	document := object{}
	for left, list := range values { // into a map, which is written in order
		givens := make([]any, len(list))
		for i, given := range list {
			givens[i] = given.Value
			if given.Unit != "" {
				givens[i] = object{"value": given.Value, "unit": given.Unit}
			}
		}
		document[left] = givens
	}
	o["values"] = document
}

// MarshalJSON writes the request and the world in the forms that ParseRequest and ParseWorld read.
func (s Situation) MarshalJSON() ([]byte, error) {
	return json.Marshal(object{"request": s.Request, "world": s.World})
}
