package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// withdrawAll takes every consent back that the subject has given, by one key whatever their number. The n-th time writes the n-th key; writing it again
// changes nothing.
func withdrawAll(tx *transaction.Tx, r consent.WithdrawAllRequest) (consent.SubjectAnswer, error) {
	act, err := withdrawer(tx, r)
	if err != nil {
		return consent.SubjectAnswer{}, err
	}
	if r.Number > 1 {
		before, err := optional[consent.Cutoff](tx.Ledger, withdrawAllKey(act.Subject, r.Number-1))
		if err != nil {
			return consent.SubjectAnswer{}, err
		}
		if err := r.Next(before); err != nil {
			return consent.SubjectAnswer{}, err
		}
	}
	made := consent.NewCutoff(consent.CutWithdrawAll, r.Number, act)
	if act.Actor != consent.Resident {
		made.AssertedBy = act.By
	}
	return cut(tx, act.Subject, "", withdrawAllKey(act.Subject, r.Number), made, "consent.ConsentsWithdrawn")
}

// withdrawer is who takes all consents back: the resident, or an organisation that says the resident wants it, which needs the network to have too few
// independent organisations to recover a lost key.
func withdrawer(tx *transaction.Tx, r consent.WithdrawAllRequest) (consent.Act, error) {
	if tx.Caller.SignedRequest != nil {
		return speaksOf(tx, r.Subject, SpeakerOfRight)
	}
	if err := tx.Caller.RequireRole(identity.Steward); err != nil {
		return consent.Act{}, err
	}
	if r.Subject == "" {
		return consent.Act{}, fault.Field(fault.MissingField, "subject", "required")
	}
	witnesses, err := witnesses(tx.Ledger)
	if err != nil {
		return consent.Act{}, err
	}
	if consent.Independent(witnesses, "") == nil {
		return consent.Act{}, fault.New(fault.Forbidden, "only the resident may do this; a lost key can be recovered (consent:RecoverKey)")
	}
	act, err := organisation(tx, consent.Controlled)
	act.Subject = r.Subject
	return act, err
}

func witnesses(l *ledger.Ledger) ([]string, error) {
	rules, err := governance.Current(l)
	return rules.Witnesses, err
}

// cut writes an end of all consents of the subject, towards all or one controller, unless it is there.
func cut(tx *transaction.Tx, subject, controller string, key ledger.Key, made consent.Cutoff, event string) (consent.SubjectAnswer, error) {
	answer := consent.SubjectAnswer{Subject: subject, Controller: controller, Cutoff: made}
	existing, err := optional[consent.Cutoff](tx.Ledger, key)
	if err != nil {
		return answer, err
	}
	if existing != nil {
		answer.Cutoff = *existing
		return answer, nil
	}
	if err := putEnd(tx.Ledger, key, consent.Erasure{Subject: subject, Controller: controller, Cutoff: made}); err != nil {
		return answer, err
	}
	return answer, tx.Announce(event, consent.SubjectAnnouncement{Subject: subject, Controller: controller})
}

// erase asks for erasure at one controller or at all: Check denies at once, and each controller with private parts has to purge. Whom it concerns, readers
// work out.
func erase(tx *transaction.Tx, r consent.EraseRequest) (consent.SubjectAnswer, error) {
	act, err := SpeakerOfRight(tx)
	if err != nil {
		return consent.SubjectAnswer{}, err
	}
	made := consent.NewCutoff(consent.CutErase, 0, act)
	return cut(tx, act.Subject, r.Controller, eraseKey(act.Subject, r.Controller), made, "consent.SubjectErased")
}

// object exercises the right to object or to restrict, or takes it back.
func object(tx *transaction.Tx, r consent.ObjectRequest) (consent.ObjectAnswer, error) {
	speaker := SpeakerOfRight
	if r.Lift {
		speaker = Speaker
	}
	act, err := speaker(tx)
	if err != nil {
		return consent.ObjectAnswer{}, err
	}
	key, err := rightKey(tx.Ledger, act.Subject, r)
	if err != nil {
		return consent.ObjectAnswer{}, err
	}
	existing, err := optional[consent.Mark](tx.Ledger, key)
	if err != nil {
		return consent.ObjectAnswer{}, err
	}
	made, changed, err := r.Object(existing, act)
	answer := consent.ObjectAnswer{Subject: act.Subject, ObjectRequest: r, Mark: made}
	if err != nil || !changed {
		return answer, err
	}
	if err := ledger.Put(tx.Ledger, key, consent.Objection{Subject: act.Subject, Right: r.Right, NoticeID: r.NoticeID, Controller: r.Controller, Mark: made}); err != nil {
		return answer, err
	}
	event := "consent.ProcessingObjected"
	if r.Lift {
		event = "consent.ObjectionLifted"
	}
	return answer, tx.Announce(event, consent.SubjectAnnouncement{Subject: act.Subject, Controller: r.Controller})
}

// rightKey is where an objection or restriction lies; the notice that is objected to must exist.
func rightKey(l *ledger.Ledger, subject string, r consent.ObjectRequest) (ledger.Key, error) {
	if r.Right == consent.RightToRestrict {
		return restrictionKey(subject, r.Controller), nil
	}
	_, err := loadNotice(l, r.NoticeID, 1)
	return objectionKey(subject, r.NoticeID), err
}
