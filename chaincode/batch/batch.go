// SPDX-License-Identifier: Apache-2.0

// Package batch is what client and chaincode say to each other about calls that share a transaction (docs/explanation/adr/0015).
package batch

import (
	"encoding/json"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// MaxCalls is how many calls share a transaction.
const MaxCalls = 64

// Request are calls of one caller that share a transaction.
type Request struct {
	Calls []Call `json:"calls"`
}

// Call is one of them: a transaction that writes and takes no transient data, Relay included.
type Call struct {
	Transaction string          `json:"transaction"`
	Request     json.RawMessage `json:"request"`
}

// Validate checks the request by itself.
func (r Request) Validate() error {
	if len(r.Calls) == 0 || len(r.Calls) > MaxCalls {
		return fault.Field(fault.OutOfRange, "calls", "expected 1 to %d calls", MaxCalls)
	}
	return nil
}

// Answer has the calls' answers in their order.
type Answer struct {
	Answers []json.RawMessage `json:"answers"`
}

// Refuse refuses a batch: with the error of its only call, or with those of the refused ones by their places.
func Refuse(refused map[int]*fault.Error, of int) *fault.Error {
	if of == 1 {
		return refused[0].Within("calls/0")
	}
	all := fault.New(fault.BatchRefused, "%d of %d calls are refused, so none is carried out; member refused names each by its place from 0", len(refused), of)
	all.Refused = refused
	return all
}

// EventName is the name of the one event of a transaction with several calls; its payload holds theirs, as Events.
const EventName = "batch.Submitted"

// Events are the events of the calls that share a transaction, in the order of the calls.
type Events struct {
	Events []Event `json:"events"`
}

// Event is one call's.
type Event struct {
	Name    string          `json:"name"`
	Payload json.RawMessage `json:"payload"`
}

// EventsOf are the events that the event of a transaction stands for: those of its calls where several share it, else itself.
func EventsOf(name string, payload []byte) ([]Event, error) {
	if name != EventName {
		return []Event{{Name: name, Payload: payload}}, nil
	}
	var all Events
	if err := json.Unmarshal(payload, &all); err != nil {
		return nil, fmt.Errorf("read the events of a batch: %w", err)
	}
	return all.Events, nil
}
