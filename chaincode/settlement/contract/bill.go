// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// bill answers one party's bill of a period and its proof: to the organiser, to auditors, to the resident who is the member, to the organisation.
func bill(tx *transaction.Tx, r settlement.BillRequest) (settlement.BillStatement, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.BillStatement{}, err
	}
	if err := mayReadBill(tx, community, r); err != nil {
		return settlement.BillStatement{}, err
	}
	period, err := loadPeriod(tx, settlement.GetPeriodRequest{CommunityID: r.CommunityID, Period: r.Period, Phase: r.Phase})
	if err != nil {
		return settlement.BillStatement{}, err
	}
	return proveBill(tx, community.Collection, period, r.MemberID)
}

// mayReadBill lets an organisation read the bill of its own fees beside those who may read everybody's.
func mayReadBill(tx *transaction.Tx, community settlement.Community, r settlement.BillRequest) error {
	if msp := r.Organisation(); msp != "" && tx.Caller.SignedRequest == nil && tx.Caller.MSP == msp && (tx.Caller.Is(identity.MeterOperator, msp) || tx.Caller.Is(identity.Organiser, msp)) {
		return nil
	}
	return mayReadStatement(tx, community, r.MemberID)
}

func proveBill(tx *transaction.Tx, collection string, period settlement.Period, partyID string) (settlement.BillStatement, error) {
	var statement settlement.BillStatement
	summary, err := private(tx, collection, summaryKey(period.ResultsID), settlement.UnpackSummary)
	if err != nil {
		return statement, err
	}
	number, index, err := summary.Find(partyID)
	if err != nil {
		return statement, err
	}
	bills, err := private(tx, collection, billsKey(period.ResultsID, number), settlement.ReadBills)
	if err != nil {
		return statement, err
	}
	statement.Bill = bills.Bills[index%settlement.LeavesPerChunk]
	if statement.Inclusion, err = summary.Inclusion(index); err != nil {
		return statement, err
	}
	return statement, statement.Verify(period)
}

// billsOf reads all bills of a phase.
func billsOf(tx *transaction.Tx, collection string, period settlement.Period) ([]settlement.Bill, error) {
	return billsBetween(tx, collection, period, 0, period.Leaves)
}

// billsBetween reads the bills of a phase from one on until before another.
func billsBetween(
	tx *transaction.Tx, collection string, period settlement.Period, begin, end int,
) ([]settlement.Bill, error) {
	var keys []ledger.Key
	skipped := begin / settlement.LeavesPerChunk
	for chunk := skipped; chunk*settlement.LeavesPerChunk < end; chunk++ {
		keys = append(keys, billsKey(period.ResultsID, chunk))
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, collection, keys)
	if err != nil {
		return nil, err
	}
	var bills []settlement.Bill
	for _, value := range values {
		if value == nil {
			return nil, fault.New(fault.PrivateDataNotHere, "this peer does not hold the bills of %s, %s", period.Period, period.Phase)
		}
		chunk, err := settlement.ReadBills(value)
		if err != nil {
			return nil, err
		}
		bills = append(bills, chunk.Bills...)
	}
	before := skipped * settlement.LeavesPerChunk
	if len(bills) < end-before {
		return nil, fault.New(fault.Internal, "bills of %s, %s, are missing", period.Period, period.Phase)
	}
	return bills[begin-before : end-before], nil
}

// proof answers the Merkle path of a party's leaf without the leaf, to those who may read the leaf.
func proof(tx *transaction.Tx, r settlement.ProofRequest) (settlement.Proof, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Proof{}, err
	}
	if err := mayReadBill(tx, community, settlement.BillRequest{MemberID: r.MemberID}); err != nil {
		return settlement.Proof{}, err
	}
	resultsID, root, err := proven(tx, r)
	if err != nil {
		return settlement.Proof{}, err
	}
	summary, err := private(tx, community.Collection, summaryKey(resultsID), settlement.UnpackSummary)
	if err != nil {
		return settlement.Proof{}, err
	}
	return summary.Proof(r.MemberID, root)
}

// proven finds the public record that the proof is for.
func proven(tx *transaction.Tx, r settlement.ProofRequest) (resultsID, root string, err error) {
	if r.Day != "" {
		run, err := loadRun(tx, settlement.GetRunRequest{CommunityID: r.CommunityID, Day: r.Day, Run: r.Run})
		return run.ResultsID, run.MerkleRoot, err
	}
	period, err := loadPeriod(tx, settlement.GetPeriodRequest{CommunityID: r.CommunityID, Period: r.Period, Phase: r.Phase})
	return period.ResultsID, period.MerkleRoot, err
}

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
