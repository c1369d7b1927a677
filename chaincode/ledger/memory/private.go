// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"errors"
	"fmt"
	"slices"
)

// GetMultiplePrivateData reads private values; anything that is absent here is nil without an error.
func (t *Tx) GetMultiplePrivateData(collection string, keys ...string) ([][]byte, error) {
	if err := t.mayUse(collection, "read"); err != nil {
		return nil, err
	}
	values := make([][]byte, len(keys))
	for i, key := range keys {
		e := t.world.at(collection, key)
		version := e.version
		if e.value == nil || !t.holds(collection) {
			version = 0 // the peer looks into its private store, where nothing is
		}
		t.reads[stateKey{collection, key}] = version
		if t.holds(collection) {
			values[i] = e.value
		}
	}
	return values, nil
}

// GetPrivateDataHash reads the hash of a private value, which every peer holds.
func (t *Tx) GetPrivateDataHash(collection, key string) ([]byte, error) {
	if _, err := t.world.collection(collection); err != nil {
		return nil, err
	}
	t.read(collection, key)
	return t.world.hash(collection, key), nil
}

// PutPrivateData writes a private value.
func (t *Tx) PutPrivateData(collection, key string, value []byte) error {
	if collection == "" || key == "" {
		return errors.New("collection and key must not be empty strings")
	}
	return t.write(write{collection: collection, key: key, value: value})
}

// DelPrivateData deletes a private key.
func (t *Tx) DelPrivateData(collection, key string) error {
	return t.write(write{collection: collection, key: key, deletes: true})
}

// PurgePrivateData deletes a private key with its history.
func (t *Tx) PurgePrivateData(collection, key string) error { return t.DelPrivateData(collection, key) }

func (t *Tx) holds(collection string) bool {
	return slices.Contains(t.world.collections[collection].Members, t.world.Peer)
}

// mayUse checks the submitter, as memberOnlyRead and memberOnlyWrite do.
func (t *Tx) mayUse(name, access string) error {
	collection, err := t.world.collection(name)
	if err != nil {
		return err
	}
	if !slices.Contains(collection.Members, t.caller.MSP) && (access == "read" || !collection.OpenWrites) {
		return fmt.Errorf("tx creator does not have %s access permission on privatedata in chaincodeName:smartb collectionName: %s", access, name)
	}
	return nil
}
