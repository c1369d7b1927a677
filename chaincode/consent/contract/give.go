// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"crypto/sha256"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// requestConsent asks a resident for consent under a notice of the caller's organisation. Asking the same again changes nothing.
func requestConsent(tx *transaction.Tx, r consent.RequestConsentRequest) (consent.View, error) {
	notice, err := loadNotice(tx.Ledger, r.NoticeID, r.NoticeVersion)
	if err != nil {
		return consent.View{}, err
	}
	act, err := steward(tx, notice.Controller.MSP)
	if err != nil {
		return consent.View{}, err
	}
	ref := consent.RequestRef{MSP: act.By, ID: r.ConsentID}
	if err := tx.Prefetch(requestKey(ref), pendingKey(r.Subject, ref, 0)); err != nil {
		return consent.View{}, err
	}
	existing, err := optional[consent.Record](tx.Ledger, requestKey(ref))
	if err != nil {
		return consent.View{}, err
	}
	if existing != nil {
		return repeated(tx, *existing, existing.Subject == r.Subject && r.Repeats(*existing))
	}
	return ask(tx, r, notice, act)
}

func ask(tx *transaction.Tx, r consent.RequestConsentRequest, notice consent.Notice, act consent.Action) (consent.View, error) {
	if err := open(tx.Ledger, notice); err != nil {
		return consent.View{}, err
	}
	record, err := r.Ask(notice, act)
	if err != nil {
		return consent.View{}, err
	}
	ref := consent.RequestRef{MSP: act.By, ID: r.ConsentID}
	if err := takePending(tx.Ledger, record, ref, act.At); err != nil {
		return consent.View{}, err
	}
	if err := ledger.Put(tx.Ledger, requestKey(ref), record); err != nil {
		return consent.View{}, err
	}
	if err := ledger.Put(tx.Ledger, askedKey(r.Subject, ref), entryOf(record)); err != nil {
		return consent.View{}, err
	}
	if err := ledger.Put(tx.Ledger, underNoticeKey(record), entryOf(record)); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(consent.RecordState{}, act.At), "consent.ConsentRequested")
}

// repeated answers a create that came before with the same content; anything else under the id is refused.
func repeated(tx *transaction.Tx, existing consent.Record, same bool) (consent.View, error) {
	if !same {
		return consent.View{}, fault.Field(fault.AlreadyExists, "consentId", "%s exists with other content; choose another random id", existing.ConsentID)
	}
	list, err := views(tx.Ledger, []consent.Record{existing})
	if err != nil {
		return consent.View{}, err
	}
	return list[0], nil
}

func announce(tx *transaction.Tx, view consent.View, event string) (consent.View, error) {
	return view, tx.Announce(event, consent.RecordAnnouncement{
		Subject: view.Subject, ConsentID: view.ConsentID, NoticeID: view.NoticeID, State: view.State,
	})
}

// save writes a consent after a step and announces it.
func save(tx *transaction.Tx, record consent.Record, act consent.Action, event string) (consent.View, error) {
	if err := ledger.Put(tx.Ledger, recordKey(record.Ref()), record); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(consent.RecordState{}, act.At), event)
}

// give gives consent, asked or unasked. Giving the same again changes nothing.
func give(tx *transaction.Tx, r consent.GiveRequest) (consent.View, error) {
	signed, err := signedRequest(tx)
	if err != nil {
		return consent.View{}, err
	}
	if err := tx.Prefetch(beforeGiving(r, signed.Subject, signed.Signer)...); err != nil {
		return consent.View{}, err
	}
	act, err := Speaker(tx)
	if err != nil {
		return consent.View{}, err
	}
	given, err := find(tx.Ledger, consent.ConsentRef{Subject: act.Subject, ConsentID: r.ConsentID})
	if err != nil {
		return consent.View{}, err
	}
	if given != nil {
		return repeated(tx, *given, len(given.Events) == 1 && r.Repeats(*given) && r.PrivateSHA256 == given.PrivateSHA256)
	}
	return storeConsent(tx, r, act)
}

// beforeGiving are the keys that decide about a new consent.
func beforeGiving(r consent.GiveRequest, subject, signer string) []ledger.Key {
	keys := append(SpeakerKeys(subject, signer),
		recordKey(consent.ConsentRef{Subject: subject, ConsentID: r.ConsentID}), withdrawAllKey(subject, r.Epoch+1), eraseKey(subject, ""),
		eraseKey(subject, r.Controller), noticeKey(r.NoticeID, r.NoticeVersion), retirementKey(r.NoticeID, r.NoticeVersion), suspensionsKey)
	if r.Request != nil {
		keys = append(keys, requestKey(*r.Request), answerKey(subject, *r.Request), refusalKey(subject, *r.Request))
	}
	return keys
}

func storeConsent(tx *transaction.Tx, r consent.GiveRequest, act consent.Action) (consent.View, error) {
	notice, err := loadNotice(tx.Ledger, r.NoticeID, r.NoticeVersion)
	if err != nil {
		return consent.View{}, err
	}
	if err := open(tx.Ledger, notice); err != nil {
		return consent.View{}, err
	}
	recordState, err := cutoffs(tx.Ledger, act.Subject, r.Controller, r.Epoch)
	if err != nil {
		return consent.View{}, err
	}
	asked, err := asked(tx.Ledger, r.Request, act)
	if err != nil {
		return consent.View{}, err
	}
	record, err := r.Give(act.Subject, asked, recordState, notice, act)
	if err != nil {
		return consent.View{}, err
	}
	if err := understood(tx.Ledger, record); err != nil {
		return consent.View{}, err
	}
	if asked != nil {
		answer := consent.NewAnswer(consent.StepGive, consent.Given, r.ConsentID, act, "")
		if err := ledger.Put(tx.Ledger, answerKey(act.Subject, *r.Request), answer); err != nil {
			return consent.View{}, err
		}
	}
	if err := ledger.Put(tx.Ledger, underNoticeKey(record), entryOf(record)); err != nil {
		return consent.View{}, err
	}
	return save(tx, record, act, "consent.ConsentGiven")
}

// cutoffs reads what ended all of a subject's consents with a controller.
func cutoffs(l *ledger.Ledger, subject, controller string, epoch int) (s consent.RecordState, err error) {
	for key, cutoff := range map[*ledger.Key]**consent.Cutoff{
		new(withdrawAllKey(subject, epoch+1)): &s.All, new(eraseKey(subject, "")): &s.Erased, new(eraseKey(subject, controller)): &s.ErasedHere,
	} {
		if *cutoff, err = optional[consent.Cutoff](l, *key); err != nil {
			return s, err
		}
	}
	return s, nil
}

// asked reads the request that a Give answers, nil where it answers none.
func asked(l *ledger.Ledger, ref *consent.RequestRef, act consent.Action) (*consent.View, error) {
	if ref == nil {
		return nil, nil
	}
	record, err := loadRequest(l, *ref, "request")
	if err != nil {
		return nil, err
	}
	if record.Subject != act.Subject {
		return nil, fault.Field(fault.Forbidden, "request", "the request is to another subject")
	}
	recordState, err := recordStateOf(l, record)
	if err != nil {
		return nil, err
	}
	view := record.View(recordState, act.At)
	return &view, nil
}

// understood refuses a consent that covers narrower purposes in a version of the taxonomy that does not have its purpose.
func understood(l *ledger.Ledger, record consent.Record) error {
	if !record.IncludeNarrower {
		return nil
	}
	_, found, err := Lineage(l, record.TaxonomyVersion, record.Purpose)
	if err == nil && !found {
		err = fault.Field(fault.UnknownPurpose, "taxonomyVersion", "version %d of the taxonomy does not have %s", record.TaxonomyVersion, record.Purpose)
	}
	return err
}

// renew prolongs a consent.
func renew(tx *transaction.Tx, r consent.RenewRequest) (consent.View, error) {
	act, err := speaksOf(tx, r.Subject, Speaker)
	if err != nil {
		return consent.View{}, err
	}
	record, err := load(tx.Ledger, consent.ConsentRef{Subject: act.Subject, ConsentID: r.ConsentID})
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
	recordState, err := recordStateOf(tx.Ledger, record)
	if err != nil {
		return consent.View{}, err
	}
	renewed, err := r.Renew(record, recordState, notice, act)
	if err != nil {
		return consent.View{}, err
	}
	if err := understood(tx.Ledger, renewed); err != nil {
		return consent.View{}, err
	}
	return move(tx, record, renewed, act)
}

// move writes a record whose end may have changed, and its place in the order of ends with it.
func move(tx *transaction.Tx, before, after consent.Record, act consent.Action) (consent.View, error) {
	if !before.ValidUntil.Equal(after.ValidUntil) {
		if err := ledger.Delete(tx.Ledger, underNoticeKey(before)); err != nil {
			return consent.View{}, err
		}
		if err := ledger.Put(tx.Ledger, underNoticeKey(after), entryOf(after)); err != nil {
			return consent.View{}, err
		}
	}
	return save(tx, after, act, "consent.ConsentRenewed")
}

// speaksOf is the act of who speaks for the subject that a request names, which may be left out.
func speaksOf(tx *transaction.Tx, subject string, speaker func(*transaction.Tx) (consent.Action, error)) (consent.Action, error) {
	act, err := speaker(tx)
	if err == nil && subject != "" && subject != act.Subject {
		err = fault.Field(fault.Forbidden, "subject", "the signed request is for another subject")
	}
	return act, err
}

const (
	// maxPending is how many requests of a controller may wait for one subject's answer: without end they would bury what the subject has to read.
	maxPending = 256
	// pendingProbes is how many places a request looks at.
	pendingProbes = 32
)

// pendingKey holds a pendingSlot: the place that a request takes until the subject answers it or its time is over;
// written by Request. The request's id states at which place it begins to look, so that requests at the same time share
// no key. An answer is the subject's right and writes nothing here: a place is free where its request is found
// answered.
func pendingKey(subject string, r consent.RequestRef, probe int) ledger.Key {
	sum := sha256.Sum256([]byte(r.ID))
	return ledger.Key{Type: "consent.pending", Attributes: []string{subject, r.MSP, strconv.Itoa((int(sum[0]) + probe) % maxPending)}}
}

type pendingSlot struct {
	Schema     int       `json:"schema"`
	ConsentID  string    `json:"consentId"`
	ValidUntil time.Time `json:"validUntil"`
}

// takePending takes a place for a new request.
func takePending(l *ledger.Ledger, record consent.Record, ref consent.RequestRef, at time.Time) error {
	for probe := range pendingProbes {
		key := pendingKey(record.Subject, ref, probe)
		slot, err := optional[pendingSlot](l, key)
		if err != nil {
			return err
		}
		waits := false
		if slot != nil && at.Before(slot.ValidUntil) {
			if waits, err = stillWaits(l, record.Subject, consent.RequestRef{MSP: ref.MSP, ID: slot.ConsentID}); err != nil {
				return err
			}
		}
		if !waits {
			return ledger.Put(l, key, pendingSlot{consent.SchemaVersion, ref.ID, record.ValidUntil})
		}
	}
	return fault.Field(fault.TooManyOpen, "subject", "too many requests of %s wait for the subject's answer (at most %d)", ref.MSP, maxPending)
}

// stillWaits reports whether the subject has neither consented nor refused. To put an answer off is none.
func stillWaits(l *ledger.Ledger, subject string, ref consent.RequestRef) (bool, error) {
	answers, err := ledger.GetMany[consent.Answer](l, []ledger.Key{answerKey(subject, ref), refusalKey(subject, ref)})
	if err != nil {
		return false, err
	}
	return answers[1] == nil && (answers[0] == nil || answers[0].ConsentID == ""), nil
}
