// SPDX-License-Identifier: Apache-2.0

package odrl

// The vocabulary of reports is that of the compliance report model (https://w3id.org/force/compliance-report) and of W3C's ODRL formal semantics.

// ActivationState reports whether a rule is in effect for a request.
type ActivationState string

// The activation states.
const (
	Active   ActivationState = "Active"
	Inactive ActivationState = "Inactive"
)

// ControlState describes what a permission means for the request: an active one denies what its refinements do not
// cover.
type ControlState string

// The control states.
const (
	Permit ControlState = "Permit"
	Deny   ControlState = "Deny"
)

// DeonticState is the state of a duty, obligation or prohibition. That of an active prohibition is Violated where doing
// what is requested would break it, and NotSet where a refinement takes the request out of it.
type DeonticState string

// The deontic states; NotSet is also the zero value's meaning.
const (
	NotSet    DeonticState = "NonSet"
	Fulfilled DeonticState = "Fulfilled"
	Violated  DeonticState = "Violated"
)

// SatisfactionState is the truth of a constraint.
type SatisfactionState string

// The satisfaction states.
const (
	Satisfied   SatisfactionState = "Satisfied"
	Unsatisfied SatisfactionState = "Unsatisfied"
	Unknown     SatisfactionState = "Unknown"
)

// Void explains why a policy permits nothing at all, whatever its rules say.
type Void string

// The reasons; the empty one where the policy has effect.
const (
	// VoidContradiction is a permission and a prohibition of the same under the strategy invalid.
	VoidContradiction Void = "CONTRADICTION"
	// VoidOffer is an offer that nobody agreed to.
	VoidOffer Void = "OFFER"
	// VoidUnread is a policy that Parse did not make, or found at fault.
	VoidUnread Void = "UNREAD"
	// VoidTooComplex is a policy whose evaluation takes more steps than there are.
	VoidTooComplex Void = "TOO_COMPLEX"
)

// Report is the compliance report of one request. It has no times and no maps, so the same input gives the same bytes.
type Report struct {
	Policy string `json:"policy,omitempty"`
	Permit bool   `json:"permit"`
	Void   Void   `json:"void,omitempty"`
	// Rules are those of the policy in its order: permissions, prohibitions, obligations.
	Rules []RuleReport `json:"rules"`
}

// RuleReport describes what a rule means for the request.
type RuleReport struct {
	UID             string          `json:"uid"`
	Type            RuleType        `json:"type"`
	ActivationState ActivationState `json:"activationState"`
	// ControlState is of permissions, DeonticState of all other rules.
	ControlState ControlState `json:"controlState,omitempty"`
	DeonticState DeonticState `json:"deonticState,omitempty"`
	// Mismatch names what of action, target and assignee is not the request's.
	Mismatch    []string           `json:"mismatch,omitempty"`
	Constraints []ConstraintReport `json:"constraints,omitempty"`
	// Refinements are those of the action, target and assignee that match.
	Refinements  []ConstraintReport `json:"refinements,omitempty"`
	Duties       []RuleReport       `json:"duties,omitempty"`
	Consequences []RuleReport       `json:"consequences,omitempty"`
	Remedies     []RuleReport       `json:"remedies,omitempty"`
}

// DemandsVerified reports whether a claim that is not verified keeps the rule from permitting, or from not forbidding.
func (r RuleReport) DemandsVerified() bool {
	return len(r.Mismatch) == 0 && (demandsVerified(r.Constraints) || demandsVerified(r.Refinements))
}

func demandsVerified(constraints []ConstraintReport) bool {
	for _, c := range constraints {
		if c.LeftOperand == leftVerified && c.SatisfactionState != Satisfied || demandsVerified(c.Operands) {
			return true
		}
	}
	return false
}

// ConstraintReport reports whether a constraint holds, and by which value.
type ConstraintReport struct {
	UID         string   `json:"uid,omitempty"`
	Logic       Logic    `json:"logic,omitempty"`
	LeftOperand string   `json:"leftOperand,omitempty"`
	Operator    Operator `json:"operator,omitempty"`
	// RightOperand is the policy's in normal form, LeftValue as the request or the world supplies it; none is unknown.
	RightOperand      []string           `json:"rightOperand,omitempty"`
	LeftValue         []string           `json:"leftValue,omitempty"`
	SatisfactionState SatisfactionState  `json:"satisfactionState"`
	Operands          []ConstraintReport `json:"operands,omitempty"`
}

// satisfaction is a truth in the words of a report.
func (t truth) satisfaction() SatisfactionState {
	return [...]SatisfactionState{Unsatisfied, Unknown, Satisfied}[t+1]
}

// truth is a value of Kleene's three-valued logic. Anything that is not known fails closed: it leaves a permission
// inactive and a prohibition or duty active.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// exactlyOne is xone: true where one is true and all others are false.
func exactlyOne(truths []truth) truth {
	trues, unknowns := 0, 0
	for _, t := range truths {
		switch t {
		case yes:
			trues++
		case unknown:
			unknowns++
		}
	}
	switch {
	case trues > 1, trues == 0 && unknowns == 0:
		return no
	case unknowns > 0:
		return unknown
	default:
		return yes
	}
}

// combine is the truth of a logical constraint. andSequence is an and here: all its parts are asked of the same moment, so their order decides nothing.
func (logic Logic) combine(truths []truth) truth {
	switch logic {
	case Xone:
		return exactlyOne(truths)
	case Or:
		result := no
		for _, t := range truths {
			result = max(result, t)
		}
		return result
	default:
		result := yes
		for _, t := range truths {
			result = min(result, t)
		}
		return result
	}
}
