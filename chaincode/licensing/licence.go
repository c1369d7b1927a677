// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// LicenceState is the state of an agreement.
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

// Termination is one side's own word on a licence. An organisation has a key of its own, which only its peer can change once
// it exists. Nobody at all when it has ended the licence: nobody can veto an end, end in another's name or take an end
// back. A resident's word rests on the signed request; a suspension, which can be lifted, is under another key than the
// end, which is written once.
type Termination struct {
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
	// ID is what a request names that follows this one: the jti of the resident's signed request, or else the transaction.
	ID string `json:"id"`
	// SignedAt is when a resident signed it, Evidence what.
	SignedAt time.Time `json:"signedAt,omitzero"`
	Evidence *Evidence `json:"evidence,omitempty"`
	// TimeRaised is true where the signed request said a later time than the transaction's, which counts.
	TimeRaised bool `json:"timeRaised,omitempty"`
}

// Final reports whether the side ended the licence for good.
func (e Termination) Final() bool { return e.State == Retired || e.State == Superseded }

// Endings are the two sides' words when the licence begins: nothing ended.
func (a Agreement) Endings(act Action) (provider, consumer Termination) {
	begin := Termination{Schema: SchemaVersion, AgreementID: a.AgreementID, State: Active, At: act.At, TxID: act.TxID, ID: act.TxID}
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
	Provider, Consumer Termination
	// Unproven describes which signature is missing or does not fit; empty where those of both sides do.
	Unproven string
	// EndUnproven is true where an end has no valid signature of its resident: it ends the licence all the same.
	EndUnproven bool
	// Withdrawal is that of the offer which was taken unchanged.
	Withdrawal Withdrawal
	Dataset    DatasetView
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
func (l Licence) own(act Action) (Termination, error) {
	switch act.By {
	case l.Assigner:
		return l.Provider, nil
	case l.Assignee:
		return l.Consumer, nil
	}
	return Termination{}, fault.New(fault.Forbidden, "%s is no side of licence %s", act.By, l.AgreementID)
}

// RetireAgreementRequest ends a licence for good, by either side alone.
type RetireAgreementRequest struct {
	AgreementID string `json:"agreementId"`
	End
}

// Validate checks the request by itself.
func (r RetireAgreementRequest) Validate() error {
	return request.All(ref("agreementId", r.AgreementID), r.check())
}

// Retire is the side's last word.
func (r RetireAgreementRequest) Retire(l Licence, act Action) (Termination, error) {
	return l.say(act, []LicenceState{NotInForce, Active, Suspended, Expired, Retired, Superseded}, Retired, r.End)
}

// say moves the side's own ending where the licence's effective state allows it.
func (l Licence) say(act Action, from []LicenceState, to LicenceState, why End) (Termination, error) {
	own, err := l.own(act)
	if err != nil || own.Final() && (to == own.State || to == Retired) { // an equal second end writes nothing
		return own, err
	}
	state := l.State(act.At)
	for _, allowed := range from {
		if allowed == state {
			return Termination{
				Schema: SchemaVersion, AgreementID: l.AgreementID, Side: own.Side, State: to, By: act.By, At: act.At, TxID: act.TxID, End: why, ID: act.last(),
				SignedAt: act.SignedAt, Evidence: act.Evidence, TimeRaised: act.Raised,
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
	return request.All(ref("agreementId", r.AgreementID), r.check())
}

// Suspend suspends the licence.
func (r SuspendAgreementRequest) Suspend(l Licence, act Action) (Termination, error) {
	if act.By != l.Assigner {
		return Termination{}, fault.New(fault.Forbidden, "only the assigner %s suspends licence %s", l.Assigner, l.AgreementID)
	}
	if own := l.Provider; own.State == Active && act.SignedAt.Before(own.SignedAt) { // neither names the other
		return own, fault.New(fault.SignedRequestStale, "the licence was resumed after this suspension was signed")
	}
	return l.say(act, []LicenceState{Active}, Suspended, r.End)
}

// ResumeAgreementRequest ends a suspension, by its assigner.
type ResumeAgreementRequest struct {
	AgreementID string `json:"agreementId"`
	// Follows is the id of the suspension that it lifts, as GetAgreement shows it: one that was held back lifts no later one.
	Follows string `json:"follows"`
}

// Validate checks the request by itself.
func (r ResumeAgreementRequest) Validate() error {
	return request.All(ref("agreementId", r.AgreementID), request.Named("follows", r.Follows))
}

// AgreementRequest names a licence.
type AgreementRequest struct {
	AgreementID string `json:"agreementId"`
}

// Validate checks the request by itself.
func (r AgreementRequest) Validate() error { return ref("agreementId", r.AgreementID) }

// Resume ends the suspension.
func (r ResumeAgreementRequest) Resume(l Licence, act Action) (Termination, error) {
	if act.By != l.Assigner {
		return Termination{}, fault.New(fault.Forbidden, "only the assigner %s resumes licence %s", l.Assigner, l.AgreementID)
	}
	if own := l.Provider; own.State == Suspended && own.ID != r.Follows {
		return own, fault.Field(fault.SignedRequestStale, "follows", "the licence was suspended again, by %s; name it", own.ID)
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
	return request.All(ref("agreementId", r.AgreementID), ref("by", r.By))
}

// Supersede ends the licence in favour of its successor.
func (r SupersedeRequest) Supersede(l, successor Licence, act Action) (Termination, error) {
	switch {
	case act.By != l.Assigner:
		return Termination{}, fault.New(fault.Forbidden, "only the assigner %s supersedes licence %s", l.Assigner, l.AgreementID)
	case successor.Supersedes != l.AgreementID || successor.Assigner != l.Assigner || successor.Assignee != l.Assignee:
		return Termination{}, fault.Field(fault.InvalidField, "by", "licence %s was not negotiated to replace %s", r.By, r.AgreementID)
	case successor.Unproven != "":
		return Termination{}, fault.Field(fault.EvidenceInvalid, "by", "licence %s: %s", r.By, successor.Unproven)
	case successor.State(act.At) != Active:
		return Termination{}, fault.Field(fault.LicenceNotInForce, "by", "licence %s is %s", r.By, successor.State(act.At)).With("state", string(successor.State(act.At)))
	}
	ending, err := l.say(act, []LicenceState{Active, Suspended, Expired}, Superseded, End{})
	if ending.TxID == act.TxID {
		ending.SupersededBy = r.By
	}
	return ending, err
}

// AgreementView is a licence as it is answered.
type AgreementView struct {
	Agreement
	State LicenceState `json:"state"`
	// Proven is true where the signatures of both sides were verified, before a licence is in force that of the
	// provider; Unproven describes which does not fit. A record that is not proven is worth nothing.
	Proven   bool   `json:"proven"`
	Unproven string `json:"unproven,omitempty"`
	// EndUnproven is true where an end has no valid signature of its resident: two organisations may have made it up. It ends the licence all the same.
	EndUnproven bool `json:"endUnproven,omitempty"`
	// Provider and Consumer are the signatures that brought it into force.
	Provider  *Evidence     `json:"provider,omitempty"`
	Consumer  *Evidence     `json:"consumer,omitempty"`
	InForceAt time.Time     `json:"inForceAt,omitzero"`
	EndsAt    time.Time     `json:"endsAt,omitzero"`
	Endings   []Termination `json:"endings"`
}

// View is the licence at the time.
func (l Licence) View(now time.Time) AgreementView {
	view := AgreementView{
		Agreement: l.Agreement, State: l.State(now), Proven: l.Unproven == "", Unproven: l.Unproven, EndUnproven: l.EndUnproven, EndsAt: l.End(),
		Endings: []Termination{l.Provider, l.Consumer},
	}
	if l.InForce != nil {
		view.InForceAt, view.Provider, view.Consumer = l.InForce.At, l.InForce.Provider, l.InForce.Consumer
	}
	return view
}
