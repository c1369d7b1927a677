// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func TestNoOrganisationsPeerPosesAsAnothers(t *testing.T) {
	ledger := new(gatewaytest.Ledger)
	own, other := ledger.Start(t, "own"), ledger.Start(t, "other")
	both := filepath.Join(t.TempDir(), "both.pem")
	var bundle []byte
	for _, file := range []string{own.CA, other.CA} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		bundle = append(bundle, text...)
	}
	require.NoError(t, os.WriteFile(both, bundle, 0o600))
	for sentence, row := range map[string]struct{ root, says string }{
		"each peer has its organisation's root": {other.CA, ""},
		"a root of another organisation":        {own.CA, "is the root of a peer of"},
		"roots of several organisations":        {both, "more than one certificate"},
	} {
		t.Run(sentence, func(t *testing.T) {
			profile, err := gateway.LoadProfile(gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{own}, []*gatewaytest.Peer{other}))
			require.NoError(t, err)
			profile.FallbackPeers[0].TLSCACertificates = row.root
			client, err := gateway.Connect(t.Context(), profile)
			if row.says == "" {
				require.NoError(t, err)
				client.Close()
				return
			}
			require.ErrorContains(t, err, row.says)
			require.ErrorContains(t, err, "fallbackPeers[0].tlsCaCertificates")
		})
	}
}

func TestAKeyThatOthersCanReadIsRefused(t *testing.T) {
	ledger := new(gatewaytest.Ledger)
	peer := ledger.Start(t, "own")
	path := gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{peer}, nil)
	profile, err := gateway.LoadProfile(path)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(profile.PrivateKey, 0o644))
	_, err = gateway.Connect(t.Context(), profile)
	require.ErrorContains(t, err, "others than its owner can read this key")
	require.NoError(t, os.Chmod(profile.PrivateKey, 0o400))
	client, err := gateway.Connect(t.Context(), profile)
	require.NoError(t, err)
	client.Close()
}
