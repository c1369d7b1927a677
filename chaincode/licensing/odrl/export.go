// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// ExportDSP writes an offer or agreement in the form of the Dataspace Protocol 2025-1. It has one target for the whole
// policy, actions and parties by name, right operands as strings or {"@value", "@type"}. It returns what the protocol's
// form has no place for, refinements above all, as findings of level DSP; such a policy is exported as ODRL, by its
// MarshalJSON.
func ExportDSP(policy Policy) ([]byte, []Finding) { return export(policy, false) }

// CheckExportWithin finds where the export of a policy does not match the protocol's schema, within a budget of steps.
// Anything that has no export is exchanged as ODRL, and has no finding.
func CheckExportWithin(policy Policy, steps *budget.Steps) []Finding {
	document, findings := export(policy, true)
	if len(findings) > 0 {
		return nil
	}
	return CheckDSPWithin(document, steps)
}

func export(policy Policy, plain bool) ([]byte, []Finding) {
	e := exporter{findings: &findings{}, plain: plain}
	document := e.policy(&policy)
	if len(e.list) > 0 {
		return nil, e.all()
	}
	text, err := json.Marshal(document)
	if err != nil {
		e.addf(DSP, SchemaMismatch, "", "%v", err)
	}
	return text, e.all()
}

// exportedName is a name as every reader of the protocol's context reads it. The context has few terms of ODRL and few
// prefixes. A name that it does not have would be lost, or become a relative one, and the other side would agree to
// something else.
func exportedName(name string) string {
	prefix, local, prefixed := strings.Cut(name, ":")
	if !prefixed {
		if name == "use" {
			return name
		}
		return odrlPrefix + ":" + name
	}
	i := slices.IndexFunc(prefixes, func(p struct{ prefix, namespace string }) bool { return p.prefix == prefix })
	if i < 0 || prefix == "xsd" || prefix == "dct" {
		return name
	}
	return prefixes[i].namespace + local
}

// exporter collects what cannot be exported.
type exporter struct {
	*findings
	// plain leaves out the values' types, of which the schema asks nothing.
	plain bool
}

func (e exporter) policy(policy *Policy) object {
	document := policy.terms()
	delete(document, "conflict")
	document[odrlPrefix+":conflict"] = object{"@id": odrlPrefix + ":" + string(policy.Conflict)}
	document["@context"] = []string{"https://w3id.org/dspace/2025/1/context.jsonld"}
	document["@type"], document["@id"] = policy.Type, policy.UID
	document.text("timestamp", policy.Timestamp)
	if policy.Type == Set {
		e.addf(DSP, SchemaMismatch, "", "the protocol has offers and agreements only")
	}
	if len(policy.Permissions)+len(policy.Prohibitions) == 0 {
		e.addf(DSP, SchemaMismatch, "", "needs a permission or a prohibition")
	}
	document.text("target", e.target(policy))
	document.text("assigner", e.name("/assigner", policy.Assigners))
	document.text("assignee", e.name("/assignee", policy.Assignees))
	e.rules(document, "permission", policy.Permissions)
	e.rules(document, "prohibition", policy.Prohibitions)
	e.rules(document, "obligation", policy.Obligations)
	return document
}

// target returns the one target that all rules have.
func (e exporter) target(policy *Policy) string {
	var target string
	for _, rules := range [][]Rule{policy.Permissions, policy.Prohibitions, policy.Obligations} {
		for i := range rules {
			name := e.name(rules[i].Path+"/target", rules[i].Targets)
			if target == "" {
				target = name
			}
			if name == "" || name != target {
				e.addf(DSP, SchemaMismatch, rules[i].Path, "the protocol has one target for all rules")
				return target
			}
		}
	}
	return target
}

// name returns the name of the only entity of a list.
func (e exporter) name(path string, entities []Entity) string {
	if len(entities) == 0 {
		return ""
	}
	if len(entities) > 1 || entities[0].Collection || len(entities[0].Refinements) > 0 {
		e.addf(DSP, SchemaMismatch, path, "the protocol names one, without refinements")
	}
	return entities[0].UID
}

func (e exporter) rules(o object, member string, rules []Rule) {
	o.list(member, len(rules), func(i int) any { return e.rule(&rules[i]) })
}

// rule is the rule without its target, which is in the policy. A duty's own target has no other place than the duty.
func (e exporter) rule(rule *Rule) object {
	o := object{}
	o.text("@id", rule.UID)
	if len(rule.Actions) != 1 || len(rule.Actions[0].Refinements) > 0 {
		e.addf(DSP, SchemaMismatch, rule.Path+"/action", "the protocol has one action for each rule, without refinements")
	} else {
		o["action"] = exportedName(rule.Actions[0].Name)
	}
	o.text("assigner", e.name(rule.Path+"/assigner", rule.Assigners[:rule.ownAssigners]))
	o.text("assignee", e.name(rule.Path+"/assignee", rule.Assignees[:rule.ownAssignees]))
	if rule.Type == Duty {
		o.text("target", e.name(rule.Path+"/target", rule.Targets))
	}
	for _, f := range rule.Functions {
		o.text(odrlPrefix+":"+f.Name, e.name(rule.Path+"/"+f.Name, []Entity{f.Party}))
	}
	o.list("constraint", len(rule.Constraints), func(i int) any { return e.constraint(&rule.Constraints[i]) })
	e.rules(o, "duty", rule.Duties)
	e.rules(o, odrlPrefix+":consequence", rule.Consequences)
	e.rules(o, odrlPrefix+":remedy", rule.Remedies)
	return o
}

func (e exporter) constraint(c *Constraint) object {
	o := object{}
	o.text("@id", c.UID)
	if c.Logic != "" {
		o.list(string(c.Logic), len(c.Operands), func(i int) any { return e.constraint(&c.Operands[i]) })
		return o
	}
	if c.Reference != "" {
		e.addf(DSP, SchemaMismatch, c.Path, "the protocol has no references to right operands")
	}
	o["leftOperand"], o["operator"] = exportedName(c.Left), c.Operator
	if c.Unit != "" {
		o[odrlPrefix+":unit"] = exportedName(c.Unit)
	}
	values := make([]any, len(c.Right))
	for i, value := range c.Right {
		if e.plain {
			value.DataType = ""
		} else if value.DataType == "" || value.DataType == "@id" { // names are strings
			value.DataType = exportedTypes[c.kind]
		}
		if c.kind == identifier && strings.Contains(value.Text, ":") {
			value.Text = exportedName(value.Text)
		}
		values[i] = value.document()
	}
	if len(values) == 1 {
		o["rightOperand"] = values[0]
	} else {
		o["rightOperand"] = values
	}
	return o
}
