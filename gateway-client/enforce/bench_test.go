// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"crypto"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkGuard is what the guard adds to a request whose decision the ledger confirmed at this height: anyone who
// asks is found out each time.
func BenchmarkGuard(b *testing.B) {
	f := newFixture(b)
	member := f.community.member(b)
	handler := New(f, "grid-load", WithSignatures("data.example")).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Run("client certificate", func(b *testing.B) {
		for b.Loop() {
			require.Equal(b, http.StatusOK, do(handler, request(&member)).Code)
		}
	})
	b.Run("signature", func(b *testing.B) {
		for b.Loop() {
			r := request(nil)
			require.NoError(b, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
			require.Equal(b, http.StatusOK, do(handler, r).Code)
		}
	})
}
