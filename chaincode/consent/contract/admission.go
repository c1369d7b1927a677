// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// Questions of other contracts about consents within their own transactions, beside Check.

// Processing is what a consent shall allow.
type Processing struct {
	// Subject is whose consent it is; with ConsentID it names the consent.
	Subject        string
	ConsentID      string
	Purpose        string
	DataCategories []string
	// By are the organisations that process: each is the controller or a recipient of the consent.
	By []string
	// Object is what the processing is about: only a consent about exactly this allows it.
	Object consent.Object
}

// Admit refuses a processing that the consent does not allow now, and answers the consent and the notice that it was given under.
func Admit(l *ledger.Ledger, p Processing) (consent.Record, consent.Notice, error) {
	record, err := load(l, consent.ConsentRef{Subject: p.Subject, ConsentID: p.ConsentID})
	if err != nil {
		return record, consent.Notice{}, err
	}
	now, err := l.Now()
	if err != nil {
		return record, consent.Notice{}, err
	}
	standings, facts, err := useFacts(l, []consent.Record{record}, p.Purpose, now)
	if err != nil {
		return record, consent.Notice{}, err
	}
	for _, msp := range p.By {
		if err := record.Admit(p.Purpose, p.DataCategories, p.Object, msp, consent.Single, standings[0], facts); err != nil {
			return record, consent.Notice{}, err
		}
	}
	notice, err := loadNotice(l, record.NoticeID, record.NoticeVersion)
	return record, notice, err
}

// EndingsOf answers for each consent since when it allows nothing any more, nil while it is in force, in few round trips whatever their number. It rests on
// Admit, which verified what the resident signed.
func EndingsOf(l *ledger.Ledger, refs []consent.ConsentRef) ([]*consent.Termination, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	records, err := loadMany(l, refs, func(int) string { return "consentId" })
	if err != nil {
		return nil, err
	}
	now, err := l.Now()
	if err != nil {
		return nil, err
	}
	standings, err := recordStatesOf(l, records)
	if err != nil {
		return nil, err
	}
	suspended, err := suspensions(l)
	if err != nil {
		return nil, err
	}
	all := make([]*consent.Termination, len(records))
	for i, record := range records {
		all[i] = record.Ended(standings[i], suspended.Of(record.NoticeID), now)
	}
	return all, nil
}

// Given are a subject's consents with a controller, with their effective states; those that do not rest on what the resident signed are left out.
func Given(l *ledger.Ledger, subject, controller string) ([]consent.View, error) {
	records, err := consentsOf(l, subject, controller)
	if err != nil {
		return nil, err
	}
	now, err := l.Now()
	if err != nil {
		return nil, err
	}
	standings, err := believed(l, records)
	if err != nil {
		return nil, err
	}
	var list []consent.View
	for i, record := range records {
		if !standings[i].Unproven {
			list = append(list, record.View(standings[i], now))
		}
	}
	return list, nil
}
