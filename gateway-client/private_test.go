// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// claimsOf are those of the signed request that a call carries.
func claimsOf(call gatewaytest.Call) (signedrequest.Claims, error) {
	var request struct{ SignedRequest string }
	if err := json.Unmarshal([]byte(call.Arguments[1]), &request); err != nil {
		return signedrequest.Claims{}, err
	}
	return signing.Read(request.SignedRequest)
}

func TestAPrivateAnswerIsOpenedWithoutTheCallerNoticing(t *testing.T) {
	t.Parallel()
	ledger := vault("secret")
	c := connectTo(t, ledger)
	keys := map[string]bool{}
	for range 2 {
		var answer note
		require.NoError(t, c.Evaluate(t.Context(), private, note{"?"}, &answer))
		assert.Equal(t, note{"secret"}, answer)
	}
	for _, call := range ledger.Calls() {
		require.Len(t, call.Transient, 1)
		keys[string(call.Transient[signedrequest.AnswerTo])] = true
		assert.Equal(t, []string{"UtilityMSP"}, call.Organizations)
	}
	assert.Len(t, keys, 2, "each call has a key of its own")

	t.Run("nor the resident for whom it is asked", func(t *testing.T) {
		key, err := signing.NewKey(signing.EdDSA)
		require.NoError(t, err)
		ledger := vault("secret")
		var answer note
		require.NoError(t, connectTo(t, ledger, gateway.WithResidentKey(key)).Evaluate(t.Context(), private, note{"?"}, &answer))
		assert.Equal(t, note{"secret"}, answer)
		call := ledger.Calls()[0]
		assert.Empty(t, call.Transient, "the relay's key would be refused")
		claims, err := claimsOf(call)
		require.NoError(t, err)
		assert.NotEmpty(t, claims.AnswerTo)
	})
}

func TestAPrivateQueryIsNotSubmitted(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	key, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	for _, c := range []*gateway.Client{connectTo(t, ledger), connectTo(t, ledger, gateway.WithResidentKey(key)), connectTo(t, ledger, gateway.WithBatching(2, 1))} {
		for _, name := range []string{private, "settlement:Statement", "consent:Receipt"} {
			_, err := c.Submit(t.Context(), name, nil, nil)
			require.ErrorIs(t, err, gateway.ErrPrivateQuery)
			_, err = c.SubmitAsync(t.Context(), name, nil)
			require.ErrorIs(t, err, gateway.ErrPrivateQuery)
		}
	}
	assert.Empty(t, ledger.Calls())
}

func TestARelayPassesAPrivateAnswerOnUnopened(t *testing.T) {
	t.Parallel()
	resident, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	key, err := signing.NewAnswerKey()
	require.NoError(t, err)
	jwk, err := key.Public()
	require.NoError(t, err)
	compact, err := signing.Sign(resident, signing.Claims{Network: gatewaytest.Network, Channel: "smartcity", Transaction: private, Request: note{"?"}, AnswerTo: jwk})
	require.NoError(t, err)

	ledger := vault("secret")
	_, sealed, err := connectTo(t, ledger).RelayQuery(t.Context(), compact)
	require.NoError(t, err)
	assert.NotContains(t, string(sealed), "secret")
	assert.Empty(t, ledger.Calls()[0].Transient)
	answer, err := key.Open(sealed)
	require.NoError(t, err)
	assert.JSONEq(t, `{"text":"secret"}`, string(answer))

	_, answer, err = connectTo(t, answers("public")).RelayQuery(t.Context(), signed(t, resident, "notes:Read"))
	require.NoError(t, err)
	assert.JSONEq(t, `{"text":"public"}`, string(answer), "an answer that is not private stays JSON")
}

func TestTheKeyOfAnAnswerIsTheClients(t *testing.T) {
	t.Parallel()
	err := connectTo(t, new(gatewaytest.Ledger)).Evaluate(t.Context(), private, nil, nil, gateway.WithTransient(map[string][]byte{signedrequest.AnswerTo: []byte("{}")}))
	require.ErrorIs(t, err, gateway.ErrMalformedCall)
}

func signed(t *testing.T, key signing.Key, transaction string) string {
	t.Helper()
	compact, err := signing.Sign(key, signing.Claims{Network: gatewaytest.Network, Channel: "smartcity", Transaction: transaction, Request: note{"?"}})
	require.NoError(t, err)
	return compact
}
