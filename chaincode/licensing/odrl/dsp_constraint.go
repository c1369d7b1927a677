package odrl

import (
	"regexp"
	"slices"
)

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
