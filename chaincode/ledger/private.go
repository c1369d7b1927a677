// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// GetManyPrivate reads private values in one round trip, as bytes, so that the caller can compare their hashes with the
// public record that names them. A nil value is either absent from the ledger or absent from this peer, which a
// multi-key read does not tell.
func GetManyPrivate(l *Ledger, collection string, keys []Key) ([][]byte, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	names, err := l.names(keys)
	if err != nil {
		return nil, err
	}
	if err := l.batch.clear(collection, names...); err != nil {
		return nil, err
	}
	answer, err := l.stub.GetMultiplePrivateData(collection, names...)
	if err != nil && strings.Contains(err.Error(), noReadAccess) {
		return nil, fault.New(fault.Forbidden, "the caller's organisation does not share the private data %s; call as, or relay through, an organisation that does", collection)
	}
	return values(answer, len(keys), err)
}

// noReadAccess is in the peer's answer to who is not a member of a collection with memberOnlyRead.
const noReadAccess = "does not have read access permission"

// ExistsPrivate reports whether the ledger has a private value, whether or not this peer holds it: hashes are on every peer. An unknown collection is
// an error.
func ExistsPrivate(l *Ledger, collection string, key Key) (bool, error) {
	hash, err := PrivateSHA256(l, collection, key)
	return hash != "", err
}

// PrivateSHA256 is the SHA-256 of a private value in lower-case hex, "" if there is none, at any peer.
func PrivateSHA256(l *Ledger, collection string, key Key) (string, error) {
	name, err := l.name(key)
	if err != nil {
		return "", err
	}
	if err := l.batch.clear(collection, name); err != nil {
		return "", err
	}
	hash, err := l.stub.GetPrivateDataHash(collection, name)
	if err != nil {
		return "", fmt.Errorf("read the hash of %s in %s: %w", key, collection, err)
	}
	return hex.EncodeToString(hash), nil
}

// MaxPrivate is how many bytes a private record may have: Fabric's messages carry 4 MiB where nobody raised that, and the record is not alone in one.
const MaxPrivate = 4_000_000

// PutPrivate queues a private record and returns the bytes that will be stored, whose SHA-256 the public record names.
func PutPrivate[T any](l *Ledger, collection string, key Key, record T) ([]byte, error) {
	return l.put(collection, key, record)
}
