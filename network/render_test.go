// SPDX-License-Identifier: Apache-2.0

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
		"ca":         func() ([]byte, error) { return n.renderCA(org, signingCA, map[string]string{registrarName: "secret"}) },
		"tls":        func() ([]byte, error) { return n.renderCA(org, tlsCA, map[string]string{Peer: "secret"}) },
		"operations": func() ([]byte, error) { return n.renderCA(org, operationsCA, map[string]string{Agent: "secret"}) },
		"orderer":    func() ([]byte, error) { return n.renderOrderer(org) },
		"peer":       func() ([]byte, error) { return n.renderPeer(org) },
		"genesis":    n.renderGenesis,
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

// caConfig is what matters of an authority's configuration.
type caConfig struct {
	CA       struct{ Name string }
	CAFiles  []string `yaml:"cafiles"`
	Registry struct {
		Identities []struct {
			Name  string
			Attrs map[string]any
		}
	}
	Signing struct {
		Default  caProfile
		Profiles map[string]caProfile
	}
	TLS struct {
		ClientAuth struct {
			Type      string
			CertFiles []string `yaml:"certfiles"`
		} `yaml:"clientauth"`
	} `yaml:"tls"`
	Operations struct {
		ListenAddress string `yaml:"listenAddress"`
		TLS           struct {
			Enabled            bool
			ClientCertRequired bool     `yaml:"clientCertRequired"`
			ClientCACertFiles  []string `yaml:"clientCACertFiles"`
		} `yaml:"tls"`
	}
}

type caProfile struct {
	Usage        []string
	CAConstraint map[string]any `yaml:"caconstraint"`
}

func authorityOf(t *testing.T, n *Network, i instance) (config caConfig) {
	t.Helper()
	text, err := n.renderCA(n.Topology[1], i, map[string]string{})
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &config))
	return config
}

func TestAnAuthorityHasOnePurposeWhateverIsAskedOfIt(t *testing.T) {
	for _, placement := range []Placement{Native, Inside} {
		n := newNetwork(t, Options{Placement: placement})
		for _, row := range []struct {
			instance   instance
			usage      []string
			identities []string
		}{
			{signingCA, []string{"digital signature"}, []string{"registrar"}},
			{tlsCA, []string{"digital signature", "server auth", "client auth"}, []string{"orderer", "peer", "chaincode", "agent"}},
			{operationsCA, []string{"digital signature", "client auth"}, []string{"agent"}},
		} {
			config := authorityOf(t, n, row.instance)
			require.Equal(t, row.instance.name+"-utility", config.CA.Name)
			require.Len(t, config.Signing.Profiles, 2)
			for _, profile := range []caProfile{config.Signing.Default, config.Signing.Profiles["tls"], config.Signing.Profiles["ca"]} {
				require.Equal(t, caProfile{Usage: row.usage}, profile)
			}
			var names []string
			for _, identity := range config.Registry.Identities {
				names = append(names, identity.Name)
				require.Equal(t, identity.Name == "registrar", identity.Attrs != nil, "nobody else registers anybody")
			}
			require.Equal(t, row.identities, names)
		}
	}
}

func TestOnlyTheOperationsAdministratorSpeaksToTheCA(t *testing.T) {
	n := newNetwork(t, Options{PortBase: 17000})
	config, root := authorityOf(t, n, signingCA), operationsCA.root(n.site(), n.Topology[1])
	require.Equal(t, "RequireAndVerifyClientCert", config.TLS.ClientAuth.Type)
	require.Equal(t, []string{root}, config.TLS.ClientAuth.CertFiles)
	require.Equal(t, "127.0.0.1:17041", config.Operations.ListenAddress)
	require.True(t, config.Operations.TLS.Enabled)
	require.True(t, config.Operations.TLS.ClientCertRequired)
	require.Equal(t, []string{root}, config.Operations.TLS.ClientCACertFiles)
	require.Len(t, config.CAFiles, 2)
	inside := newNetwork(t, Options{Placement: Inside})
	require.Equal(t, "127.0.0.1:17041", authorityOf(t, inside, signingCA).Operations.ListenAddress, "in containers, too")
}

func TestTheAuthoritiesKeysAreTheirOwn(t *testing.T) {
	n := newNetwork(t, Options{})
	org := n.Topology[0]
	require.NoError(t, n.prepareCA(org))
	keys := map[string]bool{}
	for _, i := range instances {
		pair, err := readKeyPair(i.home(n.layout, org)+"/ca-key.pem", i.root(n.layout, org))
		require.NoError(t, err)
		require.True(t, exists(i.config(n.layout, org)))
		public, err := pair.key.PublicKey.Bytes()
		require.NoError(t, err)
		keys[string(public)] = true
	}
	require.Len(t, keys, len(instances))
	before, err := readKeyPair(n.operator(org).key(), n.operator(org).certificate())
	require.NoError(t, err)
	require.NoError(t, n.prepareCA(org))
	after, err := readKeyPair(n.operator(org).key(), n.operator(org).certificate())
	require.NoError(t, err)
	require.Equal(t, before.certificate, after.certificate, "done again it changes nothing")
}

func TestNoUserHasANodesName(t *testing.T) {
	n := newNetwork(t, Options{})
	for _, name := range []string{"peer", "orderer", "registrar"} {
		require.ErrorContains(t, n.AddUser(t.Context(), "city", name), "the organisation's own")
	}
}
