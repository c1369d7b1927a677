// SPDX-License-Identifier: Apache-2.0

package network

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Export writes a folder with which the official peer CLI and other SDKs reach the network. Each organisation has its
// MSP, its users with their private keys and profiles, and the TLS roots. It also has the token that opens its agent, a
// connection profile, and an .env for the peer CLI. There are for all of them a configuration for Prometheus and a
// dashboard for Grafana. Nothing in it refers to the state folder.
func (n *Network) Export(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if !exists(n.layout.genesis()) {
		return errors.New("there is no network to export yet; start it with `network up`")
	}
	if err := copyFile(n.layout.genesis(), filepath.Join(dir, filepath.Base(n.layout.genesis()))); err != nil {
		return err
	}
	for _, org := range n.Topology {
		if err := n.exportOrganisation(dir, org); err != nil {
			return fmt.Errorf("export %s: %w", org.Name, err)
		}
	}
	return n.exportMonitoring(dir)
}

func (n *Network) exportOrganisation(dir string, org Organisation) error {
	to := filepath.Join(dir, org.Name)
	core, err := configFiles.ReadFile("config/client.yaml")
	if err != nil {
		return err
	}
	connection, err := n.connectionProfile(org)
	if err != nil {
		return err
	}
	return errors.Join(
		copyTree(n.layout.org(org, "msp"), filepath.Join(to, "msp")),
		exportUsers(n.layout.org(org, "users"), filepath.Join(to, "users")),
		copyFile(n.layout.org(org, Peer, "tls", "ca.crt"), filepath.Join(to, Peer, "tls", "ca.crt")),
		copyFile(n.layout.org(org, Agent, scrapeToken), filepath.Join(to, Agent, scrapeToken)),
		copyFile(n.layout.org(org, Orderer, "tls", "ca.crt"), filepath.Join(to, Orderer, "tls", "ca.crt")),
		writeFile(filepath.Join(to, "core.yaml"), core),
		writeFile(filepath.Join(to, "connection.json"), connection),
		writeFile(filepath.Join(to, ".env"), []byte(n.environment(dir, org))),
	)
}

// environment makes the peer CLI act as the organisation's first ordinary member. The arguments that submitting needs are variables too.
func (n *Network) environment(dir string, org Organisation) string {
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	var endorsers []string
	for _, other := range n.Topology {
		endorsers = append(endorsers, "--peerAddresses", n.Address(other), "--tlsRootCertFiles", at(other.Name, Peer, "tls", "ca.crt"))
	}
	orderer := []string{"-o", n.ports(org).address(portOrderer), "--tls", "--cafile", at(org.Name, Orderer, "tls", "ca.crt")}
	lines := []string{
		"# Use it with: set -a; . " + at(org.Name, ".env"),
		"# evaluate:    peer chaincode query -C $CHANNEL -n $CHAINCODE -c '{\"Args\":[\"" + metadataTransaction + "\"]}'",
		"# submit:      peer chaincode invoke $ORDERER $ENDORSERS -C $CHANNEL -n $CHAINCODE -c '…' --waitForEvent",
		"# Another user is another folder of MSP; admin is the one for the lifecycle.",
		"FABRIC_CFG_PATH=" + at(org.Name),
		"FABRIC_LOGGING_SPEC=error",
		"CORE_PEER_TLS_ENABLED=true",
		"CORE_PEER_LOCALMSPID=" + org.MSP,
		"CORE_PEER_ADDRESS=" + n.Address(org),
		"CORE_PEER_TLS_ROOTCERT_FILE=" + at(org.Name, Peer, "tls", "ca.crt"),
		"CORE_PEER_MSPCONFIGPATH=" + at(org.Name, "users", org.Client().Name, "msp"),
		"CHANNEL=" + ChannelName,
		"CHAINCODE=" + ChaincodeName,
		"SMARTB_PROFILE=" + at(org.Name, "users", org.Client().Name, profileFile),
		`ORDERER="` + strings.Join(orderer, " ") + `"`,
		`ENDORSERS="` + strings.Join(endorsers, " ") + `"`,
	}
	return strings.Join(lines, "\n") + "\n"
}

// exportUsers copies what the network made for each user. Files that programs keep beside it, such as the secret of a
// grid operator's points, stay where they are.
func exportUsers(from, to string) error {
	users, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, user := range users {
		name := user.Name()
		err = errors.Join(err,
			copyTree(filepath.Join(from, name, "msp"), filepath.Join(to, name, "msp")),
			copyFile(filepath.Join(from, name, profileFile), filepath.Join(to, name, profileFile)),
		)
	}
	return err
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		return copyFile(path, filepath.Join(to, name))
	})
}
