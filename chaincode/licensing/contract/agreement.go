package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/party"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Agree concludes the agreement on the last terms. Beside it the owner's grant is written, which needs the owner's peer.
func (*Contract) Agree(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.AgreeRequest) (licensing.Agreement, error) {
		var none licensing.Agreement
		act, err := principal(tx, party.Steward)
		if err != nil {
			return none, err
		}
		n, err := loadNegotiation(tx.Ledger, r.NegotiationID)
		if err != nil {
			return none, err
		}
		round, err := lastRound(tx.Ledger, n)
		if err != nil {
			return none, err
		}
		n, agreement, err := r.Agree(n, round.Terms, act)
		if err != nil {
			return none, err
		}
		if err := stillOffered(tx.Ledger, n); err != nil {
			return none, err
		}
		if err := conclude(tx, agreement, act); err != nil {
			return none, err
		}
		_, err = save(tx, n)
		return agreement, err
	})
}

// stillOffered refuses an agreement on an offer that was withdrawn without letting running negotiations finish, and on a dataset that is retired.
func stillOffered(l *ledger.Ledger, n licensing.Negotiation) error {
	dataset, err := loadDataset(l, n.DatasetID)
	if err != nil {
		return err
	}
	if err := dataset.Offered(); err != nil || n.OfferID == "" {
		return err
	}
	offer, err := loadOffer(l, n.OfferID)
	if err != nil {
		return err
	}
	return offer.Open(true)
}

// conclude writes a new agreement with its grant and the two sides' endings, each owned by whom it concerns.
func conclude(tx *transaction.Tx, a licensing.Agreement, act licensing.Act) error {
	if err := within(tx.Ledger, a); err != nil {
		return err
	}
	_, found, err := ledger.Get[licensing.Agreement](tx.Ledger, agreementKey(a.AgreementID))
	if err != nil {
		return err
	}
	if found {
		return fault.Field(fault.AlreadyExists, "agreementId", "agreement %s exists", a.AgreementID)
	}
	if err := putGranted(tx.Ledger, agreementKey(a.AgreementID), a, a.Assigner, grantAgreement, a.AgreementID, a.Assigner, a.Assignee); err != nil {
		return err
	}
	provider, consumer := a.Endings(act)
	if err := putOwned(tx.Ledger, endingKey(a.AgreementID, licensing.Provider), provider, a.Assigner); err != nil {
		return err
	}
	if err := putOwned(tx.Ledger, endingKey(a.AgreementID, licensing.Consumer), consumer, a.Assignee); err != nil {
		return err
	}
	return join(tx.Ledger, agreements, a.AgreementID, a.Assigner, a.Assignee)
}

// within refuses a resident's licence that would permit more than the resident's consents do.
func within(l *ledger.Ledger, a licensing.Agreement) error {
	if !licensing.IsResident(a.Assigner) {
		return nil
	}
	dataset, err := loadDataset(l, a.Target)
	if err != nil || !dataset.PersonalData {
		return err
	}
	given, err := consents.Given(l, a.Assigner, dataset.Controller)
	if err != nil {
		return err
	}
	known, err := purposes(l, a.PurposesVersion)
	if err != nil {
		return err
	}
	return a.Within(given, known)
}

// FinalizeNegotiation brings the licence into force.
func (*Contract) FinalizeNegotiation(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.NegotiationRequest) (licensing.Negotiation, error) {
		return step(tx, r.NegotiationID, func(n licensing.Negotiation, act licensing.Act) (licensing.Negotiation, error) {
			moved, err := n.Step(licensing.MoveFinalize, act)
			if err != nil {
				return n, err
			}
			agreement, err := load[licensing.Agreement](tx.Ledger, agreementKey(n.AgreementID), "agreementId", n.AgreementID)
			if err != nil {
				return n, err
			}
			return moved, enforce(tx.Ledger, agreement, act)
		})
	})
}

// enforce writes that the licence is in force, with the owner's grant.
func enforce(l *ledger.Ledger, a licensing.Agreement, act licensing.Act) error {
	inForce, err := a.NewInForce(act)
	if err != nil {
		return err
	}
	return putGranted(l, inForceKey(a.AgreementID), inForce, a.Assigner, grantInForce, a.AgreementID, a.Assigner, a.Assignee)
}

// QuickAgree accepts an offer that everybody may take as it stands: all states are recorded, and the licence is in force at once.
func (*Contract) QuickAgree(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.QuickAgreeRequest) (licensing.Agreement, error) {
		var none licensing.Agreement
		act, err := organisation(tx, party.Steward)
		if err != nil {
			return none, err
		}
		offer, err := openOffer(tx.Ledger, r.OfferID, false)
		if err != nil {
			return none, err
		}
		if err := offer.For(act.By); err != nil {
			return none, err
		}
		_, found, err := ledger.Get[licensing.Negotiation](tx.Ledger, negotiationKey(r.NegotiationID))
		if err != nil {
			return none, err
		}
		if found {
			return none, fault.Field(fault.AlreadyExists, "negotiationId", "negotiation %s exists", r.NegotiationID)
		}
		n, round, agreement, err := r.Agree(offer.Offer, act)
		if err != nil {
			return none, err
		}
		return agreement, quicklyAgreed(tx, n, round, agreement, act)
	})
}

func quicklyAgreed(tx *transaction.Tx, n licensing.Negotiation, round licensing.Round, agreement licensing.Agreement, act licensing.Act) error {
	if err := stillOffered(tx.Ledger, n); err != nil {
		return err
	}
	if err := conclude(tx, agreement, act); err != nil {
		return err
	}
	if err := enforce(tx.Ledger, agreement, act); err != nil {
		return err
	}
	_, err := propose(tx, n, round)
	return err
}
