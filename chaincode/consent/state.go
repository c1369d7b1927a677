// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// State is the state of a consent, in the terms of DPV's consent statuses.
type State string

// The states. None is before the record exists; Expired is derived from the validity and never written.
const (
	None        State = ""
	Requested   State = "REQUESTED"
	Deferred    State = "DEFERRED"
	Given       State = "GIVEN"
	Refused     State = "REFUSED"
	Renewed     State = "RENEWED"
	Withdrawn   State = "WITHDRAWN"
	Revoked     State = "REVOKED"
	Expired     State = "EXPIRED"
	Invalidated State = "INVALIDATED"
)

// States are all states of a record.
var States = []State{Requested, Deferred, Given, Refused, Renewed, Withdrawn, Revoked, Expired, Invalidated}

// Active reports whether the state allows processing, within the validity.
func (s State) Active() bool { return s == Given || s == Renewed }

// Stopped reports whether a consent ended that had allowed processing: anyone who received the data has to stop.
func (s State) Stopped() bool { return s == Withdrawn || s == Revoked || s == Invalidated }

// Actor is who takes a step.
type Actor string

// The actors: the subject's key or the guardian in office; the steward of the controller; the data protection authority.
const (
	Resident   Actor = "RESIDENT"
	Controlled Actor = "CONTROLLER"
	Overseer   Actor = "AUTHORITY"
)

// Actors are all actors.
var Actors = []Actor{Resident, Controlled, Overseer}

// Step names a transaction that moves a record.
type Step string

// The steps.
const (
	StepRequest    Step = "Request"
	StepGive       Step = "Give"
	StepRefuse     Step = "Refuse"
	StepDefer      Step = "Defer"
	StepRenew      Step = "Renew"
	StepWithdraw   Step = "Withdraw"
	StepRevoke     Step = "Revoke"
	StepInvalidate Step = "Invalidate"
)

// Transition is one row of the state machine.
type Transition struct {
	Step Step
	From []State
	To   State
	By   Actor
}

// Transitions is the whole state machine; anything that is not in it is illegal. From is the effective state, so an
// expired consent cannot be renewed.
var Transitions = []Transition{
	{StepRequest, []State{None}, Requested, Controlled},
	{StepGive, []State{None, Requested, Deferred}, Given, Resident},
	{StepRefuse, []State{Requested, Deferred}, Refused, Resident},
	{StepDefer, []State{Requested}, Deferred, Resident},
	{StepRenew, []State{Given, Renewed}, Renewed, Resident},
	{StepWithdraw, []State{Given, Renewed}, Withdrawn, Resident},
	{StepRevoke, []State{Given, Renewed}, Revoked, Controlled},
	{StepInvalidate, []State{Requested, Deferred, Given, Refused, Renewed, Withdrawn, Revoked, Expired}, Invalidated, Overseer},
}

// Next is the state that the actor reaches by the step.
func Next(step Step, from State, by Actor) (State, error) {
	i := slices.IndexFunc(Transitions, func(t Transition) bool { return t.Step == step })
	if i < 0 {
		return None, fault.New(fault.Internal, "no step is named %s", step)
	}
	row := Transitions[i]
	if row.By == by && slices.Contains(row.From, from) {
		return row.To, nil
	}
	return None, fault.New(fault.IllegalTransition, "the %s cannot move a consent from %s to %s", by, from.shown(), row.To).
		With("from", from.shown()).With("to", string(row.To)).With("actor", string(by))
}

// By is the actor whose step it is.
func (s Step) By() Actor {
	i := slices.IndexFunc(Transitions, func(t Transition) bool { return t.Step == s })
	return Transitions[i].By
}

func (s State) shown() string {
	if s == None {
		return "NONE"
	}
	return string(s)
}

// Fold is the state to which events lead, each by a row of the state machine.
func Fold(events []Event) (State, error) {
	state := None
	for _, event := range events {
		next, err := Next(event.Type, state, event.Type.By())
		if err != nil {
			return None, err
		}
		state = next
	}
	return state, nil
}

// The kinds of ends that bear on all of a subject's consents.
const (
	CutWithdrawAll Step = "WithdrawAll"
	CutErase       Step = "Erase"
)

// End is one party's end of a consent: the subject's, the controller's or the authority's. Each is a key of its own
// that is written once, so that nobody's end is in another's way.
type End struct {
	Schema int `json:"schema"`
	ConsentRef
	Event
}

// NewEnd is the end of a consent by the act.
func (r Record) NewEnd(step Step, act Action, reason ReasonCode) (End, error) {
	to, err := Next(step, Given, act.Actor)
	if err != nil {
		return End{}, err
	}
	end := End{SchemaVersion, r.Ref(), act.event(step, to, reason)}
	if end.At.Before(r.last().At) { // what ends processing is never refused for a clock that is slow
		end.At, end.Raised = r.last().At, true
	}
	return end, nil
}

// Cutoff ends all consents of a subject, towards all controllers or towards one.
type Cutoff struct {
	Schema int  `json:"schema"`
	Type   Step `json:"type"`
	// Number counts the subject's WithdrawAll from 1.
	Number     int       `json:"number,omitempty"`
	At         time.Time `json:"at"`
	SignedAt   time.Time `json:"signedAt,omitzero"`
	By         string    `json:"by"`
	TxID       string    `json:"txId"`
	Evidence   *Proof    `json:"evidence,omitempty"`
	Guardian   string    `json:"guardian,omitempty"`
	AssertedBy string    `json:"assertedBy,omitempty"`
	Raised     bool      `json:"raised,omitempty"`
}

// NewCutoff is the cut-off of the act.
func NewCutoff(kind Step, number int, act Action) Cutoff {
	return Cutoff{
		Schema: SchemaVersion, Type: kind, Number: number, At: act.At, SignedAt: act.SignedAt, By: act.By, TxID: act.TxID, Evidence: act.Evidence,
		Guardian: act.Guardian, Raised: act.Raised,
	}
}

func (c Cutoff) event() Event {
	return Event{
		Type: c.Type, State: Withdrawn, At: c.At, SignedAt: c.SignedAt, By: c.By, TxID: c.TxID, Evidence: c.Evidence, Guardian: c.Guardian,
		AssertedBy: c.AssertedBy, Raised: c.Raised,
	}
}

// Answer is what the resident answered to a controller's request, beside an error.
type Answer struct {
	Schema    int    `json:"schema"`
	ConsentID string `json:"consentId,omitempty"`
	Event
}

// NewAnswer is the answer of an act; consentID is the consent that was given.
func NewAnswer(step Step, to State, consentID string, act Action, reason ReasonCode) Answer {
	return Answer{SchemaVersion, consentID, act.event(step, to, reason)}
}

// RecordState is what the ledger states about a consent or a request beside the record itself.
type RecordState struct {
	// Withdrawn, Revoked and Invalidated are the ends of the consent by the subject, the controller and the authority.
	Withdrawn, Revoked, Invalidated *End
	// All is the WithdrawAll that ends the consent's epoch; Erased and ErasedHere are the erasures at all controllers and at the consent's.
	All, Erased, ErasedHere *Cutoff
	// Answer is a yes to a request, and the next one a no.
	Answer, Refusal *Answer
	// Unproven is true where the record does not rest on what the resident signed, EndUnproven where an end does not. The end counts all the same.
	Unproven, EndUnproven bool
}

// HasErased reports whether the subject asked for erasure here or everywhere.
func (s RecordState) HasErased() bool { return s.Erased != nil || s.ErasedHere != nil }

// follows is what the next request about the record names.
func (s RecordState) follows(r Record) string {
	if s.Answer != nil && s.Answer.Evidence != nil {
		return s.Answer.Evidence.ID
	}
	if len(r.Events) == 0 || r.Asked() {
		return ""
	}
	return r.Follows()
}

// Fresh refuses a Give or Renew after an erasure, or one that does not name the last time that the subject withdrew
// everything. Anyone who holds a signed request back gains nothing.
func (s RecordState) Fresh(epoch int) error {
	if s.HasErased() {
		return fault.New(fault.SubjectErased, "the subject asked for erasure")
	}
	if s.All != nil {
		return fault.Field(fault.SignedRequestStale, "epoch", "the subject withdrew everything for the time %d; sign it again with that number as epoch", epoch+1)
	}
	return nil
}

// ends reports whether a WithdrawAll ends the consent: unless it was signed before the consent's last signature,
// neither naming the other. Anything that an organisation asserted has no signature and ends always.
func (c *Cutoff) ends(r Record) bool {
	return c != nil && (c.Type != CutWithdrawAll || c.Evidence == nil || !r.last().SignedAt.After(c.SignedAt))
}

// end is the first of the ends that a party or the subject at large brought about.
func (s RecordState) end(r Record) *Event {
	var first *Event
	consider := func(event Event) {
		if event.At.Before(r.last().At) { // an end ends what it names, whatever the clocks say
			event.At, event.Raised = r.last().At, true
		}
		if first == nil || event.At.Before(first.At) {
			first = &event
		}
	}
	for _, end := range []*End{s.Withdrawn, s.Revoked} {
		if end != nil {
			consider(end.Event)
		}
	}
	for _, cutoff := range []*Cutoff{s.All, s.Erased, s.ErasedHere} {
		if cutoff.ends(r) {
			consider(cutoff.event())
		}
	}
	return first
}

// Timeline is the record's events together with those that the ledger holds elsewhere or that time brings: the ends, the expiry, the answer to a request.
func (r Record) Timeline(recordState RecordState, now time.Time) []Event {
	if r.Asked() {
		return r.asked(recordState)
	}
	var line []Event
	end := recordState.end(r)
	for i, event := range r.Events {
		line = append(line, event)
		ends := request.Latest // when the next event takes over
		if i+1 < len(r.Events) {
			ends = r.Events[i+1].At
		} else if end != nil {
			ends = end.At
		}
		if event.ValidUntil.Before(ends) && !now.Before(event.ValidUntil) {
			line = append(line, Event{Type: "Expire", State: Expired, At: event.ValidUntil})
		}
	}
	if end != nil && line[len(line)-1].State != Expired {
		line = append(line, *end)
	}
	if recordState.Invalidated != nil {
		line = append(line, recordState.Invalidated.Event)
	}
	return line
}

// asked is the timeline of a request.
func (r Record) asked(recordState RecordState) []Event {
	line := r.Events
	for _, answer := range []*Answer{recordState.Answer, recordState.Refusal} {
		if answer != nil {
			line = append(line[:len(line):len(line)], answer.Event)
		}
	}
	return line
}

// State is the effective state, the one from which every step starts.
func (r Record) State(recordState RecordState, now time.Time) State {
	line := r.Timeline(recordState, now)
	return line[len(line)-1].State
}

// StateAt is the state that was effective at an earlier time, None before the first event.
func (r Record) StateAt(recordState RecordState, at, now time.Time) State {
	state := None
	for _, event := range r.Timeline(recordState, now) {
		if !event.At.After(at) {
			state = event.State
		}
	}
	return state
}

// Termination is the time since which a consent allows nothing, and its state now.
type Termination struct {
	// At is the zero time where the consent was never given.
	At time.Time
	// State is the effective state; it is active where only the notice is suspended.
	State State
}

// Ended is the consent's ending, nil while it is in force. Anything that was processed before stays lawful (Art. 7-3):
// other contracts ask it for processing that concerns an earlier day.
func (r Record) Ended(recordState RecordState, suspended *Mark, now time.Time) *Termination {
	line := r.Timeline(recordState, now)
	newest := line[len(line)-1]
	if recordState.Unproven { // it never allowed anything
		return &Termination{State: newest.State}
	}
	if newest.State.Active() {
		if suspended.Holds() {
			return &Termination{suspended.At, newest.State}
		}
		return nil
	}
	for i, event := range slices.Backward(line) {
		if event.State.Active() {
			return &Termination{line[i+1].At, newest.State}
		}
	}
	return &Termination{State: newest.State}
}

// Before reports whether the consent had ended at the time.
func (e *Termination) Before(at time.Time) bool { return e != nil && !at.Before(e.At) }
