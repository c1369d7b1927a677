// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

// catchingUp is a client whose own peer has so many blocks, and does not find what the three others, with so many blocks each, have.
func catchingUp(t *testing.T, own *atomic.Uint64, others []uint64, options ...gateway.Option) (c *gateway.Client, ownLedger, otherLedger *gatewaytest.Ledger) {
	t.Helper()
	full := slices.Max(others)
	ownLedger = &gatewaytest.Ledger{Height: func(string) uint64 { return own.Load() }, Execute: func(gatewaytest.Call) ([]byte, error) {
		if own.Load() < full {
			return nil, gatewaytest.Refusal(404, fault.New(fault.NotFound, "no such thing").JSON())
		}
		return []byte(`{"text":"there"}`), nil
	}}
	names := []string{"one", "two", "three"}
	otherLedger = &gatewaytest.Ledger{
		Height:  func(peer string) uint64 { return others[slices.Index(names, peer)] },
		Execute: func(gatewaytest.Call) ([]byte, error) { return []byte(`{"text":"there"}`), nil },
	}
	var peers []*gatewaytest.Peer
	for _, name := range names[:len(others)] {
		peers = append(peers, otherLedger.Start(t, name))
	}
	return connect(t, []*gatewaytest.Peer{ownLedger.Start(t, "own")}, peers, options...), ownLedger, otherLedger
}

func TestAPeerThatIsFarBehindIsNotBelieved(t *testing.T) {
	t.Parallel()
	var own atomic.Uint64
	own.Store(5)
	t.Run("others answer a query", func(t *testing.T) {
		c, _, others := catchingUp(t, &own, []uint64{100, 100, 100})
		for range 3 {
			var answer note
			require.NoError(t, c.Evaluate(t.Context(), "notes:Read", nil, &answer))
			require.Equal(t, note{"there"}, answer)
		}
		assert.GreaterOrEqual(t, len(others.Calls()), 6, "two must agree each time")
	})
	t.Run("others endorse a transaction", func(t *testing.T) {
		c, ownLedger, _ := catchingUp(t, &own, []uint64{100, 100, 100})
		_, err := c.SubmitAsync(t.Context(), write, nil)
		require.NoError(t, err)
		require.LessOrEqual(t, len(ownLedger.Calls()), 1)
	})
	t.Run("one organisation that names any height does not take its voice", func(t *testing.T) {
		c, _, others := catchingUp(t, &own, []uint64{1 << 60, 5, 5})
		require.ErrorIs(t, c.Evaluate(t.Context(), "notes:Read", nil, nil), gateway.ErrNotFound)
		require.Empty(t, others.Calls())
	})
	t.Run("what must not leave the organisation waits for it", func(t *testing.T) {
		var own atomic.Uint64
		own.Store(5)
		c, _, others := catchingUp(t, &own, []uint64{100, 100, 100})
		time.AfterFunc(300*time.Millisecond, func() { own.Store(100) })
		var answer note
		require.NoError(t, c.Evaluate(t.Context(), "notes:Read", nil, &answer, gateway.WithTransient(map[string][]byte{"curve": []byte("secret")})))
		require.Equal(t, note{"there"}, answer)
		require.Empty(t, others.Calls())
	})
	t.Run("the error says how far it is, where nobody may answer", func(t *testing.T) {
		c, _, _ := catchingUp(t, &own, []uint64{100, 100, 100}, gateway.WithTimeouts(gateway.Timeouts{Evaluate: 300 * time.Millisecond}))
		err := c.Evaluate(t.Context(), "notes:Read", nil, nil, gateway.WithTransient(map[string][]byte{"curve": []byte("secret")}))
		require.ErrorIs(t, err, gateway.ErrBehind)
		require.ErrorContains(t, err, "5 blocks of at least 100")
	})
}

func TestWhatAPeerDoesNotFindIsLookedForUntilItCanKnow(t *testing.T) {
	t.Parallel()
	var own atomic.Uint64
	own.Store(98) // near enough to be asked
	c, ownLedger, others := catchingUp(t, &own, []uint64{100, 100, 100})
	refuse := ownLedger.Execute
	ownLedger.Execute = func(call gatewaytest.Call) ([]byte, error) {
		time.AfterFunc(100*time.Millisecond, func() { own.Store(100) })
		return refuse(call)
	}
	var answer note
	require.NoError(t, c.Evaluate(t.Context(), "notes:Read", nil, &answer))
	require.Equal(t, note{"there"}, answer)
	require.Len(t, ownLedger.Calls(), 2)
	require.Empty(t, others.Calls())
}

func TestWhatOnlyMembersHoldIsAnsweredByMembersOnly(t *testing.T) {
	t.Parallel()
	stranger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) {
		return nil, gatewaytest.Refusal(409, fault.New(fault.PrivateDataNotHere, "not at this peer").JSON())
	}}
	var answer note
	require.NoError(t, abroad(t, map[*gatewaytest.Ledger]int{stranger: 2, answers("member"): 2}).Evaluate(t.Context(), "notes:Read", nil, &answer))
	require.Equal(t, note{"member"}, answer)
	err := abroad(t, map[*gatewaytest.Ledger]int{stranger: 3}).Evaluate(t.Context(), "notes:Read", nil, nil)
	require.ErrorIs(t, err, gateway.ErrUnconfirmed)
}

// TestAServerThatIsGoneIsWaitedFor: longer than the tries that a peer has that answers wrongly.
func TestAServerThatIsGoneIsWaitedFor(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		if call.Attempt < 12 {
			return nil, status.Error(codes.Aborted, "failed to endorse: could not launch chaincode smartb_1:abc: connection refused")
		}
		return []byte(`{"text":"back"}`), nil
	}}
	var answer note
	_, err := connectTo(t, ledger).Submit(t.Context(), write, nil, &answer)
	require.NoError(t, err)
	require.Equal(t, note{"back"}, answer)
}

// TestATransactionThatIsLostIsSubmittedAgainWhileNothingIsCommitted: an acknowledged one, too, and soon.
func TestATransactionThatIsLostIsSubmittedAgainWhileNothingIsCommitted(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Order: func(s gatewaytest.Submission) (bool, error) { return s.Attempt > 1, nil }}
	begin := time.Now()
	_, err := connectTo(t, ledger).Submit(t.Context(), write, nil, nil)
	require.NoError(t, err)
	require.Less(t, time.Since(begin), 900*time.Millisecond, "the longest doubt is a second here, the first 0.3 s")
}
