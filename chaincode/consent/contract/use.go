// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// recordUse stores the evidence that a processing took place, if it is allowed now.
func recordUse(tx *transaction.Tx, r consent.RecordUseRequest) (consent.Use, error) {
	record, err := load(tx.Ledger, consent.ConsentRef{Subject: r.Subject, ConsentID: r.ConsentID})
	if err != nil {
		return consent.Use{}, err
	}
	act, err := processor(tx, record)
	if err != nil {
		return consent.Use{}, err
	}
	standings, facts, err := useFacts(tx.Ledger, []consent.Record{record}, r.Purpose, act.At)
	if err != nil {
		return consent.Use{}, err
	}
	if err := record.Admit(r.Purpose, r.DataCategories, r.Object, act.By, consent.Single, standings[0], facts); err != nil {
		return consent.Use{}, err
	}
	use := r.Evidence(act)
	if err := ledger.Put(tx.Ledger, useKey(use), use); err != nil {
		return use, err
	}
	return use, tx.Announce("consent.UseRecorded", consent.UseAnnouncement{TxID: use.TxID, Consents: 1, Leaves: 1})
}

// recordUses stores the evidence of a batch whose single uses are kept off-chain; one that is not allowed refuses all.
func recordUses(tx *transaction.Tx, r consent.RecordUsesRequest) (consent.RecordUsesAnswer, error) {
	var none consent.RecordUsesAnswer
	records, err := usedRecords(tx.Ledger, r)
	if err != nil {
		return none, err
	}
	var act consent.Action
	for _, record := range records {
		if act, err = processor(tx, record); err != nil {
			return none, err
		}
	}
	standings, facts, err := useFacts(tx.Ledger, records, r.Purpose, act.At)
	if err != nil {
		return none, err
	}
	for i, record := range records {
		if err := record.Admit(r.Purpose, r.DataCategories, r.Object, act.By, i, standings[i], facts); err != nil {
			return none, err
		}
	}
	return storeUses(tx, r.Evidence(act))
}

// usedRecords reads the records of the batch.
func usedRecords(l *ledger.Ledger, r consent.RecordUsesRequest) ([]consent.Record, error) {
	refs := make([]consent.ConsentRef, len(r.Uses))
	for i, use := range r.Uses {
		refs[i] = consent.ConsentRef{Subject: use.Subject, ConsentID: use.ConsentID}
	}
	return loadMany(l, refs, consent.UseField)
}

// useFacts reads what decides about uses now: the standing of every record, and what bears on all.
func useFacts(l *ledger.Ledger, records []consent.Record, purpose string, now time.Time) ([]consent.RecordState, consent.Facts, error) {
	standings, err := believed(l, records)
	if err != nil {
		return nil, consent.Facts{}, err
	}
	suspended, err := suspensions(l)
	if err != nil {
		return nil, consent.Facts{}, err
	}
	known, err := lineages(l, records, purpose)
	return standings, consent.Facts{Suspended: suspended, Lineages: known, Now: now}, err
}

func storeUses(tx *transaction.Tx, uses []consent.Use) (consent.RecordUsesAnswer, error) {
	answer := consent.RecordUsesAnswer{TxID: tx.TxID(), Consents: len(uses), Leaves: uses[0].Leaves}
	for _, use := range uses {
		if err := ledger.Put(tx.Ledger, useKey(use), use); err != nil {
			return answer, err
		}
	}
	return answer, tx.Announce("consent.UsesRecorded", consent.UseAnnouncement(answer))
}

// listUses answers a page of a consent's uses, newest first, for its resident and the authority.
func listUses(tx *transaction.Tx, r consent.ListUsesRequest) (consent.UsePage, error) {
	subject, err := subjectOf(tx, r.Subject)
	if err != nil {
		return consent.UsePage{}, err
	}
	if err := residentOrAuthority(tx, subject); err != nil {
		return consent.UsePage{}, err
	}
	ref := consent.ConsentRef{Subject: subject, ConsentID: r.ConsentID}
	if _, err := load(tx.Ledger, ref); err != nil {
		return consent.UsePage{}, err
	}
	uses, bookmark, err := ledger.Page[consent.Use](tx.Ledger, usesOf(ref), r.Size(), r.Bookmark)
	return consent.UsePage{Uses: uses, Bookmark: bookmark}, err
}

// residentOrAuthority lets the resident and the authority read.
func residentOrAuthority(tx *transaction.Tx, subject string) error {
	if tx.Caller.SignedRequest != nil {
		_, err := speaksOf(tx, subject, SpeakerOfRight)
		return err
	}
	_, err := authority(tx)
	return err
}
