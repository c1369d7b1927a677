// SPDX-License-Identifier: Apache-2.0

package network

import (
	"bytes"
	"embed"
	"fmt"
	"runtime"
	"text/template"
)

//go:embed config
var configFiles embed.FS

const (
	// genesisProfile is the profile's name in configtx.yaml.
	genesisProfile = "SmartCity"
	// valuesVariable gives the builder the place where the organisation keeps its chaincode servers' addresses and
	// certificates.
	valuesVariable = "SMARTB_CHAINCODE_VALUES"
)

var templates = template.Must(template.New("").Funcs(template.FuncMap{"quote": yamlQuote, "list": yamlList}).ParseFS(configFiles, "config/*.tmpl"))

func render(name string, values any) ([]byte, error) {
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, name, values); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return text.Bytes(), nil
}

// caIdentity is registered at an instance from the start.
type caIdentity struct {
	Name, Password string
	Registrar      bool
}

func (n *Network) renderCA(org Organisation, i instance, passwords map[string]string) ([]byte, error) {
	p, site := n.ports(org), n.site()
	identities := make([]caIdentity, len(i.identities))
	for k, id := range i.identities {
		identities[k] = caIdentity{id, passwords[id], id == registrarName}
	}
	values := map[string]any{
		"Org": org, "Purpose": i.purpose, "Name": i.caName(org), "CommonName": i.name + "." + org.Name, "Identities": identities, "Usage": i.usage,
		"Server": i.dir == "", "Dir": site.org(org, CA), "Listen": p.interfaces(), "Port": p.number(portCA), "Operations": p.loopback(portCAOperations),
		"OperationsRoot": operationsCA.root(site, org),
	}
	var others []string
	for _, other := range instances {
		if other.dir != "" {
			others = append(others, other.config(site, org))
		}
	}
	values["Others"] = others
	return render("ca.yaml.tmpl", values)
}

func (n *Network) renderOrderer(org Organisation) ([]byte, error) {
	p := n.ports(org)
	return render("orderer.yaml.tmpl", map[string]any{
		"Org": org, "Dir": n.site().org(org, Orderer), "Listen": p.interfaces(), "Port": p.number(portOrderer),
		"Operations": p.listen(portOrdererOperation), "Admin": p.listen(portOrdererAdmin),
	})
}

// concurrency is how many calls a peer has under way at once at two of its services.
type concurrency struct{ Endorser, Gateway int }

// concurrencyFor fits the peer's bounds to its processors. Those of the endorser, whom other organisations' gateways
// ask, are above the bounds of the chaincode server, which keeps slots for submissions and rights, but not far. Each
// call under way makes the organisation's own calls wait for a processor. The gateway's are more, since most of its
// calls wait for a commit.
func concurrencyFor(processors int) concurrency {
	return concurrency{96 * processors, 256 * processors}
}

func (n *Network) renderPeer(org Organisation) ([]byte, error) {
	p := n.ports(org)
	return render("core.yaml.tmpl", map[string]any{
		"Org": org, "Dir": n.site().org(org, Peer), "Listen": p.listen(portPeer), "Address": p.address(portPeer), "Chaincode": p.loopback(portPeerChaincode),
		"Operations": p.listen(portPeerOperations), "Builder": n.builder(), "ValuesVariable": valuesVariable,
		"Concurrency": concurrencyFor(runtime.GOMAXPROCS(0)),
	})
}

type genesisMember struct {
	Org                                Organisation
	Dir                                string
	OrdererHost, PeerHost              string
	ConsenterID, OrdererPort, PeerPort int
}

func (n *Network) renderGenesis() ([]byte, error) {
	members := make([]genesisMember, len(n.Topology))
	for i, org := range n.Topology {
		p := n.ports(org)
		members[i] = genesisMember{org, n.layout.org(org), p.host(portOrderer), p.host(portPeer), org.Index + 1, p.number(portOrderer), p.number(portPeer)}
	}
	return render("configtx.yaml.tmpl", map[string]any{
		"Members": members, "Profile": genesisProfile, "Consensus": string(n.state.Consensus),
	})
}

// writeConfigs renders what the orderer and the peer of an organisation read at their start.
func (n *Network) writeConfigs(org Organisation) error {
	orderer, err := n.renderOrderer(org)
	if err != nil {
		return err
	}
	if err := writeFile(n.layout.org(org, "orderer", "orderer.yaml"), orderer); err != nil {
		return err
	}
	peer, err := n.renderPeer(org)
	if err != nil {
		return err
	}
	return writeFile(n.layout.org(org, "peer", "core.yaml"), peer)
}
