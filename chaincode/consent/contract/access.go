// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// organisation is the act of the caller's organisation as the actor, whose right has been checked.
func organisation(tx *transaction.Tx, actor consent.Actor) (consent.Action, error) {
	now, err := tx.Now()
	return consent.Action{Actor: actor, By: tx.Caller.MSP, TxID: tx.TxID(), At: now}, err
}

// steward is the act of the controller's steward.
func steward(tx *transaction.Tx, controller string) (consent.Action, error) {
	if err := tx.Caller.Require(controller, identity.Steward); err != nil {
		return consent.Action{}, err
	}
	return organisation(tx, consent.Controlled)
}

// processor is the act of a processor of the controller or of a recipient that the consent names.
func processor(tx *transaction.Tx, record consent.Record) (consent.Action, error) {
	if !tx.Caller.Is(identity.Processor, append([]string{record.Controller}, record.Recipients...)...) {
		return consent.Action{}, fault.New(fault.Forbidden, "only the role %s of %s or of a recipient of consent %s may do this; the caller acts for %s as %s",
			identity.Processor, record.Controller, record.ConsentID, tx.Caller.MSP, tx.Caller)
	}
	return organisation(tx, consent.Controlled)
}

// authority is the act of the data protection authority.
func authority(tx *transaction.Tx) (consent.Action, error) {
	allowed, err := governance.Oversees(tx, identity.Authority)
	if err != nil {
		return consent.Action{}, err
	}
	if !allowed {
		return consent.Action{}, fault.New(fault.Forbidden, "only the role %s of an organisation that the governance record names may do this; the caller acts for %s as %s",
			identity.Authority, tx.Caller.MSP, tx.Caller)
	}
	return organisation(tx, consent.Overseer)
}

// stewardOrAuthority lets the controller's steward and the authority read.
func stewardOrAuthority(tx *transaction.Tx, controller string) error {
	if tx.Caller.Is(identity.Steward, controller) {
		return nil
	}
	_, err := authority(tx)
	return err
}

// signedRequest is the resident's signed request.
func signedRequest(tx *transaction.Tx) (*signedrequest.Signed, error) {
	if tx.Caller.SignedRequest == nil {
		return nil, fault.New(fault.Forbidden, "only the resident may do this, by a signed request; the caller acts for %s as %s", tx.Caller.MSP, tx.Caller)
	}
	return tx.Caller.SignedRequest, nil
}
