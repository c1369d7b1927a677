package odrl

// validity checks the rules of the ODRL Information Model 2.2 that reading a policy does not check yet.
type validity struct {
	*findings
	uids map[string]bool
}

func (v *validity) policy(policy *Policy) {
	v.uids = map[string]bool{}
	if policy.UID == "" {
		v.addf(ODRL, MissingMember, "", "uid: a policy has one (section 2.1)")
	}
	if len(policy.Permissions)+len(policy.Prohibitions)+len(policy.Obligations)+len(policy.InheritFrom) == 0 {
		v.addf(ODRL, MissingMember, "", "a policy has at least one rule (section 2.1)")
	}
	for _, uid := range policy.InheritFrom {
		if uid == policy.UID {
			v.addf(ODRL, InheritanceCycle, "/inheritFrom", "the policy inherits from itself (section 2.9)")
		}
	}
	policy.everyRule(v.rule)
	for _, rules := range [][]Rule{policy.Permissions, policy.Prohibitions} {
		for i := range rules {
			v.parties(policy.Type, &rules[i])
		}
	}
}

// parties checks what offers and agreements need (sections 2.1.2 and 2.1.3).
func (v *validity) parties(class Type, rule *Rule) {
	if class != Set && len(rule.Assigners) == 0 {
		v.addf(ODRL, MissingMember, rule.Path, "assigner: the rules of an %s have one", class)
	}
	if class == Agreement && len(rule.Assignees) == 0 {
		v.addf(ODRL, MissingMember, rule.Path, "assignee: the rules of an %s have one", class)
	}
}

func (v *validity) rule(rule *Rule) {
	if rule.UID != "" && v.uids[rule.UID] {
		v.addf(ODRL, DuplicateID, rule.Path, "the uid names another rule already")
	}
	v.uids[rule.UID] = true
	if len(rule.Actions) == 0 {
		v.addf(ODRL, MissingMember, rule.Path, "action: a rule has one (section 2.6)")
	}
	if (rule.Type == Permission || rule.Type == Prohibition) && len(rule.Targets) == 0 {
		v.addf(ODRL, MissingMember, rule.Path, "target: a %s has one (sections 2.6.2 and 2.6.3)", rule.Type)
	}
	for i := range rule.Remedies {
		if len(rule.Remedies[i].Consequences) > 0 {
			v.addf(ODRL, InvalidTerm, rule.Remedies[i].Path, "a remedy has no consequence (section 2.6.7)")
		}
	}
	for i := range rule.Consequences {
		if len(rule.Consequences[i].Consequences) > 0 {
			v.addf(ODRL, InvalidTerm, rule.Consequences[i].Path, "a consequence has no consequence (section 2.6.6)")
		}
	}
}
