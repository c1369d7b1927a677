// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Tx is one transaction's stub. Anything that this ledger does not offer (rich queries, history, private ranges)
// panics, as it is used nowhere.
type Tx struct {
	shim.ChaincodeStubInterface
	// Endorsers are the MSPs that endorsed the transaction; by default all members of the channel.
	Endorsers []string
	// Through is the chaincode that the client called, if another than smartb, which then called smartb.
	Through string

	world     *World
	id        string
	caller    Identity
	function  string
	arguments []string
	transient map[string][]byte

	reads   map[stateKey]uint64
	scans   []scan
	writes  []write
	batched []write
	batch   bool
	event   *Event
}

type stateKey struct{ collection, name string }

type scan struct {
	prefix   string
	versions map[string]uint64
}

type write struct {
	collection, key string
	value, policy   []byte
	deletes         bool
}

// Begin opens a transaction of the caller at the present state.
func (w *World) Begin(caller Identity, transient map[string][]byte, function string, arguments ...string) *Tx {
	w.nextTx++
	return &Tx{
		world: w, Endorsers: w.Members, id: fmt.Sprintf("%064x", w.nextTx), caller: caller,
		function: function, arguments: arguments, transient: transient, reads: map[stateKey]uint64{},
	}
}

// GetTxID returns the transaction's id.
func (t *Tx) GetTxID() string { return t.id }

// GetChannelID returns the channel's name.
func (t *Tx) GetChannelID() string { return t.world.Channel }

// GetFunctionAndParameters returns what was called.
func (t *Tx) GetFunctionAndParameters() (string, []string) { return t.function, t.arguments }

// GetCreator returns the caller's serialised identity.
func (t *Tx) GetCreator() ([]byte, error) { return t.caller.creator, nil }

// GetSignedProposal returns the proposal as far as chaincode reads it: which chaincode the client called.
func (t *Tx) GetSignedProposal() (*peer.SignedProposal, error) {
	called := t.Through
	if called == "" {
		called = "smartb"
	}
	return signedProposal(t.world.Channel, called)
}

// GetTransient returns the private inputs.
func (t *Tx) GetTransient() (map[string][]byte, error) { return t.transient, nil }

// GetTxTimestamp returns the world's time.
func (t *Tx) GetTxTimestamp() (*timestamppb.Timestamp, error) {
	return timestamppb.New(t.world.Now), nil
}

// SetEvent sets the transaction's event.
func (t *Tx) SetEvent(name string, payload []byte) error {
	if name == "" {
		return errors.New("event name can not be empty string")
	}
	t.event = &Event{name, payload}
	return nil
}

// CreateCompositeKey is the shim's.
func (t *Tx) CreateCompositeKey(objectType string, attributes []string) (string, error) {
	return shim.CreateCompositeKey(objectType, attributes)
}

// GetState reads a public value as it was before the transaction.
func (t *Tx) GetState(key string) ([]byte, error) { return t.read("", key), nil }

// GetMultipleStates reads public values.
func (t *Tx) GetMultipleStates(keys ...string) ([][]byte, error) {
	return t.readAll("", keys), nil
}

func (t *Tx) read(collection, key string) []byte {
	e := t.world.at(collection, key)
	t.reads[stateKey{collection, key}] = e.version
	return e.value
}

func (t *Tx) readAll(collection string, keys []string) [][]byte {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		values[i] = t.read(collection, key)
	}
	return values
}

// PutState writes a public value.
func (t *Tx) PutState(key string, value []byte) error {
	if key == "" {
		return errors.New("key must not be an empty string")
	}
	return t.write(write{key: key, value: value})
}

// DelState deletes a public key.
func (t *Tx) DelState(key string) error { return t.write(write{key: key, deletes: true}) }

// SetStateValidationParameter sets a key's endorsement policy.
func (t *Tx) SetStateValidationParameter(key string, policy []byte) error {
	return t.write(write{key: key, policy: policy})
}

// StartWriteBatch collects the following writes until FinishWriteBatch.
func (t *Tx) StartWriteBatch() { t.batch = true }

// FinishWriteBatch sends the collected writes; only now are their errors seen.
func (t *Tx) FinishWriteBatch() error {
	t.batch = false
	collected := t.batched
	t.batched = nil
	for _, w := range collected {
		if err := t.write(w); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) write(w write) error {
	if t.batch {
		t.batched = append(t.batched, w)
		return nil
	}
	if w.collection != "" {
		if err := t.mayUse(w.collection, "write"); err != nil {
			return err
		}
	}
	t.writes = append(t.writes, w)
	return nil
}

// GetStateByPartialCompositeKey scans the public keys below a prefix.
func (t *Tx) GetStateByPartialCompositeKey(objectType string, attributes []string) (shim.StateQueryIteratorInterface, error) {
	prefix, err := shim.CreateCompositeKey(objectType, attributes)
	if err != nil {
		return nil, err
	}
	versions := t.world.scan(prefix)
	t.scans = append(t.scans, scan{prefix, versions})
	return t.rows(versions), nil
}

// GetStateByPartialCompositeKeyWithPagination scans a page. The bookmark is the first key of the next page; the peer begins wherever it points to, also
// outside of the partial key.
func (t *Tx) GetStateByPartialCompositeKeyWithPagination(objectType string, attributes []string, size int32, bookmark string) (shim.StateQueryIteratorInterface, *peer.QueryResponseMetadata, error) {
	prefix, err := shim.CreateCompositeKey(objectType, attributes)
	if err != nil {
		return nil, nil, err
	}
	from := prefix
	if bookmark != "" {
		from = bookmark
	}
	all := t.rows(t.world.between(from, prefix+string(utf8.MaxRune)))
	meta := &peer.QueryResponseMetadata{}
	if len(all.rows) > int(size) {
		meta.Bookmark = all.rows[size].GetKey()
		all.rows = all.rows[:size]
	}
	meta.FetchedRecordsCount = int32(len(all.rows))
	return all, meta, nil
}

func (t *Tx) rows(versions map[string]uint64) *iterator {
	it := &iterator{}
	for key := range versions {
		it.rows = append(it.rows, &queryresult.KV{Key: key, Value: t.world.public[key].value})
	}
	slices.SortFunc(it.rows, func(a, b *queryresult.KV) int { return strings.Compare(a.GetKey(), b.GetKey()) })
	return it
}

type iterator struct{ rows []*queryresult.KV }

func (i *iterator) HasNext() bool { return len(i.rows) > 0 }

func (i *iterator) Next() (*queryresult.KV, error) {
	if !i.HasNext() {
		return nil, errors.New("no such key")
	}
	row := i.rows[0]
	i.rows = i.rows[1:]
	return row, nil
}

func (i *iterator) Close() error { return nil }
