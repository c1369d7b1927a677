package licensing

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// SessionState is where a transfer process of the Dataspace Protocol stands.
type SessionState string

// The states.
const (
	SessionRequested  SessionState = "REQUESTED"
	SessionStarted    SessionState = "STARTED"
	SessionSuspended  SessionState = "SUSPENDED"
	SessionCompleted  SessionState = "COMPLETED"
	SessionTerminated SessionState = "TERMINATED"
)

// SessionStates are all states.
var SessionStates = []SessionState{SessionRequested, SessionStarted, SessionSuspended, SessionCompleted, SessionTerminated}

// The moves, named as their transactions.
const (
	MoveRequestSession   = "RequestSession"
	MoveStartSession     = "StartSession"
	MoveSuspendSession   = "SuspendSession"
	MoveCompleteSession  = "CompleteSession"
	MoveTerminateSession = "TerminateSession"
)

var both = []Side{Consumer, Provider}

// SessionTransitions is the transfer process protocol of DSP 2025-1, section 8.1.2.
var SessionTransitions = []Transition[SessionState]{
	{MoveRequestSession, []SessionState{""}, SessionRequested, []Side{Consumer}},
	{MoveStartSession, []SessionState{SessionRequested}, SessionStarted, []Side{Provider}},
	{MoveStartSession, []SessionState{SessionSuspended}, SessionStarted, both},
	{MoveSuspendSession, []SessionState{SessionStarted}, SessionSuspended, both},
	{MoveCompleteSession, []SessionState{SessionStarted}, SessionCompleted, both},
	{MoveTerminateSession, []SessionState{SessionRequested, SessionStarted, SessionSuspended}, SessionTerminated, both},
}

// SessionEvent is one move.
type SessionEvent struct {
	Move       string       `json:"move"`
	State      SessionState `json:"state"`
	Side       Side         `json:"side"`
	By         string       `json:"by"`
	At         time.Time    `json:"at"`
	TxID       string       `json:"txId"`
	Code       string       `json:"code,omitempty"`
	ReasonCode []ReasonCode `json:"reasonCode,omitempty"`
	// TimeRaised is true where the side's clock was behind the move before: the time is that move's.
	TimeRaised bool `json:"timeRaised,omitempty"`
}

// Session is a long access under a licence, such as a stream. It carries data only while the licence and the consents allow it.
type Session struct {
	Schema      int            `json:"schema"`
	SessionID   string         `json:"sessionId"`
	AgreementID string         `json:"agreementId"`
	DecisionID  string         `json:"decisionId"`
	Consumer    string         `json:"consumer"`
	Provider    string         `json:"provider"`
	State       SessionState   `json:"state"`
	Events      []SessionEvent `json:"events"`
}

// RequestSessionRequest begins a session on a decision that permits.
type RequestSessionRequest struct {
	SessionID  string `json:"sessionId"`
	DecisionID string `json:"decisionId"`
}

// Validate checks the request by itself.
func (r RequestSessionRequest) Validate() error {
	return request.All(request.ID("sessionId", r.SessionID), checkDecisionID(r.DecisionID))
}

// Request begins the session.
func (r RequestSessionRequest) Request(d Decision, check AccessCheck, act Act) (Session, error) {
	if act.By != d.Assignee {
		return Session{}, fault.New(fault.Forbidden, "only the assignee %s begins a session on decision %s", d.Assignee, d.DecisionID)
	}
	if !check.Valid {
		return Session{}, fault.Field(fault.ProcessingDenied, "decisionId", "decision %s does not hold: %s", d.DecisionID, check.Reasons[0].Code).
			With("reason", string(check.Reasons[0].Code))
	}
	s := Session{Schema: SchemaVersion, SessionID: r.SessionID, AgreementID: d.AgreementID, DecisionID: d.DecisionID, Consumer: d.Assignee, Provider: d.Assigner}
	return s.Move(MoveRequestSession, End{}, act)
}

// SessionRequest names a session, and why it is moved.
type SessionRequest struct {
	SessionID string `json:"sessionId"`
	End
}

// Validate checks the request by itself.
func (r SessionRequest) Validate() error {
	return request.All(request.ID("sessionId", r.SessionID), r.check())
}

// Move moves the session.
func (s Session) Move(name string, why End, act Act) (Session, error) {
	var side Side
	switch act.By {
	case s.Consumer:
		side = Consumer
	case s.Provider:
		side = Provider
	default:
		return s, fault.New(fault.Forbidden, "%s takes no part in session %s", act.By, s.SessionID)
	}
	to, err := next(SessionTransitions, name, s.State, side)
	if err != nil {
		return s, err
	}
	raised := false
	if last := len(s.Events) - 1; last >= 0 {
		act, raised = act.notBefore(s.Events[last].At)
	}
	s.State = to
	s.Events = append(slices.Clone(s.Events), SessionEvent{
		Move: name, State: to, Side: side, By: act.By, At: act.At, TxID: act.TxID, Code: why.Code, ReasonCode: why.ReasonCode, TimeRaised: raised,
	})
	return s, nil
}

// SessionView is a session with whether it may carry data now.
type SessionView struct {
	Session
	// Valid is true while it is STARTED and its licence and consents allow it; Reasons say why not.
	Valid   bool     `json:"valid"`
	Reasons []Reason `json:"reasons,omitempty"`
}

// View joins the session with the check of its access; it goes on after the decision that began it has expired,
// unless that reserved one of a limited number of uses.
func (s Session) View(check AccessCheck) SessionView {
	reasons := slices.Clone(check.Reasons)
	if !check.ServedOnce { // a session under a limited number of uses is one use
		reasons = slices.DeleteFunc(reasons, func(r Reason) bool { return r.Code == CauseExpired })
	}
	return SessionView{Session: s, Valid: s.State == SessionStarted && len(reasons) == 0, Reasons: reasons}
}
