// SPDX-License-Identifier: Apache-2.0

// Package contracts joins the contracts into the one chaincode that the channel runs: a licence is checked against a consent, and a settlement
// against both, within the same transaction.
package contracts

import (
	"bytes"
	_ "embed" // for the contract metadata

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	consent "github.com/smartb-suite/smartb/chaincode/consent/contract"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	licensing "github.com/smartb-suite/smartb/chaincode/licensing/contract"
	settlement "github.com/smartb-suite/smartb/chaincode/settlement/contract"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// metadata describes every transaction to other SDKs. `make generate` makes it from the contracts' tables; it is committed, so that a change is seen
// in review.
//
//go:embed metadata.json
var metadata []byte

// Metadata is the contract metadata document, as the transaction GetMetadata answers it.
func Metadata() []byte { return bytes.Clone(metadata) }

// All returns the contracts with their tables of transactions.
func All() []transaction.Contract {
	return []transaction.Contract{governance.New(), consent.New(), licensing.New(), settlement.New(), transaction.NewBatch()}
}

// New returns the chaincode for a network.
func New(network ledger.Network) (shim.Chaincode, error) {
	return transaction.Chaincode(metadata, network, All()...)
}
