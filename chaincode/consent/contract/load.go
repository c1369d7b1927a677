// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// find reads a consent; nil if there is none.
func find(l *ledger.Ledger, ref consent.ConsentRef) (*consent.Record, error) {
	return optional[consent.Record](l, recordKey(ref))
}

// load reads a consent that must exist.
func load(l *ledger.Ledger, ref consent.ConsentRef) (consent.Record, error) {
	records, err := loadMany(l, []consent.ConsentRef{ref}, func(int) string { return "consentId" })
	if err != nil {
		return consent.Record{}, err
	}
	return records[0], nil
}

// loadRequest reads a controller's request that must exist.
func loadRequest(l *ledger.Ledger, ref consent.RequestRef, field string) (consent.Record, error) {
	record, found, err := ledger.Get[consent.Record](l, requestKey(ref))
	if err == nil && !found {
		err = fault.Field(fault.NotFound, field, "%s has no request %s", ref.MSP, ref.ID)
	}
	return record, err
}

// loadMany reads consents that must exist in one round trip; field names the member of the request that has an id.
func loadMany(l *ledger.Ledger, refs []consent.ConsentRef, field func(i int) string) ([]consent.Record, error) {
	keys := make([]ledger.Key, len(refs))
	for i, ref := range refs {
		keys[i] = recordKey(ref)
	}
	found, err := ledger.GetMany[consent.Record](l, keys)
	if err != nil {
		return nil, err
	}
	records := make([]consent.Record, len(found))
	for i, record := range found {
		if record == nil {
			return nil, fault.Field(fault.NotFound, field(i), "the subject has no consent %s", refs[i].ConsentID)
		}
		records[i] = *record
	}
	return records, nil
}

// consentsOf reads a subject's consents with a controller.
func consentsOf(l *ledger.Ledger, subject, controller string) ([]consent.Record, error) {
	records, err := ledger.Scan[consent.Record](l, recordsOf(subject))
	return slices.DeleteFunc(records, func(r consent.Record) bool { return r.Controller != controller }), err
}

// resolve reads the records of entries in few round trips.
func resolve(l *ledger.Ledger, entries []entry) ([]consent.Record, error) {
	keys := make([]ledger.Key, len(entries))
	for i, where := range entries {
		keys[i] = where.key()
	}
	found, err := ledger.GetMany[consent.Record](l, keys)
	if err != nil {
		return nil, err
	}
	records := make([]consent.Record, len(found))
	for i, record := range found {
		if record == nil {
			return nil, fault.New(fault.Internal, "the record of consent %s is missing", entries[i].ConsentID)
		}
		records[i] = *record
	}
	return records, nil
}

// endKeys are the keys that say how a record ended, or how a request was answered.
func endKeys(r consent.Record) []ledger.Key {
	if r.Asked() {
		ref := consent.RequestRef{MSP: r.Controller, ID: r.ConsentID}
		return []ledger.Key{answerKey(r.Subject, ref), refusalKey(r.Subject, ref)}
	}
	return []ledger.Key{
		endKey(r.Ref(), consent.StepWithdraw), endKey(r.Ref(), consent.StepRevoke), endKey(r.Ref(), consent.StepInvalidate),
		withdrawAllKey(r.Subject, r.Epoch+1), eraseKey(r.Subject, ""), eraseKey(r.Subject, r.Controller),
	}
}

// recordStatesOf reads how the records ended, in the same order.
func recordStatesOf(l *ledger.Ledger, records []consent.Record) ([]consent.RecordState, error) {
	var keys []ledger.Key
	for _, record := range records {
		keys = append(keys, endKeys(record)...)
	}
	if err := l.Prefetch(keys...); err != nil {
		return nil, err
	}
	standings := make([]consent.RecordState, len(records))
	for i, record := range records {
		var err error
		if standings[i], err = recordStateOf(l, record); err != nil {
			return nil, err
		}
	}
	return standings, nil
}

// recordStateOf reads how a record ended.
func recordStateOf(l *ledger.Ledger, record consent.Record) (s consent.RecordState, err error) {
	keys := endKeys(record)
	if record.Asked() {
		if s.Answer, err = optional[consent.Answer](l, keys[0]); err != nil {
			return s, err
		}
		s.Refusal, err = optional[consent.Answer](l, keys[1])
		return s, err
	}
	for i, end := range []**consent.End{&s.Withdrawn, &s.Revoked, &s.Invalidated} {
		if *end, err = optional[consent.End](l, keys[i]); err != nil {
			return s, err
		}
	}
	for i, cutoff := range []**consent.Cutoff{&s.All, &s.Erased, &s.ErasedHere} {
		if *cutoff, err = optional[consent.Cutoff](l, keys[3+i]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// believedKeys are what believed reads of records whose keys are the subjects' first ones, in one round trip.
func believedKeys(records []consent.Record) (keys []ledger.Key) {
	for _, record := range records {
		keys = append(keys, endKeys(record)...)
		proofs, _ := record.Proofs()
		for _, proof := range proofs {
			keys = append(keys, transaction.EvidenceKey(transaction.EvidenceRef(proof)))
			keys = append(keys, SpeakerKeys(record.Subject, proof.Signer)...)
		}
	}
	return keys
}

// believed reads how the records ended and verifies the signed requests on which all that rests.
func believed(l *ledger.Ledger, records []consent.Record) ([]consent.RecordState, error) {
	if err := l.Prefetch(believedKeys(records)...); err != nil {
		return nil, err
	}
	standings, err := recordStatesOf(l, records)
	if err != nil {
		return nil, err
	}
	return standings, believe(l, records, standings)
}

func value[T any](pointer *T) (v T) {
	if pointer != nil {
		v = *pointer
	}
	return v
}

// views adds the effective states.
func views(l *ledger.Ledger, records []consent.Record) ([]consent.View, error) {
	now, err := l.Now()
	if err != nil {
		return nil, err
	}
	standings, err := recordStatesOf(l, records)
	if err != nil {
		return nil, err
	}
	list := make([]consent.View, len(records))
	for i, record := range records {
		list[i] = record.View(standings[i], now)
	}
	return list, nil
}
