package network

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHealthIsWhatThePageSays(t *testing.T) {
	cases := map[string]struct {
		status int
		says   string
	}{
		"healthy":   {http.StatusOK, ""},
		"unhealthy": {http.StatusServiceUnavailable, "answers 503"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) }))
			t.Cleanup(server.Close)
			ca := filepath.Join(t.TempDir(), "ca.pem")
			require.NoError(t, writeFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
			err := httpsProbe(server.URL, ca)(t.Context())
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestTrustNeverFallsBackToTheMachinesRoots(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	empty := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, writeFile(empty, []byte("not a certificate")))
	require.ErrorContains(t, httpsProbe(server.URL, empty)(t.Context()), "holds no certificate")
}
