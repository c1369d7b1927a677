// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// ExportedFile is one kind of file that Export writes.
type ExportedFile struct {
	// Path is relative to the exported folder; ORG and USER stand for every organisation and user.
	Path string
	// For is what it is for.
	For string
}

// ExportedFiles are all files that Export writes.
func ExportedFiles() []ExportedFile {
	return []ExportedFile{
		{"ORG/users/USER/profile.json", "one user: channel, chaincode, network id, peers, files of certificate and key; begin here with any SDK"},
		{"ORG/users/USER/msp/signcerts/cert.pem", "the user's certificate: the identity's credentials"},
		{"ORG/users/USER/msp/keystore/key.pem", "the user's private key (PKCS #8): it signs; keep it secret"},
		{"ORG/users/USER/msp/cacerts/ca.pem", "root of the organisation's members, for the peer command"},
		{"ORG/users/USER/msp/tlscacerts/ca.pem", "root of the organisation's servers, for the peer command"},
		{"ORG/users/USER/msp/config.yaml", "how the peer command tells members from administrators"},
		{"ORG/peer/tls/ca.crt", "trust it when dialling the organisation's peer"},
		{"ORG/orderer/tls/ca.crt", "trust it when dialling the organisation's orderer: the peer command submits there"},
		{"ORG/connection.json", "connection profile for Caliper, Explorer and fabric-network 2.2, with the chaincode's and the TLS name; no keys"},
		{"ORG/.env", "settings for Fabric's peer command as the organisation's first member"},
		{"ORG/core.yaml", "the peer command's own settings; .env names its folder"},
		{"ORG/msp/cacerts/ca.pem", "root of the organisation's members: verify certificates with it"},
		{"ORG/msp/tlscacerts/ca.pem", "root of the organisation's servers"},
		{"ORG/msp/config.yaml", "how members and administrators are told apart"},
		{"ORG/agent/scrape.token", "opens the organisation's metrics; prometheus.yml names it"},
		{"genesis.block", "the channel's first block; the SHA-256 of its header is the network id"},
		{"prometheus.yml", "scrape configuration for Prometheus"},
		{"grafana.json", "dashboard for Grafana"},
	}
}

// Describe lists what is for what, and the users with their roles.
func (n *Network) Describe(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 8, 2, ' ', 0)
	for _, file := range ExportedFiles() {
		fmt.Fprintf(table, "%s\t%s\n", file.Path, file.For)
	}
	fmt.Fprintln(table)
	for _, org := range n.Topology {
		for _, user := range org.Users {
			role := "role " + strings.Join(user.Roles, ", ")
			if user.Admin {
				role = "administrator: acts on the network, has no role in contracts"
			}
			fmt.Fprintf(table, "%s/users/%s\t%s: %s\n", org.Name, user.Name, org.MSP, role)
		}
	}
	return table.Flush()
}
