package odrl

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

// kind says how the values of a left operand are read and compared.
type kind int

const (
	identifier kind = iota // equal or not; within each other by the hierarchies of a World
	tag                    // a language tag (BCP 47), within another by its subtags
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
