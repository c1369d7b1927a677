// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"slices"
	"strconv"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Validate finds what is wrong with a policy on the levels asked for, or on all of them. They are the schema of the
// Dataspace Protocol, the rules of the ODRL Information Model, and the profile that this package evaluates. Anything
// that cannot be read without ignoring part of it is found on every level. It does not stop at the first finding;
// findings of a level are in the order of the document.
func Validate(text []byte, levels ...Level) []Finding {
	return ValidateWithin(text, budget.New(), levels...)
}

// ValidateWithin is Validate within a budget of steps. Anything that takes more is found to be TooComplex.
func ValidateWithin(text []byte, steps *budget.Steps, levels ...Level) []Finding {
	if len(levels) == 0 {
		levels = []Level{DSP, ODRL, Profile}
	}
	found := &findings{steps: steps}
	root, ok := read(text, found)
	if !ok {
		return found.all()
	}
	if slices.Contains(levels, DSP) {
		checkDSP(root, found)
	}
	policy := (&policyParser{parser: &parser{findings: found}}).policy(root)
	found.check(&policy, levels)
	return found.all()
}

// CheckWithin is ValidateWithin for a policy that was read: it finds what is wrong on the levels ODRL and Profile.
func CheckWithin(policy Policy, steps *budget.Steps, levels ...Level) []Finding {
	found := &findings{steps: steps}
	found.check(&policy, levels)
	return found.all()
}

func (f *findings) check(policy *Policy, levels []Level) {
	if slices.Contains(levels, ODRL) {
		(&validity{findings: f}).policy(policy)
	}
	if slices.Contains(levels, Profile) {
		(&profile{findings: f, class: policy.Type}).policy(policy)
	}
}

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

// scope checks that a rule describes what it is about: what it leaves out would match everything.
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

// dataTypes are the data types that a right operand of a kind may have; one without a type is read as its kind.
var dataTypes = map[kind][]string{
	identifier: {"@id", "xsd:string", "xsd:anyURI"},
	tag:        {"xsd:string", "xsd:language"},
	instant:    {"xsd:date", "xsd:dateTime", "xsd:dateTimeStamp"},
	period:     {"xsd:duration", "xsd:dayTimeDuration", "xsd:yearMonthDuration"},
	decimal:    {"xsd:decimal", "xsd:integer", "xsd:nonNegativeInteger", "xsd:positiveInteger", "xsd:int", "xsd:long"},
	integer:    {"xsd:integer", "xsd:nonNegativeInteger", "xsd:positiveInteger", "xsd:int", "xsd:long", "xsd:decimal"},
	release:    {"xsd:string", "xsd:decimal", "xsd:integer"},
	weekday:    {"@id", "xsd:string"},
}

// forms say how values of a kind are written.
var forms = map[kind]string{
	instant: "a date or date-time such as 2026-01-31 or 2026-01-31T09:00:00Z", period: "a duration such as P30D or PT1H",
	decimal: "a decimal number", integer: "an integer", release: "a version such as 2.10", weekday: "a day such as Sunday",
}

// atom checks that an atomic constraint has a definite meaning.
func (p *profile) atom(c *Constraint) {
	known, ok := operands[c.Left]
	if !ok {
		if c.Left != "" {
			p.addf(Profile, UnsupportedTerm, c.Path, "the left operand %s is not supported", c.Left)
		}
		return
	}
	if c.Operator != "" && !slices.Contains(known.operators, c.Operator) {
		p.addf(Profile, UnsupportedTerm, c.Path, "%s is not an operator of %s; expected one of %q", c.Operator, c.Left, known.operators)
	}
	if c.Reference != "" {
		p.addf(Profile, UnsupportedTerm, c.Path, "a rightOperandReference would have to be fetched; write the value as the rightOperand")
	}
	if c.Unit != "" && !known.unit {
		p.addf(Profile, UnsupportedTerm, c.Path, "%s has no unit", c.Left)
	}
	if len(c.Right) > 1 && !c.Operator.takesSeveral() {
		p.addf(Profile, Ambiguous, c.Path, "%s takes one right operand, got %d; isAnyOf takes several", c.Operator, len(c.Right))
	}
	for _, value := range c.Right {
		p.value(c, known, value)
	}
}

func (p *profile) value(c *Constraint, known operand, value Value) {
	if value.DataType != "" && !slices.Contains(dataTypes[known.kind], value.DataType) {
		p.addf(Profile, InvalidValue, c.Path, "%s is not a data type of %s", value.DataType, c.Left)
	}
	if known.kind == identifier || known.kind == tag {
		if !isID(value.Text) {
			p.addf(Profile, InvalidID, c.Path, "the right operand is not an identifier")
		}
		p.claim(c, value)
		return
	}
	read, ok := readOrdered(known.kind, value.Text)
	switch {
	case !ok:
		p.addf(Profile, InvalidValue, c.Path, "the right operand is not %s", forms[known.kind])
	case c.Left == leftPercentage && !inRange(leftPercentage, read):
		p.addf(Profile, InvalidValue, c.Path, "a percentage is a number from 0 to 100")
	case c.Left == leftCount && (!inRange(leftCount, read) || read.number.compare(mostUses(c.Operator)) > 0):
		p.addf(Profile, InvalidValue, c.Path, "expected a number of uses from 1 to %d", MaxCount)
	}
}

// claim refuses a demand to verify something that no request claims.
func (p *profile) claim(c *Constraint, value Value) {
	if known, ok := operands[value.Text]; c.Left == leftVerified && (!ok || known.state) {
		p.addf(Profile, InvalidValue, c.Path, "%s is no left operand that a request claims", value.Text)
	}
}

// mostUses is the largest limit that an operator may set.
func mostUses(op Operator) number {
	most, _ := readNumber(strconv.Itoa(MaxCount))
	if op == Lt {
		return most.next()
	}
	return most
}
