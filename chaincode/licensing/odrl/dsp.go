// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"regexp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// The schema of offers and agreements of the Dataspace Protocol 2025-1 (negotiation/contract-schema.json), as code. A
// policy is exactly one of an offer in a message, an offer elsewhere and an agreement. Members that the schema does not
// mention are allowed; the other levels know more of them.

// schema checks one alternative of the schema.
type schema struct{ *findings }

// CheckDSPWithin finds where a document that this package wrote does not match the schema, within a budget of steps.
func CheckDSPWithin(text []byte, steps *budget.Steps) []Finding {
	found := &findings{steps: steps}
	if root, ok := readAt(perChecked, text, found); ok {
		checkDSP(root, found)
	}
	return found.all()
}

// checkDSP finds where a document does not match the schema.
func checkDSP(root node, found *findings) {
	check := schema.messageOffer
	class, typed := root.member("@type")
	_, targeted := root.member("target")
	switch {
	case typed && class.text == string(Agreement):
		check = schema.agreement
	case !targeted:
		check = schema.offer
	}
	result := findings{}
	check(schema{&result}, root)
	for _, finding := range result.list {
		found.addf(DSP, finding.Code, finding.Path, "%s", finding.Message)
	}
	if len(result.list) > 0 || targeted || typed && class.text == string(Agreement) {
		return // an offer elsewhere has no target, and neither is an agreement
	}
	message := findings{}
	schema.messageOffer(schema{&message}, root)
	if len(message.list) == 0 {
		found.addf(DSP, SchemaMismatch, "", "an offer without a target is both an offer in a message and one elsewhere; name the target")
	}
}

// member returns a member by the name that the document writes.
func (n node) member(name string) (node, bool) {
	if n.kind != '{' {
		return node{}, false
	}
	i := slices.IndexFunc(n.items, func(m node) bool { return m.name == name })
	if i < 0 {
		return node{}, false
	}
	return n.items[i], true
}

func (s schema) messageOffer(n node) {
	s.policy(n, Offer)
	s.required(n, "@type")
	s.kinds(n, "target", '"')
}

func (s schema) offer(n node) {
	s.policy(n, Offer)
	if target, ok := n.member("target"); ok {
		s.addf(DSP, SchemaMismatch, target.path, "an offer outside of a message has no target")
	}
}

func (s schema) agreement(n node) {
	s.policy(n, Agreement)
	s.required(n, "@type", "target", "assignee", "assigner")
	for _, member := range []string{"target", "assigner", "assignee", "timestamp"} {
		s.kinds(n, member, '"')
	}
	if at, ok := n.member("timestamp"); ok && at.kind == '"' && !timestampPattern.MatchString(at.text) {
		s.addf(DSP, SchemaMismatch, at.path, "expected an xsd:dateTime")
	}
}

// policy is what offers and agreements have in common.
func (s schema) policy(n node, class Type) {
	s.required(n, "@id")
	s.kinds(n, "@id", '"')
	if of, ok := n.member("@type"); ok && (of.kind != '"' || of.text != string(class)) {
		s.addf(DSP, SchemaMismatch, of.path, "expected %s", class)
	}
	s.kinds(n, "profile", '"', '[')
	if profile, ok := n.member("profile"); ok && profile.kind == '[' {
		for _, item := range profile.items {
			s.kind(item, '"')
		}
	}
	for _, member := range []string{"permission", "prohibition", "obligation"} {
		if rules, ok := n.member(member); ok && s.kind(rules, '[') {
			s.rules(rules)
		}
	}
	_, permits := n.member("permission")
	_, prohibits := n.member("prohibition")
	if !permits && !prohibits {
		s.addf(DSP, SchemaMismatch, n.path, "needs a permission or a prohibition")
	}
}

func (s schema) rules(n node) {
	if len(n.items) == 0 {
		s.addf(DSP, SchemaMismatch, n.path, "needs a rule, or leave it out")
	}
	for _, rule := range n.items {
		s.rule(rule)
	}
}

func (s schema) rule(n node) {
	if !s.kind(n, '{') {
		return
	}
	s.required(n, "action")
	s.kinds(n, "action", '"')
	if constraints, ok := n.member("constraint"); ok && s.kind(constraints, '[') {
		for _, constraint := range constraints.items {
			s.constraint(constraint)
		}
	}
}

// required finds members that are absent.
func (s schema) required(n node, members ...string) {
	for _, member := range members {
		if _, ok := n.member(member); !ok {
			s.addf(DSP, MissingMember, n.path, "%s is required", member)
		}
	}
}

// kinds finds a member that has another kind of value.
func (s schema) kinds(n node, member string, kinds ...jsontext.Kind) {
	if value, ok := n.member(member); ok {
		s.kind(value, kinds...)
	}
}

func (s schema) kind(n node, kinds ...jsontext.Kind) bool {
	if slices.Contains(kinds, n.kind) {
		return true
	}
	s.addf(DSP, WrongType, n.path, "expected %s, got %s", describe(kinds[0]), describe(n.kind))
	return false
}

// timestampPattern is the schema's pattern of xsd:dateTime. It is not anchored there and so not here.
var timestampPattern = regexp.MustCompile(
	`-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|(24:00:00(\.0+)?))` +
		`(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?`)

// dspOperators are the operators of the schema.
var dspOperators = append([]Operator{"term-lteq"}, operators...)

// constraint is exactly one of a logical and an atomic constraint.
func (s schema) constraint(n node) {
	if !s.kind(n, '{') {
		return
	}
	logical, atomic := schema{&findings{}}, schema{&findings{}}
	logical.logical(n)
	atomic.atomic(n)
	switch {
	case len(logical.list) == 0 && len(atomic.list) == 0:
		s.addf(DSP, SchemaMismatch, n.path, "a constraint is either logical or atomic")
	case len(logical.list) == 0 || len(atomic.list) == 0:
	case hasLogic(n):
		s.take(logical)
	default:
		s.take(atomic)
	}
}

func (s schema) take(found schema) {
	for _, finding := range found.list {
		s.addf(DSP, finding.Code, finding.Path, "%s", finding.Message)
	}
}

var logics = []string{string(And), string(AndSequence), string(Or), string(Xone)}

func hasLogic(n node) bool {
	return slices.ContainsFunc(n.items, func(m node) bool { return slices.Contains(logics, m.name) })
}

func (s schema) logical(n node) {
	present := 0
	for _, logic := range logics {
		list, ok := n.member(logic)
		if !ok {
			continue
		}
		present++
		if s.kind(list, '[') {
			for _, item := range list.items {
				s.constraint(item)
			}
		}
	}
	if present != 1 {
		s.addf(DSP, SchemaMismatch, n.path, "a logical constraint has exactly one of and, andSequence, or, xone")
	}
}

func (s schema) atomic(n node) {
	s.required(n, "leftOperand", "operator", "rightOperand")
	s.kinds(n, "leftOperand", '"')
	s.kinds(n, "rightOperand", '"', '{', '[')
	if operator, ok := n.member("operator"); ok && (operator.kind != '"' || !slices.Contains(dspOperators, Operator(operator.text))) {
		s.addf(DSP, InvalidTerm, operator.path, "not an operator of the protocol")
	}
}
