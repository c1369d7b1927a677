package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// requestSession begins a session on a decision that permits.
func requestSession(tx *transaction.Tx, r licensing.RequestSessionRequest) (licensing.Session, error) {
	var none licensing.Session
	act, err := organisation(tx, identity.Processor)
	if err != nil {
		return none, err
	}
	decision, err := loadDecision(tx.Ledger, r.DecisionID)
	if err != nil {
		return none, err
	}
	_, found, err := ledger.Get[licensing.Session](tx.Ledger, sessionKey(r.SessionID))
	if err != nil {
		return none, err
	}
	if found {
		return none, fault.Field(fault.AlreadyExists, "sessionId", "session %s exists", r.SessionID)
	}
	check, err := recheck(tx.Ledger, decision)
	if err != nil {
		return none, err
	}
	session, err := r.Request(decision, check, act)
	if err != nil {
		return none, err
	}
	if err := ledger.Put(tx.Ledger, sessionOfKey(session.AgreementID, session.SessionID), referTo(session.SessionID)); err != nil {
		return none, err
	}
	return saveSession(tx, session)
}

func saveSession(tx *transaction.Tx, s licensing.Session) (licensing.Session, error) {
	if err := ledger.Put(tx.Ledger, sessionKey(s.SessionID), s); err != nil {
		return s, err
	}
	return s, tx.Announce("licensing.SessionMoved", licensing.SessionAnnouncement{SessionID: s.SessionID, State: s.State})
}

// startSession starts a requested session, by the provider, or goes on with a suspended one.
func startSession(tx *transaction.Tx, r licensing.SessionRequest) (licensing.Session, error) {
	return moveSession(tx, r, licensing.MoveStartSession, func(s licensing.Session) error {
		view, err := viewSession(tx.Ledger, s)
		if err != nil {
			return err
		}
		if len(view.Reasons) > 0 {
			return fault.Field(fault.ProcessingDenied, "sessionId", "session %s may carry no data: %s", s.SessionID, view.Reasons[0].Code).
				With("reason", string(view.Reasons[0].Code))
		}
		return nil
	})
}

// suspendSession suspends a session, by either side.
func suspendSession(tx *transaction.Tx, r licensing.SessionRequest) (licensing.Session, error) {
	return moveSession(tx, r, licensing.MoveSuspendSession, always)
}

// completeSession ends a session that did its work, by either side.
func completeSession(tx *transaction.Tx, r licensing.SessionRequest) (licensing.Session, error) {
	return moveSession(tx, r, licensing.MoveCompleteSession, always)
}

// terminateSession ends a session before its time, by either side.
func terminateSession(tx *transaction.Tx, r licensing.SessionRequest) (licensing.Session, error) {
	return moveSession(tx, r, licensing.MoveTerminateSession, always)
}

func always(licensing.Session) error { return nil }

// moveSession moves a session by one of its sides, if the move's own condition holds.
func moveSession(tx *transaction.Tx, r licensing.SessionRequest, name string, condition func(licensing.Session) error) (licensing.Session, error) {
	act, err := principal(tx, identity.Processor)
	if err != nil {
		return licensing.Session{}, err
	}
	session, err := load[licensing.Session](tx.Ledger, sessionKey(r.SessionID), "sessionId", r.SessionID)
	if err != nil {
		return session, err
	}
	moved, err := session.Move(name, r.End, act)
	if err != nil {
		return session, err
	}
	if err := condition(session); err != nil {
		return session, err
	}
	return saveSession(tx, moved)
}

func viewSession(l *ledger.Ledger, s licensing.Session) (licensing.SessionView, error) {
	decision, err := loadDecision(l, s.DecisionID)
	if err != nil {
		return licensing.SessionView{}, err
	}
	check, err := recheck(l, decision)
	return s.View(check), err
}
