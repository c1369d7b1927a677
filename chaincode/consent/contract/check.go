// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// check answers whether data may be processed, for a processor of the controller or, about itself, of a recipient.
func check(tx *transaction.Tx, r consent.CheckRequest) (consent.Verdict, error) {
	if !tx.Caller.Is(identity.Processor, r.Controller, r.Recipient) {
		return consent.Verdict{}, fault.New(fault.Forbidden, "only the role %s of %s or of the recipient may ask; the caller acts for %s as %s",
			identity.Processor, r.Controller, tx.Caller.MSP, tx.Caller)
	}
	return Check(tx.Ledger, r)
}

// Check answers the question at this ledger, for every contract within its own transaction. The request must be valid.
func Check(l *ledger.Ledger, r consent.CheckRequest) (consent.Verdict, error) {
	facts, err := consentFacts(l, r)
	if err != nil {
		return consent.Verdict{}, err
	}
	verdict, err := consent.Check(r, facts)
	if err != nil || verdict.Allowed { // by consent alone: no other basis is looked for
		return verdict, err
	}
	if err := addOtherBases(l, r, &facts); err != nil {
		return consent.Verdict{}, err
	}
	return consent.Check(r, facts)
}

// CheckKeys are keys that Check reads about subjects, to be read ahead together with others.
func CheckKeys(subjects ...string) []ledger.Key {
	keys := []ledger.Key{suspensionsKey}
	for _, subject := range subjects {
		keys = append(keys, eraseKey(subject, ""))
	}
	return keys
}

// consentFacts reads what decides about the subject's consents.
func consentFacts(l *ledger.Ledger, r consent.CheckRequest) (consent.Facts, error) {
	records, err := consentsOf(l, r.Subject, r.Controller)
	if err != nil {
		return consent.Facts{}, err
	}
	facts := consent.Facts{Records: records}
	if facts.Now, err = l.Now(); err != nil {
		return facts, err
	}
	keys := append(CheckKeys(r.Subject), eraseKey(r.Subject, r.Controller))
	if err := l.Prefetch(append(keys, believedKeys(records)...)...); err != nil {
		return facts, err
	}
	if facts.Standings, err = believed(l, records); err != nil {
		return facts, err
	}
	cut, err := cutoffs(l, r.Subject, r.Controller, 0)
	if err != nil {
		return facts, err
	}
	facts.Erased = cut.HasErased()
	if facts.Suspended, err = suspensions(l); err != nil {
		return facts, err
	}
	facts.Lineages, err = lineages(l, records, r.Purpose)
	return facts, err
}

// addOtherBases reads the controller's notices for the purpose that rest on another basis than consent, of each the version in force, with the subject's
// objections and restriction.
func addOtherBases(l *ledger.Ledger, r consent.CheckRequest, facts *consent.Facts) error {
	entries, err := ledger.Scan[noticeReference](l, noticesOf(r.Controller, r.Purpose))
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(entry noticeReference) bool { return entry.Consent })
	notices, err := loadNotices(l, entries)
	if err != nil {
		return err
	}
	keys := make([]ledger.Key, len(notices))
	for i, notice := range notices {
		keys[i] = retirementKey(notice.NoticeID, notice.Version)
	}
	retired, err := ledger.GetMany[consent.Mark](l, keys)
	if err != nil {
		return err
	}
	at := r.At
	if at.IsZero() {
		at = facts.Now
	}
	var marks []*consent.Mark
	facts.Notices, marks = consent.InForce(notices, retired, at)
	return addRights(l, r, facts, marks)
}

// addRights reads what the subject objected to and restricted; retired are the marks of the facts' notices.
func addRights(l *ledger.Ledger, r consent.CheckRequest, facts *consent.Facts, retired []*consent.Mark) error {
	keys := []ledger.Key{restrictionKey(r.Subject, r.Controller)}
	for _, notice := range facts.Notices {
		keys = append(keys, objectionKey(r.Subject, notice.NoticeID))
	}
	marks, err := ledger.GetMany[consent.Mark](l, keys)
	if err != nil {
		return err
	}
	facts.Restricted, facts.Of = marks[0], map[string]consent.NoticeFacts{}
	for i, notice := range facts.Notices {
		facts.Of[notice.NoticeID] = consent.NoticeFacts{Retired: retired[i], Objected: marks[1+i]}
	}
	return nil
}
