package odrl

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Validate finds what is wrong with a policy on the levels asked for, on all of them where none is named: the schema of the Dataspace Protocol, the rules
// of the ODRL Information Model, and the profile that this package evaluates. What cannot be read without ignoring part of it is found on every level. It
// does not stop at the first finding; findings of a level are in the order of the document.
func Validate(text []byte, levels ...Level) []Finding {
	return ValidateWithin(text, budget.New(), levels...)
}

// ValidateWithin is Validate within a budget of steps. What takes more is found to be TooComplex.
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

// everyRule visits the policy's rules and all rules below them, in order.
func (policy *Policy) everyRule(visit func(*Rule)) {
	visitRules(policy.Permissions, visit)
	visitRules(policy.Prohibitions, visit)
	visitRules(policy.Obligations, visit)
}

func visitRules(rules []Rule, visit func(*Rule)) {
	for i := range rules {
		visit(&rules[i])
		visitRules(rules[i].Duties, visit)
		visitRules(rules[i].Consequences, visit)
		visitRules(rules[i].Remedies, visit)
	}
}

// everyAtom visits the atomic constraints of a list and below it.
func everyAtom(constraints []Constraint, visit func(*Constraint)) {
	for i := range constraints {
		if constraints[i].Logic == "" {
			visit(&constraints[i])
		}
		everyAtom(constraints[i].Operands, visit)
	}
}

// everyRefinement visits the lists of refinements of a rule.
func (r *Rule) everyRefinement(visit func([]Constraint)) {
	for _, action := range r.Actions {
		visit(action.Refinements)
	}
	for _, entities := range [][]Entity{r.Targets, r.Assigners, r.Assignees} {
		for _, entity := range entities {
			visit(entity.Refinements)
		}
	}
	for _, function := range r.Functions {
		visit(function.Party.Refinements)
	}
}
