// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// claimDuty states that the assignee fulfilled a duty.
func claimDuty(tx *transaction.Tx, r licensing.ClaimDutyRequest) (licensing.DutyRecord, error) {
	act, err := organisation(tx, identity.Steward, identity.Processor)
	if err != nil {
		return licensing.DutyRecord{}, err
	}
	licence, before, err := loadDuty(tx.Ledger, r.DutyRequest)
	if err != nil {
		return licensing.DutyRecord{}, err
	}
	claimed, err := r.Claim(licence, before, act)
	if err != nil {
		return claimed, err
	}
	return saveDuty(tx, claimed)
}

// confirmDuty states that a duty is fulfilled, by whom it benefits.
func confirmDuty(tx *transaction.Tx, r licensing.DutyRequest) (licensing.DutyRecord, error) {
	var none licensing.DutyRecord
	act, err := principal(tx, identity.Steward)
	if err != nil {
		return none, err
	}
	licence, before, err := loadDuty(tx.Ledger, r)
	if err != nil {
		return none, err
	}
	beneficiary, err := r.Beneficiary(licence)
	if err != nil {
		return none, err
	}
	if act.By != beneficiary {
		return none, fault.New(fault.Forbidden, "only %s confirms this duty of licence %s", beneficiary, r.AgreementID)
	}
	return saveDuty(tx, r.Confirm(before, act))
}

// reportBreach states that the assignee broke a rule.
func reportBreach(tx *transaction.Tx, r licensing.ReportBreachRequest) (licensing.DutyRecord, error) {
	act, err := principal(tx, identity.Steward)
	if err != nil {
		return licensing.DutyRecord{}, err
	}
	licence, before, err := loadDuty(tx.Ledger, r.DutyRequest)
	if err != nil {
		return licensing.DutyRecord{}, err
	}
	breach, err := r.Breach(licence, before, act)
	if err != nil {
		return breach, err
	}
	return saveDuty(tx, breach)
}

// loadDuty reads a licence and what is known of one of its rules, nil if nothing is.
func loadDuty(l *ledger.Ledger, r licensing.DutyRequest) (licensing.Licence, *licensing.DutyRecord, error) {
	licence, err := loadLicence(l, r.AgreementID)
	if err != nil {
		return licence, nil, err
	}
	known, err := ledger.GetMany[licensing.DutyRecord](l, []ledger.Key{dutyKey(r.AgreementID, r.Rule)})
	if err != nil {
		return licence, nil, err
	}
	return licence, known[0], nil
}

func saveDuty(tx *transaction.Tx, d licensing.DutyRecord) (licensing.DutyRecord, error) {
	if err := ledger.Put(tx.Ledger, dutyKey(d.AgreementID, d.Rule), d); err != nil {
		return d, err
	}
	return d, tx.Announce("licensing.DutyMoved", licensing.DutyAnnouncement{AgreementID: d.AgreementID, Rule: d.Rule, State: d.State})
}

// listDuties answers a page of what is known of a licence's duties.
func listDuties(tx *transaction.Tx, r licensing.ListOfAgreementRequest) (answer licensing.DutyPage, err error) {
	answer.Duties, answer.Bookmark, err = ledger.Page[licensing.DutyRecord](tx.Ledger, dutiesOf(r.AgreementID), r.Size(), r.Bookmark)
	return answer, err
}
