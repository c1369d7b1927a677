// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"slices"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// NegotiationState is the state of a contract negotiation of the Dataspace Protocol.
type NegotiationState string

// The states.
const (
	Requested  NegotiationState = "REQUESTED"
	Offered    NegotiationState = "OFFERED"
	Accepted   NegotiationState = "ACCEPTED"
	Agreed     NegotiationState = "AGREED"
	Verified   NegotiationState = "VERIFIED"
	Finalized  NegotiationState = "FINALIZED"
	Terminated NegotiationState = "TERMINATED"
)

// NegotiationStates are all states.
var NegotiationStates = []NegotiationState{Requested, Offered, Accepted, Agreed, Verified, Finalized, Terminated}

// The moves, named as their transactions.
const (
	MoveRequest   = "RequestContract"
	MoveOffer     = "OfferContract"
	MoveAccept    = "AcceptOffer"
	MoveAgree     = "Agree"
	MoveVerify    = "VerifyAgreement"
	MoveFinalize  = "FinalizeNegotiation"
	MoveTerminate = "TerminateNegotiation"
)

// NegotiationTransitions is the contract negotiation protocol of DSP 2025-1, section 6.1.2, no more and no less. Either side may terminate in every state
// before FINALIZED, as the protocol's text has it; its figure shows fewer arrows.
var NegotiationTransitions = []Transition[NegotiationState]{
	{MoveRequest, []NegotiationState{"", Offered}, Requested, []Side{Consumer}},
	{MoveOffer, []NegotiationState{"", Requested}, Offered, []Side{Provider}},
	{MoveAccept, []NegotiationState{Offered}, Accepted, []Side{Consumer}},
	{MoveAgree, []NegotiationState{Requested, Accepted}, Agreed, []Side{Provider}},
	{MoveVerify, []NegotiationState{Agreed}, Verified, []Side{Consumer}},
	{MoveFinalize, []NegotiationState{Verified}, Finalized, []Side{Provider}},
	{MoveTerminate, []NegotiationState{Requested, Offered, Accepted, Agreed, Verified}, Terminated, []Side{Consumer, Provider}},
}

// NegotiationEvent is one move. Events are only ever appended.
type NegotiationEvent struct {
	Move  string           `json:"move"`
	State NegotiationState `json:"state"`
	Side  Side             `json:"side"`
	By    string           `json:"by"`
	At    time.Time        `json:"at"`
	TxID  string           `json:"txId"`
	// TermsSHA256 is the hash of the terms that the move brought or agreed to.
	TermsSHA256 string       `json:"termsSha256,omitempty"`
	Code        string       `json:"code,omitempty"`
	ReasonCode  []ReasonCode `json:"reasonCode,omitempty"`
	// Evidence is the signature that the move brought.
	Evidence *Evidence `json:"evidence,omitempty"`
	// TimeRaised is true where the side's clock was behind the move before: the time is that move's.
	TimeRaised bool `json:"timeRaised,omitempty"`
}

// Negotiation is a contract negotiation between a consumer and a dataset's owner.
type Negotiation struct {
	Schema        int    `json:"schema"`
	NegotiationID string `json:"negotiationId"`
	DatasetID     string `json:"datasetId"`
	// Consumer is an MSP, Provider the dataset's owner.
	Consumer string `json:"consumer"`
	Provider string `json:"provider"`
	// OfferID is the published offer that it began with, if any.
	OfferID string `json:"offerId,omitempty"`
	// Supersedes is the licence that the new one is to replace, if any.
	Supersedes string           `json:"supersedes,omitempty"`
	State      NegotiationState `json:"state"`
	// Rounds is how many terms were sent; TermsSHA256 is the hash of the last, which both sides saw.
	Rounds      int                `json:"rounds"`
	TermsSHA256 string             `json:"termsSha256"`
	AgreementID string             `json:"agreementId,omitempty"`
	Events      []NegotiationEvent `json:"events"`
	// Slot is the place, from 1 on, that the negotiation takes while it lasts among those that its first side began with the other one; 0 for none.
	Slot int `json:"slot,omitempty"`
}

// MaxOpenNegotiations is how many negotiations one party may have begun with another that have not ended.
const MaxOpenNegotiations = 256

// Began is who began the negotiation, and with whom.
func (n Negotiation) Began() (by, with string) {
	if n.Events[0].Side == Provider {
		return n.Provider, n.Consumer
	}
	return n.Consumer, n.Provider
}

// Ended reports whether nothing can follow.
func (n Negotiation) Ended() bool { return n.State == Finalized || n.State == Terminated }

// Round is one of the terms that were sent. It never changes.
type Round struct {
	Schema int `json:"schema"`
	Terms
	Side Side      `json:"side"`
	At   time.Time `json:"at"`
}

// maxRounds bounds a negotiation.
const maxRounds = 100

// side is the side of the action's party.
func (n Negotiation) side(act Action) (Side, error) {
	switch act.By {
	case n.Provider:
		return Provider, nil
	case n.Consumer:
		return Consumer, nil
	}
	return "", fault.New(fault.Forbidden, "%s takes no part in negotiation %s", act.By, n.NegotiationID)
}

// TakesPart refuses a party of neither side.
func (n Negotiation) TakesPart(act Action) error {
	_, err := n.side(act)
	return err
}

// move appends a move of a side.
func (n Negotiation) move(name string, side Side, act Action) (Negotiation, *NegotiationEvent, error) {
	to, err := next(NegotiationTransitions, name, n.State, side)
	if err != nil {
		return n, nil, err
	}
	raised := false
	if last := len(n.Events) - 1; last >= 0 {
		act, raised = act.notBefore(n.Events[last].At)
	}
	n.State = to
	n.Events = append(slices.Clone(n.Events), NegotiationEvent{
		Move: name, State: to, Side: side, By: act.By, At: act.At, TxID: act.TxID, Evidence: act.Evidence, TimeRaised: raised,
	})
	return n, &n.Events[len(n.Events)-1], nil
}

// propose appends a move that brings terms.
func (n Negotiation) propose(name string, side Side, terms Terms, act Action) (Negotiation, Round, error) {
	n, event, err := n.move(name, side, act)
	if err != nil {
		return n, Round{}, err
	}
	if n.Rounds == maxRounds {
		return n, Round{}, fault.New(fault.IllegalTransition, "after %d rounds the negotiation can only be accepted or terminated", maxRounds)
	}
	n.Rounds++
	n.TermsSHA256, event.TermsSHA256 = terms.SHA256, terms.SHA256
	return n, Round{SchemaVersion, terms, side, event.At}, nil
}

// Verified is the signature by which the consumer verified the agreement.
func (n Negotiation) Verified() *Evidence {
	for _, event := range n.Events {
		if event.Move == MoveVerify {
			return event.Evidence
		}
	}
	return nil
}

// agreedTo refuses other terms than the last ones that both sides saw.
func (n Negotiation) agreedTo(sha256 string) error {
	if sha256 == n.TermsSHA256 {
		return nil
	}
	return fault.Field(fault.TermsMismatch, "policySha256", "the last terms of negotiation %s have the hash %s", n.NegotiationID, n.TermsSHA256)
}

// NegotiationPage is a page of negotiations.
type NegotiationPage struct {
	Negotiations []Negotiation `json:"negotiations"`
	Bookmark     string        `json:"bookmark"`
}

// NegotiationView is a negotiation with a page of the terms that were sent, newest first.
type NegotiationView struct {
	Negotiation
	Rounds   []Round `json:"terms"`
	Bookmark string  `json:"bookmark"`
}

// Terms is, of a first page, what both sides sign of the licence that the negotiation came to. It has the id of the
// agreement where that is concluded, and else the given one.
func (v NegotiationView) Terms(agreementID string) AgreeRequest {
	if v.AgreementID != "" {
		agreementID = v.AgreementID
	}
	r := AgreeRequest{
		NegotiationID: v.NegotiationID, AgreementID: agreementID, PolicySHA256: v.TermsSHA256, Assigner: v.Provider, Assignee: v.Consumer, Target: v.DatasetID,
		Supersedes: v.Supersedes,
	}
	if len(v.Rounds) > 0 {
		r.PurposesVersion = v.Rounds[0].PurposesVersion
	}
	return r
}

// NegotiationRequest asks for a negotiation and a page of the terms that were sent. A bookmark is the number of the terms
// that the page begins with.
type NegotiationRequest struct {
	NegotiationID string `json:"negotiationId"`
	request.Listing
}

// Validate checks the request by itself.
func (r NegotiationRequest) Validate() error {
	return request.All(ref("negotiationId", r.NegotiationID), r.Check())
}

// termsPerPage is how many terms a page has at most: a policy may have 100 kB.
const termsPerPage = 10

// Page are the numbers of the terms on the page that the request asks for, newest first, and the next bookmark.
func (r NegotiationRequest) Page(n Negotiation) (numbers []int, bookmark string, err error) {
	begin := n.Rounds
	if r.Bookmark != "" {
		begin, err = strconv.Atoi(r.Bookmark)
		if err != nil || begin < 1 || begin > n.Rounds {
			return nil, "", fault.Field(fault.InvalidField, "bookmark", "expected what the page before returned")
		}
	}
	for number := begin; number > max(0, begin-min(r.Size(), termsPerPage)); number-- {
		numbers = append(numbers, number)
	}
	if before := begin - len(numbers); before > 0 {
		bookmark = strconv.Itoa(before)
	}
	return numbers, bookmark, nil
}

// Sign is a move by which a side signs what was agreed: verify, finalize.
func (n Negotiation) Sign(name string, r AgreeRequest, a Agreement, act Action) (Negotiation, error) {
	moved, err := n.Step(name, act)
	if err == nil {
		err = r.fits(a.Signed())
	}
	return moved, err
}

// Step is a move that changes nothing but the state.
func (n Negotiation) Step(name string, act Action) (Negotiation, error) {
	side, err := n.side(act)
	if err != nil {
		return n, err
	}
	moved, _, err := n.move(name, side, act)
	return moved, err
}

// TerminateNegotiationRequest ends a negotiation (dspace:ContractNegotiationTerminationMessage).
type TerminateNegotiationRequest struct {
	NegotiationID string `json:"negotiationId"`
	End
}

// End explains why something ended, in codes.
type End struct {
	// Code is the side's own code.
	Code       string       `json:"code,omitempty"`
	ReasonCode []ReasonCode `json:"reasonCode,omitempty"`
}

func (e End) check() error {
	if err := request.Optional("code", e.Code, request.ID); err != nil {
		return err
	}
	return reasons(e.ReasonCode)
}

// Validate checks the request by itself.
func (r TerminateNegotiationRequest) Validate() error {
	return request.All(ref("negotiationId", r.NegotiationID), r.check())
}

// Terminate ends the negotiation.
func (r TerminateNegotiationRequest) Terminate(n Negotiation, act Action) (Negotiation, error) {
	side, err := n.side(act)
	if err != nil {
		return n, err
	}
	n, event, err := n.move(MoveTerminate, side, act)
	if err != nil {
		return n, err
	}
	event.Code, event.ReasonCode = r.Code, r.ReasonCode
	return n, nil
}
