package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/party"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// WithdrawAll takes every consent back that the subject has given, by one key whatever their number.
func (*Contract) WithdrawAll(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, _ consent.WithdrawAllRequest) (consent.SubjectAnswer, error) {
		act, err := residentHerself(tx)
		if err != nil {
			return consent.SubjectAnswer{}, err
		}
		return cut(tx, consent.CutWithdrawAll, "", act, "consent.ConsentsWithdrawn")
	})
}

// cut writes a cut-off of the subject towards all or one controller.
func cut(tx *transaction.Tx, kind consent.Step, controller string, act consent.Act, event string) (consent.SubjectAnswer, error) {
	subject := tx.Caller.Statement.Subject
	known, err := loadSubject(tx.Ledger, subject)
	if err != nil {
		return consent.SubjectAnswer{}, err
	}
	known = known.Cut(kind, controller, act)
	answer := consent.SubjectAnswer{Subject: subject, Controller: controller, Cutoff: known.Newest(kind, controller)}
	if err := ledger.Put(tx.Ledger, subjectKey(subject), known); err != nil {
		return answer, err
	}
	return answer, tx.Announce(event, consent.SubjectAnnouncement{Subject: subject, Controller: controller})
}

// Object exercises the right to object or to restrict, or takes it back.
func (*Contract) Object(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.ObjectRequest) (consent.ObjectAnswer, error) {
		act, err := residentHerself(tx)
		if err != nil {
			return consent.ObjectAnswer{}, err
		}
		if r.Right == consent.RightToRestrict {
			return object(tx, r, restrictionKey(tx.Caller.Statement.Subject, r.Controller), consent.NewMark(act, ""), act)
		}
		notice, err := loadNotice(tx.Ledger, r.NoticeID, 1)
		if err != nil {
			return consent.ObjectAnswer{}, err
		}
		known, err := taxonomy(tx.Ledger)
		if err != nil {
			return consent.ObjectAnswer{}, err
		}
		made := consent.NewMark(act, "")
		made.Always = notice.Marketing(known)
		return object(tx, r, objectionKey(tx.Caller.Statement.Subject, r.NoticeID), made, act)
	})
}

func object(tx *transaction.Tx, r consent.ObjectRequest, key ledger.Key, made consent.Mark, act consent.Act) (consent.ObjectAnswer, error) {
	subject := tx.Caller.Statement.Subject
	existing, _, err := ledger.Get[consent.Mark](tx.Ledger, key)
	if err != nil {
		return consent.ObjectAnswer{}, err
	}
	holds, event := existing.TxID != "" && existing.Holds(), "consent.ProcessingObjected"
	switch {
	case r.Lift && !holds:
		return consent.ObjectAnswer{}, fault.Field(fault.IllegalTransition, "lift", "nothing holds that could be lifted")
	case r.Lift:
		made, event = existing.Lift(act), "consent.ObjectionLifted"
	case holds:
		return consent.ObjectAnswer{Subject: subject, ObjectRequest: r, Mark: existing}, nil
	}
	if err := ledger.Put(tx.Ledger, key, made); err != nil {
		return consent.ObjectAnswer{}, err
	}
	return consent.ObjectAnswer{Subject: subject, ObjectRequest: r, Mark: made}, tx.Announce(event, consent.SubjectAnnouncement{Subject: subject, Controller: r.Controller})
}

// RotateKey replaces a subject's key: at once by the old key; without it by a steward and the authority, after a delay in which the old key can cancel.
func (*Contract) RotateKey(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.RotateKeyRequest) (consent.Keys, error) {
		subject, act, err := rotator(tx, r)
		if err != nil {
			return consent.Keys{}, err
		}
		known, err := loadSubject(tx.Ledger, subject)
		if err != nil {
			return consent.Keys{}, err
		}
		rotated, err := r.Rotate(known.KeysOf(subject), act)
		if err != nil {
			return consent.Keys{}, err
		}
		if err := ledger.Put(tx.Ledger, subjectKey(subject), known.Rekeyed(rotated)); err != nil {
			return consent.Keys{}, err
		}
		return rotated, tx.Announce("consent.KeyRotated", consent.SubjectAnnouncement{Subject: subject})
	})
}

// rotator is who rotates whose key: the resident, the authority, or the steward of a controller that knows the subject.
func rotator(tx *transaction.Tx, r consent.RotateKeyRequest) (string, consent.Act, error) {
	if signed := tx.Caller.Statement; signed != nil {
		if r.Subject != "" && r.Subject != signed.Subject {
			return "", consent.Act{}, fault.Field(fault.Forbidden, "subject", "the statement is for another subject")
		}
		act, err := residentHerself(tx)
		return signed.Subject, act, err
	}
	if r.Subject == "" {
		return "", consent.Act{}, fault.Field(fault.MissingField, "subject", "required")
	}
	if !tx.Caller.Is(party.Steward, tx.Caller.MSP) {
		act, err := authority(tx)
		return r.Subject, act, err
	}
	records, err := ledger.Scan[consent.Record](tx.Ledger, recordsOf(r.Subject, tx.Caller.MSP))
	if err != nil {
		return "", consent.Act{}, err
	}
	if len(records) == 0 {
		return "", consent.Act{}, fault.Field(fault.Forbidden, "subject", "%s has no consent with this subject and cannot have verified the person", tx.Caller.MSP)
	}
	act, err := steward(tx, tx.Caller.MSP)
	return r.Subject, act, err
}
