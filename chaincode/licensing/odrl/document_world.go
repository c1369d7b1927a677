package odrl

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseWorld reads a state of the world from JSON: currentTime, partOf (pairs of a member and its collection) and duties (rule, performance, deontic) as
// the public test suite has them, and what only a ledger knows: finalized, uses (rule, count, last), purposes (pairs of a purpose and a broader one) and
// values by left operand, of duties too.
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
