package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/party"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// CheckAccess answers whether a decision still holds, decided again from licence, grant, policy and consents.
func (*Contract) CheckAccess(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r licensing.CheckAccessRequest) (licensing.AccessCheck, error) {
		decision, err := loadDecision(tx.Ledger, r.DecisionID)
		if err != nil {
			return licensing.AccessCheck{}, err
		}
		return recheck(tx.Ledger, decision)
	})
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
	if d.Tickets, err = held(l, d); err != nil {
		return licensing.AccessCheck{}, err
	}
	_, delivered, err := ledger.Get[licensing.Delivery](l, deliveryKey(d.DecisionID, once))
	if err != nil {
		return licensing.AccessCheck{}, err
	}
	return d.Recheck(facts, delivered), nil
}

// held are the decision's tickets that the ledger gave to it: each use is one decision's.
func held(l *ledger.Ledger, d licensing.Decision) ([]licensing.Ticket, error) {
	var tickets []licensing.Ticket
	for _, t := range d.Tickets {
		taken, found, err := ledger.Get[ticket](l, ticketKey(d.AgreementID, t))
		if err != nil {
			return nil, err
		}
		if found && taken.DecisionID == d.DecisionID {
			tickets = append(tickets, t)
		}
	}
	return tickets, nil
}

// RecordDelivery is the provider's evidence that data were served under a decision. A decision under a limited number of uses is served once.
func (*Contract) RecordDelivery(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.RecordDeliveryRequest) (licensing.Delivery, error) {
		var none licensing.Delivery
		act, err := principal(tx, party.Processor)
		if err != nil {
			return none, err
		}
		decision, err := loadDecision(tx.Ledger, r.DecisionID)
		if err != nil {
			return none, err
		}
		if act.By != decision.Assigner {
			return none, fault.New(fault.Forbidden, "only the provider %s records deliveries of decision %s", decision.Assigner, r.DecisionID)
		}
		place := tx.TxID()
		if len(decision.Tickets) > 0 {
			place = once
		}
		if err := unserved(tx.Ledger, r.DecisionID, place); err != nil {
			return none, err
		}
		check, err := recheck(tx.Ledger, decision)
		if err != nil {
			return none, err
		}
		if !check.Valid {
			return none, fault.Field(fault.ProcessingDenied, "decisionId", "decision %s does not hold: %s", r.DecisionID, check.Reasons[0].Code).
				With("reason", string(check.Reasons[0].Code))
		}
		delivery := r.Deliver(decision, act)
		if err := ledger.Put(tx.Ledger, deliveryKey(r.DecisionID, place), delivery); err != nil {
			return none, err
		}
		return delivery, tx.Announce("licensing.DataDelivered", licensing.DecisionAnnouncement{DecisionID: decision.DecisionID, AgreementID: decision.AgreementID, Permit: true})
	})
}

func unserved(l *ledger.Ledger, decisionID, place string) error {
	_, served, err := ledger.Get[licensing.Delivery](l, deliveryKey(decisionID, place))
	if err == nil && served {
		err = fault.Field(fault.DecisionServed, "decisionId", "decision %s was served", decisionID)
	}
	return err
}
