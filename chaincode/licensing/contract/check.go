// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// checkAccess answers whether a decision still holds, decided again from licence, grant, policy and consents.
func checkAccess(tx *transaction.Tx, r licensing.CheckAccessRequest) (licensing.AccessCheck, error) {
	decision, err := loadDecision(tx.Ledger, r.DecisionID)
	if err != nil {
		return licensing.AccessCheck{}, err
	}
	return recheck(tx.Ledger, decision)
}

func recheck(l *ledger.Ledger, d licensing.Decision) (licensing.AccessCheck, error) {
	licence, err := loadLicence(l, d.AgreementID, d.Purpose)
	if err != nil {
		return licensing.AccessCheck{}, err
	}
	var subjects []string
	for _, subject := range d.Subjects {
		subjects = append(subjects, subject.Subject)
	}
	facts, err := gather(l, licence, d.Question, subjects)
	if err != nil {
		return licensing.AccessCheck{}, err
	}
	held, uses, err := holding(l, d)
	if err != nil {
		return licensing.AccessCheck{}, err
	}
	return d.Recheck(facts, held, uses), nil
}

// holding are the decision's tickets that the ledger gave to it, and what was spent of them: each use is one decision's.
func holding(l *ledger.Ledger, d licensing.Decision) (tickets []licensing.Ticket, uses []licensing.Use, err error) {
	if len(d.Tickets) == 0 {
		return nil, nil, nil
	}
	if err := l.Prefetch(ticketKeys(d.AgreementID, d.Tickets...)...); err != nil {
		return nil, nil, err
	}
	for _, t := range d.Tickets {
		use, spent, err := ledger.Get[licensing.Use](l, usedKey(d.AgreementID, t))
		if err != nil {
			return nil, nil, err
		}
		reserved, found, err := ledger.Get[licensing.Reservation](l, ticketKey(d.AgreementID, t))
		if err != nil {
			return nil, nil, err
		}
		switch {
		case spent && use.DecisionID == d.DecisionID:
			tickets, uses = append(tickets, t), append(uses, use)
		case !spent && found && reserved.DecisionID == d.DecisionID:
			tickets = append(tickets, t)
		}
	}
	return tickets, uses, nil
}

// ticketKeys are the keys of uses: who reserves them, and what was spent.
func ticketKeys(agreementID string, tickets ...licensing.Ticket) []ledger.Key {
	keys := make([]ledger.Key, 0, 2*len(tickets))
	for _, t := range tickets {
		keys = append(keys, ticketKey(agreementID, t), usedKey(agreementID, t))
	}
	return keys
}

// delivering is the act of the provider's processor about a decision, with its check.
func delivering(tx *transaction.Tx, decisionID string) (
	d licensing.Decision, check licensing.AccessCheck, act licensing.Action, err error,
) {
	if act, err = principal(tx, identity.Processor); err != nil {
		return d, check, act, err
	}
	if d, err = loadDecision(tx.Ledger, decisionID); err != nil {
		return d, check, act, err
	}
	if act.By != d.Assigner {
		return d, check, act, fault.New(fault.Forbidden, "only the provider %s acts on decision %s", d.Assigner, decisionID)
	}
	check, err = recheck(tx.Ledger, d)
	return d, check, act, err
}

// spendUse spends the uses that a decision reserves, once. It reads all that could end the access, so an end that commits
// first makes it invalid, however long it was held back.
func spendUse(tx *transaction.Tx, r licensing.SpendUseRequest) (licensing.Use, error) {
	decision, check, act, err := delivering(tx, r.DecisionID)
	if err != nil {
		return licensing.Use{}, err
	}
	if !check.ServedOnce {
		return licensing.Use{}, fault.Field(
			fault.InvalidField, "decisionId", "decision %s reserves none of a limited number of uses", r.DecisionID,
		)
	}
	if check.Has(licensing.CauseServed) {
		return licensing.Use{}, fault.Field(fault.DecisionServed, "decisionId", "decision %s was served", r.DecisionID)
	}
	if !check.Valid {
		return licensing.Use{}, unheld(check)
	}
	use := r.Spend(act)
	for _, t := range decision.Tickets {
		if err := putOwned(tx.Ledger, usedKey(decision.AgreementID, t), use, decision.Assigner); err != nil {
			return use, err
		}
	}
	return use, tx.Announce("licensing.UseSpent", licensing.DecisionAnnouncement{
		DecisionID: decision.DecisionID, AgreementID: decision.AgreementID, Permit: true,
	})
}

// recordDelivery is the provider's evidence that data were served under a decision. Of a limited number of uses, the
// decision's must be spent before.
func recordDelivery(tx *transaction.Tx, r licensing.RecordDeliveryRequest) (licensing.Delivery, error) {
	var none licensing.Delivery
	decision, check, act, err := delivering(tx, r.DecisionID)
	if err != nil {
		return none, err
	}
	switch {
	case check.ServedOnce && !check.Has(licensing.CauseServed):
		return none, fault.Field(
			fault.ProcessingDenied, "decisionId", "no use was spent under decision %s", r.DecisionID,
		).With("reason", string(licensing.CauseUnspent))
	case !check.Delivers():
		return none, unheld(check)
	}
	delivery := r.Deliver(decision, act)
	if err := ledger.Put(tx.Ledger, deliveryKey(r.DecisionID, tx.TxID()), delivery); err != nil {
		return none, err
	}
	return delivery, tx.Announce("licensing.DataDelivered", licensing.DecisionAnnouncement{
		DecisionID: decision.DecisionID, AgreementID: decision.AgreementID, Permit: true,
	})
}

// unheld refuses what needs a decision that holds.
func unheld(check licensing.AccessCheck) error {
	code := string(check.Reasons[0].Code)
	return fault.Field(fault.ProcessingDenied, "decisionId", "decision %s does not hold: %s", check.DecisionID, code).
		With("reason", code)
}

// listDeliveries answers a page of what was served under a decision, to those concerned.
func listDeliveries(tx *transaction.Tx, r licensing.ListDeliveriesRequest) (answer licensing.DeliveryPage, err error) {
	decision, err := loadDecision(tx.Ledger, r.DecisionID)
	if err != nil {
		return answer, err
	}
	if err := reads(tx, decision.Assigner, decision.Assignee); err != nil {
		return answer, err
	}
	answer.Deliveries, answer.Bookmark, err = ledger.Page[licensing.Delivery](
		tx.Ledger, deliveriesOf(r.DecisionID), r.Size(), r.Bookmark,
	)
	return answer, err
}
