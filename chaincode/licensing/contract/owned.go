package contract

import (
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// putOwned writes a record that the organisations among the owners own; where a resident is one of them, the chaincode's policy binds all.
func putOwned[T any](l *ledger.Ledger, where ledger.Key, record T, owners ...string) error {
	for _, owner := range owners {
		if licensing.IsResident(owner) {
			return ledger.Put(l, where, record)
		}
	}
	return ledger.PutOwned(l, where, record, owners...)
}
