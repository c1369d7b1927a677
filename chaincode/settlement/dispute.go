package settlement

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// DisputeState is where a dispute stands.
type DisputeState string

// The states of a dispute.
const (
	DisputeRaised   DisputeState = "OPEN"
	DisputeAccepted DisputeState = "ACCEPTED"
	DisputeRejected DisputeState = "REJECTED"
	// DisputeAppealed means that the member did not accept the rejection; an auditor decides.
	DisputeAppealed DisputeState = "APPEALED"
	// DisputeDismissed is the auditor's last word.
	DisputeDismissed DisputeState = "DISMISSED"
)

// DisputeReason is a code: free text would be personal data on the ledger.
type DisputeReason string

// The reasons. Disputes about readings are resolved by the operator, all others by the organiser.
const (
	AboutReadings   DisputeReason = "readings"
	AboutAllocation DisputeReason = "allocation"
	AboutTariff     DisputeReason = "tariff"
	AboutMembership DisputeReason = "membership"
)

// Arbiter says who resolves a dispute as it stands.
type Arbiter string

// The arbiters.
const (
	OperatorArbiter  Arbiter = "operator"
	OrganiserArbiter Arbiter = "organiser"
	AuditorArbiter   Arbiter = "auditor"
)

// Dispute is a member's objection to a period.
type Dispute struct {
	Schema int `json:"schema"`
	RaiseDisputeRequest
	State      DisputeState `json:"state"`
	RaisedAt   time.Time    `json:"raisedAt"`
	ResolvedAt time.Time    `json:"resolvedAt,omitzero"`
	// ResolvedBy is the MSP that resolved it.
	ResolvedBy string `json:"resolvedBy,omitempty"`
}

// RaiseDisputeRequest raises a dispute, or appeals against its rejection.
type RaiseDisputeRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	// DisputeID is random and names the dispute within its period.
	DisputeID string        `json:"disputeId"`
	MemberID  string        `json:"memberId"`
	Reason    DisputeReason `json:"reason"`
	// Days are the days concerned; empty means the whole period.
	Days []string `json:"days,omitempty"`
	// Appeal appeals against the rejection of the same dispute.
	Appeal bool `json:"appeal,omitempty"`
}

// Validate checks the request by itself.
func (r RaiseDisputeRequest) Validate() error {
	err := request.All(
		request.ID("communityId", r.CommunityID), month(r.Period), request.ID("disputeId", r.DisputeID), request.ID("memberId", r.MemberID),
		request.OneOf("reason", r.Reason, AboutReadings, AboutAllocation, AboutTariff, AboutMembership),
		request.Within("days", int64(len(r.Days)), 0, 31),
	)
	if err != nil {
		return err
	}
	for _, day := range r.Days {
		if err := date("days", day); err != nil {
			return err
		}
		if day[:len("2006-01")] != r.Period {
			return fault.Field(fault.InvalidField, "days", "%s is no day of %s", day, r.Period)
		}
	}
	return nil
}

// ResolveDisputeRequest accepts or rejects a dispute.
type ResolveDisputeRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	DisputeID   string `json:"disputeId"`
	Accept      bool   `json:"accept"`
}

// Validate checks the request by itself.
func (r ResolveDisputeRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), month(r.Period), request.ID("disputeId", r.DisputeID))
}

// Raise makes the dispute of the request; existing is the one of the same id, nil for none. Only a provisional period is disputed, within its window.
func (r RaiseDisputeRequest) Raise(existing *Dispute, provisional, final *Period, at time.Time) (Dispute, error) {
	if existing != nil && !r.Appeal {
		return *existing, r.repeats(*existing)
	}
	switch {
	case final != nil:
		return Dispute{}, fault.New(fault.DisputeWindow, "%s is final", r.Period)
	case provisional == nil:
		return Dispute{}, fault.New(fault.IllegalTransition, "%s is not closed yet; there is nothing to dispute", r.Period)
	case r.Appeal && existing == nil:
		return Dispute{}, fault.Field(fault.NotFound, "disputeId", "no dispute %s of %s", r.DisputeID, r.Period)
	case r.Appeal:
		return existing.appeal()
	case !at.Before(provisional.DisputeUntil):
		return Dispute{}, fault.New(fault.DisputeWindow, "disputes of %s were possible until %s", r.Period, provisional.DisputeUntil.Format(time.RFC3339))
	}
	return Dispute{Schema: SchemaVersion, RaiseDisputeRequest: r, State: DisputeRaised, RaisedAt: at}, nil
}

func (r RaiseDisputeRequest) repeats(existing Dispute) error {
	if r.MemberID != existing.MemberID || r.Reason != existing.Reason {
		return fault.Field(fault.AlreadyExists, "disputeId", "dispute %s exists with other content", r.DisputeID)
	}
	return nil
}

func (d Dispute) appeal() (Dispute, error) {
	switch d.State {
	case DisputeAppealed:
		return d, nil
	case DisputeRejected:
		d.State = DisputeAppealed
		return d, nil
	default:
		return d, fault.New(fault.IllegalTransition, "dispute %s is %s; only a rejection can be appealed against", d.DisputeID, d.State)
	}
}

// Arbiter says who resolves the dispute now.
func (d Dispute) Arbiter() Arbiter {
	switch {
	case d.State == DisputeAppealed:
		return AuditorArbiter
	case d.Reason == AboutReadings:
		return OperatorArbiter
	default:
		return OrganiserArbiter
	}
}

// outcomes are the states that a resolution leads to, by state and whether it accepts.
var outcomes = map[DisputeState]map[bool]DisputeState{
	DisputeRaised:   {true: DisputeAccepted, false: DisputeRejected},
	DisputeAppealed: {true: DisputeAccepted, false: DisputeDismissed},
}

// Resolve accepts or rejects the dispute.
func (d Dispute) Resolve(accept bool, by string, at time.Time) (Dispute, error) {
	next, possible := outcomes[d.State][accept]
	if !possible {
		return d, fault.New(fault.IllegalTransition, "dispute %s is %s and cannot be resolved", d.DisputeID, d.State)
	}
	d.State, d.ResolvedBy, d.ResolvedAt = next, by, at
	return d, nil
}

// settledBy refuses to finalize a period while the dispute is open, or accepted and not followed by a new close of the period.
func (d Dispute) settledBy(p Period) error {
	switch d.State {
	case DisputeRaised, DisputeAppealed:
		return fault.New(fault.DisputeOpen, "dispute %s is %s", d.DisputeID, d.State).With("disputeId", d.DisputeID)
	case DisputeAccepted:
		if !p.ClosedAt.After(d.ResolvedAt) {
			return fault.New(fault.DisputeOpen, "dispute %s was accepted after the period was closed; settle its correction and close the period again", d.DisputeID).
				With("disputeId", d.DisputeID)
		}
	}
	return nil
}

// ListDisputesRequest asks for the disputes of a period.
type ListDisputesRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
}

// Validate checks the request by itself.
func (r ListDisputesRequest) Validate() error { return FinalizePeriodRequest(r).Validate() }

// Disputes are those of a period in byte order of their ids.
type Disputes struct {
	Disputes []Dispute `json:"disputes"`
}
