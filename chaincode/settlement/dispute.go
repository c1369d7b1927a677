// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// DisputeState is the state of a dispute.
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

// The reasons. Disputes about readings are resolved by the grid operator, all others by the organiser.
const (
	AboutReadings   DisputeReason = "readings"
	AboutAllocation DisputeReason = "allocation"
	AboutTariff     DisputeReason = "tariff"
	AboutMembership DisputeReason = "membership"
)

// Arbiter returns who resolves a dispute in its present state.
type Arbiter string

// The arbiters.
const (
	GridOperatorArbiter Arbiter = "gridOperator"
	OrganiserArbiter    Arbiter = "organiser"
	AuditorArbiter      Arbiter = "auditor"
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
	// Side raised it, and AppealUntil is how long a rejection can be appealed against: until then the period is not final.
	Side        DisputeSide `json:"side"`
	AppealUntil time.Time   `json:"appealUntil,omitzero"`
}

// DisputeSide defines who raised a dispute: each side has places of its own, so that neither takes the other's.
type DisputeSide string

// The sides.
const (
	ByResident  DisputeSide = "resident"
	ByOrganiser DisputeSide = "organiser"
)

const (
	// appealDays is how long a rejection can be appealed against, whatever the dispute window.
	appealDays = 14
	// overdueDays is how long a dispute waits for its arbiter, or an accepted one for its correction, before an auditor may decide.
	overdueDays = 30
)

// DisputeSlot is the place that a dispute takes while it lasts: a member has one for each reason, in each period and by each side.
type DisputeSlot struct {
	Schema    int    `json:"schema"`
	DisputeID string `json:"disputeId"`
}

// Lasts reports whether the dispute keeps its place at the time: until it is accepted, dismissed, or its rejection can no more be appealed against.
func (d Dispute) Lasts(at time.Time) bool {
	switch d.State {
	case DisputeRaised, DisputeAppealed:
		return true
	default:
		return d.State == DisputeRejected && at.Before(d.AppealUntil)
	}
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

// Raise makes the dispute of the request; existing is the one of the same id, nil for none. Only a provisional period is disputed, within its window;
// a rejection is appealed against within a time of its own.
func (r RaiseDisputeRequest) Raise(side DisputeSide, existing *Dispute, provisional, final *Period, at time.Time) (Dispute, error) {
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
	case r.Appeal && r.repeats(*existing) != nil:
		return Dispute{}, r.repeats(*existing)
	case r.Appeal:
		return existing.appeal(at)
	case !at.Before(provisional.DisputeUntil):
		return Dispute{}, fault.New(fault.DisputeWindow, "disputes of %s were possible until %s", r.Period, provisional.DisputeUntil.Format(time.RFC3339))
	}
	return Dispute{Schema: SchemaVersion, RaiseDisputeRequest: r, State: DisputeRaised, RaisedAt: at, Side: side}, nil
}

func (r RaiseDisputeRequest) repeats(existing Dispute) error {
	if r.MemberID != existing.MemberID || r.Reason != existing.Reason {
		return fault.Field(fault.AlreadyExists, "disputeId", "dispute %s exists with other content", r.DisputeID)
	}
	return nil
}

func (d Dispute) appeal(at time.Time) (Dispute, error) {
	switch {
	case d.State == DisputeAppealed:
		return d, nil
	case d.State == DisputeRejected && !at.Before(d.AppealUntil):
		return d, fault.New(fault.DisputeWindow, "appeals against the rejection were possible until %s", d.AppealUntil.Format(time.RFC3339))
	case d.State == DisputeRejected:
		d.State = DisputeAppealed
		return d, nil
	default:
		return d, fault.New(fault.IllegalTransition, "dispute %s is %s; only a rejection can be appealed against", d.DisputeID, d.State)
	}
}

// Arbiter returns who resolves the dispute in its present state.
func (d Dispute) Arbiter() Arbiter {
	switch {
	case d.State == DisputeAppealed:
		return AuditorArbiter
	case d.Reason == AboutReadings:
		return GridOperatorArbiter
	default:
		return OrganiserArbiter
	}
}

// Overdue reports whether an auditor may decide in the arbiter's place: the arbiter leaves the dispute open, or it was accepted and nothing followed.
// Otherwise an arbiter that does nothing would keep the period from its end.
func (d Dispute) Overdue(at time.Time) bool {
	switch d.State {
	case DisputeRaised:
		return !at.Before(d.RaisedAt.AddDate(0, 0, overdueDays))
	case DisputeAccepted:
		return !at.Before(d.ResolvedAt.AddDate(0, 0, overdueDays))
	default:
		return false
	}
}

// outcomes are the states that a resolution leads to, by state and whether it accepts. An auditor's word is the last.
var outcomes = map[Arbiter]map[DisputeState]map[bool]DisputeState{
	GridOperatorArbiter: {DisputeRaised: {true: DisputeAccepted, false: DisputeRejected}},
	OrganiserArbiter:    {DisputeRaised: {true: DisputeAccepted, false: DisputeRejected}},
	AuditorArbiter: {
		DisputeRaised:   {true: DisputeAccepted, false: DisputeDismissed},
		DisputeAppealed: {true: DisputeAccepted, false: DisputeDismissed},
		DisputeAccepted: {false: DisputeDismissed},
	},
}

// Resolve accepts or rejects the dispute.
func (d Dispute) Resolve(arbiter Arbiter, accept bool, by string, at time.Time) (Dispute, error) {
	next, possible := outcomes[arbiter][d.State][accept]
	if !possible {
		return d, fault.New(fault.IllegalTransition, "dispute %s is %s and cannot be resolved", d.DisputeID, d.State)
	}
	if at.Before(d.RaisedAt) { // the ledger has the order, not the clocks
		at = d.RaisedAt
	}
	d.State, d.ResolvedBy, d.ResolvedAt, d.AppealUntil = next, by, at, time.Time{}
	if next == DisputeRejected {
		d.AppealUntil = at.AddDate(0, 0, appealDays)
	}
	return d, nil
}

// settledBy refuses to finalize a period while the dispute is open or can be appealed, or is accepted and not followed by a new close of the period.
func (d Dispute) settledBy(p Period, at time.Time) error {
	switch d.State {
	case DisputeRejected:
		if at.Before(d.AppealUntil) {
			return fault.New(fault.DisputeOpen, "dispute %s was rejected; it can be appealed until %s", d.DisputeID, d.AppealUntil.Format(time.RFC3339)).
				With("disputeId", d.DisputeID)
		}
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

// ListDisputesRequest asks for a page of the disputes of a period.
type ListDisputesRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListDisputesRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), month(r.Period), r.Check())
}

// Disputes are a page of those of a period in byte order of their ids.
type Disputes struct {
	Disputes []Dispute `json:"disputes"`
	Bookmark string    `json:"bookmark,omitempty"`
}
