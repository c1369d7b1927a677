// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/status"
)

// Limits are how many calls a client has under way at once. More wait in the client, in their order, until one ends or
// their context does. A peer that gets all of them at once does less than one that gets as many as it can work on
// (docs/explanation/adr/0035).
type Limits struct {
	// Queries are calls of [Client.Evaluate].
	Queries int
	// Submissions are calls of [Client.Submit] from the endorsement to the commit, a batch counting once.
	Submissions int
	// Rights are submissions by which residents exercise rights; they wait behind nothing else.
	Rights int
}

// DefaultLimits are in force unless [WithLimits] gives others.
var DefaultLimits = Limits{Queries: 128, Submissions: 256, Rights: 64}

// WithLimits replaces [DefaultLimits]; anything that is 0 stays as it is there. Each is an upper bound: the client goes
// below it while peers or chaincode servers say that they are busy.
func WithLimits(limits Limits) Option {
	return func(c *Client) { c.limits = limits }
}

// admission lets calls of a client go as far as its peer keeps up with them.
type admission struct{ queries, submissions, rights *lane }

func (l Limits) admission() admission {
	return admission{
		queries:     newLane("queries", cmp.Or(l.Queries, DefaultLimits.Queries)),
		submissions: newLane("submissions", cmp.Or(l.Submissions, DefaultLimits.Submissions)),
		rights:      newLane("requests that exercise rights", cmp.Or(l.Rights, DefaultLimits.Rights)),
	}
}

// lane is a bound that adapts: each error for want of room lowers it by a fraction, each success raises it by a
// fraction of one. So several clients of a peer share it without knowing of each other.
type lane struct {
	what string
	most int

	mu      sync.Mutex
	bound   float64
	active  int
	lowered time.Time
	waiting []chan struct{} // closed when its call may go
}

const (
	// lowering is the fraction that is left of a bound after an error, and least is what is always left.
	lowering, least = 0.7, 2
	// loweringEvery is how long later errors of the calls that were under way together do not lower the bound again.
	loweringEvery = 200 * time.Millisecond
)

func newLane(what string, most int) *lane {
	most = max(1, most)
	return &lane{what: what, most: most, bound: float64(most)}
}

// enter waits until a call may go, and returns what states that it has ended.
func (l *lane) enter(ctx context.Context) (leave func(), err error) {
	l.mu.Lock()
	turn := make(chan struct{})
	l.waiting = append(l.waiting, turn)
	l.admit()
	l.mu.Unlock()
	select {
	case <-turn:
		return l.leave, nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	place := slices.Index(l.waiting, turn)
	if place < 0 { // it may go at the same moment
		l.active--
		l.admit()
		return nil, l.ended(ctx)
	}
	l.waiting = slices.Delete(l.waiting, place, place+1)
	return nil, l.ended(ctx)
}

// ended describes what was waited for; the lock is held.
func (l *lane) ended(ctx context.Context) error {
	const waited = "%w while waiting for other %s of this client to end: %d are under way, as many as their peer keeps up " +
		"with, and %d more wait"
	return fmt.Errorf(waited, ctx.Err(), l.what, l.active, len(l.waiting))
}

// admit lets those go that may; the lock is held.
func (l *lane) admit() {
	for len(l.waiting) > 0 && l.active < int(l.bound) {
		close(l.waiting[0])
		l.waiting = l.waiting[1:]
		l.active++
	}
}

func (l *lane) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active--
	l.admit()
}

// learn takes up what a peer has answered a call.
func (l *lane) learn(err error) {
	refusal := new(ContractError)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case crowded(err):
		if time.Since(l.lowered) >= loweringEvery {
			l.bound = max(min(l.bound, float64(l.active))*lowering, min(least, float64(l.most)))
			l.lowered = time.Now()
		}
	case err == nil || errors.As(err, &refusal):
		l.bound = min(l.bound+1/l.bound, float64(l.most))
		l.admit()
	}
}

// crowded reports whether a peer or a chaincode server has refused a call because it has too many.
func crowded(err error) bool {
	const refused = "too many requests" // of the peer's limits.concurrency
	if err == nil {
		return false
	}
	for _, detail := range details(err) {
		if strings.Contains(detail.GetMessage(), refused) {
			return true
		}
	}
	return errors.Is(err, ErrBusy) || strings.Contains(status.Convert(err).Message(), refused)
}

// lane is the one of a submission.
func (c *Client) lane(call *call) *lane {
	if call.lane == nil {
		call.lane = c.admission.submissions
		if call.right(c.rights) {
			call.lane = c.admission.rights
		}
	}
	return call.lane
}

// admitted does what a submission needs once it may go.
func admitted[T any](ctx context.Context, c *Client, call *call, do func() (T, error)) (T, error) {
	leave, err := c.lane(call).enter(ctx)
	if err != nil {
		var nothing T
		return nothing, fmt.Errorf("%s: %w", call.name, err)
	}
	defer leave()
	return do()
}
