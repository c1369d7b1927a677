// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// heard verifies the signed request that a call carries.
func heard(t *testing.T, call gatewaytest.Call, longest time.Duration) signedrequest.Signed {
	t.Helper()
	var request struct{ SignedRequest string }
	require.NoError(t, json.Unmarshal([]byte(call.Arguments[1]), &request))
	verified, err := signedrequest.Verify(request.SignedRequest, signedrequest.Audience(gatewaytest.Network, "smartcity"), time.Now(), longest)
	require.NoError(t, err)
	return verified
}

func TestAClientWithASignedRequestKeySpeaksForTheResident(t *testing.T) {
	t.Parallel()
	key, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	pseudonym, err := key.Thumbprint()
	require.NoError(t, err)
	option := gateway.WithResidentKey(key)

	t.Run("a transaction goes through its contract's Relay, with its transient data", func(t *testing.T) {
		ledger := new(gatewaytest.Ledger)
		private := map[string][]byte{"secret": []byte("psst")}
		_, err := connectTo(t, ledger, option).Submit(t.Context(), write, note{"<hello>"}, nil, gateway.WithTransient(private))
		require.NoError(t, err)
		call := ledger.Calls()[0]
		assert.Equal(t, "notes:Relay", call.Arguments[0])
		assert.Equal(t, private, call.Transient)
		verified := heard(t, call, signedrequest.LongestSubmitted)
		assert.Equal(t, []string{pseudonym, pseudonym, write}, []string{verified.Signer, verified.Subject, verified.Transaction})
		assert.JSONEq(t, `{"text":"<hello>"}`, verified.Request)
	})
	t.Run("a transaction that is proposed anew carries the same signed request", func(t *testing.T) {
		ledger := &gatewaytest.Ledger{Validate: func(n int) peer.TxValidationCode {
			if n == 1 {
				return peer.TxValidationCode_MVCC_READ_CONFLICT
			}
			return peer.TxValidationCode_VALID
		}}
		_, err := connectTo(t, ledger, option).Submit(t.Context(), write, note{"hello"}, nil)
		require.NoError(t, err)
		calls := ledger.Calls()
		require.Len(t, calls, 2)
		assert.NotEqual(t, calls[0].TransactionID, calls[1].TransactionID)
		assert.Equal(t, calls[0].Arguments, calls[1].Arguments)
	})
	t.Run("a query keeps its name and is valid for five minutes at most", func(t *testing.T) {
		ledger := new(gatewaytest.Ledger)
		require.NoError(t, connectTo(t, ledger, option).Evaluate(t.Context(), "notes:Read", note{"hello"}, nil))
		call := ledger.Calls()[0]
		assert.Equal(t, "notes:Read", call.Arguments[0])
		assert.Equal(t, "notes:Read", heard(t, call, signedrequest.LongestEvaluated).Transaction)
	})
	t.Run("a malformed call is not sent", func(t *testing.T) {
		ledger := new(gatewaytest.Ledger)
		c := connectTo(t, ledger, option)
		for _, request := range []any{[]int{1}, json.RawMessage(`{"a":1,"a":2}`)} {
			_, err := c.Submit(t.Context(), write, request, nil)
			require.ErrorIs(t, err, gateway.ErrMalformedCall)
			require.ErrorIs(t, c.Evaluate(t.Context(), "notes:Read", request, nil), gateway.ErrMalformedCall)
		}
		assert.Empty(t, ledger.Calls())
	})
}
