// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/ledger/behaviour"
	"github.com/smartb-suite/smartb/gateway-client"
)

// load submits creations of keys from many clients at once until a number is reached, and records what was acknowledged and when.
type load struct {
	client *gateway.Client
	// create submits the creation of one key, a key of the chaincode probe if nothing else is said.
	create  func(ctx context.Context, key string) (gateway.Receipt, error)
	prefix  string
	next    atomic.Int64
	retries atomic.Int64

	mu      sync.Mutex
	commits []time.Time
	ids     map[string]bool
	keys    []string
	// newest is when the submission began that began last of those that were acknowledged.
	newest time.Time
	errs   []error
}

type creation struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// run has workers submit total creations; while lets the caller end the load earlier.
func (l *load) run(ctx context.Context, workers, total int64, while func() bool) {
	l.ids = map[string]bool{}
	if l.create == nil {
		l.create = func(ctx context.Context, key string) (gateway.Receipt, error) {
			return l.client.Submit(ctx, "probe:Create", creation{key, "1"}, new(creation))
		}
	}
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := l.next.Add(1); i <= total && while(); i = l.next.Add(1) {
				l.submit(ctx, fmt.Sprintf("%s-%d", l.prefix, i))
			}
		})
	}
	group.Wait()
}

func (l *load) submit(ctx context.Context, key string) {
	begin := time.Now()
	receipt, err := l.create(ctx, key)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.errs = append(l.errs, err)
		return
	}
	l.ids[receipt.TransactionID] = true
	l.keys = append(l.keys, key)
	if begin.After(l.newest) {
		l.newest = begin
	}
	l.commits = append(l.commits, time.Now())
}

// awaitProgress waits until a submission that began after a moment is acknowledged.
func (l *load) awaitProgress(ctx context.Context, moment time.Time) error {
	for {
		l.mu.Lock()
		newest := l.newest
		l.mu.Unlock()
		if newest.After(moment) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("nothing that began after %s was acknowledged: %w", moment.Format(time.TimeOnly), ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// longestGap is the longest time without a commit.
func (l *load) longestGap() (longest time.Duration) {
	for i := 1; i < len(l.commits); i++ {
		longest = max(longest, l.commits[i].Sub(l.commits[i-1]))
	}
	return longest
}

// TestNoFalseFailureReachesTheCallerAt256Clients: a BFT network answers some submissions with an error although it orders them. No caller sees one, and
// none of the transactions is made twice.
func TestNoFalseFailureReachesTheCallerAt256Clients(t *testing.T) {
	ctx := within(t, 5*time.Minute)
	l := &load{prefix: "clients-" + random(t)}
	l.client = probe(t, "city", "steward", gateway.WithRetryHook(func(gateway.Retry) { l.retries.Add(1) }))
	before := height(ctx, t)
	begin := time.Now()
	l.run(ctx, 256, 2048, func() bool { return true })
	require.Empty(t, l.errs)
	require.Len(t, l.ids, 2048)
	require.EqualValues(t, 2048, countCreations(ctx, t, l.prefix, before), "each was ordered once")
	t.Logf("2048 transactions at 256 clients: %.0f/s, %d steps repeated", 2048/time.Since(begin).Seconds(), l.retries.Load())
}

// TestTheLeaderIsKilledUnderLoad: the network elects another leader, no transaction fails and none is lost or made twice.
func TestTheLeaderIsKilledUnderLoad(t *testing.T) {
	ctx := within(t, 5*time.Minute)
	l := &load{prefix: "leader-" + random(t)}
	l.client = probe(t, "city", "steward", gateway.WithRetryHook(func(gateway.Retry) { l.retries.Add(1) }))
	before := height(ctx, t)
	leader, err := net.Leader(ctx)
	require.NoError(t, err)

	var done atomic.Bool
	time.AfterFunc(3*time.Second, func() {
		if err := net.Kill(ctx, leader.Name, "orderer"); err != nil {
			t.Error(err)
		}
		time.AfterFunc(15*time.Second, func() { done.Store(true) })
	})
	l.run(ctx, 16, 1<<30, func() bool { return !done.Load() })
	require.Empty(t, l.errs, "no transaction failed")
	require.EqualValues(t, len(l.ids), countCreations(ctx, t, l.prefix, before), "nothing is lost, nothing is doubled")

	next, err := net.Leader(ctx)
	require.NoError(t, err)
	require.NotEqual(t, leader.Name, next.Name)
	require.NoError(t, net.Start(ctx, leader.Name, "orderer"))
	t.Logf("leader %s killed, %s took over: gap of %.1f s, %d transactions committed, none failed, %d steps repeated",
		leader.Name, next.Name, l.longestGap().Seconds(), len(l.ids), l.retries.Load())
}

// TestAPanicEndsNoServer: the process that a transaction panics in goes on for everybody.
func TestAPanicEndsNoServer(t *testing.T) {
	ctx, client := within(t, time.Minute), probe(t, "city", "steward")
	for range 3 {
		require.ErrorIs(t, client.Evaluate(ctx, "probe:Panic", nil, nil), gateway.ErrInternal)
	}
	var answer map[string][]string
	require.NoError(t, client.Evaluate(ctx, "probe:Perform", map[string]any{"ops": []behaviour.Op{{Do: "get", Key: "after/panic"}}}, &answer))
	require.Equal(t, []string{"-"}, answer["answers"])
	states, err := net.Status(ctx)
	require.NoError(t, err)
	for _, state := range states {
		require.Zero(t, state.Restarts, "%s's %s died", state.Organisation, state.Component)
	}
}
