package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// WithBatching has calls of [Client.Submit] that are made at about the same time share a transaction, up to calls (at most [transaction.MaxCalls]) and
// none waiting longer than wait for others. Nothing else changes for the callers: each gets its own answer or refusal, and a call that does not get along
// with the others is submitted by itself. It is for those who submit for many at once, such as a relay of residents' statements: a transaction with many calls
// costs little more than one with one. Calls with transient data or named organisations are never gathered.
func WithBatching(calls int, wait time.Duration) Option {
	return func(c *Client) {
		c.gathering = &gathering{client: c, calls: min(calls, transaction.MaxCalls), wait: wait}
	}
}

// gathering makes batches of a client's calls.
type gathering struct {
	client *Client
	calls  int
	wait   time.Duration

	mu   sync.Mutex
	open *gathered // nil while nobody waits
}

// gathered are calls that are going to share a transaction.
type gathered struct {
	members []*gatheredCall
	timer   *time.Timer
}

type gatheredCall struct {
	*call
	done chan outcome
}

// outcome is what became of a gathered call.
type outcome struct {
	answer  json.RawMessage
	receipt Receipt
	err     error
}

// takes reports whether the call may share a transaction.
func (g *gathering) takes(c *call) bool {
	return g != nil && c.transient == nil && c.organizations == nil && c.name != batchName
}

// submit waits for what becomes of the call among others.
func (g *gathering) submit(ctx context.Context, c *call, answer any) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, fmt.Errorf("%s: %w", c.name, err)
	}
	member := &gatheredCall{c, make(chan outcome, 1)}
	g.join(member)
	select {
	case o := <-member.done:
		if o.err != nil {
			return o.receipt, o.err
		}
		return o.receipt, decode(o.answer, answer)
	case <-ctx.Done():
		return Receipt{}, fmt.Errorf("%s: %w while it shared a transaction with others, which may still commit", c.name, ctx.Err())
	}
}

// join adds a call to those that wait, and lets them go if they are enough.
func (g *gathering) join(member *gatheredCall) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		batch := new(gathered)
		batch.timer = time.AfterFunc(g.wait, func() { g.leave(batch) })
		g.open = batch
	}
	g.open.members = append(g.open.members, member)
	if len(g.open.members) >= g.calls {
		g.open.timer.Stop()
		go g.run(g.open.members)
		g.open = nil
	}
}

// leave lets calls go that have waited long enough, unless they have gone already.
func (g *gathering) leave(batch *gathered) {
	g.mu.Lock()
	gone := g.open != batch
	if !gone {
		g.open = nil
	}
	g.mu.Unlock()
	if !gone {
		g.run(batch.members)
	}
}

// run submits calls in one transaction. Its time is the client's, since no caller's deadline binds the others.
func (g *gathering) run(members []*gatheredCall) {
	limits := g.client.timeouts
	ctx, cancel := context.WithTimeout(context.Background(), limits.Endorse+limits.Submit+limits.CommitStatus)
	defer cancel()
	if len(members) == 1 {
		g.alone(ctx, members[0])
		return
	}
	var request transaction.BatchRequest
	for _, m := range members {
		request.Calls = append(request.Calls, transaction.Call{Transaction: m.name, Request: m.argument})
	}
	var answer transaction.BatchAnswer
	receipt, err := g.client.Submit(ctx, batchName, request, &answer)
	if err == nil && len(answer.Results) != len(members) {
		err = fmt.Errorf("%d results for %d calls of transaction %s", len(answer.Results), len(members), receipt.TransactionID)
	}
	var again sync.WaitGroup
	defer again.Wait()
	for i, m := range members {
		switch {
		case err != nil && changedNothing(err), err == nil && apart(answer.Results[i].Refusal):
			again.Go(func() { g.alone(ctx, m) })
		case err != nil:
			m.done <- outcome{receipt: receipt, err: fmt.Errorf("%s: %w", m.name, err)}
		case answer.Results[i].Refusal != nil:
			m.done <- outcome{receipt: receipt, err: fmt.Errorf("%s: %w", m.name, refusedInBatch(answer.Results[i].Refusal, receipt))}
		default:
			m.done <- outcome{answer: answer.Results[i].Answer, receipt: receipt}
		}
	}
}

// alone submits a call in a transaction of its own.
func (g *gathering) alone(ctx context.Context, m *gatheredCall) {
	var o outcome
	o.receipt, o.err = g.client.proposeUntilValid(ctx, m.call, &o.answer)
	m.done <- o
}

// changedNothing reports whether it is certain that a batch did nothing, so that its calls may be submitted by themselves: it was refused, not endorsed, or
// found invalid.
func changedNothing(err error) bool {
	_, refused := errors.AsType[*ContractError](err)
	_, unendorsed := errors.AsType[*client.EndorseError](err)
	_, invalid := errors.AsType[*client.CommitError](err)
	return refused || unendorsed || invalid
}

// apart reports whether a call was refused for sharing a transaction.
func apart(refusal *fault.Error) bool {
	return refusal != nil && (refusal.Code == fault.BatchConflict || refusal.Code == fault.TooLarge)
}

func refusedInBatch(refusal *fault.Error, receipt Receipt) error {
	return &ContractError{Code: refusal.Code, Status: refusal.Status, Message: refusal.Message, Details: refusal.Details, TxID: receipt.TransactionID}
}
