package odrl

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

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
