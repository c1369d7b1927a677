// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package enforce

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// nginxConfig has the ways in which nginx can be before a data server. Ports are those of the test's listeners.
const nginxConfig = `
worker_processes 1; daemon off; pid nginx.pid; error_log stderr;
events { worker_connections 64; }
http {
 access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
 # Before a policy enforcement point.
 server { listen 127.0.0.1:%[1]d; location / { proxy_pass http://127.0.0.1:%[4]d; } }
 server { listen 127.0.0.1:%[2]d;
  location /plain/ { proxy_set_header Host $host; proxy_pass http://127.0.0.1:%[4]d; }
  location /broker/ { proxy_set_header X-Original-URI $request_uri; proxy_pass http://127.0.0.1:%[4]d/; }
 }
 # Before the data server itself, which an external authorisation guards.
 server { listen 127.0.0.1:%[3]d;
  location / {
   auth_request /auth;
   auth_request_set $reason $upstream_http_smartb_reason;
   auth_request_set $assignee $upstream_http_smartb_assignee;
   add_header Smartb-Reason $reason always;
   proxy_set_header Smartb-Assignee $assignee;
   proxy_pass http://127.0.0.1:%[6]d;
  }
  location = /auth {
   internal;
   proxy_pass_request_body off;
   proxy_set_header Content-Length "";
   proxy_set_header Expect "";
   proxy_set_header X-Original-Method $request_method;
   proxy_set_header X-Original-URI $request_uri;
   proxy_set_header X-Original-Host $http_host;
   proxy_pass http://127.0.0.1:%[5]d;
  }
  # What people write, and what is refused by the name of the missing setting.
  location /bare/ { auth_request /bare-auth; auth_request_set $reason $upstream_http_smartb_reason;
   add_header Smartb-Reason $reason always; proxy_pass http://127.0.0.1:%[6]d; }
  location = /bare-auth { internal; proxy_pass_request_body off; proxy_set_header Content-Length "";
   proxy_pass http://127.0.0.1:%[5]d$request_uri; }
 }
}
`

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func portOf(server *httptest.Server) int { return server.Listener.Addr().(*net.TCPAddr).Port }

// startNginx starts nginx before the servers, and returns the ports of its own.
func startNginx(t *testing.T, guarded, authorizer, existing *httptest.Server) (ports [3]int) {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program = "/usr/sbin/nginx"; !exists(program) {
			t.Skip("nginx is not installed")
		}
	}
	for i := range ports {
		ports[i] = freePort(t)
	}
	dir := t.TempDir()
	behind := []any{portOf(guarded), portOf(authorizer), portOf(existing)}
	config := fmt.Sprintf(nginxConfig, append([]any{ports[0], ports[1], ports[2]}, behind...)...)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600))
	// An interrupt ends its workers too, so it outlives the test's context until then.
	lasting := context.WithoutCancel(t.Context())
	process := exec.CommandContext(lasting, program, "-p", dir, "-c", "nginx.conf", "-e", "stderr")
	var said bytes.Buffer
	process.Stderr, process.WaitDelay = &said, time.Second
	require.NoError(t, process.Start())
	t.Cleanup(func() {
		_ = process.Process.Signal(os.Interrupt) // it may have ended
		_ = process.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", ports[2]))
		if err == nil {
			require.NoError(t, connection.Close())
			return ports
		}
		require.Less(t, time.Since(begin), 10*time.Second, said.String())
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestNginxStandsBeforeAndBehind runs the real nginx in the ways in which people set it up.
func TestNginxStandsBeforeAndBehind(t *testing.T) {
	f := newFixture(t)
	var seen http.Header
	existing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		_, _ = io.WriteString(w, r.Method+" "+r.RequestURI)
	}))
	defer existing.Close()
	everything := []Route{{Path: "/*", Dataset: "grid-load", Action: "read"}}
	by := func(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
	guarded, asked := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	ports := startNginx(t, guarded, asked, existing)
	names := WithSignatures(by(ports[0]), by(ports[1]), by(ports[2]))
	var err error
	proxy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { existing.Config.Handler.ServeHTTP(w, r) })
	trusted := WithProxies(netip.MustParsePrefix("127.0.0.0/8"))
	if guarded.Config.Handler, err = NewPoint(f, everything, proxy, names, trusted); err != nil {
		t.Fatal(err)
	}
	if asked.Config.Handler, err = NewAuthorizer(f, everything, Nginx, false, names); err != nil {
		t.Fatal(err)
	}
	guarded.Start()
	defer guarded.Close()
	asked.Start()
	defer asked.Close()

	member := f.community.member(t)
	for sentence, row := range map[string]struct {
		port         int
		method, path string
		spoil        func(*http.Request)
		status       int
		reason       string
	}{
		"before, with the Host that nginx makes":  {port: ports[0], path: "/a%20b?x=1", status: 200},
		"before, with a Host that has no port":    {port: ports[1], path: "/plain/a", status: 200},
		"before, with another path that it tells": {port: ports[1], path: "/broker/a?x=%2F", status: 200},
		"before, with a path that was merged":     {port: ports[0], path: "/a//b", status: 400},
		"before, with a path that goes up":        {port: ports[0], path: "/a/%2e%2e/b", status: 400},
		"behind":                                  {port: ports[2], path: "/a%20b?x=1", status: 200},
		"behind, with forged headers":             {port: ports[2], path: "/a", spoil: forge, status: 200},
		"behind, with another method": {
			port: ports[2], method: "PUT", path: "/a", status: 403, reason: "OTHER_ACTION",
		},
		"behind, with a path that goes up": {
			port: ports[2], path: "/a/%2e%2e/b", status: 403, reason: "PATH_REFUSED",
		},
		"behind, with a semicolon": {
			port: ports[2], path: "/a;b/c", status: 403, reason: "PATH_REFUSED",
		},
		"behind, without a signature": {
			port: ports[2], path: "/a",
			spoil:  func(r *http.Request) { r.Header.Del("Signature-Input") },
			status: 401, reason: "NO_PROOF",
		},
		"behind, with a method that nginx swallows": {
			port: ports[2], method: "DELETE", path: "/bare/a", status: 403, reason: "PROXY_HEADERS_MISSING",
		},
		"behind, with an expectation": {
			port: ports[2], path: "/a",
			spoil:  func(r *http.Request) { r.Header.Set("Expect", "wonders") },
			status: 200,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			method := row.method
			if method == "" {
				method = http.MethodGet
			}
			r, err := http.NewRequestWithContext(t.Context(), method, "http://"+by(row.port)+row.path, nil)
			require.NoError(t, err)
			r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
			require.NoError(t, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
			if row.spoil != nil {
				row.spoil(r)
			}
			answer, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.Equal(t, row.status, answer.StatusCode, "%s", text)
			if row.reason != "" {
				require.Equal(t, row.reason, answer.Header.Get(ReasonHeader))
			}
			if row.status == http.StatusOK {
				require.Equal(t, []string{"CommunityMSP"}, seen.Values(AssigneeHeader))
			}
		})
	}
}

func forge(r *http.Request) {
	r.Header.Set("Smartb-Assignee", "UtilityMSP")
	r.Header.Set("X-Original-Method", "GET")
	r.Header.Set("X-Original-Uri", "/other")
	r.Header.Set("X-Forwarded-Uri", "/other")
}
