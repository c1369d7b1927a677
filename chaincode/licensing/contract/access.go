// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// principal is the act of a member in one of the roles for its organisation, or of a resident by a signed request. Which organisation or resident may act is
// decided where the object is known.
func principal(tx *transaction.Tx, roles ...identity.Role) (licensing.Action, error) {
	if tx.Caller.SignedRequest != nil {
		return resident(tx)
	}
	return organisation(tx, roles...)
}

// organisation is the act of a member in one of the roles.
func organisation(tx *transaction.Tx, roles ...identity.Role) (licensing.Action, error) {
	for _, role := range roles {
		if tx.Caller.Is(role, tx.Caller.MSP) {
			now, err := tx.Now()
			return licensing.Action{By: tx.Caller.MSP, TxID: tx.TxID(), At: now}, err
		}
	}
	return licensing.Action{}, tx.Caller.RequireRole(roles[0])
}

// ending is principal for who exercises a right: of a resident's nothing is read that somebody else could write in the same block.
func ending(tx *transaction.Tx, roles ...identity.Role) (licensing.Action, error) {
	if tx.Caller.SignedRequest == nil {
		return organisation(tx, roles...)
	}
	act, err := consents.SpeakerOfRight(tx)
	return residentAct(tx, act), err
}

// resident is the act of a resident, by one of the resident's present keys or by a guardian in office.
func resident(tx *transaction.Tx) (licensing.Action, error) {
	act, err := consents.Speaker(tx)
	return residentAct(tx, act), err
}

func residentAct(tx *transaction.Tx, act consent.Action) licensing.Action {
	evidence := licensing.Evidence(*tx.Evidence())
	return licensing.Action{By: act.Subject, TxID: tx.TxID(), At: act.At, SignedAt: act.SignedAt, Raised: act.Raised, Evidence: &evidence}
}

// owner is the act of the owner: its organisation's steward or the resident.
func owner(tx *transaction.Tx, of string) (licensing.Action, error) {
	act, err := principal(tx, identity.Steward)
	if err == nil && act.By != of {
		err = fault.New(fault.Forbidden, "only the owner %s may do this; the caller acts for %s", of, act.By)
	}
	return act, err
}

// reads lets the named parties read, as member of the organisation or as resident, and those who oversee.
func reads(tx *transaction.Tx, parties ...string) error {
	who := tx.Caller.MSP
	if tx.Caller.SignedRequest != nil {
		act, err := resident(tx)
		if err != nil {
			return err
		}
		who = act.By
	}
	for _, allowed := range parties {
		if who == allowed {
			return nil
		}
	}
	overseer, err := governance.Oversees(tx, identity.Auditor, identity.Authority)
	if err != nil || overseer {
		return err
	}
	return fault.New(fault.Forbidden, "only those concerned, an auditor and the authority read this; the caller acts for %s", who)
}
