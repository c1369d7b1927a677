// SPDX-License-Identifier: Apache-2.0

package health

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// serve answers every page with the status, and returns the server's address and the file of its certificate.
func serve(t *testing.T, status int) (address, root string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	root = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	return strings.TrimPrefix(server.URL, "https://"), root
}

func TestHealthIsWhatAllTargetsSay(t *testing.T) {
	well, root := serve(t, http.StatusOK)
	ill, illRoot := serve(t, http.StatusServiceUnavailable)
	for sentence, row := range map[string]struct {
		check Check
		says  string
	}{
		"a page that answers is healthy":           {Check{Root: root, Targets: []string{"https://" + well + "/healthz"}}, ""},
		"a listener that shakes hands is healthy":  {Check{Root: illRoot, Targets: []string{ill}}, ""},
		"a page that answers 503 is not":           {Check{Root: illRoot, Targets: []string{"https://" + ill + "/healthz"}}, "answers 503"},
		"a listener that is gone is not":           {Check{Root: root, Targets: []string{well, "127.0.0.1:1"}}, "127.0.0.1:1"},
		"without a certificate to show nobody may": {Check{Root: root, Cert: "none.crt", Key: "none.key", Targets: []string{well}}, "none.crt"},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := row.check.Run(t.Context())
			if row.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, row.says)
		})
	}
}

func TestTrustNeverFallsBackToTheMachinesRoots(t *testing.T) {
	address, _ := serve(t, http.StatusOK)
	empty := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(empty, []byte("not a certificate"), 0o600))
	require.ErrorContains(t, Check{Root: empty, Targets: []string{address}}.Run(t.Context()), "holds no certificate")
}
