// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/signing"
)

func TestReadTellsWhatASignedRequestSays(t *testing.T) {
	key, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	compact, err := signing.Sign(key, signing.Claims{Network: "net", Channel: "smartcity", Transaction: "consent:Withdraw", Request: map[string]string{"consentId": "c-1"}})
	require.NoError(t, err)
	claims, err := signing.Read(compact)
	require.NoError(t, err)
	require.Equal(t, "consent:Withdraw", claims.Transaction)
	require.JSONEq(t, `{"consentId":"c-1"}`, string(claims.Request))
	subject, err := key.Thumbprint()
	require.NoError(t, err)
	require.Equal(t, subject, claims.Subject)
}

func TestReadRefusesWhatIsNoSignedRequest(t *testing.T) {
	for sentence, compact := range map[string]string{
		"nothing":                        "",
		"two parts":                      "a.b",
		"a payload that is no base64url": "a.+.c",
		"a payload that is no JSON":      "a." + base64.RawURLEncoding.EncodeToString([]byte("x")) + ".c",
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := signing.Read(compact)
			require.Error(t, err)
		})
	}
}
