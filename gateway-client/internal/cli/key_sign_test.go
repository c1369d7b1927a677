// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// TestAPrivateQueryIsSignedForFiveMinutes: the ledger refuses a query that is valid for longer.
func TestAPrivateQueryIsSignedForFiveMinutes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key := filepath.Join(dir, "alice.pem")
	require.Zero(t, run(t.Context(), []string{"key", "new", "-o", key}, &App{stdout: io.Discard, stderr: io.Discard}))
	for transaction, test := range map[string]struct {
		more    []string
		seconds int64
	}{
		"consent:Receipt":  {[]string{"--answer-key", filepath.Join(dir, "answer.pem")}, 300},
		"consent:Withdraw": {nil, 600},
	} {
		var out bytes.Buffer
		sign := []string{"key", "sign", transaction, `{"consentId":"c-1"}`, "--key", key, "--network", "n", "--channel", "c"}
		require.Zero(t, run(t.Context(), append(sign, test.more...), &App{stdout: &out, stderr: io.Discard}))
		claims, err := signing.Read(strings.TrimSpace(out.String()))
		require.NoError(t, err)
		require.Equal(t, test.seconds, claims.Expires-claims.IssuedAt, transaction)
	}
}
