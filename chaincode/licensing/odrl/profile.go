package odrl

import (
	"slices"
	"strconv"
	"strings"
)

const (
	// ProfileID names this profile in a policy's member profile. A policy need not name it.
	ProfileID = "urn:smartb:odrl:1"
	// PurposesID pins the version of the taxonomy of purposes, whose number follows it.
	PurposesID = "urn:smartb:purposes:"
	// dspProfileID is the profile of the Dataspace Protocol, which adds nothing to what is evaluated.
	dspProfileID = "https://w3id.org/dspace/2025/1/odrl-profile"
	// MaxCount is the largest number of uses that a rule can be limited to.
	MaxCount = 10_000
)

// PurposesVersion is the version of the taxonomy of purposes that the policy pins.
func (policy Policy) PurposesVersion() (version int, pinned bool) {
	for _, id := range policy.Profile {
		if text, ok := strings.CutPrefix(id, PurposesID); ok {
			version, err := strconv.Atoi(text)
			return version, err == nil && version > 0
		}
	}
	return 0, false
}

// profile checks that every part of a policy can be evaluated.
type profile struct {
	*findings
	class Type
}

func (p *profile) policy(policy *Policy) {
	for _, id := range policy.Profile {
		if id != ProfileID && id != dspProfileID && !strings.HasPrefix(id, PurposesID) {
			p.addf(Profile, UnsupportedTerm, "/profile", "%s is not supported", id)
		}
	}
	if _, pinned := policy.PurposesVersion(); !pinned && slices.ContainsFunc(policy.Profile, func(id string) bool { return strings.HasPrefix(id, PurposesID) }) {
		p.addf(Profile, InvalidValue, "/profile", "%s is followed by a version number", PurposesID)
	}
	if len(policy.InheritFrom) > 0 {
		p.addf(Profile, UnsupportedTerm, "/inheritFrom", "flatten the policy first; what it inherits may change")
	}
	for _, rules := range [][]Rule{policy.Permissions, policy.Prohibitions} {
		for i := range rules {
			p.scope(policy, &rules[i])
		}
	}
	policy.everyRule(p.rule)
	for _, conflict := range contradictions(policy, p.steps) {
		p.addf(Profile, Contradiction, "", "%s permits what %s prohibits, and under the conflict strategy invalid that voids the policy", conflict.Permission,
			conflict.Prohibition)
	}
}

// scope checks that a rule says what it is about: what it leaves out would match everything.
func (p *profile) scope(policy *Policy, rule *Rule) {
	if p.class != Set && len(rule.Actions) == 0 {
		p.addf(Profile, MissingMember, rule.Path, "action: without one the rule is about everything")
	}
	if p.class != Set && len(rule.Targets) == 0 {
		p.addf(Profile, MissingMember, rule.Path, "target: without one the rule is about everything")
	}
	if p.class == Agreement && len(rule.Assignees) == 0 {
		p.addf(Profile, MissingMember, rule.Path, "assignee: without one the rule is about everybody")
	}
	for _, pair := range [][2][]Entity{{rule.Targets, policy.Targets}, {rule.Assignees, policy.Assignees}} {
		if len(pair[1]) > 0 && slices.ContainsFunc(pair[0], func(e Entity) bool { return !hasEntity(pair[1], e.UID) }) {
			p.addf(Profile, Ambiguous, rule.Path, "the policy and the rule name different ones; both would apply")
		}
	}
}

func hasEntity(entities []Entity, uid string) bool {
	return slices.ContainsFunc(entities, func(e Entity) bool { return e.UID == uid })
}

func (p *profile) rule(rule *Rule) {
	for _, action := range rule.Actions {
		if !isAction(action.Name) {
			p.addf(Profile, UnsupportedTerm, rule.Path+"/action", "%s is not an action of the ODRL Common Vocabulary", action.Name)
		}
	}
	everyAtom(rule.Constraints, p.atom)
	rule.everyRefinement(func(refinements []Constraint) {
		everyAtom(refinements, p.atom)
		everyAtom(refinements, p.uncounted)
	})
	p.counts(rule)
}

// counts checks that uses are limited in a way that can be counted: once for each permission, and not as one choice among others.
func (p *profile) counts(rule *Rule) {
	limits := 0
	for i := range rule.Constraints {
		c := &rule.Constraints[i]
		for _, part := range c.conjuncts() {
			switch {
			case part.Logic != "":
				everyAtom(part.Operands, p.uncounted)
			case part.Left == leftCount:
				limits++
			}
		}
	}
	if limits > 1 {
		p.addf(Profile, Ambiguous, rule.Path, "count limits the rule %d times", limits)
	}
	if rule.Type != Permission {
		everyAtom(rule.Constraints, p.uncounted)
	}
}

// uncounted finds limits of uses where there are none.
func (p *profile) uncounted(c *Constraint) {
	if c.Left == leftCount || c.Left == leftTimeInterval {
		p.addf(Profile, UnsupportedTerm, c.Path, "%s limits permissions only, neither in a refinement nor as one choice among others", c.Left)
	}
}

// conjuncts are the constraints that must hold for this one to hold.
func (c *Constraint) conjuncts() (parts []*Constraint) {
	if c.Logic != And && c.Logic != AndSequence {
		return []*Constraint{c}
	}
	for i := range c.Operands {
		parts = append(parts, c.Operands[i].conjuncts()...)
	}
	return parts
}

// CountLimit is how often the permission may be used: the largest value that count may have. It is false where uses are not limited.
func (r *Rule) CountLimit() (limit int64, limited bool) {
	for i := range r.Constraints {
		for _, part := range r.Constraints[i].conjuncts() {
			if part.Left != leftCount || len(part.ordered) != 1 {
				continue
			}
			limit, _ = strconv.ParseInt(part.ordered[0].number.String(), 10, 64) // the profile bounds it
			if part.Operator == Lt {
				limit--
			}
			return limit, true
		}
	}
	return 0, false
}
