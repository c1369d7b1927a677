package odrl

import (
	"slices"
	"strings"
)

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
		if entity.UID == "" { // the uid names the collection, the source says where its members are described
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
