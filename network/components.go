// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/smartb-suite/smartb/network/health"
	"github.com/smartb-suite/smartb/network/supervisor"
)

// Names of the components that each organisation runs. A chaincode deployed besides smartb runs as "chaincode-<name>".
const (
	CA      = "ca"
	Orderer = "orderer"
	Peer    = "peer"
	Server  = "chaincode"
	Agent   = "agent"
)

// Settings that keep the logs short and free of colours.
const (
	logLevels = "FABRIC_LOGGING_SPEC=warn:gateway=error" // at warn, the gateway would log what peers answered where the answers differ
	logFormat = "FABRIC_LOGGING_FORMAT=%{time:2006-01-02T15:04:05.000Z07:00} %{level} [%{module}] %{message}"
)

// component is one process of one organisation. Paths in its spec and its check are those that it sees itself.
type component struct {
	org     Organisation
	name    string
	address string
	spec    supervisor.Spec
	check   health.Check
	// height returns how many blocks the component holds; nil where there is no ledger.
	height func(context.Context) (uint64, error)
}

func (n *Network) component(org Organisation, name string, offset int, path string, args []string, env ...string) component {
	dir := n.site().org(org, kind(name))
	return component{
		org:     org,
		name:    name,
		address: n.ports(org).address(offset),
		spec: supervisor.Spec{
			Name: org.Name + "/" + name,
			Path: path, Args: args, Dir: dir, Log: n.layout.log(org, name),
			Env: append(append(env, logLevels, logFormat), n.machine(dir)...),
		},
	}
}

// machine is the environment that describes what this machine is like; a container's image does that.
func (n *Network) machine(dir string) []string {
	if n.placement() != Native {
		return nil
	}
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir()}
}

// kind is the folder of a component: all chaincode servers of an organisation share one.
func kind(name string) string { return strings.Split(name, "-")[0] }

// ownCheck has a component prove itself to somebody who shows no certificate: its health page asks for none, and its other listeners have proved
// themselves before they refuse.
func ownCheck(dir string, targets ...string) health.Check {
	return health.Check{Root: dir + "/tls/ca.crt", Targets: targets}
}

func (n *Network) ca(org Organisation) component {
	dir := n.site().org(org, CA)
	c := n.component(org, CA, portCA, n.program("fabric-ca-server"), []string{"start", "--home", dir, "--loglevel", "warning"})
	c.check = health.Check{Root: tlsCA.root(n.site(), org), Targets: []string{c.address}} // it listens when all three instances are ready
	return c
}

func (n *Network) orderer(org Organisation) component {
	dir, p := n.site().org(org, Orderer), n.ports(org)
	c := n.component(org, Orderer, portOrderer, n.program("orderer"), nil, "FABRIC_CFG_PATH="+dir)
	c.check = ownCheck(dir, "https://"+p.address(portOrdererOperation)+"/healthz", c.address) // its administration listens before
	c.height = func(ctx context.Context) (uint64, error) { return n.ordererHeight(ctx, org) }
	return c
}

func (n *Network) peer(org Organisation) component {
	dir := n.site().org(org, Peer)
	c := n.component(org, Peer, portPeer, n.program("peer"), []string{"node", "start"},
		"FABRIC_CFG_PATH="+dir, valuesVariable+"="+dir+"/servers")
	c.check = ownCheck(dir, "https://"+n.ports(org).address(portPeerOperations)+"/healthz", c.address)
	c.height = func(ctx context.Context) (uint64, error) { return n.peerHeight(ctx, org) }
	return c
}

func (n *Network) chaincodeServer(org Organisation, chaincode string, slot int) (component, error) {
	dir := n.site().org(org, Server)
	pkg, err := packageChaincode(chaincode)
	if err != nil {
		return component{}, err
	}
	name := Server
	if chaincode != ChaincodeName {
		name += "-" + chaincode
	}
	c := n.component(org, name, portChaincode+slot, n.server(chaincode), nil,
		"CHAINCODE_SERVER_ADDRESS="+n.ports(org).listen(portChaincode+slot),
		"CORE_CHAINCODE_ID_NAME="+pkg.id,
		"CORE_PEER_LOCALMSPID="+org.MSP,
		"CORE_TLS_CLIENT_KEY_FILE="+dir+"/tls/server.key",
		"CORE_TLS_CLIENT_CERT_FILE="+dir+"/tls/server.crt",
		"CORE_PEER_TLS_ROOTCERT_FILE="+dir+"/tls/ca.crt",
		"SMARTB_PEER="+Peer,
		foundingVariable+"="+dir+"/"+foundingFile,
	)
	c.check = ownCheck(dir, c.address)
	return c, nil
}

// agent passes the metrics of the organisation's orderer and peer on.
func (n *Network) agent(org Organisation) component {
	dir, p := n.site().org(org, Agent), n.ports(org)
	c := n.component(org, Agent, portAgent, n.agentProgram(), []string{
		"-listen", p.listen(portAgent), "-dir", dir,
		Orderer + "=https://" + p.address(portOrdererOperation), Peer + "=https://" + p.address(portPeerOperations),
	})
	c.check = ownCheck(dir, c.address)
	return c
}

// each makes the same component for every organisation.
func (n *Network) each(kind func(Organisation) component) []component {
	all := make([]component, len(n.Topology))
	for i, org := range n.Topology {
		all[i] = kind(org)
	}
	return all
}

// servers are the chaincode servers of all organisations for one chaincode.
func (n *Network) servers(chaincode string, slot int) ([]component, error) {
	all := make([]component, len(n.Topology))
	for i, org := range n.Topology {
		server, err := n.chaincodeServer(org, chaincode, slot)
		if err != nil {
			return nil, err
		}
		all[i] = server
	}
	return all, nil
}

// components lists everything that the network runs.
func (n *Network) components() ([]component, error) {
	all := append(append(n.each(n.ca), n.each(n.orderer)...), n.each(n.peer)...)
	all = append(all, n.each(n.agent)...)
	for slot, chaincode := range n.state.Chaincodes {
		servers, err := n.servers(chaincode, slot)
		if err != nil {
			return nil, err
		}
		all = append(all, servers...)
	}
	return all, nil
}

func (n *Network) findComponent(orgName, name string) (component, error) {
	org, err := n.Topology.Find(orgName)
	if err != nil {
		return component{}, err
	}
	all, err := n.components()
	if err != nil {
		return component{}, err
	}
	var names []string
	for _, c := range all {
		if c.org.Name != org.Name {
			continue
		}
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	return component{}, fmt.Errorf("%s runs no %q; its components are %v", org.Name, name, names)
}
