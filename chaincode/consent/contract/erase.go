// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// purge purges what the caller's organisation holds of a subject that asked for erasure. It writes to its own collection alone, so that the
// organisation's own peer endorses it; purging again changes nothing.
func purge(tx *transaction.Tx, r consent.PurgeRequest) (consent.PurgeAnswer, error) {
	var none consent.PurgeAnswer
	act, err := steward(tx, tx.Caller.MSP)
	if err != nil {
		return none, err
	}
	cut, err := cutoffs(tx.Ledger, r.Subject, act.By, 0)
	if err != nil {
		return none, err
	}
	if !cut.HasErased() {
		return none, fault.Field(fault.NotFound, "subject", "the subject has not asked %s for erasure", act.By)
	}
	records, notices, err := privateRecords(tx.Ledger, r.Subject, act.By)
	if err != nil {
		return none, err
	}
	standings, err := recordStatesOf(tx.Ledger, records)
	if err != nil {
		return none, err
	}
	answer, gone := r.Purge(records, notices, standings, act.At)
	for _, record := range gone {
		if err := purgeRecords(tx.Ledger, record); err != nil {
			return none, err
		}
	}
	return answer, tx.Announce("consent.SubjectPurged", consent.SubjectAnnouncement{Subject: r.Subject, Controller: act.By})
}

// purge removes every private part that the consent ever had.
func purgeRecords(l *ledger.Ledger, record consent.Record) error {
	for _, privateID := range record.PrivateIDs() {
		if err := ledger.PurgePrivate(l, collectionOf(record.Controller), privateKey(privateID)); err != nil {
			return err
		}
	}
	return nil
}

// privateRecords reads a subject's records with a controller that have a private part, and their notices in the same order.
func privateRecords(l *ledger.Ledger, subject, controller string) ([]consent.Record, []consent.Notice, error) {
	records, err := consentsOf(l, subject, controller)
	if err != nil {
		return nil, nil, err
	}
	records = slices.DeleteFunc(records, func(r consent.Record) bool { return r.PrivateID == "" })
	entries := make([]noticeReference, len(records))
	for i, record := range records {
		entries[i] = noticeReference{NoticeID: record.NoticeID, Version: record.NoticeVersion}
	}
	notices, err := loadNotices(l, entries)
	return records, notices, err
}

// listPendingPurges answers a page of the erasures whose controllers still hold private parts, for the authority. Every peer can tell it from the
// hashes alone.
func listPendingPurges(tx *transaction.Tx, r consent.ListPendingPurgesRequest) (consent.PendingPurgePage, error) {
	page := consent.PendingPurgePage{Pending: []consent.PendingPurge{}}
	if _, err := authority(tx); err != nil {
		return page, err
	}
	asked, bookmark, err := ledger.Page[consent.Erasure](tx.Ledger, erasures, r.Size(), r.Bookmark)
	if err != nil {
		return page, err
	}
	page.Bookmark = bookmark
	for _, erasure := range asked {
		if page.Pending, err = pending(tx.Ledger, page.Pending, erasure, r.Controller); err != nil {
			return page, err
		}
	}
	return page, nil
}

// pending adds the controllers that still hold private parts of who asked for erasure, or the one that is asked about.
func pending(l *ledger.Ledger, list []consent.PendingPurge, erasure consent.Erasure, only string) ([]consent.PendingPurge, error) {
	records, err := ledger.Scan[consent.Record](l, recordsOf(erasure.Subject))
	if err != nil {
		return nil, err
	}
	for _, controller := range erasure.Concerned(records) {
		if only != "" && controller != only {
			continue
		}
		held, err := heldBy(l, records, controller)
		if err != nil {
			return nil, err
		}
		if len(held) > 0 {
			list = append(list, consent.PendingPurge{
				Subject: erasure.Subject, Controller: controller, At: erasure.At, TxID: erasure.TxID, ConsentIDs: held,
			})
		}
	}
	return list, nil
}

// heldBy are the consents whose private parts the controller still holds.
func heldBy(l *ledger.Ledger, records []consent.Record, controller string) (held []string, err error) {
	for _, record := range records {
		if record.Controller != controller {
			continue
		}
		there, err := holdsPrivate(l, record)
		if err != nil {
			return nil, err
		}
		if there {
			held = append(held, record.ConsentID)
		}
	}
	return held, nil
}

func holdsPrivate(l *ledger.Ledger, record consent.Record) (bool, error) {
	for _, privateID := range record.PrivateIDs() {
		there, err := ledger.ExistsPrivate(l, collectionOf(record.Controller), privateKey(privateID))
		if err != nil || there {
			return there, err
		}
	}
	return false, nil
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
