package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// putGranted writes a new record in an owner's name: owned by the given organisations, and with its grant in the private collection of the owner's
// organisation, whose endorsement nobody can replace. A resident's record rests on the stored statement.
func putGranted[T any](l *ledger.Ledger, where ledger.Key, record T, owner, kind, id string, owners ...string) error {
	if licensing.IsResident(owner) {
		return putOwned(l, where, record, owners...)
	}
	grant, err := licensing.NewGrant(record)
	if err != nil {
		return err
	}
	if _, err := ledger.PutPrivate(l, collectionOf(owner), grantKey(kind, id), grant); err != nil {
		return err
	}
	return putOwned(l, where, record, owners...)
}

// putOwned writes a record that the organisations among the owners own; where a resident is one of them, the chaincode's policy binds all.
func putOwned[T any](l *ledger.Ledger, where ledger.Key, record T, owners ...string) error {
	for _, owner := range owners {
		if licensing.IsResident(owner) {
			return ledger.Put(l, where, record)
		}
	}
	return ledger.PutOwned(l, where, record, owners...)
}

// granted reports whether the owner's organisation wrote the grant of exactly this record.
func granted(l *ledger.Ledger, record any, owner, kind, id string) (bool, error) {
	grant, err := licensing.NewGrant(record)
	if err != nil {
		return false, err
	}
	want, err := json.Marshal(grant)
	if err != nil {
		return false, fmt.Errorf("encode the grant: %w", err)
	}
	sum := sha256.Sum256(want)
	stored, err := ledger.PrivateSHA256(l, collectionOf(owner), grantKey(kind, id))
	return stored == hex.EncodeToString(sum[:]), err
}
