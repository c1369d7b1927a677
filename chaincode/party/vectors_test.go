package party

import (
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// TestTheExamplesOfTheRFCs checks the cryptography by others' signatures: RFC 7515 appendix A.3 and RFC 8037 appendix A.4. They carry no key in their
// header, so they are no statements.
func TestTheExamplesOfTheRFCs(t *testing.T) {
	for name, row := range map[string]struct {
		algorithm    jose.SignatureAlgorithm
		key, compact string
	}{
		"RFC 7515 A.3": {
			jose.ES256, `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`,
			"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ." +
				"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
		},
		"RFC 8037 A.4": {
			jose.EdDSA, `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
			"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc." +
				"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var key jose.JSONWebKey
			require.NoError(t, key.UnmarshalJSON([]byte(row.key)))
			require.NoError(t, checkSignature(row.compact, row.algorithm, key))
			require.Error(t, checkSignature("A"+row.compact[1:], row.algorithm, key))
		})
	}
}

// TestStatementsOfAnotherImplementation verifies statements that Python's cryptography made with the RFCs' test keys.
func TestStatementsOfAnotherImplementation(t *testing.T) {
	for name, row := range map[string]struct{ thumbprint, compact string }{
		"ES256": {
			"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
			"eyJhbGciOiJFUzI1NiIsInR5cCI6InNtYXJ0Yi1zdGF0ZW1lbnQrand0IiwiandrIjp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiZjgzT0ozRDJ4RjFCZzh2dWI5dExlMWdITXpWNzZlOFR1czl1UEh2UlZFVSIsInkiOiJ4X0ZFelJ1OW0zNkhMTl90dWU2NTlMTnBYVzZwQ3lTdGlrWWpLSVdJNWEwIn19.eyJzdWIiOiJvS0l5d3ZHVXBUVlR5eE1RM2J3SUllUVV1ZGZyX0NrTE1qQ0UxOUVDRC1VIiwiYXVkIjoic21hcnRiL3NtYXJ0Y2l0eSIsInR4biI6ImNvbnNlbnQ6V2l0aGRyYXciLCJyZXEiOnsiY29uc2VudElkIjoiYy0xIn0sImlhdCI6MTc2NzIyNTYwMCwiZXhwIjoxNzY3MjI2MjAwLCJqdGkiOiIwMTIzNDU2Nzg5YWJjZGVmIn0.xjRca6sXJr2wgWsuk4schLfsHhlwiuHaljY87NStaxmt3KdqutW9JGzwGD6wckv_raPhIbMbLbnfFyyipzanqg",
		},
		"EdDSA": {
			"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
			"eyJhbGciOiJFZERTQSIsInR5cCI6InNtYXJ0Yi1zdGF0ZW1lbnQrand0IiwiandrIjp7Imt0eSI6Ik9LUCIsImNydiI6IkVkMjU1MTkiLCJ4IjoiMTFxWUFZS3hDcmZWU183VHlXUUhPZzdoY3ZQYXBpTWxyd0lhYVBjSFVSbyJ9fQ.eyJzdWIiOiJrUHJLX3FteFZXYVlWQTl3d0JGNkl1bzN2Vnp6N1R4SENUd1hCeWdyUzRrIiwiYXVkIjoic21hcnRiL3NtYXJ0Y2l0eSIsInR4biI6ImNvbnNlbnQ6V2l0aGRyYXciLCJyZXEiOnsiY29uc2VudElkIjoiYy0xIn0sImlhdCI6MTc2NzIyNTYwMCwiZXhwIjoxNzY3MjI2MjAwLCJqdGkiOiIwMTIzNDU2Nzg5YWJjZGVmIn0.LsKnJ4_gYd7W21CX9cNtjbJzX4y2T3cPdg98BS4fy4HimItzPewub6Wqd-2oCl0njuy3Z4h3Glww1SvLCHVrBg",
		},
	} {
		t.Run(name, func(t *testing.T) {
			statement, err := Verify(row.compact, "smartb/smartcity", time.Unix(1767225600, 0), LongestSubmitted)
			require.NoError(t, err)
			require.Equal(t, row.thumbprint, statement.Signer)
			require.Equal(t, `{"consentId":"c-1"}`, statement.Request)
		})
	}
}
