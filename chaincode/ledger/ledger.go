// SPDX-License-Identifier: Apache-2.0

// Package ledger is the only place that touches the chaincode stub: composite keys, typed records, multi-key reads, batched writes, private data,
// pages, the event and the time of a transaction.
//
// Reads see the state before the transaction; writes are collected and sent by Commit in one batch. A transaction that returns an error has
// therefore written nothing, and none can rely on reading its own writes, which Fabric does not offer.
package ledger

import (
	"encoding/json"
	"fmt"
	"time"

	fast "github.com/go-json-experiment/json"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Ledger is one transaction's view of the world state.
type Ledger struct {
	stub shim.ChaincodeStubInterface
	// batch is what the call's writes join where several calls share the transaction, else nil.
	batch *Batch
	// known are the public values that the peer was asked for, nil for what does not exist.
	known  map[string][]byte
	writes []write
	event  *event
	// network is what the chaincode server is configured for.
	network Network
	// steps are what the call may still spend on work that does not end by itself.
	steps *budget.Steps
}

type write struct {
	collection, key string
	value           []byte
	removes         bool
	// policy defines who must endorse every later change; nil leaves that to the chaincode's policy.
	policy *policy
}

type event struct {
	name    string
	payload []byte
}

// New opens the ledger for the transaction of stub.
func New(stub shim.ChaincodeStubInterface) *Ledger {
	l := &Ledger{stub: stub, known: map[string][]byte{}, network: NetworkOf(stub), steps: budget.New()}
	if batch := BatchOf(stub); batch != nil {
		l.batch, l.known, l.steps = batch, batch.known, budget.NewShared()
	}
	l.steps.Counting(l.network.Work)
	return l
}

// Steps is the call's budget: a tenth where the call shares its transaction.
func (l *Ledger) Steps() *budget.Steps { return l.steps }

// TxID is the transaction's id: unique, and the same at every endorser.
func (l *Ledger) TxID() string { return l.stub.GetTxID() }

// Channel is the channel's name.
func (l *Ledger) Channel() string { return l.stub.GetChannelID() }

// Now is the transaction's time in UTC: the client's clock, which endorsers check to be within their time window. It is the only time there is.
func (l *Ledger) Now() (time.Time, error) {
	stamp, err := l.stub.GetTxTimestamp()
	if err != nil {
		return time.Time{}, fmt.Errorf("read the transaction's time: %w", err)
	}
	return stamp.AsTime().UTC(), nil
}

// Transient returns the private inputs of the transaction by name. They reach endorsers only, never a block.
func (l *Ledger) Transient() (map[string][]byte, error) {
	transient, err := l.stub.GetTransient()
	if err != nil {
		return nil, fmt.Errorf("read the transient map: %w", err)
	}
	return transient, nil
}

// Announce sets the transaction's only event; the payload holds ids and states, never private data.
func (l *Ledger) Announce(name string, payload any) error {
	bytes, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", name, err)
	}
	l.event = &event{name, bytes}
	return nil
}

// Commit sends the collected writes in one batch, in the order in which they were put. Sets the event; where several
// calls share the transaction, they are sent with those of the others.
func (l *Ledger) Commit() error {
	if l.batch != nil {
		return l.batch.join(l)
	}
	if len(l.writes) > 0 {
		if err := l.sendBatch(); err != nil {
			return fmt.Errorf("write %d keys: %w", len(l.writes), err)
		}
	}
	if l.event == nil {
		return nil
	}
	return l.stub.SetEvent(l.event.name, l.event.payload)
}

func (l *Ledger) sendBatch() error {
	l.stub.StartWriteBatch()
	for _, w := range l.writes {
		if err := l.send(w); err != nil {
			return err
		}
	}
	return l.stub.FinishWriteBatch()
}

func (l *Ledger) send(w write) error {
	switch {
	case w.removes && w.collection == "":
		return l.stub.DelState(w.key)
	case w.removes:
		return l.stub.PurgePrivateData(w.collection, w.key)
	case w.collection == "":
		return l.sendPublic(w)
	default:
		return l.stub.PutPrivateData(w.collection, w.key, w.value)
	}
}

func (l *Ledger) sendPublic(w write) error {
	if err := l.stub.PutState(w.key, w.value); err != nil || w.policy == nil {
		return err
	}
	bytes, err := w.policy.encode()
	if err != nil {
		return err
	}
	return l.stub.SetStateValidationParameter(w.key, bytes)
}

// put encodes and queues a write; an empty collection is the public state.
func (l *Ledger) put(collection string, key Key, record any) ([]byte, error) {
	name, err := l.name(key)
	if err != nil {
		return nil, err
	}
	value, err := encode(record)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", key, err)
	}
	if collection != "" && len(value) > MaxPrivate {
		return nil, fault.New(fault.TooComplex, "a private record (%s) would have %d bytes, more than %d", key.Type, len(value), MaxPrivate)
	}
	l.writes = append(l.writes, write{collection: collection, key: name, value: value})
	return value, nil
}

// Encoder is a record that writes its JSON itself; large ones do, since what a json.Marshaler returns would be parsed once more.
type Encoder interface{ Encode() []byte }

func encode(record any) ([]byte, error) {
	if own, ok := record.(Encoder); ok {
		return own.Encode(), nil
	}
	return json.Marshal(record)
}

// decode reads with the parser that reads requests: it is three times as fast as the standard library's.
func decode[T any](key Key, value []byte) (record T, err error) {
	if err := fast.Unmarshal(value, &record); err != nil {
		return record, fault.New(fault.Internal, "the record %s cannot be read: %s", key, err)
	}
	return record, nil
}
