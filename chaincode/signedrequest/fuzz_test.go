// SPDX-License-Identifier: Apache-2.0

package signedrequest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// FuzzVerify reads any text: it is a signed request, which then reads the same again, or it is refused by a code for signed requests.
func FuzzVerify(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}

// FuzzVerifySigned signs any header and payload, so that what is behind the signature is reached. The key in the header
// must be the one that signs.
func FuzzVerifySigned(f *testing.F) {
	f.Fuzz(func(t *testing.T, header, payload string) {
		signedRequest, accepted := check(t, compact(header, payload, signEd))
		if accepted {
			require.Equal(t, edThumbprint, signedRequest.Signer)
		}
	})
}

func check(t *testing.T, text string) (signedrequest.Signed, bool) {
	t.Helper()
	signedRequest, err := verify(text)
	again, _ := verify(text)
	require.Equal(t, signedRequest, again)
	if err == nil {
		require.Equal(t, text, signedRequest.Compact)
		return signedRequest, true
	}
	require.Zero(t, signedRequest)
	refusal := new(fault.Error)
	require.True(t, errors.As(err, &refusal) && strings.HasPrefix(string(refusal.Code), "SIGNED_REQUEST_"), "%v", err)
	return signedRequest, false
}

// FuzzReadAnswerKey reads any text: it is a public key on P-256 that seals, or it is refused by its one code.
func FuzzReadAnswerKey(f *testing.F) {
	for _, seed := range []string{
		`{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`,
		`{"kty":"EC","crv":"P-256","x":"","y":""}`, `{"kty":"RSA","n":"AQAB","e":"AQAB"}`, `{}`, `[]`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := signedrequest.ReadAnswerKey(text)
		if err != nil {
			require.ErrorIs(t, err, fault.AnswerKeyMalformed)
			return
		}
		sealed, err := key.Seal([]byte("{}"))
		require.NoError(t, err)
		require.Equal(t, 4, strings.Count(sealed, "."))
	})
}
