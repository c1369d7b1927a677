// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	a := authority{&x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, key}
	der, err := x509.CreateCertificate(rand.Reader, a.certificate, a.certificate, key.Public(), key)
	require.NoError(t, err)
	a.certificate, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	return a
}

func (a authority) issue(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (a authority) properties(t *testing.T) shim.TLSProperties {
	t.Helper()
	pair := a.issue(t, "chaincode")
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	encode := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	return shim.TLSProperties{Key: encode("PRIVATE KEY", key), Cert: encode("CERTIFICATE", pair.Certificate[0]), ClientCACerts: encode("CERTIFICATE", a.certificate.Raw)}
}

// counted counts who got through to the chaincode.
type counted struct {
	peer.UnimplementedChaincodeServer
	calls chan struct{}
}

func (c counted) Connect(peer.Chaincode_ConnectServer) error {
	c.calls <- struct{}{}
	return nil
}

func fingerprint(pair tls.Certificate) string {
	sum := sha256.Sum256(pair.Certificate[0])
	return "sha256:" + hex.EncodeToString(sum[:])
}

func TestTheServerLetsItsPeerInAndNobodyElse(t *testing.T) {
	own, stranger := newAuthority(t), newAuthority(t)
	known := own.issue(t, "peer")
	for sentence, row := range map[string]struct {
		peers []string
		shown tls.Certificate
		in    bool
	}{
		"by name":                                {[]string{"peer"}, known, true},
		"by name after a renewal":                {[]string{"peer"}, own.issue(t, "peer"), true},
		"by fingerprint":                         {[]string{fingerprint(known)}, known, true},
		"by either of two fingerprints":          {[]string{"sha256:00", fingerprint(known)}, known, true},
		"not by the fingerprint of another":      {[]string{fingerprint(known)}, own.issue(t, "peer"), false},
		"not the orderer":                        {[]string{"peer"}, own.issue(t, "orderer"), false},
		"not a name that begins so":              {[]string{"peer"}, own.issue(t, "peer2"), false},
		"not the chaincode server itself":        {[]string{"peer"}, own.issue(t, "chaincode"), false},
		"not a peer that another authority made": {[]string{"peer"}, stranger.issue(t, "peer"), false},
		"not who shows nothing":                  {[]string{"peer"}, tls.Certificate{}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			config, err := tlsConfig(own.properties(t), row.peers)
			require.NoError(t, err)
			service := counted{calls: make(chan struct{}, 1)}
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			server := newServer(service, config)
			go func() { _ = server.Serve(listener) }()
			t.Cleanup(server.Stop)

			roots := x509.NewCertPool()
			roots.AddCert(own.certificate)
			show := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &row.shown, nil }}
			connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(credentials.NewTLS(show)))
			require.NoError(t, err)
			t.Cleanup(func() { _ = connection.Close() })
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			stream, err := peer.NewChaincodeClient(connection).Connect(ctx)
			if err == nil {
				_, err = stream.Recv() // the service ends the stream at once
			}
			require.Error(t, err)
			require.Len(t, service.calls, map[bool]int{true: 1, false: 0}[row.in], "%v", err)
		})
	}
}

func TestAServerWithoutAPeerLetsNobodyIn(t *testing.T) {
	for _, peers := range [][]string{{""}, {"peer", " "}} {
		_, err := tlsConfig(newAuthority(t).properties(t), peers)
		require.ErrorContains(t, err, peerVariable)
	}
}
