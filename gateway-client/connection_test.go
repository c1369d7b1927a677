// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func TestTheNextPeerIsUsedWhenOneIsGone(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	first, second := ledger.Start(t, "first"), ledger.Start(t, "second")
	c := connect(t, []*gatewaytest.Peer{first, second}, nil)
	_, err := c.Submit(t.Context(), write, nil, nil)
	require.NoError(t, err)
	first.Stop()
	_, err = c.Submit(t.Context(), write, nil, nil)
	require.NoError(t, err)
	calls := ledger.Calls()
	require.Len(t, calls, 2)
	assert.Equal(t, "first", calls[0].Peer)
	assert.Equal(t, "second", calls[1].Peer)
}

func TestACommitStatusIsAskedForAtTheNextPeer(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	ledger := &gatewaytest.Ledger{Status: func(n int) error {
		if n == 1 {
			close(asked)
			time.Sleep(50 * time.Millisecond) // until the peer is gone
		}
		return nil
	}}
	first := ledger.Start(t, "first")
	c := connect(t, []*gatewaytest.Peer{first, ledger.Start(t, "second")}, nil)
	pending, err := c.SubmitAsync(t.Context(), write, nil)
	require.NoError(t, err)
	go func() {
		<-asked
		first.Stop()
	}()
	receipt, err := pending.Wait(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
	assert.Equal(t, 2, ledger.Asked(receipt.TransactionID))
}

func TestFallback(t *testing.T) {
	t.Parallel()
	timeouts := gateway.DefaultTimeouts
	timeouts.Endorse, timeouts.Evaluate = time.Second, time.Second
	transient := gateway.WithTransient(map[string][]byte{"curve": []byte("secret")})
	start := func(t *testing.T) (*gatewaytest.Ledger, *gatewaytest.Peer, *gateway.Client) {
		t.Helper()
		ledger := new(gatewaytest.Ledger)
		own, others := ledger.Start(t, "own"), []*gatewaytest.Peer{ledger.Start(t, "other"), ledger.Start(t, "third")}
		return ledger, own, connect(t, []*gatewaytest.Peer{own}, others, gateway.WithTimeouts(timeouts))
	}
	t.Run("it is not used while an own peer is there", func(t *testing.T) {
		ledger, _, c := start(t)
		_, err := c.Submit(t.Context(), write, nil, nil)
		require.NoError(t, err)
		require.NoError(t, c.Evaluate(t.Context(), "notes:Read", nil, nil))
		for _, call := range ledger.Calls() {
			assert.Equal(t, "own", call.Peer)
		}
	})
	t.Run("it is not used when an own peer answers that something else is unavailable", func(t *testing.T) {
		ledger, _, c := start(t)
		ledger.Execute = func(gatewaytest.Call) ([]byte, error) {
			return nil, status.Error(codes.Unavailable, "no endorsing peers")
		}
		require.Contains(t, []codes.Code{codes.Unavailable, codes.DeadlineExceeded}, status.Code(c.Evaluate(t.Context(), "notes:Read", nil, nil)))
		for _, call := range ledger.Calls() {
			assert.Equal(t, "own", call.Peer)
		}
	})
	t.Run("it is used when no own peer can be reached", func(t *testing.T) {
		ledger, own, c := start(t)
		own.Stop()
		var answer note
		_, err := c.Submit(t.Context(), write, note{"x"}, &answer)
		require.NoError(t, err)
		assert.Equal(t, note{"x"}, answer)
		require.NoError(t, c.Evaluate(t.Context(), "notes:Read", note{"y"}, &answer))
		assert.Equal(t, note{"y"}, answer)
		for _, call := range ledger.Calls() {
			assert.NotEqual(t, "own", call.Peer)
		}
		assert.Len(t, ledger.Transactions(), 1)
	})
	t.Run("it is never shown transient data", func(t *testing.T) {
		ledger, own, c := start(t)
		own.Stop()
		_, err := c.Submit(t.Context(), write, nil, nil, transient)
		require.Equal(t, codes.Unavailable, status.Code(err))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Error(t, c.Evaluate(t.Context(), "notes:Read", nil, nil, transient))
		assert.Empty(t, ledger.Calls())
	})
	t.Run("it is submitted the envelope of a transaction whose own peer went away", func(t *testing.T) {
		ledger, own, c := start(t)
		ledger.Order = func(s gatewaytest.Submission) (bool, error) {
			if s.Peer == "own" {
				return false, status.Error(codes.Unavailable, "going down")
			}
			return true, nil
		}
		pending, err := c.SubmitAsync(t.Context(), write, nil, transient)
		require.NoError(t, err)
		own.Stop()
		receipt, err := pending.Wait(t.Context(), nil)
		require.NoError(t, err)
		assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
		require.Len(t, ledger.Submissions(), 2)
		assert.Equal(t, ledger.Submissions()[0].Envelope, ledger.Submissions()[1].Envelope)
		assert.NotEqual(t, "own", ledger.Submissions()[1].Peer)
	})
}

func TestAPeerUnderAnotherCAIsNotTrusted(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	peer, stranger := *ledger.Start(t, "peer"), ledger.Start(t, "stranger")
	peer.CA = stranger.CA
	timeouts := gateway.DefaultTimeouts
	timeouts.Evaluate = 200 * time.Millisecond
	err := connect(t, []*gatewaytest.Peer{&peer}, nil, gateway.WithTimeouts(timeouts)).Evaluate(t.Context(), "notes:Read", nil, nil)
	require.Error(t, err)
	assert.Empty(t, ledger.Calls())
}

func TestCallsOfAClosedClientFail(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	profile, err := gateway.LoadProfile(gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{ledger.Start(t, "own")}, nil))
	require.NoError(t, err)
	c, err := gateway.Connect(t.Context(), profile)
	require.NoError(t, err)
	c.Close()
	start := time.Now()
	require.Error(t, c.Evaluate(t.Context(), "notes:Read", nil, nil))
	assert.Less(t, time.Since(start), time.Second)
}
