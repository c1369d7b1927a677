// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"

	"github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-gateway/pkg/client"
	gateway "github.com/hyperledger/fabric-gateway/pkg/identity"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// peerAddress is where this process reaches the organisation's peer.
func (n *Network) peerAddress(org Organisation) string {
	if n.placement() == Inside {
		return n.ports(org).address(portPeer)
	}
	return n.Address(org)
}

// dialPeer connects to the organisation's peer.
func (n *Network) dialPeer(org Organisation) (*grpc.ClientConn, error) {
	trust, err := credentials.NewClientTLSFromFile(n.layout.org(org, Peer, "tls", "ca.crt"), "")
	if err != nil {
		return nil, fmt.Errorf("TLS certificate of %s: %w", org.Name, err)
	}
	return grpc.NewClient(n.peerAddress(org), grpc.WithTransportCredentials(trust))
}

// admin is the organisation's administrator.
func (n *Network) admin(org Organisation) (identity.SigningIdentity, error) {
	msp := n.layout.user(org, AdminName, "msp")
	certificate, err := identity.ReadCertificate(certificateOf(msp))
	if err != nil {
		return nil, fmt.Errorf("administrator of %s: %w", org.Name, err)
	}
	key, err := identity.ReadPrivateKey(keyOf(msp))
	if err != nil {
		return nil, fmt.Errorf("administrator of %s: %w", org.Name, err)
	}
	return identity.NewPrivateKeySigningIdentity(org.MSP, certificate, key)
}

// asAdmin connects to the organisation's peer as its administrator.
func (n *Network) asAdmin(org Organisation, do func(*grpc.ClientConn, identity.SigningIdentity) error) (err error) {
	admin, err := n.admin(org)
	if err != nil {
		return err
	}
	connection, err := n.dialPeer(org)
	if err != nil {
		return err
	}
	defer func() {
		if closing := connection.Close(); err == nil {
			err = closing
		}
	}()
	return do(connection, admin)
}

// asClient opens the organisation's gateway as one of its ordinary members.
func (n *Network) asClient(org Organisation, do func(*client.Gateway) error) (err error) {
	msp := n.layout.user(org, org.Client().Name, "msp")
	pair, err := readKeyPair(keyOf(msp), certificateOf(msp))
	if err != nil {
		return err
	}
	certificate, err := gateway.CertificateFromPEM(pair.certificate)
	if err != nil {
		return err
	}
	id, err := gateway.NewX509Identity(org.MSP, certificate)
	if err != nil {
		return err
	}
	sign, err := gateway.NewPrivateKeySign(pair.key)
	if err != nil {
		return err
	}
	connection, err := n.dialPeer(org)
	if err != nil {
		return err
	}
	defer func() {
		if closing := connection.Close(); err == nil {
			err = closing
		}
	}()
	g, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(connection))
	if err != nil {
		return err
	}
	return do(g)
}

// everywhere does the same for every organisation at once; the first error ends the others.
func (n *Network) everywhere(ctx context.Context, do func(context.Context, Organisation) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, org := range n.Topology {
		group.Go(func() error {
			if err := do(ctx, org); err != nil {
				return fmt.Errorf("%s: %w", org.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}
