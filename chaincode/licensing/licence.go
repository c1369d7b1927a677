package licensing

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// LicenceState is where a licence stands.
type LicenceState string

// The states. NotInForce is before the negotiation is finalized; Expired is derived from the policy and never written.
const (
	NotInForce LicenceState = "NOT_IN_FORCE"
	Active     LicenceState = "ACTIVE"
	Suspended  LicenceState = "SUSPENDED"
	Retired    LicenceState = "RETIRED"
	Superseded LicenceState = "SUPERSEDED"
	Expired    LicenceState = "EXPIRED"
)

// Ending is one side's own word on a licence. Each side has a key of its own, which only its organisation's peer can change once it exists: nobody can
// veto an end, and nobody can end in another's name. The word of a side that is no organisation rests on the stored statement.
type Ending struct {
	Schema      int          `json:"schema"`
	AgreementID string       `json:"agreementId"`
	Side        Side         `json:"side"`
	State       LicenceState `json:"state"`
	By          string       `json:"by"`
	At          time.Time    `json:"at"`
	TxID        string       `json:"txId"`
	End
	// SupersededBy is the licence that replaces this one.
	SupersededBy string `json:"supersededBy,omitempty"`
	Proof        string `json:"proof,omitempty"`
}

// Endings are the two sides' words when the licence begins: nothing ended.
func (a Agreement) Endings(act Act) (provider, consumer Ending) {
	begin := Ending{Schema: SchemaVersion, AgreementID: a.AgreementID, State: Active, At: act.At, TxID: act.TxID}
	provider, consumer = begin, begin
	provider.Side, provider.By = Provider, a.Assigner
	consumer.Side, consumer.By = Consumer, a.Assignee
	return provider, consumer
}

// Licence is an agreement with all that decides whether it is in force.
type Licence struct {
	Agreement
	// InForce is nil before the negotiation is finalized.
	InForce            *InForce
	Provider, Consumer Ending
	// Granted is true where the owner's grants fit the agreement and its coming into force.
	Granted bool
	Dataset Dataset
	// Terms is the agreement's policy, read.
	Terms odrl.Policy
}

// State is the effective state at the time.
func (l Licence) State(now time.Time) LicenceState {
	for _, state := range []LicenceState{Retired, Superseded} {
		if l.Provider.State == state || l.Consumer.State == state {
			return state
		}
	}
	switch end := l.End(); {
	case l.InForce == nil:
		return NotInForce
	case !end.IsZero() && !now.Before(end):
		return Expired
	case l.Provider.State == Suspended:
		return Suspended
	}
	return Active
}

// End is when the last permission ends by its date; the zero time where one has no end.
func (l Licence) End() (last time.Time) {
	for i := range l.Terms.Permissions {
		end, limited := l.Terms.Permissions[i].Until()
		if !limited {
			return time.Time{}
		}
		if end.After(last) {
			last = end
		}
	}
	return last
}

// own is the side's own ending.
func (l Licence) own(act Act) (Ending, error) {
	switch act.By {
	case l.Assigner:
		return l.Provider, nil
	case l.Assignee:
		return l.Consumer, nil
	}
	return Ending{}, fault.New(fault.Forbidden, "%s is no side of licence %s", act.By, l.AgreementID)
}

// RetireAgreementRequest ends a licence for good, by either side alone.
type RetireAgreementRequest struct {
	AgreementID string `json:"agreementId"`
	End
}

// Validate checks the request by itself.
func (r RetireAgreementRequest) Validate() error {
	return request.All(request.ID("agreementId", r.AgreementID), r.check())
}

// Retire is the side's last word.
func (r RetireAgreementRequest) Retire(l Licence, act Act) (Ending, error) {
	return l.say(act, []LicenceState{NotInForce, Active, Suspended, Expired}, Retired, r.End)
}

// say moves the side's own ending where the licence's effective state allows it.
func (l Licence) say(act Act, from []LicenceState, to LicenceState, why End) (Ending, error) {
	own, err := l.own(act)
	if err != nil {
		return own, err
	}
	state := l.State(act.At)
	for _, allowed := range from {
		if allowed == state {
			return Ending{
				Schema: SchemaVersion, AgreementID: l.AgreementID, Side: own.Side, State: to, By: act.By, At: act.At, TxID: act.TxID, End: why, Proof: act.Proof,
			}, nil
		}
	}
	return own, fault.New(fault.IllegalTransition, "the %s cannot move licence %s from %s to %s", own.Side, l.AgreementID, state, to).
		With("from", string(state)).With("to", string(to)).With("actor", string(own.Side))
}

// SuspendAgreementRequest suspends a licence, by its assigner.
type SuspendAgreementRequest struct {
	AgreementID string `json:"agreementId"`
	End
}

// Validate checks the request by itself.
func (r SuspendAgreementRequest) Validate() error {
	return request.All(request.ID("agreementId", r.AgreementID), r.check())
}

// Suspend suspends the licence.
func (r SuspendAgreementRequest) Suspend(l Licence, act Act) (Ending, error) {
	if act.By != l.Assigner {
		return Ending{}, fault.New(fault.Forbidden, "only the assigner %s suspends licence %s", l.Assigner, l.AgreementID)
	}
	return l.say(act, []LicenceState{Active}, Suspended, r.End)
}

// AgreementRequest names a licence.
type AgreementRequest struct {
	AgreementID string `json:"agreementId"`
}

// Validate checks the request by itself.
func (r AgreementRequest) Validate() error { return request.ID("agreementId", r.AgreementID) }

// Resume ends the suspension.
func (r AgreementRequest) Resume(l Licence, act Act) (Ending, error) {
	if act.By != l.Assigner {
		return Ending{}, fault.New(fault.Forbidden, "only the assigner %s resumes licence %s", l.Assigner, l.AgreementID)
	}
	return l.say(act, []LicenceState{Suspended}, Active, End{})
}

// SupersedeRequest ends a licence in favour of another one, by its assigner.
type SupersedeRequest struct {
	AgreementID string `json:"agreementId"`
	// By is the licence in force that was negotiated to replace this one.
	By string `json:"by"`
}

// Validate checks the request by itself.
func (r SupersedeRequest) Validate() error {
	return request.All(request.ID("agreementId", r.AgreementID), request.ID("by", r.By))
}

// Supersede ends the licence in favour of its successor.
func (r SupersedeRequest) Supersede(l, successor Licence, act Act) (Ending, error) {
	switch {
	case act.By != l.Assigner:
		return Ending{}, fault.New(fault.Forbidden, "only the assigner %s supersedes licence %s", l.Assigner, l.AgreementID)
	case successor.Supersedes != l.AgreementID || successor.Assigner != l.Assigner || successor.Assignee != l.Assignee:
		return Ending{}, fault.Field(fault.InvalidField, "by", "licence %s was not negotiated to replace %s", r.By, r.AgreementID)
	case !successor.Granted:
		return Ending{}, fault.Field(fault.NoGrant, "by", "licence %s has no grant of its owner", r.By)
	case successor.State(act.At) != Active:
		return Ending{}, fault.Field(fault.LicenceNotInForce, "by", "licence %s is %s", r.By, successor.State(act.At)).With("state", string(successor.State(act.At)))
	}
	ending, err := l.say(act, []LicenceState{Active, Suspended, Expired}, Superseded, End{})
	ending.SupersededBy = r.By
	return ending, err
}

// AgreementView is a licence as it is answered.
type AgreementView struct {
	Agreement
	State LicenceState `json:"state"`
	// Granted is false where the owner's organisation did not write the grant: then the record is worth nothing.
	Granted   bool      `json:"granted"`
	InForceAt time.Time `json:"inForceAt,omitzero"`
	EndsAt    time.Time `json:"endsAt,omitzero"`
	Endings   []Ending  `json:"endings"`
}

// View is the licence as it stands at the time.
func (l Licence) View(now time.Time) AgreementView {
	view := AgreementView{Agreement: l.Agreement, State: l.State(now), Granted: l.Granted, EndsAt: l.End(), Endings: []Ending{l.Provider, l.Consumer}}
	if l.InForce != nil {
		view.InForceAt = l.InForce.At
	}
	return view
}
