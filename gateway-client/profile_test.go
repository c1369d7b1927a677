// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func TestProfilesAreFound(t *testing.T) {
	t.Setenv(gateway.StateVariable, "")
	assert.Equal(t, filepath.FromSlash("network/.state/utility/users/operator/profile.json"), gateway.ProfileFor("utility", "operator"))
	t.Setenv(gateway.StateVariable, "elsewhere")
	assert.Equal(t, filepath.FromSlash("elsewhere/city/users/anna/profile.json"), gateway.ProfileFor("city", "anna"))

	peer := &gatewaytest.Peer{Name: "p", Address: "localhost:7051", CA: "tls/ca.pem"}
	folder := t.TempDir()
	path := gatewaytest.WriteProfile(t, folder, []*gatewaytest.Peer{peer}, []*gatewaytest.Peer{{Name: "o", Address: "localhost:7052", CA: "/ca.pem"}})
	t.Setenv(gateway.ProfileVariable, path)
	profile, err := gateway.LoadProfile("")
	require.NoError(t, err)
	assert.Equal(t, "UtilityMSP", profile.MSPID)
	assert.Equal(t, filepath.Join(folder, "key.pem"), profile.PrivateKey, "a relative path starts at the profile's folder")
	assert.Equal(t, gateway.Peer{Name: "p", MSPID: "UtilityMSP", Address: "localhost:7051", TLSCACertificates: filepath.Join(folder, "tls", "ca.pem")}, profile.Peers[0])
	assert.Equal(t, "/ca.pem", profile.FallbackPeers[0].TLSCACertificates, "an absolute path stays")
}

func TestProfilesThatCannotBeUsed(t *testing.T) {
	t.Setenv(gateway.ProfileVariable, "")
	ledger := new(gatewaytest.Ledger)
	peer := ledger.Start(t, "own")
	for name, test := range map[string]struct {
		change func(profile map[string]any, folder string)
		field  string
	}{
		"without a channel":             {func(p map[string]any, _ string) { delete(p, "channel") }, "channel"},
		"without a chaincode":           {func(p map[string]any, _ string) { delete(p, "chaincode") }, "chaincode"},
		"without an organisation":       {func(p map[string]any, _ string) { delete(p, "mspId") }, "mspId"},
		"without a certificate":         {func(p map[string]any, _ string) { delete(p, "certificate") }, "certificate"},
		"without a key":                 {func(p map[string]any, _ string) { delete(p, "privateKey") }, "privateKey"},
		"without peers":                 {func(p map[string]any, _ string) { delete(p, "peers") }, "peers"},
		"with a peer without address":   {func(p map[string]any, _ string) { p["peers"] = []any{map[string]any{"tlsCaCertificates": "ca.pem"}} }, "peers[0].address"},
		"with a peer without CA":        {func(p map[string]any, _ string) { p["peers"] = []any{map[string]any{"address": "a:1"}} }, "peers[0].tlsCaCertificates"},
		"with an address without port":  {func(p map[string]any, _ string) { peerField(p, "address", "localhost") }, "peers[0].address"},
		"with a CA file that is absent": {func(p map[string]any, _ string) { peerField(p, "tlsCaCertificates", "no.pem") }, "peers[0].tlsCaCertificates"},
		"with a key as CA":              {func(p map[string]any, _ string) { peerField(p, "tlsCaCertificates", "key.pem") }, "peers[0].tlsCaCertificates"},
		"with a broken fallback peer": {func(p map[string]any, _ string) {
			p["fallbackPeers"] = []any{map[string]any{"address": "a:1", "tlsCaCertificates": "key.pem"}}
		}, "fallbackPeers[0].tlsCaCertificates"},
		"with a certificate as key":    {func(p map[string]any, _ string) { p["privateKey"] = "cert.pem" }, "privateKey"},
		"with a key as certificate":    {func(p map[string]any, _ string) { p["certificate"] = "key.pem" }, "certificate"},
		"with a certificate not there": {func(p map[string]any, _ string) { p["certificate"] = "none.pem" }, "certificate"},
		"with another's key": {func(p map[string]any, folder string) {
			gatewaytest.WriteProfile(t, filepath.Join(folder, "other"), nil, nil)
			p["privateKey"] = "other/key.pem"
		}, "privateKey"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(folder, "other"), 0o700))
			path := gatewaytest.WriteProfile(t, folder, []*gatewaytest.Peer{peer}, nil)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			var content map[string]any
			require.NoError(t, json.Unmarshal(text, &content))
			test.change(content, folder)
			text, err = json.Marshal(content)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, text, 0o600))

			profile, err := gateway.LoadProfile(path)
			if err == nil {
				_, err = gateway.Connect(t.Context(), profile)
			}
			unusable := new(gateway.ProfileError)
			require.ErrorAs(t, err, &unusable)
			assert.Equal(t, test.field, unusable.Field)
			assert.Equal(t, path, unusable.File)
			assert.NotEmpty(t, unusable.Next)
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, test.field)
		})
	}
	t.Run("none named", func(t *testing.T) {
		_, err := gateway.LoadProfile("")
		unusable := new(gateway.ProfileError)
		require.ErrorAs(t, err, &unusable)
		assert.Contains(t, unusable.Next, gateway.ProfileVariable)
	})
	t.Run("not there", func(t *testing.T) {
		_, err := gateway.LoadProfile("nowhere/profile.json")
		require.ErrorIs(t, err, os.ErrNotExist)
		require.ErrorContains(t, err, "nowhere/profile.json")
	})
	t.Run("not JSON", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "profile.json")
		require.NoError(t, os.WriteFile(path, []byte("channel: smartcity"), 0o600))
		_, err := gateway.LoadProfile(path)
		require.ErrorContains(t, err, path)
	})
}

// peerField sets a field of the profile's first peer.
func peerField(profile map[string]any, field, value string) {
	profile["peers"].([]any)[0].(map[string]any)[field] = value
}
