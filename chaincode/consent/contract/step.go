package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Refuse answers a request with no.
func (*Contract) Refuse(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.DecisionRequest) (consent.View, error) {
		return step(tx, r, consent.StepRefuse, "consent.ConsentRefused")
	})
}

// Defer puts the answer to a request off.
func (*Contract) Defer(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.DecisionRequest) (consent.View, error) {
		return step(tx, r, consent.StepDefer, "consent.ConsentDeferred")
	})
}

// Withdraw takes a consent back, in effect in the block that commits it.
func (*Contract) Withdraw(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.DecisionRequest) (consent.View, error) {
		return step(tx, r, consent.StepWithdraw, "consent.ConsentWithdrawn")
	})
}

// Revoke ends a consent by the controller.
func (*Contract) Revoke(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.DecisionRequest) (consent.View, error) {
		return step(tx, r, consent.StepRevoke, "consent.ConsentRevoked")
	})
}

// Invalidate declares a consent invalid from its beginning.
func (*Contract) Invalidate(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r consent.InvalidateRequest) (consent.View, error) {
		return step(tx, consent.DecisionRequest(r), consent.StepInvalidate, "consent.ConsentInvalidated")
	})
}

// step moves a record by a step that changes nothing but its state.
func step(tx *transaction.Tx, r consent.DecisionRequest, name consent.Step, event string) (consent.View, error) {
	record, err := load(tx.Ledger, r.ConsentID)
	if err != nil {
		return consent.View{}, err
	}
	act, err := actor(tx, record, name.By())
	if err != nil {
		return consent.View{}, err
	}
	subject, err := loadSubject(tx.Ledger, record.Subject)
	if err != nil {
		return consent.View{}, err
	}
	moved, err := record.Step(name, subject.Standing(record.Controller), act, r.ReasonCode)
	if err != nil {
		return consent.View{}, err
	}
	if name == consent.StepWithdraw { // a Give or Renew that a relay held back must not come after it
		if err := ledger.Put(tx.Ledger, subjectKey(record.Subject), subject.Cut(consent.CutWithdraw, record.Controller, act)); err != nil {
			return consent.View{}, err
		}
	}
	return save(tx, moved, event)
}

// actor is the caller's act as the one whose step it is.
func actor(tx *transaction.Tx, record consent.Record, by consent.Actor) (consent.Act, error) {
	switch by {
	case consent.Resident:
		return residentOf(tx, record.Subject, record.Guardian)
	case consent.Controlled:
		return steward(tx, record.Controller)
	default:
		return authority(tx)
	}
}
