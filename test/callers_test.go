// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/ledger/behaviour"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/internal/soak"
)

const few, many = 256, 2048

// TestThousandsOfCallersLoseNoThroughput: 2,048 callers at one peer get at least nine tenths of what 256 get, in turn
// on the same network. The long form also has four programs share the callers. The short form measures once beside
// other tests, so it demands less: without being held back, the many get half or less.
func TestThousandsOfCallersLoseNoThroughput(t *testing.T) {
	for _, clients := range soak.Form([]int{1}, []int{1, 4}) {
		t.Run(fmt.Sprintf("%d clients", clients), func(t *testing.T) {
			c := newCallers(t, clients)
			for name, call := range map[string]callOf{"queries": c.read, "submissions": c.create} {
				t.Run(name, func(t *testing.T) { c.compare(t, call, soak.Form(1, 10), soak.Form(0.6, 0.9)) })
			}
		})
	}
}

// BenchmarkCallers measures the throughput of so many callers at one peer, who read one key or create one.
func BenchmarkCallers(b *testing.B) {
	c := newCallers(b, 1)
	for name, call := range map[string]callOf{"read": c.read, "create": c.create} {
		for range b.N {
			for _, callers := range []int{64, few, 1024, many} {
				b.ReportMetric(c.rate(b, call, callers, many), fmt.Sprintf("%s-at-%d/s", name, callers))
			}
		}
	}
	b.ReportMetric(0, "ns/op")
}

// callOf is a call of a client.
type callOf = func(context.Context, *gateway.Client) error

// reasons count repetitions.
type reasons struct {
	mu     sync.Mutex
	counts map[gateway.Reason]int
}

func (r *reasons) count(retry gateway.Retry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts = map[gateway.Reason]int{}
	}
	r.counts[retry.Reason]++
}

// take returns the counts and begins anew.
func (r *reasons) take() map[gateway.Reason]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := r.counts
	r.counts = nil
	return counts
}

// callersOfOne are many callers of a few clients of one peer.
type callersOfOne struct {
	clients []*gateway.Client
	key     string
	// repeated counts what clients did again, by reason.
	repeated reasons
}

func newCallers(t testing.TB, clients int) *callersOfOne {
	t.Helper()
	ctx, c := within(t, time.Minute), &callersOfOne{key: random(t)}
	for range clients {
		hook := gateway.WithRetryHook(c.repeated.count)
		c.clients = append(c.clients, probe(t, "city", "steward", hook))
	}
	_, err := c.clients[0].Submit(ctx, "probe:Create", creation{c.key, "1"}, nil)
	require.NoError(t, err)
	return c
}

func (c *callersOfOne) read(ctx context.Context, client *gateway.Client) error {
	return client.Evaluate(ctx, "probe:Perform", map[string]any{"ops": []behaviour.Op{{Do: "get", Key: c.key}}}, nil)
}

func (c *callersOfOne) create(ctx context.Context, client *gateway.Client) error {
	_, err := client.Submit(ctx, "probe:Create", creation{rand.Text(), "1"}, nil)
	return err
}

// compare takes turns of few, of many and again of few callers, and demands a share of the few's throughput of the
// many.
func (c *callersOfOne) compare(t *testing.T, call callOf, turns int, share float64) {
	t.Helper()
	var ofFew, ofMany float64
	var repeated map[gateway.Reason]int
	for range turns {
		ofFew += c.rate(t, call, few, many/2)
		c.repeated.take()
		ofMany += c.rate(t, call, many, many)
		repeated = c.repeated.take()
		ofFew += c.rate(t, call, few, many/2)
	}
	ofFew, ofMany = ofFew/float64(2*turns), ofMany/float64(turns)
	t.Logf("%.0f/s of %d callers, %.0f/s of %d: %.2f, who repeated %v",
		ofFew, few, ofMany, many, ofMany/ofFew, repeated)
	require.GreaterOrEqual(t, ofMany/ofFew, share)
}

// rate is how many calls of a total so many callers get done in a second. None fails.
func (c *callersOfOne) rate(t testing.TB, call callOf, callers, total int) float64 {
	t.Helper()
	ctx := within(t, 5*time.Minute)
	var next atomic.Int64
	var failed sync.Map
	var group sync.WaitGroup
	begin := time.Now()
	for i := range callers {
		group.Go(func() {
			for next.Add(1) <= int64(total) {
				if err := call(ctx, c.clients[i%len(c.clients)]); err != nil {
					failed.Store(err.Error(), true)
				}
			}
		})
	}
	group.Wait()
	took := time.Since(begin)
	failed.Range(func(text, _ any) bool {
		t.Errorf("a call failed: %v", text)
		return true
	})
	return float64(total) / took.Seconds()
}
