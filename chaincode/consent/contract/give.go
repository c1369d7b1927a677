package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Request asks a resident for consent under a notice of the caller's organisation. Asking the same again changes nothing.
func (*Contract) Request(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.RequestConsentRequest) (consent.View, error) {
		notice, err := loadNotice(tx.Ledger, r.NoticeID, r.NoticeVersion)
		if err != nil {
			return consent.View{}, err
		}
		act, err := steward(tx, notice.Controller.MSP)
		if err != nil {
			return consent.View{}, err
		}
		existing, err := find(tx.Ledger, r.ConsentID)
		if err != nil {
			return consent.View{}, err
		}
		if existing != nil {
			return repeated(tx, *existing, existing.Subject == r.Subject && r.Repeats(*existing), consent.StepRequest)
		}
		return ask(tx, r, notice, act)
	})
}

func ask(tx *transaction.Tx, r consent.RequestConsentRequest, notice consent.Notice, act consent.Act) (consent.View, error) {
	if err := open(tx.Ledger, notice); err != nil {
		return consent.View{}, err
	}
	head, err := taxonomyHead(tx.Ledger)
	if err != nil {
		return consent.View{}, err
	}
	record, err := r.Ask(notice, head, act)
	if err != nil {
		return consent.View{}, err
	}
	return create(tx, record, "consent.ConsentRequested")
}

// repeated answers a create that came before with the same content; anything else under the id is refused.
func repeated(tx *transaction.Tx, existing consent.Record, same bool, step consent.Step) (consent.View, error) {
	if !same || existing.Events[len(existing.Events)-1].Type != step {
		return consent.View{}, fault.Field(fault.AlreadyExists, "consentId", "consent %s exists with other content; choose another random id", existing.ConsentID)
	}
	list, err := views(tx.Ledger, []consent.Record{existing})
	if err != nil {
		return consent.View{}, err
	}
	return list[0], nil
}

// create writes a new record with its two indexes; nothing that residents share is read or written.
func create(tx *transaction.Tx, record consent.Record, event string) (consent.View, error) {
	if err := ledger.Put(tx.Ledger, consentKey(record.ConsentID), referenceTo(record)); err != nil {
		return consent.View{}, err
	}
	if err := ledger.Put(tx.Ledger, underNoticeKey(record), entryOf(record)); err != nil {
		return consent.View{}, err
	}
	return save(tx, record, event)
}

// save writes a record after a step and announces it.
func save(tx *transaction.Tx, record consent.Record, event string) (consent.View, error) {
	view := consent.View{Record: record, State: record.Events[len(record.Events)-1].State}
	if err := ledger.Put(tx.Ledger, recordKey(referenceTo(record)), record); err != nil {
		return view, err
	}
	return view, tx.Announce(event, consent.RecordAnnouncement{ConsentID: record.ConsentID, NoticeID: record.NoticeID, State: view.State})
}

// Give gives consent, asked or unasked. Giving the same again changes nothing.
func (*Contract) Give(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.GiveRequest) (consent.View, error) {
		signed, err := statement(tx)
		if err != nil {
			return consent.View{}, err
		}
		if err := tx.Prefetch(beforeGiving(r, signed.Subject)...); err != nil {
			return consent.View{}, err
		}
		existing, err := find(tx.Ledger, r.ConsentID)
		if err != nil {
			return consent.View{}, err
		}
		var guardian *consent.Guardian
		if existing != nil {
			guardian = existing.Guardian
		}
		act, err := residentOf(tx, signed.Subject, guardian)
		if err != nil {
			return consent.View{}, err
		}
		if existing != nil && (existing.Subject != signed.Subject || existing.NoticeID != r.NoticeID) {
			return consent.View{}, fault.Field(fault.AlreadyExists, "consentId", "consent %s exists with another subject or notice", r.ConsentID)
		}
		return give(tx, r, signed.Subject, existing, act)
	})
}

// beforeGiving are the keys that decide about a new consent.
func beforeGiving(r consent.GiveRequest, subject string) []ledger.Key {
	return []ledger.Key{
		consentKey(r.ConsentID), subjectKey(subject), noticeKey(r.NoticeID, r.NoticeVersion), retirementKey(r.NoticeID, r.NoticeVersion),
		suspensionsKey, taxonomyHeadKey,
	}
}

func give(tx *transaction.Tx, r consent.GiveRequest, subject string, existing *consent.Record, act consent.Act) (consent.View, error) {
	notice, err := loadNotice(tx.Ledger, r.NoticeID, r.NoticeVersion)
	if err != nil {
		return consent.View{}, err
	}
	standing, err := standingOf(tx.Ledger, subject, notice.Controller.MSP)
	if err != nil {
		return consent.View{}, err
	}
	if existing != nil && existing.State(standing, act.At) == consent.Given && r.Repeats(*existing) && r.PrivateSHA256 == existing.PrivateSHA256 {
		return existing.View(standing, act.At), nil
	}
	if err := open(tx.Ledger, notice); err != nil {
		return consent.View{}, err
	}
	head, err := taxonomyHead(tx.Ledger)
	if err != nil {
		return consent.View{}, err
	}
	record, err := r.Give(subject, existing, standing, notice, head, act)
	if err != nil {
		return consent.View{}, err
	}
	if existing == nil {
		return create(tx, record, "consent.ConsentGiven")
	}
	return move(tx, *existing, record, "consent.ConsentGiven")
}

// move writes a record whose end may have changed, and its place in the order of ends with it.
func move(tx *transaction.Tx, before, after consent.Record, event string) (consent.View, error) {
	if !before.ValidUntil.Equal(after.ValidUntil) {
		if err := ledger.Delete(tx.Ledger, underNoticeKey(before)); err != nil {
			return consent.View{}, err
		}
		if err := ledger.Put(tx.Ledger, underNoticeKey(after), entryOf(after)); err != nil {
			return consent.View{}, err
		}
	}
	return save(tx, after, event)
}

// Renew prolongs a consent.
func (*Contract) Renew(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.RenewRequest) (consent.View, error) {
		record, err := load(tx.Ledger, r.ConsentID)
		if err != nil {
			return consent.View{}, err
		}
		act, err := residentOf(tx, record.Subject, record.Guardian)
		if err != nil {
			return consent.View{}, err
		}
		notice, err := loadNotice(tx.Ledger, record.NoticeID, r.NoticeVersion)
		if err != nil {
			return consent.View{}, err
		}
		if err := open(tx.Ledger, notice); err != nil {
			return consent.View{}, err
		}
		standing, err := standingOf(tx.Ledger, record.Subject, record.Controller)
		if err != nil {
			return consent.View{}, err
		}
		head, err := taxonomyHead(tx.Ledger)
		if err != nil {
			return consent.View{}, err
		}
		renewed, err := r.Renew(record, standing, notice, head, act)
		if err != nil {
			return consent.View{}, err
		}
		return move(tx, record, renewed, "consent.ConsentRenewed")
	})
}
