package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/party"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// RetireAgreement ends a licence for good, by either side alone.
func (*Contract) RetireAgreement(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.RetireAgreementRequest) (licensing.Ending, error) {
		return say(tx, r.AgreementID, r.Retire)
	})
}

// SuspendAgreement suspends a licence.
func (*Contract) SuspendAgreement(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.SuspendAgreementRequest) (licensing.Ending, error) {
		return say(tx, r.AgreementID, r.Suspend)
	})
}

// ResumeAgreement ends the suspension.
func (*Contract) ResumeAgreement(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.AgreementRequest) (licensing.Ending, error) {
		return say(tx, r.AgreementID, r.Resume)
	})
}

// Supersede ends a licence in favour of another one.
func (*Contract) Supersede(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r licensing.SupersedeRequest) (licensing.Ending, error) {
		return say(tx, r.AgreementID, func(l licensing.Licence, act licensing.Act) (licensing.Ending, error) {
			successor, err := loadLicence(tx.Ledger, r.By)
			if err != nil {
				return licensing.Ending{}, err
			}
			return r.Supersede(l, successor, act)
		})
	})
}

// say writes one side's word on a licence and nothing else: the key is the side's own, so its own peer is endorsement enough, and no index, which the
// chaincode's policy would bind, is written with it.
func say(tx *transaction.Tx, agreementID string, decide func(licensing.Licence, licensing.Act) (licensing.Ending, error)) (licensing.Ending, error) {
	act, err := principal(tx, party.Steward)
	if err != nil {
		return licensing.Ending{}, err
	}
	licence, err := loadLicence(tx.Ledger, agreementID)
	if err != nil {
		return licensing.Ending{}, err
	}
	ending, err := decide(licence, act)
	if err != nil {
		return ending, err
	}
	if err := ledger.Put(tx.Ledger, endingKey(agreementID, ending.Side), ending); err != nil {
		return ending, err
	}
	return ending, tx.Announce("licensing.LicenceEnded", licensing.EndingAnnouncement{AgreementID: agreementID, Side: ending.Side, State: ending.State})
}
