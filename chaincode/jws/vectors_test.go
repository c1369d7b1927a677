// SPDX-License-Identifier: Apache-2.0

package jws

import (
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// TestTheExamplesOfTheRFCs checks the cryptography by others' signatures: RFC 7515 appendix A.3 and RFC 8037 appendix A.4. They carry no key in their
// header, so they are no signed requests.
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
			require.NoError(t, CheckSignature(row.compact, row.algorithm, key))
			require.Error(t, CheckSignature("A"+row.compact[1:], row.algorithm, key))
		})
	}
}
