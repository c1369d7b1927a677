// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// WithBatching has calls of [Client.Submit] that are made at about the same time share a transaction, up to calls (at
// most [batch.MaxCalls]) and none waiting longer than wait for others. Nothing else changes for the callers: each gets
// its own answer or error, a call that is refused stops no other and gets into no block. One that cannot share a
// transaction is submitted by itself. It is for those who submit for many at once, such as a relay of residents' signed
// requests: a transaction with many calls costs little more than one with one. Calls with transient data or named
// organisations are never batched.
func WithBatching(calls int, wait time.Duration) Option {
	return func(c *Client) {
		c.batcher = &batcher{client: c, calls: min(calls, batch.MaxCalls), wait: wait, open: map[bool]*openBatch{}}
	}
}

// batcher makes batches of a client's calls.
type batcher struct {
	client *Client
	calls  int
	wait   time.Duration

	mu sync.Mutex
	// open are those that wait: what exercises a resident's right (true) shares a transaction with its like only, so that nobody else's call can stop it.
	open map[bool]*openBatch
}

// mostBytes is how long the requests of a shared transaction are together; the ledger reads 256 kB.
const mostBytes = 200 << 10

// openBatch holds calls that are going to share a transaction.
type openBatch struct {
	rights  bool
	members []*batchedCall
	bytes   int
	timer   *time.Timer
}

type batchedCall struct {
	*call
	done chan outcome
}

// outcome is what became of a batched call.
type outcome struct {
	answer  json.RawMessage
	receipt Receipt
	err     error
}

// takes reports whether the call may share a transaction.
func (g *batcher) takes(c *call) bool {
	return g != nil && c.transient == nil && c.organizations == nil && c.preferred == nil && c.name != batchName && len(c.argument) <= mostBytes
}

// submit waits for what becomes of the call among others.
func (g *batcher) submit(ctx context.Context, c *call, answer any) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, fmt.Errorf("%s: %w", c.name, err)
	}
	member := &batchedCall{c, make(chan outcome, 1)}
	g.join(member)
	select {
	case o := <-member.done:
		if o.err != nil {
			return o.receipt, o.err
		}
		return o.receipt, decode(o.answer, answer)
	case <-ctx.Done():
		if g.withdraw(member) {
			return Receipt{}, fmt.Errorf("%s: %w", c.name, ctx.Err())
		}
		return Receipt{}, fmt.Errorf("%s: %w while it shared a transaction with others, which may still commit", c.name, ctx.Err())
	}
}

// join adds a call to those that wait, and lets them go if they are enough.
func (g *batcher) join(member *batchedCall) {
	g.mu.Lock()
	defer g.mu.Unlock()
	rights := member.right(g.client.rights)
	if open := g.open[rights]; open != nil && open.bytes+len(member.argument) > mostBytes {
		g.close(open)
	}
	open := g.open[rights]
	if open == nil {
		open = &openBatch{rights: rights}
		open.timer = time.AfterFunc(g.wait, func() { g.leave(open) })
		g.open[rights] = open
	}
	open.members = append(open.members, member)
	open.bytes += len(member.argument)
	if len(open.members) >= g.calls {
		g.close(open)
	}
}

// close lets those that wait go; the lock is held.
func (g *batcher) close(open *openBatch) {
	open.timer.Stop()
	go g.run(open.members)
	delete(g.open, open.rights)
}

// leave lets calls go that have waited long enough, unless they have gone already.
func (g *batcher) leave(batch *openBatch) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open[batch.rights] == batch {
		g.close(batch)
	}
}

// withdraw takes a call back that still waits.
func (g *batcher) withdraw(member *batchedCall) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, open := range g.open {
		if place := slices.Index(open.members, member); place >= 0 {
			open.members = slices.Delete(open.members, place, place+1)
			open.bytes -= len(member.argument)
			return true
		}
	}
	return false
}

// run submits calls in one transaction, without those that are refused. Its time is the client's, since no caller's deadline binds the others.
func (g *batcher) run(members []*batchedCall) {
	limits := g.client.timeouts
	ctx, cancel := context.WithTimeout(context.Background(), limits.Endorse+limits.Submit+limits.CommitStatus)
	defer cancel()
	var alone sync.WaitGroup
	defer alone.Wait()
	for len(members) > 1 {
		answers, receipt, err := g.together(ctx, members)
		refused := refusedOf(err)
		if len(refused) == 0 {
			g.end(ctx, members, answers, receipt, err, &alone)
			return
		}
		var others []*batchedCall
		for i, m := range members {
			switch refusal := refused[i]; {
			case refusal == nil:
				others = append(others, m)
			case refusal.Code == fault.BatchConflict || refusal.Code == fault.TooLarge:
				alone.Go(func() { g.alone(ctx, m) })
			default:
				m.done <- outcome{err: fmt.Errorf("%s: %w", m.name, refusedAs(refusal, err))}
			}
		}
		members = others
	}
	for _, m := range members {
		g.alone(ctx, m)
	}
}

// together submits calls in one transaction, whoever the client acts for: each has its own signed request if it needs one.
func (g *batcher) together(ctx context.Context, members []*batchedCall) ([]json.RawMessage, Receipt, error) {
	var request batch.Request
	for _, m := range members {
		request.Calls = append(request.Calls, batch.Call{Transaction: m.name, Request: m.argument})
	}
	all, err := newCall(batchName, request, nil)
	if err != nil {
		return nil, Receipt{}, err
	}
	all.lane = g.client.lane(members[0].call) // they share a transaction with their like only
	var answer batch.Answer
	receipt, err := g.client.proposeUntilValid(ctx, all, &answer)
	if err == nil && len(answer.Answers) != len(members) {
		err = fmt.Errorf("%d answers for %d calls of transaction %s", len(answer.Answers), len(members), receipt.TransactionID)
	}
	return answer.Answers, receipt, err
}

// end gives each call the outcome of all, or submits each by itself where it is certain that nothing did.
func (g *batcher) end(ctx context.Context, members []*batchedCall, answers []json.RawMessage, receipt Receipt, err error, alone *sync.WaitGroup) {
	for i, m := range members {
		switch {
		case err == nil:
			m.done <- outcome{answer: answers[i], receipt: receipt}
		case changedNothing(err):
			alone.Go(func() { g.alone(ctx, m) })
		default:
			m.done <- outcome{receipt: receipt, err: fmt.Errorf("%s: %w", m.name, err)}
		}
	}
}

// alone submits a call in a transaction of its own.
func (g *batcher) alone(ctx context.Context, m *batchedCall) {
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

// refusedOf are the refused calls of a batch by their places.
func refusedOf(err error) map[int]*fault.Error {
	if whole, ok := errors.AsType[*ContractError](err); ok && whole.Code == fault.BatchRefused {
		return whole.Refused
	}
	return nil
}

// refusedAs is the error of one call of a batch that was refused for it.
func refusedAs(refusal *fault.Error, batch error) error {
	refused := &ContractError{Code: refusal.Code, Status: refusal.Status, Message: refusal.Message, Details: refusal.Details, cause: batch}
	if whole, ok := errors.AsType[*ContractError](batch); ok {
		refused.TxID, refused.cause = whole.TxID, whole.cause
	}
	return refused
}
