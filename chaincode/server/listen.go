// SPDX-License-Identifier: Apache-2.0

package server

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

// peerVariable names whom the server lets in: names, or fingerprints (sha256:<hex>), separated by commas.
const peerVariable = "SMARTB_PEER"

// fingerprintPrefix marks a fingerprint among the names.
const fingerprintPrefix = "sha256:"

// The values of the shim's own server; peers expect no less.
const (
	maxMessage        = 100 << 20
	connectionTimeout = 5 * time.Second
	pingInterval      = time.Minute
	pingTimeout       = 20 * time.Second
	minPingInterval   = time.Minute
)

// serve is the shim's Start with a server of our own, which lets in the chaincode's peer and nobody else. Otherwise
// every holder of a certificate of the same authority would be answered as if it were the peer, with a ledger of its
// own making.
func serve(s *shim.ChaincodeServer) error {
	config, err := tlsConfig(s.TLSProps, strings.Split(os.Getenv(peerVariable), ","))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.Address)
	if err != nil {
		return err
	}
	return newServer(s, config).Serve(listener)
}

func newServer(s peer.ChaincodeServer, config *tls.Config) *grpc.Server {
	server := grpc.NewServer(
		grpc.Creds(credentials.NewTLS(config)),
		grpc.MaxSendMsgSize(maxMessage), grpc.MaxRecvMsgSize(maxMessage), grpc.ConnectionTimeout(connectionTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingInterval, Timeout: pingTimeout}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPingInterval, PermitWithoutStream: true}),
	)
	peer.RegisterChaincodeServer(server, s)
	return server
}

// tlsConfig demands a certificate of the authority that is one of the peer's. By its name it is let in after a renewal
// too, since the authority for TLS gives each name to one node. A fingerprint holds for one certificate, and the next
// is added before the renewal.
func tlsConfig(properties shim.TLSProperties, peers []string) (*tls.Config, error) {
	for i, p := range peers {
		peers[i] = strings.TrimSpace(p)
		if peers[i] == "" {
			return nil, fmt.Errorf("set %s to the name of the peer in its TLS certificate, or to the certificate's fingerprint, %s…", peerVariable, fingerprintPrefix)
		}
	}
	pair, err := tls.X509KeyPair(properties.Cert, properties.Key)
	if err != nil {
		return nil, fmt.Errorf("the server's own certificate: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(properties.ClientCACerts) {
		return nil, errors.New("the authority of the peer's certificate: no certificate in it")
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert,
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if !isPeer(state.PeerCertificates[0], peers) {
				return errors.New("only the chaincode's own peer is let in")
			}
			return nil
		},
	}, nil
}

func isPeer(certificate *x509.Certificate, peers []string) bool {
	sum := sha256.Sum256(certificate.Raw)
	fingerprint := fingerprintPrefix + hex.EncodeToString(sum[:])
	return slices.ContainsFunc(peers, func(p string) bool {
		if strings.HasPrefix(p, fingerprintPrefix) {
			return strings.EqualFold(p, fingerprint)
		}
		return p == certificate.Subject.CommonName
	})
}
