// SPDX-License-Identifier: Apache-2.0

package payments

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Batch are the payments of one phase of a period.
type Batch struct {
	CommunityID, Period string
	Phase               settlement.Phase
	Currency            string
	Community           Account
	// Transfers are paid out, Requests are to be paid in; both in byte order of their references.
	Transfers, Requests []Payment
}

// Payment is one payment between the community's account and that of one or more parties.
type Payment struct {
	// Reference names the payment to both sides, at most 35 characters. It reveals nothing about the party.
	Reference string
	Account   Account
	Parties   []string
	// Cents is positive.
	Cents int64
}

// Net makes the payments of a period's positions. Positions that are confirmed as paid, and those at the community's own account, are left out.
func Net(of settlement.GetPeriodRequest, positions settlement.Positions, accounts Accounts) (Batch, error) {
	batch := Batch{CommunityID: of.CommunityID, Period: of.Period, Phase: of.Phase, Currency: positions.Currency, Community: accounts.Community}
	byAccount := map[string]*Payment{}
	var order []string
	var missing []string
	for _, position := range positions.Positions {
		if position.Cents == 0 || !position.PaidAt.IsZero() {
			continue
		}
		account, known := accounts.Parties[position.MemberID]
		if !known {
			missing = append(missing, position.MemberID)
			continue
		}
		payment := byAccount[account.IBAN]
		if payment == nil {
			payment = &Payment{Account: account}
			byAccount[account.IBAN] = payment
			order = append(order, account.IBAN)
		}
		payment.Parties = append(payment.Parties, position.MemberID)
		payment.Cents += position.Cents
	}
	if len(missing) > 0 {
		return batch, fmt.Errorf("the accounts file lacks %d parties: %s", len(missing), strings.Join(missing, ", "))
	}
	for _, iban := range order {
		batch.add(*byAccount[iban])
	}
	slices.SortFunc(batch.Transfers, byReference)
	slices.SortFunc(batch.Requests, byReference)
	return batch, nil
}

func byReference(a, b Payment) int { return strings.Compare(a.Reference, b.Reference) }

func (b *Batch) add(payment Payment) {
	if payment.Account.IBAN == b.Community.IBAN {
		return
	}
	payment.Reference = b.reference(payment.Parties...)
	switch {
	case payment.Cents > 0:
		b.Transfers = append(b.Transfers, payment)
	case payment.Cents < 0:
		payment.Cents = -payment.Cents
		b.Requests = append(b.Requests, payment)
	}
}

// reference is the same for the same payment, so that a bank sees a file that is sent twice.
func (b *Batch) reference(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{b.CommunityID, b.Period, string(b.Phase)}, parts...), "|")))
	return strings.ReplaceAll(b.Period, "-", "") + "-" + hex.EncodeToString(sum[:12])
}

// Total is the sum of payments in cents.
func Total(payments []Payment) (sum int64) {
	for _, payment := range payments {
		sum += payment.Cents
	}
	return sum
}

// amount writes cents as a decimal number.
func amount(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
