// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/status"
)

const (
	// maxAnswer is the size up to which answers are received; a day's load profiles exceed gRPC's 4 MB.
	maxAnswer = 100 << 20
	// pingInterval must not be below a Fabric peer's own minimum of a minute, or the peer closes the connection.
	pingInterval = 90 * time.Second
	// pingTimeout closes the connection to a peer that vanished without a word; sent data that stays unacknowledged for so long does the same.
	pingTimeout = 10 * time.Second
)

// reconnect is quick, since a peer that restarts is back within seconds.
var reconnect = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
	MinConnectTimeout: 5 * time.Second,
}

// entrance is a way into the network: one connection to whichever of an organisation's peers is there.
type entrance struct {
	// msp is the peers' organisation.
	msp     string
	gateway *client.Gateway
	conn    *grpc.ClientConn
}

// placed is a peer with its place in the profile, such as fallbackPeers[1].
type placed struct {
	Peer
	at string
}

// places are the peers of a field of the profile.
func places(field string, peers []Peer) []placed {
	list := make([]placed, len(peers))
	for i, peer := range peers {
		list[i] = placed{peer, fmt.Sprintf("%s[%d]", field, i)}
	}
	return list
}

// open prepares the connection to one of an organisation's peers; gRPC's pick_first connects to the first that answers.
func open(peers []placed) (*grpc.ClientConn, error) {
	roots := x509.NewCertPool()
	addresses := make([]resolver.Address, len(peers))
	for i, peer := range peers {
		at := peer.at
		host, _, err := net.SplitHostPort(peer.Address)
		if err != nil {
			return nil, &ProfileError{Field: at + ".address", Cause: err, Next: "write the address as host:port"}
		}
		if _, err := readPEM(peer.TLSCACertificates, appendTo(roots)); err != nil {
			return nil, fieldError(at+".tlsCaCertificates", err)
		}
		addresses[i] = resolver.Address{Addr: peer.Address, ServerName: cmp.Or(peer.TLSName, host)}
	}
	peersResolver := manual.NewBuilderWithScheme("smartb")
	peersResolver.InitialState(resolver.State{Addresses: addresses})
	return grpc.NewClient("smartb:///peers",
		grpc.WithResolvers(peersResolver),
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})),
		grpc.WithConnectParams(reconnect),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingInterval, Timeout: pingTimeout}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswer)),
	)
}

// distinctRoots refuses a root that two organisations' peers share: its holder could have one organisation's peer pose as the other's.
func (p Profile) distinctRoots() error {
	owners := map[string]string{}
	for _, peer := range append(places("peers", p.Peers), places("fallbackPeers", p.FallbackPeers)...) {
		if peer.MSPID == "" && strings.HasPrefix(peer.at, "peers") {
			peer.MSPID = p.MSPID
		}
		root, err := readPEM(peer.TLSCACertificates, appendTo(x509.NewCertPool()))
		if err != nil {
			return fieldError(peer.at+".tlsCaCertificates", err)
		}
		owner, known := owners[string(root.Raw)]
		if known && owner != peer.MSPID {
			cause := fmt.Errorf("%s is the root of a peer of %q too", peer.TLSCACertificates, owner)
			return &ProfileError{Field: peer.at + ".tlsCaCertificates", Cause: cause, Next: "name the root of the organisation's own TLS authority"}
		}
		owners[string(root.Raw)] = peer.MSPID
	}
	return nil
}

// appendTo returns a parser that adds the one certificate it finds to the pool.
func appendTo(pool *x509.CertPool) func([]byte) (*x509.Certificate, error) {
	return func(text []byte) (*x509.Certificate, error) {
		block, rest := pem.Decode(text)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, errors.New("no certificate in it")
		}
		if more, _ := pem.Decode(rest); more != nil {
			return nil, errors.New("more than one certificate in it; a peer has one root, so that no other poses as it")
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("the certificate in it is broken")
		}
		pool.AddCert(root)
		return root, nil
	}
}

// unreachable reports whether err came about because no peer of the entrance can be connected to. The connection's
// state distinguishes that from an UNAVAILABLE with which a peer answers, for example when it reaches too few orderers.
func (e *entrance) unreachable(err error) bool {
	return status.Code(err) == codes.Unavailable && e.conn.GetState() == connectivity.TransientFailure
}
