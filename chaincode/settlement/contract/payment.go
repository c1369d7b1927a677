// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// positions answers a page of the netted positions of a period and which of them are paid, to the organiser and to
// auditors.
func positions(tx *transaction.Tx, r settlement.PositionsRequest) (settlement.Positions, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Positions{}, err
	}
	if err := mayReadAll(tx, community); err != nil {
		return settlement.Positions{}, err
	}
	period, err := loadPeriod(tx, r.Of())
	if err != nil {
		return settlement.Positions{}, err
	}
	begin, err := r.Begin(period)
	if err != nil {
		return settlement.Positions{}, err
	}
	end := min(begin+r.Size(), period.Leaves)
	bills, err := billsBetween(tx, community.Collection, period, begin, end)
	if err != nil {
		return settlement.Positions{}, err
	}
	payments, err := paymentsOf(tx, r, bills)
	page := settlement.NewPositions(bills, payments)
	page.Bookmark = period.PositionsAt(end)
	return page, err
}

// paymentsOf are the confirmed payments of bills by party.
func paymentsOf(
	tx *transaction.Tx, r settlement.PositionsRequest, bills []settlement.Bill,
) (map[string]settlement.Payment, error) {
	keys := make([]ledger.Key, len(bills))
	for i, bill := range bills {
		keys[i] = paymentKey(r.CommunityID, r.Period, r.Phase, bill.MemberID)
	}
	confirmed, err := ledger.GetMany[settlement.Payment](tx.Ledger, keys)
	payments := map[string]settlement.Payment{}
	for _, payment := range confirmed {
		if payment != nil {
			payments[payment.MemberID] = *payment
		}
	}
	return payments, err
}

// confirmPayment records that a party's position of a final period or a correction was paid. Confirming it again changes nothing.
func confirmPayment(tx *transaction.Tx, r settlement.ConfirmPaymentRequest) (settlement.Payment, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return settlement.Payment{}, err
	}
	key := paymentKey(r.CommunityID, r.Period, r.Phase, r.MemberID)
	existing, found, err := ledger.Get[settlement.Payment](tx.Ledger, key)
	if err != nil || found {
		return existing, err
	}
	period, err := loadPeriod(tx, settlement.GetPeriodRequest{CommunityID: r.CommunityID, Period: r.Period, Phase: r.Phase})
	if err != nil {
		return settlement.Payment{}, err
	}
	if period.Phase == settlement.Preview || period.Phase == settlement.ProvisionalPhase {
		return settlement.Payment{}, fault.New(fault.IllegalTransition, "%s is %s; payments are confirmed when it is final", r.Period, r.Phase)
	}
	summary, err := private(tx, community.Collection, summaryKey(period.ResultsID), settlement.UnpackSummary)
	if err != nil {
		return settlement.Payment{}, err
	}
	if !slices.Contains(summary.Members, r.MemberID) {
		return settlement.Payment{}, fault.Field(fault.NotFound, "memberId", "%s has no bill in %s of %s", r.MemberID, r.Phase, r.Period)
	}
	return storePayment(tx, r, key)
}

func storePayment(tx *transaction.Tx, r settlement.ConfirmPaymentRequest, key ledger.Key) (settlement.Payment, error) {
	now, err := tx.Now()
	if err != nil {
		return settlement.Payment{}, err
	}
	payment := settlement.Payment{Schema: settlement.SchemaVersion, ConfirmPaymentRequest: r, ConfirmedAt: now, ConfirmedBy: tx.Caller.MSP}
	if err := ledger.Put(tx.Ledger, key, payment); err != nil {
		return payment, err
	}
	return payment, tx.Announce("settlement.PaymentConfirmed", r)
}

// mayReadAll refuses who is neither the organiser nor an auditor.
func mayReadAll(tx *transaction.Tx, community settlement.Community) error {
	auditor, err := isAuditor(tx)
	if err == nil && !auditor && !isOrganiser(tx, community) {
		err = forbidden(tx, community, "its organiser or an auditor")
	}
	return err
}
