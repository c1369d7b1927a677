// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

// note is the request and answer of the tests: without a script, the ledger answers with the request.
type note struct {
	Text string `json:"text"`
}

const write = "notes:Write"

// connect makes a client of peers that share a ledger.
func connect(t *testing.T, peers, fallback []*gatewaytest.Peer, options ...gateway.Option) *gateway.Client {
	t.Helper()
	profile, err := gateway.LoadProfile(gatewaytest.WriteProfile(t, t.TempDir(), peers, fallback))
	require.NoError(t, err)
	c, err := gateway.Connect(t.Context(), profile, append([]gateway.Option{gateway.QuickPace}, options...)...)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// connectTo makes a client of one peer.
func connectTo(t *testing.T, ledger *gatewaytest.Ledger, options ...gateway.Option) *gateway.Client {
	t.Helper()
	return connect(t, []*gatewaytest.Peer{ledger.Start(t, "own")}, nil, options...)
}

// retries collects what the hook is told.
type retries struct {
	sync.Mutex
	told []gateway.Retry
}

func (r *retries) option() gateway.Option {
	return gateway.WithRetryHook(func(retry gateway.Retry) {
		r.Lock()
		defer r.Unlock()
		r.told = append(r.told, retry)
	})
}

func (r *retries) reasons() []gateway.Reason {
	r.Lock()
	defer r.Unlock()
	var reasons []gateway.Reason
	for _, retry := range r.told {
		reasons = append(reasons, retry.Reason)
	}
	return reasons
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	t.Run("one JSON object goes in and one comes out, with a receipt", func(t *testing.T) {
		ledger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return []byte(`{"text":"written","more":1}`), nil }}
		var answer note
		receipt, err := connectTo(t, ledger).Submit(t.Context(), write, note{"hello"}, &answer)
		require.NoError(t, err)
		assert.Equal(t, note{"written"}, answer)
		require.Len(t, ledger.Calls(), 1)
		assert.Equal(t, []string{write, `{"text":"hello"}`}, ledger.Calls()[0].Arguments)
		assert.Equal(t, gateway.Receipt{TransactionID: ledger.Calls()[0].TransactionID, BlockNumber: 7}, receipt)
		assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
	})
	t.Run("transient data and the endorsing organisations reach the gateway", func(t *testing.T) {
		ledger := new(gatewaytest.Ledger)
		_, err := connectTo(t, ledger).Submit(t.Context(), write, nil, nil,
			gateway.WithTransient(map[string][]byte{"curve": []byte("secret")}), gateway.WithEndorsingOrganizations("UtilityMSP", "CityMSP"))
		require.NoError(t, err)
		assert.Equal(t, map[string][]byte{"curve": []byte("secret")}, ledger.Calls()[0].Transient)
		assert.Equal(t, []string{"UtilityMSP", "CityMSP"}, ledger.Calls()[0].Organizations)
	})
	t.Run("an answer that cannot be read is an error, but the receipt says that the transaction is committed", func(t *testing.T) {
		ledger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return []byte(`nothing`), nil }}
		receipt, err := connectTo(t, ledger).Submit(t.Context(), write, nil, new(note))
		require.ErrorContains(t, err, "was committed as transaction "+receipt.TransactionID)
		assert.Equal(t, uint64(7), receipt.BlockNumber)
	})
}

func TestSubmitAsyncTellsTheTransactionBeforeItsCommit(t *testing.T) {
	t.Parallel()
	ordered := make(chan struct{})
	ledger := &gatewaytest.Ledger{Status: func(int) error { <-ordered; return nil }}
	pending, err := connectTo(t, ledger).SubmitAsync(t.Context(), write, note{"later"})
	require.NoError(t, err)
	assert.Equal(t, ledger.Calls()[0].TransactionID, pending.TransactionID())
	close(ordered)
	var answer note
	receipt, err := pending.Wait(t.Context(), &answer)
	require.NoError(t, err)
	assert.Equal(t, note{"later"}, answer)
	assert.Equal(t, pending.TransactionID(), receipt.TransactionID)
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	t.Run("it decodes the answer and orders nothing", func(t *testing.T) {
		ledger := new(gatewaytest.Ledger)
		var answer note
		require.NoError(t, connectTo(t, ledger).Evaluate(t.Context(), "notes:Read", note{"hello"}, &answer))
		assert.Equal(t, note{"hello"}, answer)
		assert.True(t, ledger.Calls()[0].Evaluation)
		assert.Empty(t, ledger.Transactions())
	})
	t.Run("an answer beyond gRPC's usual 4 MB is received", func(t *testing.T) {
		big, err := json.Marshal(note{string(make([]byte, 2<<20))}) // six characters for each zero byte
		require.NoError(t, err)
		require.Greater(t, len(big), 8<<20)
		ledger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return big, nil }}
		c := connectTo(t, ledger)
		var evaluated, submitted note
		require.NoError(t, c.Evaluate(t.Context(), "notes:Read", nil, &evaluated))
		assert.Len(t, evaluated.Text, 2<<20)
		_, err = c.Submit(t.Context(), write, nil, &submitted)
		require.NoError(t, err)
		assert.Len(t, submitted.Text, 2<<20)
	})
}

func TestARequestWithoutOneFormToSignIsTheContractsToRefuse(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	_, err := connectTo(t, ledger).SubmitAsync(t.Context(), "licensing:Agree", json.RawMessage(`{"purposesVersion":1e400}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"licensing:Agree", `{"purposesVersion":1e400}`}, ledger.Calls()[0].Arguments)
}

func TestRequests(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	c := connectTo(t, ledger)
	for name, test := range map[string]struct {
		transaction string
		request     any
		argument    string // empty: the call is malformed
	}{
		"a struct becomes a JSON object":              {write, note{"a"}, `{"text":"a"}`},
		"raw JSON stays as it is":                     {write, json.RawMessage(` {"a": "<b>"}`), ` {"a": "<b>"}`},
		"no request is an empty object":               {write, nil, `{}`},
		"a list is refused":                           {write, []int{1}, ""},
		"a null is refused":                           {write, (*note)(nil), ""},
		"raw text that is not JSON is refused":        {write, json.RawMessage(`{"a"`), ""},
		"two raw objects are refused":                 {write, json.RawMessage(`{} {}`), ""},
		"what cannot become JSON is refused":          {write, make(chan int), ""},
		"a name without a contract is refused":        {"Write", nil, ""},
		"a name with an empty contract is refused":    {":Write", nil, ""},
		"a name without a transaction is refused":     {"notes:", nil, ""},
		"a contract's name may have dots in its name": {"org.hyperledger.fabric:GetMetadata", nil, "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(ledger.Calls())
			err := c.Evaluate(t.Context(), test.transaction, test.request, nil)
			_, submitError := c.SubmitAsync(t.Context(), test.transaction, test.request)
			_, waitError := c.Submit(t.Context(), test.transaction, test.request, nil)
			if test.argument == "" {
				require.ErrorIs(t, err, gateway.ErrMalformedCall)
				require.ErrorIs(t, submitError, gateway.ErrMalformedCall)
				require.ErrorIs(t, waitError, gateway.ErrMalformedCall)
				assert.Len(t, ledger.Calls(), before)
				return
			}
			require.NoError(t, errors.Join(err, submitError, waitError))
			for _, call := range ledger.Calls()[before:] {
				assert.Equal(t, []string{test.transaction, test.argument}, call.Arguments)
			}
			assert.Len(t, ledger.Calls(), before+3)
		})
	}
}

func TestContextsEnd(t *testing.T) {
	t.Parallel()
	never := func(context.Context) error { return status.Error(codes.Unavailable, "not now") }
	for name, ledger := range map[string]*gatewaytest.Ledger{
		"while peers are not ready":       {Execute: func(gatewaytest.Call) ([]byte, error) { return nil, never(nil) }},
		"while a submission is in doubt":  {Order: func(gatewaytest.Submission) (bool, error) { return false, never(nil) }},
		"while the commit is waited for":  {Order: func(gatewaytest.Submission) (bool, error) { return false, nil }},
		"while the commit status is lost": {Status: func(int) error { return never(nil) }},
	} {
		t.Run(name, func(t *testing.T) {
			c := connectTo(t, ledger)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(300*time.Millisecond, cancel)
			start := time.Now()
			_, err := c.Submit(ctx, write, nil, nil)
			require.ErrorIs(t, err, context.Canceled)
			assert.Less(t, time.Since(start), 5*time.Second)
			assert.LessOrEqual(t, len(ledger.Transactions()), 1)
			failed := new(client.TransactionError)
			require.ErrorAs(t, err, &failed, "the error names the transaction whose fate is unknown")
			assert.Equal(t, ledger.Calls()[0].TransactionID, failed.TransactionID)
		})
	}
	t.Run("before the client is made", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := gateway.Connect(ctx, gateway.Profile{})
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("a timeout of the client's own is an error of Fabric's", func(t *testing.T) {
		ledger := &gatewaytest.Ledger{Order: func(gatewaytest.Submission) (bool, error) { return false, nil }}
		timeouts := gateway.DefaultTimeouts
		timeouts.CommitStatus = 50 * time.Millisecond
		_, err := connectTo(t, ledger, gateway.WithTimeouts(timeouts)).Submit(t.Context(), write, nil, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		failed := new(client.CommitStatusError)
		require.ErrorAs(t, err, &failed)
	})
}

func TestSomebodyElseSigns(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	profile, err := gateway.LoadProfile(gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{ledger.Start(t, "own")}, nil))
	require.NoError(t, err)
	profile.PrivateKey = ""
	var digests [][]byte
	c, err := gateway.Connect(t.Context(), profile, gateway.WithSign(func(_ context.Context, digest []byte) ([]byte, error) {
		digests = append(digests, digest)
		return []byte("signed elsewhere"), nil
	}))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.Submit(t.Context(), write, note{"hello"}, nil)
	require.NoError(t, err)
	require.Len(t, digests, 3, "the proposal, the transaction and the question for its status")
	for _, digest := range digests {
		require.Len(t, digest, 32)
	}
	refused, err := gateway.Connect(t.Context(), profile, gateway.WithSign(func(context.Context, []byte) ([]byte, error) { return nil, errors.New("the person said no") }))
	require.NoError(t, err)
	t.Cleanup(refused.Close)
	_, err = refused.Submit(t.Context(), write, note{"hello"}, nil)
	require.ErrorContains(t, err, "the person said no")
	require.Len(t, ledger.Transactions(), 1)
}

func TestACallWaitsForItsSignatureAsLongAsItsContextLasts(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	c := connectTo(t, ledger, gateway.WithSign(func(ctx context.Context, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Submit(ctx, write, nil, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, c.Evaluate(ctx, write, nil, nil), context.DeadlineExceeded)
	_, err = c.Height(ctx)
	require.Error(t, err)
	require.Empty(t, ledger.Calls())
}
