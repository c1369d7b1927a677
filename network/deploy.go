// SPDX-License-Identifier: Apache-2.0

package network

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	"github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"google.golang.org/grpc"
)

// Chaincode is a program to deploy at every organisation.
type Chaincode struct {
	Name string
	// Main is the Go package of the program, seen from this module; it serves itself with chaincode/server.
	Main        string
	Collections []Collection
}

func (n *Network) smartb() Chaincode {
	return Chaincode{Name: ChaincodeName, Main: modulePath + "/chaincode", Collections: n.Topology.Collections()}
}

// Deploy brings a chaincode into the running network: it builds it, starts a server at every organisation, installs,
// approves and commits it. It waits until every organisation's gateway can have it endorsed by all. It must answer
// org.hyperledger.fabric:GetMetadata, as those made with fabric-contract-api do. A chaincode that is deployed already
// stays as it is.
func (n *Network) Deploy(ctx context.Context, c Chaincode) error {
	if n.placement() != Native {
		return errors.New("containers run the chaincode smartb only; other chaincodes are for native networks")
	}
	return n.locked(func() error {
		if err := n.compileChaincode(ctx, c); err != nil {
			return err
		}
		if err := n.deploy(ctx, c); err != nil {
			return err
		}
		return n.ready(ctx, c.Name)
	})
}

// compileChaincode leaves the program alone that servers may be running.
func (n *Network) compileChaincode(ctx context.Context, c Chaincode) error {
	program := n.server(c.Name)
	if n.supervisor == nil && exists(program) {
		return nil
	}
	return n.compile(ctx, program, build{cgo: "0", packages: []string{c.Main}})
}

func (n *Network) deploy(ctx context.Context, c Chaincode) error {
	slot, err := n.state.slot(c.Name)
	if err != nil {
		return err
	}
	if err := n.state.save(n.layout); err != nil {
		return err
	}
	pkg, err := packageChaincode(c.Name)
	if err != nil {
		return err
	}
	servers, err := n.servers(c.Name, slot)
	if err != nil {
		return err
	}
	for _, server := range servers {
		if err := n.writeConnectionValues(server, pkg.label); err != nil {
			return err
		}
	}
	if err := n.launch(ctx, servers); err != nil {
		return err
	}
	return n.define(ctx, c, pkg)
}

// writeConnectionValues gives the organisation's builder what the package leaves open.
func (n *Network) writeConnectionValues(server component, label string) error {
	tls := n.site().org(server.org, Peer, "tls")
	text, err := json.MarshalIndent(map[string]string{
		"address":    server.address,
		"clientKey":  filepath.Join(tls, "server.key"),
		"clientCert": filepath.Join(tls, "server.crt"),
		"rootCert":   filepath.Join(tls, "ca.crt"),
	}, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(n.layout.org(server.org, Peer, "servers", label+".json"), text)
}

// define installs the package, and makes the definition unless the channel has it.
func (n *Network) define(ctx context.Context, c Chaincode, pkg chaincodePackage) error {
	definition, err := n.definition(c, pkg)
	if err != nil {
		return err
	}
	err = n.everywhere(ctx, func(ctx context.Context, org Organisation) error {
		return n.asAdmin(org, func(connection *grpc.ClientConn, admin identity.SigningIdentity) error {
			if err := install(ctx, chaincode.NewPeer(connection, admin), pkg); err != nil {
				return err
			}
			return approve(ctx, chaincode.NewGateway(connection, admin), org, definition)
		})
	})
	if err != nil {
		return err
	}
	return n.asAdmin(n.Topology[0], func(connection *grpc.ClientConn, admin identity.SigningIdentity) error {
		return commit(ctx, chaincode.NewGateway(connection, admin), definition)
	})
}

func (n *Network) definition(c Chaincode, pkg chaincodePackage) (*chaincode.Definition, error) {
	policy, err := chaincode.NewApplicationPolicy(n.Topology.EndorsementPolicy(), "")
	if err != nil {
		return nil, fmt.Errorf("endorsement policy: %w", err)
	}
	collections, err := collectionPackage(c.Collections, len(n.Topology))
	if err != nil {
		return nil, err
	}
	return &chaincode.Definition{
		ChannelName: ChannelName, PackageID: pkg.id, Name: c.Name, Version: firstVersion, Sequence: firstSequence,
		ApplicationPolicy: policy, Collections: collections,
	}, nil
}

func install(ctx context.Context, peer *chaincode.Peer, pkg chaincodePackage) error {
	installed, err := peer.QueryInstalled(ctx)
	if err != nil {
		return fmt.Errorf("installed chaincodes: %w", err)
	}
	for _, i := range installed.GetInstalledChaincodes() {
		if i.GetPackageId() == pkg.id {
			return nil
		}
	}
	if _, err := peer.Install(ctx, bytes.NewReader(pkg.content)); err != nil {
		return fmt.Errorf("install: %w", err)
	}
	return nil
}

func approve(ctx context.Context, gateway *chaincode.Gateway, org Organisation, d *chaincode.Definition) error {
	return retry(ctx, func(ctx context.Context) error {
		committed, err := isCommitted(ctx, gateway, d)
		if committed || err != nil {
			return err
		}
		readiness, err := gateway.CheckCommitReadiness(ctx, d)
		if err != nil {
			return err
		}
		if readiness.GetApprovals()[org.MSP] {
			return nil
		}
		return gateway.Approve(ctx, d)
	})
}

func commit(ctx context.Context, gateway *chaincode.Gateway, d *chaincode.Definition) error {
	return retry(ctx, func(ctx context.Context) error {
		committed, err := isCommitted(ctx, gateway, d)
		if committed || err != nil {
			return err
		}
		return gateway.Commit(ctx, d)
	})
}

func isCommitted(ctx context.Context, gateway *chaincode.Gateway, d *chaincode.Definition) (bool, error) {
	committed, err := gateway.QueryCommitted(ctx, d.ChannelName)
	if err != nil {
		return false, err
	}
	for _, c := range committed.GetChaincodeDefinitions() {
		if c.GetName() == d.Name && c.GetSequence() >= d.Sequence {
			return true, nil
		}
	}
	return false, nil
}
