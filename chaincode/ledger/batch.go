// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Batch lets several calls share one transaction. Each call has a Ledger of its own, and all see the state before the
// transaction. So that none misses what another one did, a call that reads or writes what an earlier one writes is
// refused.
type Batch struct {
	stub   shim.ChaincodeStubInterface
	known  map[string][]byte
	writes []write
	events []batch.Event
}

// NewBatch opens a batch for the transaction of stub.
func NewBatch(stub shim.ChaincodeStubInterface) *Batch {
	return &Batch{stub: stub, known: map[string][]byte{}}
}

// BatchOf is the batch that a stub's call belongs to, nil where it has its transaction to itself.
func BatchOf(stub shim.ChaincodeStubInterface) *Batch {
	if call, ok := stub.(interface{ Batch() *Batch }); ok {
		return call.Batch()
	}
	return nil
}

// Commit sends the writes of all calls in one batch, and their events as one.
func (b *Batch) Commit() error {
	all := &Ledger{stub: b.stub, writes: b.writes}
	if len(b.events) > 0 {
		if err := all.Announce(batch.EventName, batch.Events{Events: b.events}); err != nil {
			return err
		}
	}
	return all.Commit()
}

// join adds what a call writes and announces.
func (b *Batch) join(call *Ledger) error {
	for _, w := range call.writes {
		if err := b.clear(w.collection, w.key); err != nil {
			return err
		}
	}
	b.writes = append(b.writes, call.writes...)
	if call.event != nil {
		b.events = append(b.events, batch.Event{Name: call.event.name, Payload: call.event.payload})
	}
	return nil
}

// clear refuses keys that an earlier call of the batch writes; there is none to refuse outside of a batch.
func (b *Batch) clear(collection string, keys ...string) error {
	if b == nil {
		return nil
	}
	for _, key := range keys {
		for _, w := range b.writes {
			if w.collection == collection && w.key == key {
				return conflict()
			}
		}
	}
	return nil
}

// clearBelow refuses a public prefix below which an earlier call of the batch writes.
func (b *Batch) clearBelow(prefix string) error {
	if b == nil {
		return nil
	}
	for _, w := range b.writes {
		if w.collection == "" && strings.HasPrefix(w.key, prefix) {
			return conflict()
		}
	}
	return nil
}

func conflict() error {
	return fault.New(fault.BatchConflict, "another call in the same transaction writes what this one reads or writes")
}
