// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func TestAServerKnowsTheMemberByTheCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(r.TLS.PeerCertificates[0].Raw)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // one refuses to sign
	server.StartTLS()
	t.Cleanup(server.Close)
	ledger := new(gatewaytest.Ledger)
	profile, err := gateway.LoadProfile(gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{ledger.Start(t, "own")}, nil))
	require.NoError(t, err)
	text, err := os.ReadFile(profile.PrivateKey)
	require.NoError(t, err)
	key, err := identity.PrivateKeyFromPEM(text)
	require.NoError(t, err)

	for sentence, row := range map[string]struct {
		options  []gateway.Option
		versions []uint16
		cause    string
	}{
		"with the key of the profile": {versions: []uint16{tls.VersionTLS12, tls.VersionTLS13}},
		"with a key elsewhere": {
			versions: []uint16{tls.VersionTLS12, tls.VersionTLS13},
			options: []gateway.Option{gateway.WithSign(func(_ context.Context, digest []byte) ([]byte, error) {
				require.Len(t, digest, 32, "as promised, a SHA-256")
				return ecdsa.SignASN1(rand.Reader, key.(*ecdsa.PrivateKey), digest)
			})},
		},
		"not, where nobody signs": {
			versions: []uint16{tls.VersionTLS13},
			options:  []gateway.Option{gateway.WithSign(func(context.Context, []byte) ([]byte, error) { return nil, errors.New("the person said no") })},
			cause:    "the person said no",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			client, err := gateway.Connect(t.Context(), profile, row.options...)
			require.NoError(t, err)
			t.Cleanup(client.Close)
			member := client.Certificate()
			for _, version := range row.versions {
				transport := server.Client().Transport.(*http.Transport).Clone()
				transport.TLSClientConfig.Certificates = []tls.Certificate{member}
				transport.TLSClientConfig.MaxVersion = version
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
				require.NoError(t, err)
				answer, err := transport.RoundTrip(request)
				if row.cause != "" {
					require.ErrorContains(t, err, row.cause)
					continue
				}
				require.NoError(t, err)
				seen, err := io.ReadAll(answer.Body)
				require.NoError(t, errors.Join(err, answer.Body.Close()))
				require.Equal(t, member.Leaf.Raw, seen)
				transport.CloseIdleConnections()
			}
		})
	}
}
