// SPDX-License-Identifier: Apache-2.0

package transaction_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/chaincode/transaction"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

const recalled = `{"text":"at home"}`

// answerKey makes the key for one call.
func answerKey(t *testing.T) (signing.AnswerKey, []byte) {
	t.Helper()
	key, err := signing.NewAnswerKey()
	require.NoError(t, err)
	jwk, err := key.Public()
	require.NoError(t, err)
	return key, jwk
}

func TestAPrivateAnswerIsEncryptedToTheKeyOfTheCall(t *testing.T) {
	b := newBench(t, signing.ES256)
	key, jwk := answerKey(t)
	_, first, refusal := b.simulate(t, "CityMSP", "notes:Recall", recalled, map[string][]byte{"answerTo": jwk})
	require.Nil(t, refusal)
	require.NotContains(t, first, "home")
	require.Len(t, strings.Split(first, "."), 5, "a compact JWE and nothing else")
	sealed, err := jose.ParseEncryptedCompact(first, []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
	require.NoError(t, err)
	require.Empty(t, sealed.Header.KeyID)
	answer, err := key.Open([]byte(first))
	require.NoError(t, err)
	require.JSONEq(t, `{"text":"at home","by":"CityMSP"}`, string(answer))

	_, second, refusal := b.simulate(t, "CityMSP", "notes:Recall", recalled, map[string][]byte{"answerTo": jwk})
	require.Nil(t, refusal)
	require.NotEqual(t, first, second, "what two peers answer never matches")
	other, _ := answerKey(t)
	_, err = other.Open([]byte(first))
	require.Error(t, err)
}

func TestAPrivateAnswerNeedsAKeyMadeForTheCall(t *testing.T) {
	b := newBench(t, signing.ES256)
	private, jwk := answerKey(t)
	swapped := func(old, replacement string) []byte { return []byte(strings.Replace(string(jwk), old, replacement, 1)) }
	for sentence, row := range map[string]struct {
		transient map[string][]byte
		code      fault.Code
	}{
		"none":                            {nil, fault.AnswerKeyMissing},
		"an empty one":                    {map[string][]byte{"answerTo": {}}, fault.AnswerKeyMissing},
		"another entry beside it":         {map[string][]byte{"answerTo": jwk, "more": {1}}, fault.PrivateDataUnexpected},
		"another entry alone":             {map[string][]byte{"answerto": jwk}, fault.PrivateDataUnexpected},
		"another load profile":            {map[string][]byte{"answerTo": swapped("P-256", "P-384")}, fault.AnswerKeyMalformed},
		"another kind of key":             {map[string][]byte{"answerTo": []byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`)}, fault.AnswerKeyMalformed},
		"a private key":                   {map[string][]byte{"answerTo": swapped(`{`, `{"d":"AAAA",`)}, fault.AnswerKeyMalformed},
		"other members":                   {map[string][]byte{"answerTo": swapped(`{`, `{"kid":"me",`)}, fault.AnswerKeyMalformed},
		"a point beside the load profile": {map[string][]byte{"answerTo": []byte(`{"kty":"EC","crv":"P-256","x":"` + strings.Repeat("A", 42) + `E","y":"` + strings.Repeat("A", 42) + `E"}`)}, fault.AnswerKeyMalformed},
		"no JSON":                         {map[string][]byte{"answerTo": []byte("key")}, fault.AnswerKeyMalformed},
		"the key of the certificate":      {map[string][]byte{"answerTo": nil}, fault.AnswerKeyMalformed},
	} {
		t.Run(sentence, func(t *testing.T) {
			caller, err := memory.NewIdentity("CityMSP", "client", "steward")
			require.NoError(t, err)
			if key, given := row.transient["answerTo"]; given && key == nil {
				tx := b.Begin(caller, nil, "notes:Recall", recalled)
				certificate, err := identity.CertificateOf(tx)
				require.NoError(t, err)
				row.transient["answerTo"], err = (&jose.JSONWebKey{Key: certificate.PublicKey}).MarshalJSON()
				require.NoError(t, err)
			}
			response := b.chaincode.Invoke(b.Begin(caller, row.transient, "notes:Recall", recalled))
			refusal, refused := fault.Parse(response.GetMessage())
			require.True(t, refused)
			require.Equal(t, row.code, refusal.Code, refusal.Message)
		})
	}
	t.Run("a query that takes private input takes both", func(t *testing.T) {
		secret := map[string][]byte{"secret": []byte(`{"text":"in the cellar"}`)}
		_, _, refusal := b.simulate(t, "CityMSP", "notes:Confide", recalled, secret)
		require.ErrorIs(t, refusal, fault.AnswerKeyMissing)
		secret["answerTo"] = jwk
		_, sealed, refusal := b.simulate(t, "CityMSP", "notes:Confide", recalled, secret)
		require.Nil(t, refusal)
		answer, err := private.Open([]byte(sealed))
		require.NoError(t, err)
		require.JSONEq(t, `{"text":"in the cellar"}`, string(answer))
		delete(secret, "secret")
		_, _, refusal = b.simulate(t, "CityMSP", "notes:Confide", recalled, secret)
		require.ErrorIs(t, refusal, fault.PrivateDataUnexpected)
	})
	t.Run("and another query takes none", func(t *testing.T) {
		_, _, refusal := b.simulate(t, "CityMSP", "notes:Count", recalled, map[string][]byte{"answerTo": jwk})
		require.ErrorIs(t, refusal, fault.PrivateDataUnexpected)
	})
}

func TestAResidentSignsTheKeyOfAPrivateAnswer(t *testing.T) {
	b := newBench(t, signing.ES256)
	key, jwk := answerKey(t)
	text, err := b.key.PEM()
	require.NoError(t, err)
	signer, err := signing.ParseAnswerKey(text)
	require.NoError(t, err)
	signersOwn, err := signer.Public()
	require.NoError(t, err)
	claims := b.claims("notes:Recall", note{Text: "at home"})
	claims.AnswerTo = jwk

	_, sealed, refusal := b.simulate(t, "UtilityMSP", "notes:Recall", b.sign(t, claims), nil)
	require.Nil(t, refusal)
	answer, err := key.Open([]byte(sealed))
	require.NoError(t, err)
	require.Contains(t, string(answer), "at home")

	_, relays := answerKey(t)
	for sentence, row := range map[string]struct {
		transaction, call string
		answerTo          json.RawMessage
		transient         map[string][]byte
		code              fault.Code
	}{
		"none":                              {"notes:Recall", "notes:Recall", nil, nil, fault.AnswerKeyMissing},
		"the relay's instead":               {"notes:Recall", "notes:Recall", nil, map[string][]byte{"answerTo": relays}, fault.PrivateDataUnexpected},
		"the relay's beside it":             {"notes:Recall", "notes:Recall", jwk, map[string][]byte{"answerTo": relays}, fault.PrivateDataUnexpected},
		"the key that signs":                {"notes:Recall", "notes:Recall", signersOwn, nil, fault.AnswerKeyMalformed},
		"a text":                            {"notes:Recall", "notes:Recall", json.RawMessage(`"key"`), nil, fault.AnswerKeyMalformed},
		"for an answer that is not private": {"notes:Read", "notes:Read", jwk, nil, fault.SignedRequestMalformed},
		"for a transaction that writes":     {"notes:Write", "notes:Relay", jwk, nil, fault.SignedRequestMalformed},
	} {
		t.Run(sentence, func(t *testing.T) {
			claims := b.claims(row.transaction, note{Text: "at home"})
			claims.AnswerTo = row.answerTo
			compact, err := signing.Sign(b.key, claims)
			require.NoError(t, err)
			_, _, refusal := b.simulate(t, "UtilityMSP", row.call, `{"signedRequest":"`+compact+`"}`, row.transient)
			require.ErrorIs(t, refusal, row.code)
		})
	}
}

func TestWhatWritesHasNoPrivateAnswer(t *testing.T) {
	_, err := transaction.Chaincode(nil, ledger.Network{ID: network, Unbound: true}, contract("notes", transaction.Description{Name: "Write", Handler: transaction.Writes(write), PrivateAnswer: true}))
	require.ErrorContains(t, err, "notes:Write")
}

func TestAQueryWhoseAnswerIsNotPrivateReadsNoPrivateValue(t *testing.T) {
	b := newBench(t, signing.ES256)
	_, answer, refusal := b.simulate(t, "CityMSP", "notes:Leak", recalled, nil)
	require.Empty(t, answer)
	require.ErrorIs(t, refusal, fault.Internal)
	require.Contains(t, refusal.Message, "not marked as private")
}
