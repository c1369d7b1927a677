// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// load reads a community.
func load(tx *transaction.Tx, communityID string) (settlement.Community, error) {
	community, found, err := ledger.Get[settlement.Community](tx.Ledger, communityKey(communityID))
	if err == nil && !found {
		err = fault.Field(fault.NotFound, "communityId", "no community %s", communityID)
	}
	return community, err
}

func isOrganiser(tx *transaction.Tx, c settlement.Community) bool {
	return tx.Caller.Is(identity.Organiser, c.Organiser)
}

func isGridOperator(tx *transaction.Tx, c settlement.Community) bool {
	return tx.Caller.Is(identity.MeterOperator, c.GridOperator)
}

func isAuditor(tx *transaction.Tx) (bool, error) { return governance.Oversees(tx, identity.Auditor) }

// readsLoadProfiles reports whether the caller may read what the community's collection holds.
func readsLoadProfiles(tx *transaction.Tx, c settlement.Community) (bool, error) {
	if isOrganiser(tx, c) || isGridOperator(tx, c) {
		return true, nil
	}
	return isAuditor(tx)
}

func forbidden(tx *transaction.Tx, c settlement.Community, who string) error {
	return fault.New(fault.Forbidden, "only %s may do this in community %s; the caller acts for %s as %s", who, c.CommunityID, tx.Caller.MSP, tx.Caller)
}
