package network

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestConfigurationsAreYAMLAndListenOnLoopbackOnly(t *testing.T) {
	n := newNetwork(t, Options{PortBase: 17000})
	org := n.Topology[1]
	texts := map[string]func() ([]byte, error){
		"ca":      func() ([]byte, error) { return n.renderCA(org, "secret") },
		"orderer": func() ([]byte, error) { return n.renderOrderer(org) },
		"peer":    func() ([]byte, error) { return n.renderPeer(org) },
		"genesis": n.renderGenesis,
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			rendered, err := text()
			require.NoError(t, err)
			require.NoError(t, yaml.Unmarshal(rendered, &map[string]any{}))
			require.NotContains(t, string(rendered), "0.0.0.0")
			require.NotContains(t, string(rendered), "<no value>")
		})
	}
}

func TestThePeerNeedsNoDockerAndKnowsTheBuilder(t *testing.T) {
	n := newNetwork(t, Options{PortBase: 17000})
	rendered, err := n.renderPeer(n.Topology[1])
	require.NoError(t, err)
	var core struct {
		VM   struct{ Endpoint *string }
		Peer struct {
			Address        string
			Authentication struct{ Timewindow string }
			TLS            struct{ Enabled bool } `yaml:"tls"`
		}
		Chaincode struct {
			ExternalBuilders []struct {
				Path                 string
				PropagateEnvironment []string `yaml:"propagateEnvironment"`
			} `yaml:"externalBuilders"`
		}
		Ledger struct {
			PvtdataStore struct {
				PurgeInterval int `yaml:"purgeInterval"`
			} `yaml:"pvtdataStore"`
		}
		Metrics struct{ Provider string }
	}
	require.NoError(t, yaml.Unmarshal(rendered, &core))
	require.NotNil(t, core.VM.Endpoint)
	require.Empty(t, *core.VM.Endpoint)
	require.Equal(t, "127.0.0.1:17060", core.Peer.Address)
	require.Equal(t, "5m", core.Peer.Authentication.Timewindow)
	require.True(t, core.Peer.TLS.Enabled)
	require.Equal(t, n.layout.builder(), core.Chaincode.ExternalBuilders[0].Path)
	require.Equal(t, []string{valuesVariable}, core.Chaincode.ExternalBuilders[0].PropagateEnvironment)
	require.Equal(t, 1, core.Ledger.PvtdataStore.PurgeInterval)
	require.Equal(t, "prometheus", core.Metrics.Provider)
}

func TestTheOrderersAdministrationDemandsACertificate(t *testing.T) {
	n := newNetwork(t, Options{})
	rendered, err := n.renderOrderer(n.Topology[0])
	require.NoError(t, err)
	var orderer struct {
		Admin struct {
			TLS struct {
				Enabled            bool `yaml:"Enabled"`
				ClientAuthRequired bool `yaml:"ClientAuthRequired"`
			} `yaml:"TLS"`
		} `yaml:"Admin"`
	}
	require.NoError(t, yaml.Unmarshal(rendered, &orderer))
	require.True(t, orderer.Admin.TLS.Enabled)
	require.True(t, orderer.Admin.TLS.ClientAuthRequired)
}

func TestGenesisNamesEveryConsenter(t *testing.T) {
	for consensus, want := range map[Consensus]string{BFT: "OrdererType: BFT", Raft: "OrdererType: etcdraft"} {
		t.Run(string(consensus), func(t *testing.T) {
			n := newNetwork(t, Options{Consensus: consensus})
			rendered, err := n.renderGenesis()
			require.NoError(t, err)
			require.Contains(t, string(rendered), want)
			require.Equal(t, len(n.Topology), strings.Count(string(rendered), "ClientTLSCert:"))
			require.Equal(t, consensus == BFT, strings.Contains(string(rendered), "LeaderHeartbeatTimeout: 5s"))
		})
	}
}
