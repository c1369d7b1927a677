// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// TransferState is the state of a transfer process of the Dataspace Protocol.
type TransferState string

// The states.
const (
	TransferRequested  TransferState = "REQUESTED"
	TransferStarted    TransferState = "STARTED"
	TransferSuspended  TransferState = "SUSPENDED"
	TransferCompleted  TransferState = "COMPLETED"
	TransferTerminated TransferState = "TERMINATED"
)

// TransferStates are all states.
var TransferStates = []TransferState{TransferRequested, TransferStarted, TransferSuspended, TransferCompleted, TransferTerminated}

// The moves, named as their transactions.
const (
	MoveRequestTransfer   = "RequestTransfer"
	MoveStartTransfer     = "StartTransfer"
	MoveSuspendTransfer   = "SuspendTransfer"
	MoveCompleteTransfer  = "CompleteTransfer"
	MoveTerminateTransfer = "TerminateTransfer"
)

var both = []Side{Consumer, Provider}

// TransferTransitions is the transfer process protocol of DSP 2025-1, section 8.1.2.
var TransferTransitions = []Transition[TransferState]{
	{MoveRequestTransfer, []TransferState{""}, TransferRequested, []Side{Consumer}},
	{MoveStartTransfer, []TransferState{TransferRequested}, TransferStarted, []Side{Provider}},
	{MoveStartTransfer, []TransferState{TransferSuspended}, TransferStarted, both},
	{MoveSuspendTransfer, []TransferState{TransferStarted}, TransferSuspended, both},
	{MoveCompleteTransfer, []TransferState{TransferStarted}, TransferCompleted, both},
	{MoveTerminateTransfer, []TransferState{TransferRequested, TransferStarted, TransferSuspended}, TransferTerminated, both},
}

// TransferEvent is one move.
type TransferEvent struct {
	Move       string        `json:"move"`
	State      TransferState `json:"state"`
	Side       Side          `json:"side"`
	By         string        `json:"by"`
	At         time.Time     `json:"at"`
	TxID       string        `json:"txId"`
	Code       string        `json:"code,omitempty"`
	ReasonCode []ReasonCode  `json:"reasonCode,omitempty"`
	// TimeRaised is true where the side's clock was behind the move before: the time is that move's.
	TimeRaised bool `json:"timeRaised,omitempty"`
}

// Transfer is a long access under a licence, such as a stream. It carries data only while the licence and the consents allow it.
type Transfer struct {
	Schema      int             `json:"schema"`
	TransferID  string          `json:"transferId"`
	AgreementID string          `json:"agreementId"`
	DecisionID  string          `json:"decisionId"`
	Consumer    string          `json:"consumer"`
	Provider    string          `json:"provider"`
	State       TransferState   `json:"state"`
	Events      []TransferEvent `json:"events"`
}

// RequestTransferRequest begins a transfer on a decision that permits.
type RequestTransferRequest struct {
	TransferID string `json:"transferId"`
	DecisionID string `json:"decisionId"`
}

// Validate checks the request by itself.
func (r RequestTransferRequest) Validate() error {
	return request.All(ref("transferId", r.TransferID), checkDecisionID(r.DecisionID))
}

// Request begins the transfer.
func (r RequestTransferRequest) Request(d Decision, check AccessCheck, act Action) (Transfer, error) {
	if act.By != d.Assignee {
		return Transfer{}, fault.New(fault.Forbidden, "only the assignee %s begins a transfer on decision %s", d.Assignee, d.DecisionID)
	}
	if err := authored("transferId", r.TransferID, act.By); err != nil {
		return Transfer{}, err
	}
	if !check.Valid {
		return Transfer{}, fault.Field(fault.ProcessingDenied, "decisionId", "decision %s does not hold: %s", d.DecisionID, check.Reasons[0].Code).
			With("reason", string(check.Reasons[0].Code))
	}
	s := Transfer{Schema: SchemaVersion, TransferID: r.TransferID, AgreementID: d.AgreementID, DecisionID: d.DecisionID, Consumer: d.Assignee, Provider: d.Assigner}
	return s.Move(MoveRequestTransfer, End{}, act)
}

// TransferRequest names a transfer, and why it is moved.
type TransferRequest struct {
	TransferID string `json:"transferId"`
	End
}

// Validate checks the request by itself.
func (r TransferRequest) Validate() error {
	return request.All(ref("transferId", r.TransferID), r.check())
}

// Move moves the transfer.
func (s Transfer) Move(name string, why End, act Action) (Transfer, error) {
	var side Side
	switch act.By {
	case s.Consumer:
		side = Consumer
	case s.Provider:
		side = Provider
	default:
		return s, fault.New(fault.Forbidden, "%s takes no part in transfer %s", act.By, s.TransferID)
	}
	to, err := next(TransferTransitions, name, s.State, side)
	if err != nil {
		return s, err
	}
	raised := false
	if last := len(s.Events) - 1; last >= 0 {
		act, raised = act.notBefore(s.Events[last].At)
	}
	s.State = to
	s.Events = append(slices.Clone(s.Events), TransferEvent{
		Move: name, State: to, Side: side, By: act.By, At: act.At, TxID: act.TxID, Code: why.Code, ReasonCode: why.ReasonCode, TimeRaised: raised,
	})
	return s, nil
}

// TransferView is a transfer with whether it may carry data now.
type TransferView struct {
	Transfer
	// Valid is true while it is STARTED and its licence and consents allow it; Reasons say why not.
	Valid   bool     `json:"valid"`
	Reasons []Reason `json:"reasons,omitempty"`
}

// View joins the transfer with the check of its access. It goes on after the decision that began it has expired, unless
// that reserved one of a limited number of uses.
func (s Transfer) View(check AccessCheck) TransferView {
	reasons := slices.Clone(check.Reasons)
	if !check.ServedOnce { // a transfer under a limited number of uses is one use
		reasons = slices.DeleteFunc(reasons, func(r Reason) bool { return r.Code == CauseExpired })
	}
	return TransferView{Transfer: s, Valid: s.State == TransferStarted && len(reasons) == 0, Reasons: reasons}
}

// GetTransferRequest names a transfer.
type GetTransferRequest struct {
	TransferID string `json:"transferId"`
}

// Validate checks the request by itself.
func (r GetTransferRequest) Validate() error { return ref("transferId", r.TransferID) }

// TransferPage is a page of transfers.
type TransferPage struct {
	Transfers []Transfer `json:"transfers"`
	Bookmark  string     `json:"bookmark"`
}
