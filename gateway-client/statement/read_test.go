package statement_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/statement"
)

func TestReadTellsWhatAStatementSays(t *testing.T) {
	key, err := statement.NewKey(statement.ES256)
	require.NoError(t, err)
	compact, err := statement.Sign(key, statement.Claims{Network: "net", Channel: "smartcity", Transaction: "consent:Withdraw", Request: map[string]string{"consentId": "c-1"}})
	require.NoError(t, err)
	claims, err := statement.Read(compact)
	require.NoError(t, err)
	require.Equal(t, "consent:Withdraw", claims.Transaction)
	require.JSONEq(t, `{"consentId":"c-1"}`, string(claims.Request))
	subject, err := key.Thumbprint()
	require.NoError(t, err)
	require.Equal(t, subject, claims.Subject)
}

func TestReadRefusesWhatIsNoStatement(t *testing.T) {
	for sentence, compact := range map[string]string{
		"nothing":                        "",
		"two parts":                      "a.b",
		"a payload that is no base64url": "a.+.c",
		"a payload that is no JSON":      "a." + base64.RawURLEncoding.EncodeToString([]byte("x")) + ".c",
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := statement.Read(compact)
			require.Error(t, err)
		})
	}
}
