// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"slices"
	"strconv"
	"strings"
)

// Type is the class of a policy.
type Type string

// The policy classes of ODRL 2.2 that are used here. A policy without a class is a Set.
const (
	Set       Type = "Set"
	Offer     Type = "Offer"
	Agreement Type = "Agreement"
)

// Strategy describes what holds where permissions and prohibitions contradict each other (ODRL Information Model,
// section 2.10).
type Strategy string

// The strategies; a policy that names none is void with its first contradiction.
const (
	PreferPermissions  Strategy = "perm"
	PreferProhibitions Strategy = "prohibit"
	Invalidate         Strategy = "invalid"
)

// Policy is a policy as Parse makes it: prefixes in normal form, properties of the policy copied to its rules (section 2.7.1), nothing left out. It does
// not change; one that was not made by Parse permits nothing.
type Policy struct {
	UID         string
	Type        Type
	Profile     []string
	Conflict    Strategy
	InheritFrom []string
	// Timestamp is when an agreement was concluded, as the document states it.
	Timestamp string
	// Targets, Assigners and Assignees are those of the policy itself. All its rules have them too.
	Targets   []Entity
	Assigners []Entity
	Assignees []Entity
	// Permissions, Prohibitions and Obligations are in the order of the document.
	Permissions  []Rule
	Prohibitions []Rule
	Obligations  []Rule

	parsed bool
	// contradictions are those that hold in every world.
	contradictions []Conflict
}

// RuleType is the class of a rule.
type RuleType string

// The classes of rules. An obligation is a duty of the policy itself.
const (
	Permission  RuleType = "Permission"
	Prohibition RuleType = "Prohibition"
	Obligation  RuleType = "Obligation"
	Duty        RuleType = "Duty"
)

// Rule is a permission, prohibition, obligation or duty. An empty list of actions, targets or assignees matches everything; one of several must match.
type Rule struct {
	Type RuleType
	UID  string
	// Path is the state of the rule in its document, a JSON pointer.
	Path      string
	Actions   []Action
	Targets   []Entity
	Assigners []Entity
	Assignees []Entity
	// Functions are other parties of the rule by their function, for example compensatedParty, in the order of the document.
	Functions   []Function
	Constraints []Constraint
	// Duties are the conditions of a permission, Consequences those of a duty or obligation, Remedies those of a prohibition.
	Duties       []Rule
	Consequences []Rule
	Remedies     []Rule

	// ownAssigners and ownAssignees are how many of the parties are the rule's own; those of its policy follow.
	ownAssigners, ownAssignees int
	// place is the rule's place among the rules, in the form of a JSON pointer.
	place string
}

// Key names the rule in reports and in a World: its uid, or where it has none its place in the policy, for example /permission/0/duty/1.
func (r *Rule) Key() string {
	if r.UID != "" {
		return r.UID
	}
	return r.place
}

// CountsUses reports whether the rule depends on its uses so far, which a World then has to say.
func (r *Rule) CountsUses() bool {
	return slices.ContainsFunc(r.Constraints, func(c Constraint) bool { return c.counts() })
}

// Payee is the party that a duty names as the one to be compensated; where it names none, that is the assigner of what the duty belongs to.
func (r *Rule) Payee() (uid string, named bool) {
	for _, f := range r.Functions {
		if f.Name == "compensatedParty" || f.Name == "payeeParty" {
			return f.Party.UID, true
		}
	}
	return "", false
}

// Action is an action with what narrows it.
type Action struct {
	Name        string
	Refinements []Constraint
}

// Entity is an asset or a party, or a collection of them.
type Entity struct {
	UID string
	// Collection is true where the policy reports it; anything may turn out to be a collection in a World.
	Collection  bool
	Refinements []Constraint
}

// Function is a party with its function in a rule.
type Function struct {
	Name  string
	Party Entity
}

// Logic combines constraints; empty for an atomic constraint.
type Logic string

// The operands of logical constraints (section 2.5.2).
const (
	And         Logic = "and"
	Or          Logic = "or"
	Xone        Logic = "xone"
	AndSequence Logic = "andSequence"
)

// Constraint is an atomic comparison, or a combination of constraints where Logic is set.
type Constraint struct {
	UID   string
	Path  string
	Logic Logic
	// Operands are what Logic combines.
	Operands []Constraint

	Left     string
	Operator Operator
	Right    []Value
	// Reference is a right operand that would have to be fetched. It is never evaluated.
	Reference string
	Unit      string

	// variable names what the constraint is about, empty where that depends on its rule.
	variable string
	// kind is the left operand's.
	kind kind
	// texts are the right operands as reports show them.
	texts []string
	// ordered are the right operands of an ordered operand, read once; nil where one cannot be read.
	ordered []ordered
}

// Value is a right operand: its text in normal form, and the data type that the policy names.
type Value struct {
	Text     string
	DataType string
}

func visitRules(rules []Rule, visit func(*Rule)) {
	for i := range rules {
		visit(&rules[i])
		visitRules(rules[i].Duties, visit)
		visitRules(rules[i].Consequences, visit)
		visitRules(rules[i].Remedies, visit)
	}
}

// everyRule visits the policy's rules and all rules below them, in order.
func (policy *Policy) everyRule(visit func(*Rule)) {
	visitRules(policy.Permissions, visit)
	visitRules(policy.Prohibitions, visit)
	visitRules(policy.Obligations, visit)
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

// weigh is how much there is to compare in the constraint: itself, its values and what it combines.
func (c *Constraint) weigh() int {
	weight := 1 + len(c.Right)
	for i := range c.Operands {
		weight += c.Operands[i].weigh()
	}
	return weight
}

// weighAll is the weight of several constraints.
func weighAll(constraints []*Constraint) (weight int) {
	for _, c := range constraints {
		weight += c.weigh()
	}
	return weight
}

// weighParts is the weight of the rule's actions and entities with their refinements.
func (r *Rule) weighParts() int {
	weight := len(r.Actions) + len(r.Targets) + len(r.Assigners) + len(r.Assignees)
	r.everyRefinement(func(list []Constraint) {
		for i := range list {
			weight += list[i].weigh()
		}
	})
	return weight
}

// weigh is the weight of a rule with all that is below it.
func weigh(r *Rule) int {
	weight := 1 + r.weighParts()
	for i := range r.Constraints {
		weight += r.Constraints[i].weigh()
	}
	for _, below := range [][]Rule{r.Duties, r.Consequences, r.Remedies} {
		for i := range below {
			weight += weigh(&below[i])
		}
	}
	return weight
}

// weigh is the weight of a policy with all its rules.
func (policy *Policy) weigh() (weight int) {
	for _, rules := range [][]Rule{policy.Permissions, policy.Prohibitions, policy.Obligations} {
		for i := range rules {
			weight += weigh(&rules[i])
		}
	}
	return weight
}
