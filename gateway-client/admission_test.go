// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

// room counts the calls under way at a peer, and refuses those above its bound.
type room struct {
	bound                 int64
	refuse                func() error
	active, most, refused atomic.Int64
}

func (r *room) execute(gatewaytest.Call) ([]byte, error) {
	now := r.active.Add(1)
	defer r.active.Add(-1)
	for most := r.most.Load(); now > most && !r.most.CompareAndSwap(most, now); most = r.most.Load() {
	}
	if now > r.bound {
		r.refused.Add(1)
		return nil, r.refuse()
	}
	time.Sleep(2 * time.Millisecond)
	return []byte(`{}`), nil
}

func busy() error {
	return gatewaytest.Failure(codes.Aborted, "chaincode response 429, "+fault.New(fault.Busy, "full").JSON())
}

func tooMany() error {
	return status.Error(codes.Unknown, "too many requests for /gateway.Gateway, exceeding concurrency limit (20)")
}

// crowd makes calls all at once.
func crowd(t *testing.T, callers int, call func() error) {
	t.Helper()
	var group errgroup.Group
	for range callers {
		group.Go(call)
	}
	require.NoError(t, group.Wait())
}

func TestCallersAreHeldBack(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *gateway.Client) error{
		"queries": func(ctx context.Context, c *gateway.Client) error { return c.Evaluate(ctx, "notes:Read", nil, nil) },
		"submissions": func(ctx context.Context, c *gateway.Client) error {
			_, err := c.Submit(ctx, write, nil, nil)
			return err
		},
	} {
		t.Run(name+" never come to a peer more at once than the client's limit", func(t *testing.T) {
			t.Parallel()
			r := &room{bound: 1 << 20}
			limits := gateway.WithLimits(gateway.Limits{Queries: 16, Submissions: 16, Rights: 1})
			c := connectTo(t, &gatewaytest.Ledger{Execute: r.execute}, limits)
			crowd(t, 500, func() error { return call(t.Context(), c) })
			assert.LessOrEqual(t, r.most.Load(), int64(16))
			assert.Greater(t, r.most.Load(), int64(1), "but more than one")
		})
		for refusal, refuse := range map[string]func() error{"a chaincode server": busy, "a peer": tooMany} {
			t.Run(name+" come the fewer, the more "+refusal+" refuses", func(t *testing.T) {
				t.Parallel()
				r := &room{bound: 20, refuse: refuse}
				c := connectTo(t, &gatewaytest.Ledger{Execute: r.execute})
				crowd(t, 2048, func() error { return call(t.Context(), c) })
				assert.Less(t, r.refused.Load(), int64(3000), "repeated instead of held back") // without a limit, 3,700 to 5,000
			})
		}
	}
}

func TestAWaitingCall(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}, 8), make(chan struct{})
	ledger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) {
		begun <- struct{}{}
		<-release
		return []byte(`{}`), nil
	}}
	c := connectTo(t, ledger, gateway.WithLimits(gateway.Limits{Queries: 1, Submissions: 1, Rights: 1}))
	var first errgroup.Group
	first.Go(func() error { _, err := c.Submit(t.Context(), write, nil, nil); return err })
	first.Go(func() error { return c.Evaluate(t.Context(), "notes:Read", nil, nil) })
	<-begun
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()

	_, err := c.Submit(ctx, write, nil, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "waiting for other submissions of this client to end: 1 are under way")
	_, err = c.SubmitAsync(ctx, write, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	err = c.Evaluate(ctx, "notes:Read", nil, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "waiting for other queries of this client to end")
	assert.Len(t, ledger.Calls(), 2, "what waited in vain reached no peer")

	first.Go(func() error { _, err := c.Submit(t.Context(), "consent:Withdraw", nil, nil); return err })
	<-begun // a right does not wait behind them
	close(release)
	require.NoError(t, first.Wait())
	_, err = c.Submit(t.Context(), write, nil, nil)
	require.NoError(t, err, "who gave up took nobody's turn")
}
