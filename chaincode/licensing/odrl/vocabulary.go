// SPDX-License-Identifier: Apache-2.0

package odrl

import "strings"

// Operator compares the value of a left operand with a right operand.
type Operator string

// The operators of ODRL 2.2.
const (
	Eq       Operator = "eq"
	Neq      Operator = "neq"
	Gt       Operator = "gt"
	Gteq     Operator = "gteq"
	Lt       Operator = "lt"
	Lteq     Operator = "lteq"
	IsA      Operator = "isA"
	HasPart  Operator = "hasPart"
	IsPartOf Operator = "isPartOf"
	IsAllOf  Operator = "isAllOf"
	IsAnyOf  Operator = "isAnyOf"
	IsNoneOf Operator = "isNoneOf"
)

var (
	comparing = []Operator{Eq, Neq, Gt, Gteq, Lt, Lteq}
	choosing  = []Operator{Eq, Neq, IsAnyOf, IsNoneOf}
	relating  = []Operator{Eq, Neq, IsA, HasPart, IsPartOf, IsAllOf, IsAnyOf, IsNoneOf}
	operators = append([]Operator{Gt, Gteq, Lt, Lteq}, relating...)
)

// kind describes how the values of a left operand are read and compared.
type kind int

const (
	identifier kind = iota // equal or not; within each other by the hierarchies of a World.
	tag                    // a language tag (BCP 47), within another by its subtags.
	instant                // xsd:date or xsd:dateTime
	period                 // xsd:duration
	decimal                // xsd:decimal
	integer                // xsd:integer
	release                // a version: numbers with points
	weekday                // Monday to Sunday
)

// operand is a left operand of the profile.
type operand struct {
	kind      kind
	operators []Operator
	// unit is true where the right operand may have a unit.
	unit bool
	// variable is the operand with whose value this one is compared, where it has another name.
	variable string
	// state is true where the World supplies the value, and not the request.
	state bool
}

const (
	leftDateTime     = "dateTime"
	leftDayOfWeek    = "dayOfWeek"
	leftElapsedTime  = "elapsedTime"
	leftDelayPeriod  = "delayPeriod"
	leftTimeInterval = "timeInterval"
	leftCount        = "count"
	leftPurpose      = "purpose"
	leftRecipient    = "recipient"
	leftSpatial      = "spatial"
	leftPercentage   = "percentage"
	sinceFinalized   = "sinceFinalized"
	// leftVerified is the project's own: the claims of the request that a credential verifies.
	leftVerified = "smartb:verified"
)

// operands are the left operands of the profile.
var operands = map[string]operand{
	leftDateTime:      {kind: instant, operators: comparing, state: true},
	leftDayOfWeek:     {kind: weekday, operators: choosing, state: true},
	leftElapsedTime:   {kind: period, operators: []Operator{Eq, Lt, Lteq}, variable: sinceFinalized, state: true},
	leftDelayPeriod:   {kind: period, operators: []Operator{Eq, Gt, Gteq}, variable: sinceFinalized, state: true},
	leftTimeInterval:  {kind: period, operators: []Operator{Eq, Gt, Gteq}, state: true},
	leftCount:         {kind: integer, operators: []Operator{Lt, Lteq}, state: true},
	leftPurpose:       {kind: identifier, operators: relating},
	leftRecipient:     {kind: identifier, operators: relating},
	leftSpatial:       {kind: identifier, operators: relating},
	"industry":        {kind: identifier, operators: relating},
	"product":         {kind: identifier, operators: relating},
	"event":           {kind: identifier, operators: relating},
	"deliveryChannel": {kind: identifier, operators: relating},
	"language":        {kind: tag, operators: relating},
	"version":         {kind: release, operators: comparing},
	"payAmount":       {kind: decimal, operators: comparing, unit: true},
	leftPercentage:    {kind: decimal, operators: comparing},
	leftVerified:      {kind: identifier, operators: []Operator{Eq, IsAnyOf, IsAllOf}, state: true},
	"resolution":      {kind: decimal, operators: comparing, unit: true},
}

// operandNames are other names of operands: W3C's formal semantics uses the day of the week with a name of its own.
var operandNames = map[string]string{"ex:dayOfWeek": leftDayOfWeek, "http://example.com/ns#dayOfWeek": leftDayOfWeek, "smartb:dayOfWeek": leftDayOfWeek}

// functions are the party functions of ODRL's common vocabulary besides assigner and assignee.
var functions = []string{
	"attributedParty", "attributingParty", "compensatedParty", "compensatingParty", "consentedParty", "consentingParty", "contractedParty", "contractingParty",
	"informedParty", "informingParty", "trackedParty", "trackingParty", "payeeParty",
}

// annotations are members that describe and change nothing.
var annotations = []string{
	"description", "title", "label", "comment", "note", "rdfs:label", "rdfs:comment", "skos:prefLabel", "skos:definition", "skos:note", "schema:name",
	"schema:description", "dct:title", "dct:description", "dct:creator", "dct:publisher", "dct:issued", "dct:created", "dct:modified", "dct:source",
	"dc11:title", "dc11:description", "dc11:creator", "dc11:publisher", "dc11:date", "dc11:identifier", "dc11:source", "dc11:rights",
	"dct:rights", "dct:rightsHolder", "dct:conformsTo", "rdfs:seeAlso",
	"dct:isReplacedBy", "dct:replaces", "dct:identifier", "dct:license", "dct:coverage", "dct:subject",
}

// maxID bounds an identifier.
const maxID = 500

const odrlPrefix = "odrl"

// prefixes are the namespaces whose full IRIs are written with a prefix, so that one thing has one name. A namespace of ODRL itself has none: its terms
// are bare.
var prefixes = []struct{ prefix, namespace string }{
	{odrlPrefix, "http://www.w3.org/ns/odrl/2/"},
	{odrlPrefix, "https://www.w3.org/ns/odrl/2/"},
	{"cc", "http://creativecommons.org/ns#"},
	{"cc", "https://creativecommons.org/ns#"},
	{"dpv", "https://w3id.org/dpv#"},
	{"dpv", "https://w3id.org/dpv/owl#"},
	{"dpv", "https://www.w3.org/ns/dpv#"},
	{"dpv", "http://www.w3.org/ns/dpv#"},
	{"dct", "http://purl.org/dc/terms/"},
	{"dc11", "http://purl.org/dc/elements/1.1/"},
	{"ldr", "http://purl.org/NET/ldr/ns#"},
	{"dcat", "http://www.w3.org/ns/dcat#"},
	{"vcard", "http://www.w3.org/2006/vcard/ns#"},
	{"foaf", "http://xmlns.com/foaf/0.1/"},
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"skos", "http://www.w3.org/2004/02/skos/core#"},
	{"schema", "https://schema.org/"},
	{"schema", "http://schema.org/"},
	{"dbr", "http://dbpedia.org/resource/"},
	{"dbr", "https://dbpedia.org/resource/"},
	{"report", "https://w3id.org/force/compliance-report#"},
	{"sotw", "https://w3id.org/force/sotw#"},
}

// aliases are other prefixes in use for the same namespaces.
var aliases = map[string]string{"dcterms": "dct", "dc": "dct", "xs": "xsd", "sdo": "schema"}

// vocabulary resolves the names of one document by its @context.
type vocabulary struct {
	// declared are the prefixes that the document's @context declares, with their namespaces.
	declared map[string]string
}

// name returns the normal form of a name: a term of ODRL bare ("use"), others with the known prefix ("dpv:Marketing"),
// everything else as it is. Anything that is equal after it is the same thing, whatever prefixes a document uses.
func (v vocabulary) name(text string) string {
	prefix, local, ok := strings.Cut(text, ":")
	if !ok || strings.HasPrefix(local, "//") && v.declared[prefix] == "" {
		return compact(text)
	}
	if namespace, declared := v.declared[prefix]; declared {
		return compact(namespace + local)
	}
	if known, isAlias := aliases[prefix]; isAlias {
		prefix = known
	}
	if prefix == odrlPrefix {
		return local
	}
	for _, p := range prefixes {
		if p.prefix == prefix {
			return prefix + ":" + local
		}
	}
	return text
}

// compact writes a full IRI with its known prefix.
func compact(iri string) string {
	for _, p := range prefixes {
		if local, ok := strings.CutPrefix(iri, p.namespace); ok && local != "" {
			if p.prefix == odrlPrefix {
				return local
			}
			return p.prefix + ":" + local
		}
	}
	return iri
}

// isID reports whether a text can identify something: printable ASCII without spaces, as a URI is (RFC 3986). Identifiers are compared byte by byte, and
// what looks the same must be the same, so invisible and look-alike characters are refused.
func isID(text string) bool {
	if text == "" || len(text) > maxID {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	return true
}

// isBlank reports whether a name is the label of a blank node. It names something within its document only: two documents
// that use the same label do not mean the same.
func isBlank(name string) bool { return strings.HasPrefix(name, "_:") }

// broaderAction is the tree of actions of the ODRL Common Vocabulary 2.2 (property includedIn), with the actions of Creative Commons. Deprecated actions
// are below the one that replaces them (skos:exactMatch), as write below modify.
var broaderAction = map[string]string{
	"use": "", "transfer": "",
	"give": "transfer", "sell": "transfer",

	"acceptTracking": "use", "aggregate": "use", "annotate": "use", "anonymize": "use", "archive": "use", "attribute": "use", "compensate": "use",
	"concurrentUse": "use", "delete": "use", "derive": "use", "digitize": "use", "distribute": "use", "ensureExclusivity": "use", "execute": "use",
	"grantUse": "use", "include": "use", "index": "use", "inform": "use", "install": "use", "modify": "use", "move": "use", "nextPolicy": "use",
	"obtainConsent": "use", "play": "use", "present": "use", "print": "use", "read": "use", "reproduce": "use", "reviewPolicy": "use", "stream": "use",
	"synchronize": "use", "textToSpeech": "use", "transform": "use", "translate": "use", "uninstall": "use", "watermark": "use",
	"display": "play", "extract": "reproduce",

	"cc:Attribution": "use", "cc:CommercialUse": "use", "cc:DerivativeWorks": "use", "cc:Distribution": "use", "cc:Notice": "use", "cc:Reproduction": "use",
	"cc:ShareAlike": "use", "cc:Sharing": "use", "cc:SourceCode": "use",

	"ldr:extraction": "extract", "ldr:reutilization": "distribute",

	"append": "modify", "appendTo": "modify", "write": "modify", "writeTo": "modify", "copy": "reproduce", "export": "transform", "license": "grantUse",
	"pay": "compensate", "attachPolicy": "cc:Notice", "attachSource": "cc:SourceCode", "commercialize": "cc:CommercialUse", "share": "cc:Sharing",
	"shareAlike": "cc:ShareAlike",
}

// isAction reports whether the action is one of the vocabulary.
func isAction(name string) bool {
	_, known := broaderAction[name]
	return known
}

// includes reports whether performing the action is performing the broad one too.
func includes(broad, action string) bool {
	for action != "" {
		if action == broad {
			return true
		}
		action = broaderAction[action]
	}
	return false
}

// overlapping reports whether some action is both. Actions form a forest, so one must include the other.
func overlapping(a, b string) bool { return includes(a, b) || includes(b, a) }
