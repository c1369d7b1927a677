package consent

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// State is where a consent stands, in the terms of DPV's consent statuses.
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

// Stopped reports whether a consent ended that had allowed processing: whoever received the data has to stop.
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

// Transitions is the whole state machine; what is not in it is illegal. From is the effective state, so an expired consent cannot be renewed.
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
