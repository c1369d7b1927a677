// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// rawGateway is Fabric's own gateway client as a user: for what smartb's client does not offer.
func rawGateway(t *testing.T, org, user string) *client.Gateway {
	t.Helper()
	p := profile(t, org, user)
	folder := filepath.Dir(net.ProfilePath(org, user))
	file := func(name string) []byte {
		if !filepath.IsAbs(name) {
			name = filepath.Join(folder, name)
		}
		bytes, err := os.ReadFile(name)
		require.NoError(t, err)
		return bytes
	}
	certificate, err := identity.CertificateFromPEM(file(p.Certificate))
	require.NoError(t, err)
	id, err := identity.NewX509Identity(p.MSPID, certificate)
	require.NoError(t, err)
	key, err := identity.PrivateKeyFromPEM(file(p.PrivateKey))
	require.NoError(t, err)
	sign, err := identity.NewPrivateKeySign(key)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(file(p.Peers[0].TLSCACertificates)))
	connection, err := grpc.NewClient(p.Peers[0].Address, grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(roots, "")))
	require.NoError(t, err)
	gateway, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(connection),
		client.WithEvaluateTimeout(30*time.Second), client.WithEndorseTimeout(30*time.Second),
		client.WithSubmitTimeout(30*time.Second), client.WithCommitStatusTimeout(time.Minute))
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, gateway.Close())
		require.NoError(t, connection.Close())
	})
	return gateway
}
