// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/gowebpki/jcs"
)

// object is a JSON object; its members are written in the order of their names.
type object map[string]any

// Hash is the SHA-256, in lower-case hex, of the policy's terms: its target, rules, conflict strategy and profile in
// normal form. The form is canonical JSON (RFC 8785), whose lists are sorted where their order means nothing. Two
// policies that say the same with other prefixes, with the target at another place or in another order have the same
// hash. So have an offer and the agreement that adds its parties to it.
func Hash(policy Policy) (string, error) {
	terms, err := policy.terms().sorted()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(terms)
	if err != nil {
		return "", err
	}
	canonical, err := jcs.Transform(text)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// sets are lists in which a name counts once.
var sets = []string{"profile", "inheritFrom", "action", "target", "assigner", "assignee", rightOperand}

const rightOperand = "rightOperand"

// sorted sorts all lists below but those of andSequence, whose order is said: everywhere else a list of JSON-LD has none.
func (o object) sorted() (object, error) {
	for name, member := range o {
		switch m := member.(type) {
		case object:
			if _, err := m.sorted(); err != nil {
				return o, err
			}
		case []any:
			list, err := sortedList(m, name)
			if err != nil {
				return o, err
			}
			if o[name] = list; name == rightOperand && len(list) == 1 {
				o[name] = list[0]
			}
		}
	}
	return o, nil
}

func sortedList(list []any, name string) ([]any, error) {
	texts := make(map[int]string, len(list))
	order := make([]int, len(list))
	for i, element := range list {
		if o, ok := element.(object); ok {
			if _, err := o.sorted(); err != nil {
				return nil, err
			}
		}
		text, err := json.Marshal(element)
		if err != nil {
			return nil, err
		}
		texts[i], order[i] = string(text), i
	}
	if name == string(AndSequence) {
		return list, nil
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(texts[a], texts[b]) })
	rest := make([]any, 0, len(list))
	for i, at := range order {
		if i > 0 && slices.Contains(sets, name) && texts[at] == texts[order[i-1]] {
			continue
		}
		rest = append(rest, list[at])
	}
	return rest, nil
}

// terms are what an agreement is about.
func (policy *Policy) terms() object {
	terms := object{"conflict": policy.Conflict}
	terms.list("profile", len(policy.Profile), func(i int) any { return policy.Profile[i] })
	terms.list("inheritFrom", len(policy.InheritFrom), func(i int) any { return policy.InheritFrom[i] })
	terms.rules("permission", policy.Permissions)
	terms.rules("prohibition", policy.Prohibitions)
	terms.rules("obligation", policy.Obligations)
	return terms
}

// MarshalJSON writes the policy as an ODRL document in compact form, from which Parse makes the same policy.
func (policy Policy) MarshalJSON() ([]byte, error) {
	document := policy.terms()
	document["@context"] = "http://www.w3.org/ns/odrl.jsonld"
	document["@type"] = policy.Type
	document.text("uid", policy.UID)
	document.text("timestamp", policy.Timestamp)
	document.entities("assigner", policy.Assigners)
	document.entities("assignee", policy.Assignees)
	return json.Marshal(document)
}

func (o object) text(name, text string) {
	if text != "" {
		o[name] = text
	}
}

// list sets a member to a list, unless it is empty.
func (o object) list(name string, length int, element func(i int) any) {
	if length == 0 {
		return
	}
	list := make([]any, length)
	for i := range list {
		list[i] = element(i)
	}
	o[name] = list
}

func (o object) rules(name string, rules []Rule) {
	o.list(name, len(rules), func(i int) any { return rules[i].document() })
}

func (o object) entities(name string, entities []Entity) {
	o.list(name, len(entities), func(i int) any { return entities[i].document(name) })
}

func (o object) constraints(name string, constraints []Constraint) {
	o.list(name, len(constraints), func(i int) any { return constraints[i].document() })
}

// document is the rule without the parties that all rules of its policy have.
func (r *Rule) document() object {
	o := object{}
	o.text("uid", r.UID)
	o.list("action", len(r.Actions), func(i int) any { return r.Actions[i].document() })
	o.entities("target", r.Targets)
	o.entities("assigner", r.Assigners[:r.ownAssigners])
	o.entities("assignee", r.Assignees[:r.ownAssignees])
	for _, function := range functions {
		var parties []Entity
		for _, f := range r.Functions {
			if f.Name == function {
				parties = append(parties, f.Party)
			}
		}
		o.entities(function, parties)
	}
	o.constraints("constraint", r.Constraints)
	o.rules("duty", r.Duties)
	o.rules("consequence", r.Consequences)
	o.rules("remedy", r.Remedies)
	return o
}

func (a *Action) document() any {
	if len(a.Refinements) == 0 {
		return a.Name
	}
	o := object{"rdf:value": object{"@id": a.Name}}
	o.constraints("refinement", a.Refinements)
	return o
}

func (e *Entity) document(role string) any {
	if !e.Collection && len(e.Refinements) == 0 {
		return e.UID
	}
	o := object{"uid": e.UID}
	if e.Collection {
		o["@type"] = "PartyCollection"
		if role == "target" {
			o["@type"] = "AssetCollection"
		}
	}
	o.constraints("refinement", e.Refinements)
	return o
}

func (c *Constraint) document() object {
	o := object{}
	o.text("uid", c.UID)
	if c.Logic != "" {
		o.constraints(string(c.Logic), c.Operands)
		return o
	}
	o["leftOperand"], o["operator"] = c.Left, c.Operator
	o.text("unit", c.Unit)
	o.text("rightOperandReference", c.Reference)
	if len(c.Right) == 1 {
		o["rightOperand"] = c.Right[0].document()
	} else {
		o.list("rightOperand", len(c.Right), func(i int) any { return c.Right[i].document() })
	}
	return o
}

func (v *Value) document() any {
	switch v.DataType {
	case "":
		return v.Text
	case "@id":
		return object{"@id": v.Text}
	default:
		return object{"@value": v.Text, "@type": v.DataType}
	}
}
