package odrl

import "encoding/json"

// ExportDSP writes an offer or agreement in the form of the Dataspace Protocol 2025-1: one target for the whole policy, actions and parties by name, right
// operands as strings or {"@value", "@type"}. It returns what the protocol's form has no place for, refinements above all, as findings of level DSP; such
// a policy is exported as ODRL, by its MarshalJSON.
func ExportDSP(policy Policy) ([]byte, []Finding) {
	e := exporter{findings: &findings{}}
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

// exporter collects what cannot be exported.
type exporter struct{ *findings }

func (e exporter) policy(policy *Policy) object {
	document := policy.terms()
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

// rule is the rule without its target, which stands in the policy. A duty's own target has no other place than the duty.
func (e exporter) rule(rule *Rule) object {
	o := object{}
	o.text("@id", rule.UID)
	if len(rule.Actions) != 1 || len(rule.Actions[0].Refinements) > 0 {
		e.addf(DSP, SchemaMismatch, rule.Path+"/action", "the protocol has one action for each rule, without refinements")
	} else {
		o["action"] = rule.Actions[0].Name
	}
	o.text("assigner", e.name(rule.Path+"/assigner", rule.Assigners[:rule.ownAssigners]))
	o.text("assignee", e.name(rule.Path+"/assignee", rule.Assignees[:rule.ownAssignees]))
	if rule.Type == Duty {
		o.text("target", e.name(rule.Path+"/target", rule.Targets))
	}
	for _, f := range rule.Functions {
		o.text(f.Name, e.name(rule.Path+"/"+f.Name, []Entity{f.Party}))
	}
	o.list("constraint", len(rule.Constraints), func(i int) any { return e.constraint(&rule.Constraints[i]) })
	e.rules(o, "duty", rule.Duties)
	e.rules(o, "consequence", rule.Consequences)
	e.rules(o, "remedy", rule.Remedies)
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
	o["leftOperand"], o["operator"] = c.Left, c.Operator
	o.text("unit", c.Unit)
	values := make([]any, len(c.Right))
	for i, value := range c.Right {
		if value.DataType == "@id" {
			value.DataType = "" // names are strings
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
