// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// storePrivate stores the private part of a consent in the controller's collection, if it is the one whose hash the resident signed. It writes nothing
// else, so that the controller's own peer endorses it and no other sees it.
func storePrivate(tx *transaction.Tx, r consent.StorePrivateRequest) (consent.StorePrivateAnswer, error) {
	var none consent.StorePrivateAnswer
	record, err := load(tx.Ledger, consent.ConsentRef(r))
	if err != nil {
		return none, err
	}
	if _, err := steward(tx, record.Controller); err != nil {
		return none, err
	}
	private, err := transaction.Private[consent.Private](tx, privatePart)
	if err != nil {
		return none, err
	}
	if err := record.Accept(private); err != nil {
		return none, err
	}
	recordState, err := recordStateOf(tx.Ledger, record)
	if err != nil {
		return none, err
	}
	if recordState.HasErased() {
		return none, fault.New(fault.SubjectErased, "the subject asked for erasure")
	}
	if _, err := ledger.PutPrivate(tx.Ledger, collectionOf(record.Controller), privateKey(record.PrivateID), private); err != nil {
		return none, err
	}
	answer := consent.StorePrivateAnswer{Subject: r.Subject, ConsentID: r.ConsentID, PrivateSHA256: record.PrivateSHA256}
	return answer, tx.Announce("consent.PrivateStored", answer)
}

// receipt answers a consent's receipt to its resident, with contact data where this peer holds the private part.
func receipt(tx *transaction.Tx, r consent.ReceiptRequest) (consent.Receipt, error) {
	act, err := speaksOf(tx, r.Subject, Speaker)
	if err != nil {
		return consent.Receipt{}, err
	}
	record, err := load(tx.Ledger, consent.ConsentRef{Subject: act.Subject, ConsentID: r.ConsentID})
	if err != nil {
		return consent.Receipt{}, err
	}
	notice, err := loadNotice(tx.Ledger, record.NoticeID, record.NoticeVersion)
	if err != nil {
		return consent.Receipt{}, err
	}
	standings, err := believed(tx.Ledger, []consent.Record{record})
	if err != nil {
		return consent.Receipt{}, err
	}
	if standings[0].Unproven {
		return consent.Receipt{}, fault.Field(fault.EvidenceInvalid, "consentId", "consent %s does not rest on what the resident signed", r.ConsentID)
	}
	private, err := contactData(tx.Ledger, record)
	if err != nil {
		return consent.Receipt{}, err
	}
	return consent.Evidence{
		View: record.View(standings[0], act.At), Line: record.Timeline(standings[0], act.At), Notice: notice, Channel: tx.Channel(),
		Private: private, Now: act.At,
	}.Receipt(r.Format)
}

// contactData reads the private part where this peer is the controller's and holds it.
func contactData(l *ledger.Ledger, record consent.Record) (*consent.Private, error) {
	if record.PrivateID == "" {
		return nil, nil
	}
	values, err := ledger.GetManyPrivate(l, collectionOf(record.Controller), []ledger.Key{privateKey(record.PrivateID)})
	if err != nil || values[0] == nil {
		return nil, nil //nolint:nilerr // the peers of other organisations, and the controller's to their relays, refuse: such a receipt has no contact data
	}
	private := new(consent.Private)
	if err := json.Unmarshal(values[0], private); err != nil {
		return nil, fmt.Errorf("read the private part of consent %s: %w", record.ConsentID, err)
	}
	return private, nil
}
