// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"slices"
	"strconv"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

const (
	// maxRules bounds the rules of a policy, duties included.
	maxRules = 200
	// maxConstraints bounds the constraints and refinements of a policy.
	maxConstraints = 2_000
	// maxValues bounds every other list.
	maxValues = 200
)

// policyParser counts what bounds a policy.
type policyParser struct {
	*parser
	rules, constraints int
	// asWritten leaves values as they are: a request and a world say them, and reports repeat them.
	asWritten bool
}

// Parse reads a policy from JSON-LD in compact form: the contexts of ODRL 2.2 and of DSP 2025-1, names bare, with the prefix odrl: or as full IRIs. It
// returns what it would have had to ignore as findings of level Syntax, all of them; a policy with one permits nothing. Parse does not ask whether the
// policy is valid (see Validate): rules may lack what an offer must have.
func Parse(text []byte) (Policy, []Finding) { return ParseWithin(text, budget.New()) }

// ParseWithin is Parse within a budget of steps. Anything that takes more is found to be TooComplex.
func ParseWithin(text []byte, steps *budget.Steps) (Policy, []Finding) {
	found := &findings{steps: steps}
	root, ok := read(text, found)
	if !ok {
		return Policy{}, found.all()
	}
	policy := (&policyParser{parser: &parser{findings: found}}).policy(root)
	if len(found.list) == 0 {
		policy.finish(found)
	}
	return policy, found.all()
}

// Completed is the policy after more was filled in, ready to be evaluated: as if it had been written and read again.
func (policy Policy) Completed(steps *budget.Steps) Policy {
	policy.parsed = false
	policy.finish(&findings{steps: steps})
	return policy
}

// finish makes a policy that has no findings ready to be evaluated.
func (policy *Policy) finish(found *findings) {
	policy.contradictions = contradictions(policy, found.steps)
	policy.parsed = !found.exhausted()
}

func (p *policyParser) policy(n node) Policy {
	f := p.open(n)
	policy := Policy{UID: f.uid(), Type: p.class(&f), Profile: f.ids("profile"), InheritFrom: f.ids("inheritFrom"), Conflict: p.strategy(&f)}
	policy.Timestamp = p.timestamp(&f)
	shared := Rule{Actions: p.actions(&f), Targets: p.entities(&f, "target"), Assigners: p.entities(&f, "assigner"), Assignees: p.entities(&f, "assignee")}
	policy.Targets, policy.Assigners, policy.Assignees = shared.Targets, shared.Assigners, shared.Assignees
	policy.Permissions = p.rulesOf(&f, "permission", Permission, "", &shared)
	policy.Prohibitions = p.rulesOf(&f, "prohibition", Prohibition, "", &shared)
	policy.Obligations = p.rulesOf(&f, "obligation", Obligation, "", &shared)
	f.done()
	policy.hoist()
	return policy
}

func (p *policyParser) timestamp(f *fields) string {
	n, ok := f.take("timestamp")
	if !ok {
		return ""
	}
	value, _ := p.value(n, leftDateTime, "")
	return value.Text
}

// class reads the policy's class.
func (p *policyParser) class(f *fields) Type {
	n, ok := f.take("type")
	if !ok {
		return Set
	}
	class := Type(p.identifier(n))
	switch class {
	case Set, Offer, Agreement:
		return class
	case "Policy", "": // a Policy is a Set (section 2.1); an unreadable one was found
		return Set
	default:
		p.addf(Syntax, InvalidTerm, n.path, "expected Set, Offer or Agreement")
		return Set
	}
}

func (p *policyParser) strategy(f *fields) Strategy {
	n, ok := f.take("conflict")
	if !ok {
		return Invalidate
	}
	strategy := Strategy(p.identifier(n))
	if !slices.Contains([]Strategy{PreferPermissions, PreferProhibitions, Invalidate}, strategy) {
		p.addf(Syntax, InvalidTerm, n.path, "expected perm, prohibit or invalid")
	}
	return strategy
}

// rulesOf reads a member that is a rule or a list of rules. Rules without a uid are named by their place below parent.
func (p *policyParser) rulesOf(f *fields, member string, kind RuleType, parent string, shared *Rule) (rules []Rule) {
	n, ok := f.take(member)
	if !ok {
		return nil
	}
	for i, item := range p.list(n) {
		if p.rules++; p.rules > maxRules {
			p.addf(Syntax, TooMany, item.path, "more than %d rules", maxRules)
			return rules
		}
		rules = append(rules, p.rule(item, kind, parent+"/"+member+"/"+strconv.Itoa(i), shared))
	}
	return rules
}

func (p *policyParser) rule(n node, kind RuleType, place string, shared *Rule) Rule {
	rule := Rule{Type: kind, Path: n.path, place: place}
	f, ok := p.fields(n)
	if !ok {
		return rule
	}
	rule.UID = f.uid()
	p.ruleClass(&f, kind)
	rule.Actions = p.actions(&f)
	rule.Targets = p.entities(&f, "target")
	rule.Assigners = p.entities(&f, "assigner")
	rule.Assignees = p.entities(&f, "assignee")
	for _, function := range functions {
		for _, party := range p.entities(&f, function) {
			rule.Functions = append(rule.Functions, Function{function, party})
		}
	}
	rule.Constraints = p.constraintsOf(&f, "constraint")
	if kind == Permission {
		rule.Duties = p.rulesOf(&f, "duty", Duty, place, nil)
	}
	if kind == Duty || kind == Obligation {
		rule.Consequences = p.rulesOf(&f, "consequence", Duty, place, nil)
	}
	if kind == Prohibition {
		rule.Remedies = p.rulesOf(&f, "remedy", Duty, place, nil)
	}
	f.done()
	if shared != nil && p.steps.Spend(perShared*shared.weighParts()) {
		rule.add(*shared)
	}
	return rule
}

// perShared is what it takes to handle once more what all rules of a compact policy share: each rule is written and read again with it.
const perShared = 20

// add gives the rule what a compact policy has once for all its rules (section 2.7.1).
func (r *Rule) add(shared Rule) {
	r.ownAssigners, r.ownAssignees = len(r.Assigners), len(r.Assignees)
	r.Actions = slices.Concat(r.Actions, shared.Actions)
	r.Targets = slices.Concat(r.Targets, shared.Targets)
	r.Assigners = slices.Concat(r.Assigners, shared.Assigners)
	r.Assignees = slices.Concat(r.Assignees, shared.Assignees)
}

// ruleClass refuses a rule that states that it is of another class than where it is.
func (p *policyParser) ruleClass(f *fields, kind RuleType) {
	class := RuleType(f.id("type"))
	if class == "" || class == kind || class == "Rule" || class == Duty && kind == Obligation {
		return
	}
	p.addf(Syntax, InvalidTerm, f.path, "a %s stands where a %s is expected", class, kind)
}

// actions reads the member action: names, or objects with a name and refinements, one or several.
func (p *policyParser) actions(f *fields) (actions []Action) {
	n, ok := f.take("action")
	if !ok {
		return nil
	}
	for _, item := range p.bounded(n) {
		if action := p.action(item); action.Name != "" {
			actions = append(actions, action)
		}
	}
	return actions
}

// action reads {"rdf:value": {"@id": NAME}, "refinement": [...]}, as section 2.5.4 of the Information Model writes it, or a name.
func (p *policyParser) action(n node) Action {
	if n.kind != '{' || len(n.items) == 1 && n.items[0].name == "@id" {
		return Action{Name: p.identifier(n)}
	}
	f, _ := p.fields(n)
	var name string
	for _, member := range []string{"rdf:value", "value"} {
		if f.has(member) {
			name = f.id(member)
			f.take("uid") // names this use of the action; nothing refers to it
			break
		}
	}
	if name == "" && f.has("uid") {
		name = f.id("uid")
	}
	if class := f.id("type"); class != "" && class != "Action" {
		p.addf(Syntax, InvalidTerm, n.path, "a %s stands where an action is expected", class)
	}
	action := Action{Name: name, Refinements: p.constraintsOf(&f, "refinement")}
	f.done()
	if name == "" {
		p.addf(Syntax, MissingMember, n.path, "an action needs rdf:value, its name")
	}
	return action
}

// entityClasses are the classes that an asset or a party may say it has; true for collections.
var entityClasses = map[string]bool{
	"": false, "Asset": false, "Party": false, "AssetCollection": true, "PartyCollection": true, "Dataset": false, "dcat:Dataset": false,
	"vcard:Individual": false, "vcard:Organization": false, "vcard:Group": true, "foaf:Agent": false, "foaf:Person": false, "foaf:Organization": false,
}

// entities reads a member that is an asset or a party, or several.
func (p *policyParser) entities(f *fields, member string) (entities []Entity) {
	n, ok := f.take(member)
	if !ok {
		return nil
	}
	for _, item := range p.bounded(n) {
		if entity := p.entity(item); entity.UID != "" {
			entities = append(entities, entity)
		}
	}
	return entities
}

// entity reads a name, or an object with a uid; a collection without one is named by its source (sections 2.2.3 and 2.3.3).
func (p *policyParser) entity(n node) Entity {
	if n.kind != '{' || len(n.items) == 1 {
		return Entity{UID: p.identifier(n)}
	}
	f, _ := p.fields(n)
	entity := Entity{UID: f.uid()}
	if source := f.id("source"); source != "" {
		entity.Collection = true
		if entity.UID == "" { // the uid names the collection, the source describes where its members are described
			entity.UID = source
		}
	}
	for _, class := range f.ids("type") {
		isCollection, known := entityClasses[class]
		if !known {
			p.addf(Syntax, InvalidTerm, n.path, "%s is not a class of assets or parties that is known here", class)
		}
		entity.Collection = entity.Collection || isCollection
	}
	entity.Refinements = p.constraintsOf(&f, "refinement")
	f.describe()
	f.done()
	if entity.UID == "" {
		p.addf(Syntax, MissingMember, n.path, "needs a uid, or the source of a collection")
	}
	return entity
}

// describe takes what only describes an asset or a party, as the Information Model's examples do with vCard.
func (f *fields) describe() {
	for i := range f.members {
		name := f.members[i].name
		if strings.HasPrefix(name, "vcard:") || strings.HasPrefix(name, "foaf:") || strings.HasPrefix(name, "schema:") {
			f.members[i].taken = true
		}
	}
}

// bounded is list with a bound.
func (p *policyParser) bounded(n node) []node {
	items := p.list(n)
	if len(items) > maxValues {
		p.addf(Syntax, TooMany, n.path, "%d values, at most %d are read", len(items), maxValues)
		items = items[:maxValues]
	}
	return slices.Clip(items)
}
