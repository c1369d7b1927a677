// SPDX-License-Identifier: Apache-2.0

package network

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
)

func TestTheProfileIsWhatTheGatewayClientReads(t *testing.T) {
	n := newNetwork(t, Options{PortBase: 17000})
	writeGenesis(t, n)
	require.NoError(t, n.writeProfile(n.Topology[0], "steward"))
	text, err := os.ReadFile(n.ProfilePath("city", "steward"))
	require.NoError(t, err)
	require.Equal(t, filepath.Join(n.StateDir(), "city", "users", "steward", "profile.json"), n.ProfilePath("city", "steward"))
	require.JSONEq(t, `{
		"network": "57543dbfde65627509880239f2b8b17241e9951e51b81bd5927f86920bb81e26",
		"channel": "smartcity",
		"chaincode": "smartb",
		"mspId": "CityMSP",
		"certificate": "msp/signcerts/cert.pem",
		"privateKey": "msp/keystore/key.pem",
		"peers": [{"name": "peer.city", "address": "127.0.0.1:17020", "tlsName": "localhost", "tlsCaCertificates": "../../peer/tls/ca.crt"}],
		"fallbackPeers": [
			{"name": "peer.utility", "mspId": "UtilityMSP", "address": "127.0.0.1:17060", "tlsName": "localhost", "tlsCaCertificates": "../../../utility/peer/tls/ca.crt"},
			{"name": "peer.community", "mspId": "CommunityMSP", "address": "127.0.0.1:17100", "tlsName": "localhost", "tlsCaCertificates": "../../../community/peer/tls/ca.crt"},
			{"name": "peer.oversight", "mspId": "OversightMSP", "address": "127.0.0.1:17140", "tlsName": "localhost", "tlsCaCertificates": "../../../oversight/peer/tls/ca.crt"}
		]
	}`, string(text))
}

// writeGenesis writes a first block, whose header's hash is the network's id.
func writeGenesis(t *testing.T, n *Network) {
	t.Helper()
	block, err := proto.Marshal(&common.Block{Header: &common.BlockHeader{DataHash: []byte{1}}})
	require.NoError(t, err)
	require.NoError(t, writeFile(n.layout.genesis(), block))
}

func TestProfileNamesFilesThatEnrolmentWrites(t *testing.T) {
	n := newNetwork(t, Options{})
	org := n.Topology[0]
	for _, c := range n.connectors(org) {
		for _, user := range org.Users {
			require.NotEqual(t, user.Name, c.id, "no user has a certificate for TLS")
		}
	}
	p := n.profile(org, "")
	dir := filepath.Dir(n.ProfilePath(org.Name, "steward"))
	require.Equal(t, certificateOf(n.layout.user(org, "steward", "msp")), filepath.Join(dir, p.Certificate))
	require.Equal(t, keyOf(n.layout.user(org, "steward", "msp")), filepath.Join(dir, p.PrivateKey))
	require.Equal(t, n.layout.org(org, Peer, "tls", "ca.crt"), filepath.Join(dir, p.Peers[0].TLSCACertificates))
	require.Equal(t, n.layout.org(n.Topology[3], Peer, "tls", "ca.crt"), filepath.Join(dir, p.FallbackPeers[2].TLSCACertificates))
}

func TestSecretsAreReadableByTheirOwnerOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "key.pem")
	require.NoError(t, writeFile(file, []byte("secret")))
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestExportedEnvironmentNamesTheExportOnly(t *testing.T) {
	n := newNetwork(t, Options{PortBase: 17000})
	env := n.environment("/export", n.Topology[0])
	require.NotContains(t, env, n.StateDir())
	require.Contains(t, env, "CORE_PEER_MSPCONFIGPATH=/export/city/users/steward/msp\n")
	require.Contains(t, env, "CORE_PEER_ADDRESS=127.0.0.1:17020\n")
	require.Contains(t, env, "--peerAddresses 127.0.0.1:17140 --tlsRootCertFiles /export/oversight/peer/tls/ca.crt")
}

func TestConnectionProfileHoldsCertificatesAndNoKeys(t *testing.T) {
	n := newNetwork(t, Options{PortBase: 17000})
	writeGenesis(t, n)
	for _, org := range n.Topology {
		require.NoError(t, writeFile(n.layout.org(org, Peer, "tls", "ca.crt"), []byte("certificate of "+org.Name)))
	}
	text, err := n.connectionProfile(n.Topology[0])
	require.NoError(t, err)
	var profile struct {
		Client struct{ Organization string }
		Peers  map[string]struct {
			URL         string
			TLSCACerts  struct{ Pem string }
			GRPCOptions map[string]string `json:"grpcOptions"`
		}
		Channels  map[string]struct{ Chaincodes []string }
		Chaincode string `json:"x-chaincode"`
		Network   string `json:"x-network"`
	}
	require.NoError(t, json.Unmarshal(text, &profile))
	require.Equal(t, "CityMSP", profile.Client.Organization)
	require.Equal(t, "grpcs://127.0.0.1:17060", profile.Peers["peer.utility"].URL)
	require.Equal(t, "certificate of utility", profile.Peers["peer.utility"].TLSCACerts.Pem)
	require.Equal(t, "localhost", profile.Peers["peer.utility"].GRPCOptions["ssl-target-name-override"])
	require.Equal(t, "localhost", profile.Peers["peer.utility"].GRPCOptions["grpc.ssl_target_name_override"])
	require.Equal(t, []string{"smartb"}, profile.Channels["smartcity"].Chaincodes)
	require.Equal(t, "smartb", profile.Chaincode)
	require.Equal(t, "57543dbfde65627509880239f2b8b17241e9951e51b81bd5927f86920bb81e26", profile.Network)
}
