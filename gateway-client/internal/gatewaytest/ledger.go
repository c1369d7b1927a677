// SPDX-License-Identifier: Apache-2.0

// Package gatewaytest fakes what is behind the gateways of Fabric peers, so that tests can script what goes wrong.
// Nothing else is to be tested with it.
package gatewaytest

import (
	"context"
	"sync"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Ledger is the channel that all peers of a test share. Its functions are the script; each may be nil, and is called by many goroutines at a time.
type Ledger struct {
	// Execute is the chaincode: it answers an endorsement or evaluation. Without it, the answer is the request.
	Execute func(Call) ([]byte, error)
	// Order answers a submission, and reports whether the envelope is ordered whatever the answer. Without it, all is
	// ordered and acknowledged.
	Order func(Submission) (ordered bool, err error)
	// Validate gives the validation code of the n-th ordered transaction, from 1. Without it, all are valid.
	Validate func(n int) peer.TxValidationCode
	// Status may fail the n-th question, from 1, for the status of a transaction.
	Status func(n int) error
	// Stream may end a stream of events that has sent so many blocks.
	Stream func(sent int) error

	// Channel states that Execute answers questions about the channel, too. Without it, Height does.
	Channel bool
	// Height is how many blocks a peer has, 0 if it does not tell. Without it, all have eight, or as many as were announced.
	Height func(peer string) uint64

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced when something is ordered
	calls        []Call
	asked        map[string]int
	submissions  []Submission
	transactions []string // ordered, in order
	codes        map[string]peer.TxValidationCode
	announced    []*gateway.ChaincodeEventsResponse // in the order of the blocks
	streams      int
}

// Call is an endorsement or evaluation that reached a peer.
type Call struct {
	// Peer is the name of the peer that was called.
	Peer string
	// Chaincode is the name of the chaincode that is called.
	Chaincode string
	// Evaluation distinguishes an evaluation from an endorsement.
	Evaluation bool
	// TransactionID is the proposal's.
	TransactionID string
	// Arguments are the transaction's name and what follows it.
	Arguments []string
	// Transient is the proposal's transient map.
	Transient map[string][]byte
	// Organizations are those that are to execute the call.
	Organizations []string
	// Attempt counts the calls of this transaction id, from 1.
	Attempt int
}

// Submission is an envelope that reached a peer.
type Submission struct {
	// Peer is the name of the peer that was called.
	Peer string
	// TransactionID is the envelope's.
	TransactionID string
	// Envelope is the signed envelope's bytes.
	Envelope string
	// Attempt counts the submissions of this transaction id, from 1.
	Attempt int
}

// Calls returns all calls so far.
func (l *Ledger) Calls() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Call(nil), l.calls...)
}

// Submissions returns all submissions so far.
func (l *Ledger) Submissions() []Submission {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Submission(nil), l.submissions...)
}

// Transactions returns the ids of what was ordered so far, in order.
func (l *Ledger) Transactions() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.transactions...)
}

// Asked returns how often the status of a transaction was asked for.
func (l *Ledger) Asked(transactionID string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked[transactionID]
}

func (l *Ledger) execute(call Call) ([]byte, error) {
	l.mu.Lock()
	call.Attempt = 1
	for _, earlier := range l.calls {
		if earlier.TransactionID == call.TransactionID {
			call.Attempt++
		}
	}
	l.calls = append(l.calls, call)
	l.mu.Unlock()
	if l.Execute == nil {
		return []byte(call.Arguments[1]), nil
	}
	return l.Execute(call)
}

func (l *Ledger) order(submission Submission) error {
	l.mu.Lock()
	submission.Attempt = 1
	for _, earlier := range l.submissions {
		if earlier.TransactionID == submission.TransactionID {
			submission.Attempt++
		}
	}
	l.submissions = append(l.submissions, submission)
	l.mu.Unlock()
	ordered, err := true, error(nil)
	if l.Order != nil {
		ordered, err = l.Order(submission)
	}
	if ordered {
		l.commit(submission.TransactionID)
	}
	return err
}

// commit validates a transaction, once: later copies are dropped as orderers and validators do.
func (l *Ledger) commit(transactionID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.codes[transactionID]; known {
		return
	}
	l.transactions = append(l.transactions, transactionID)
	code := peer.TxValidationCode_VALID
	if l.Validate != nil {
		code = l.Validate(len(l.transactions))
	}
	l.codes[transactionID] = code
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *Ledger) status(ctx context.Context, transactionID string) (peer.TxValidationCode, error) {
	l.mu.Lock()
	l.asked[transactionID]++
	n := l.asked[transactionID]
	l.mu.Unlock()
	if l.Status != nil {
		if err := l.Status(n); err != nil {
			return 0, err
		}
	}
	for {
		l.mu.Lock()
		code, known := l.codes[transactionID]
		changed := l.changed
		l.mu.Unlock()
		if known {
			return code, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
