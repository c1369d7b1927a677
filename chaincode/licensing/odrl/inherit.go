// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Resolver finds the policy of a uid, as Parse made it.
type Resolver func(uid string) (Policy, bool)

// Flatten returns the policy with the rules of all policies that it inherits from, directly or not, after its own
// (section 2.9). Without inheritFrom: anything that is agreed to must not change with a parent. Anything that the
// policy has for all its rules the inherited ones have too. Parents that are missing, cyclic or of another conflict
// strategy are findings of level ODRL.
func Flatten(policy Policy, resolve Resolver) (Policy, []Finding) {
	return FlattenWithin(policy, budget.New(), resolve)
}

// FlattenWithin is Flatten within a budget of steps. A policy that inherits nothing stays as it is.
func FlattenWithin(policy Policy, steps *budget.Steps, resolve Resolver) (Policy, []Finding) {
	if len(policy.InheritFrom) == 0 {
		return policy, nil
	}
	f := flattener{findings: &findings{steps: steps}, resolve: resolve, result: policy}
	f.result.Permissions = slices.Clone(policy.Permissions)
	f.result.Prohibitions = slices.Clone(policy.Prohibitions)
	f.result.Obligations = slices.Clone(policy.Obligations)
	f.inherit(&policy, []string{policy.UID})
	f.result.InheritFrom = nil
	f.result.parsed = policy.parsed && len(f.list) == 0
	if f.result.parsed {
		f.result.replace()
		f.result.finish(f.findings)
	}
	return f.result, f.all()
}

// maxAncestors bounds the policies that one inherits from.
const maxAncestors = 20

type flattener struct {
	*findings
	resolve Resolver
	result  Policy
	taken   []string
}

// inherit takes the rules of the policy's parents; line are the policies between it and the first child.
func (f *flattener) inherit(policy *Policy, line []string) {
	for i, uid := range policy.InheritFrom {
		path := "/inheritFrom/" + strconv.Itoa(i)
		if len(line) > 1 {
			path = "/inheritFrom" // of an ancestor: the document at hand only describes where it begins
		}
		parent, ok := f.parent(uid, path, line)
		if !ok {
			continue
		}
		f.taken = append(f.taken, uid)
		f.result.Permissions = f.take(f.result.Permissions, parent.Permissions)
		f.result.Prohibitions = f.take(f.result.Prohibitions, parent.Prohibitions)
		f.result.Obligations = f.take(f.result.Obligations, parent.Obligations)
		for _, profile := range parent.Profile {
			if !slices.Contains(f.result.Profile, profile) {
				f.result.Profile = append(slices.Clip(f.result.Profile), profile)
			}
		}
		f.inherit(&parent, append(slices.Clip(line), uid))
	}
}

// take adds a parent's rules.
func (f *flattener) take(rules, inherited []Rule) []Rule {
	if len(rules)+len(inherited) > maxRules {
		f.addf(ODRL, TooMany, "/inheritFrom", "more than %d rules of a kind", maxRules)
		return rules
	}
	for _, rule := range inherited {
		rule.add(Rule{Targets: f.result.Targets, Assigners: f.result.Assigners, Assignees: f.result.Assignees})
		rules = append(rules, rule)
	}
	return rules
}

// parent finds a parent that can be inherited from and was not yet.
func (f *flattener) parent(uid, path string, line []string) (parent Policy, ok bool) {
	if slices.Contains(line, uid) {
		f.addf(ODRL, InheritanceCycle, path, "%s inherits from itself", uid)
		return parent, false
	}
	if slices.Contains(f.taken, uid) { // inherited on another way
		return parent, false
	}
	if len(f.taken) >= maxAncestors {
		f.addf(ODRL, TooMany, path, "more than %d policies to inherit from", maxAncestors)
		return parent, false
	}
	parent, ok = f.resolve(uid)
	switch {
	case !ok || !parent.parsed:
		f.addf(ODRL, MissingMember, path, "%s is not known", uid)
		return parent, false
	case parent.Conflict != f.result.Conflict:
		f.addf(ODRL, Ambiguous, path, "%s has the conflict strategy %s, not %s", uid, parent.Conflict, f.result.Conflict)
		return parent, false
	}
	return parent, true
}

// replace gives rules their places in the policy that now has them.
func (policy *Policy) replace() {
	for _, list := range []struct {
		member string
		rules  []Rule
	}{{"/permission/", policy.Permissions}, {"/prohibition/", policy.Prohibitions}, {"/obligation/", policy.Obligations}} {
		for i := range list.rules {
			list.rules[i] = list.rules[i].at(list.member + strconv.Itoa(i))
		}
	}
}

// at is the rule at another place, with all that depends on it.
func (r Rule) at(place string) Rule {
	r.place = place
	r.Duties, r.Consequences, r.Remedies = below(r.Duties, place+"/duty/"), below(r.Consequences, place+"/consequence/"), below(r.Remedies, place+"/remedy/")
	return r
}

func below(rules []Rule, place string) []Rule {
	moved := make([]Rule, len(rules))
	for i := range rules {
		moved[i] = rules[i].at(place + strconv.Itoa(i))
	}
	return moved
}
