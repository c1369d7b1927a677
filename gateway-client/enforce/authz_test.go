package enforce

import (
	"bytes"
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func gridRoutes() []Route {
	return []Route{
		{Path: "/grid/*", Dataset: "grid-load", Action: "read"},
		{Method: "POST", Path: "/query", Dataset: "grid-load", Action: "read"},
	}
}

// signed is a request for data.example, signed by the member.
func signed(t *testing.T, member tls.Certificate, method, path string, body []byte) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "https://data.example"+path, bytes.NewReader(body))
	require.NoError(t, err)
	if body == nil {
		r.Body = http.NoBody
	}
	r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
	require.NoError(t, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
	return r
}

// question is how a proxy asks about a request.
func question(asker Asker, about *http.Request) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/auth", nil)
	r.Header = about.Header.Clone()
	method, uri := asker.original()
	r.Header.Set(method, about.Method)
	r.Header.Set(uri, about.URL.RequestURI())
	if asker == Traefik && about.GetBody != nil && about.Body != http.NoBody {
		body, _ := about.GetBody()
		r.Body, r.ContentLength = body, about.ContentLength
	}
	return r
}

func TestAnExternalAuthorisationAnswersThreeThings(t *testing.T) {
	for sentence, row := range map[string]struct {
		asker  Asker
		method string
		path   string
		body   string
		spends bool
		amend  func(*licensing.AccessCheck)
		spoil  func(*http.Request)
		status int
		reason licensing.Cause
	}{
		"nginx":   {asker: Nginx, path: "/grid/a?day=1", status: 200},
		"Traefik": {asker: Traefik, path: "/grid/a?day=1", status: 200},
		"a signed body is compared": {
			asker: Traefik, method: "POST", path: "/query", body: `{"a":1}`, status: 200,
		},
		"a body that is not shown": {
			asker: Nginx, method: "POST", path: "/query", body: `{"a":1}`, status: 401, reason: NoProof,
		},
		"another body": {
			asker: Traefik, method: "POST", path: "/query", body: `{"a":1}`,
			spoil:  func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"a":2}`)) },
			status: 401, reason: NoProof,
		},
		"another path than was signed": {
			asker: Nginx, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Set("X-Original-Uri", "/grid/b") },
			status: 401, reason: NoProof,
		},
		"another method than was signed": {
			asker: Nginx, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Set("X-Original-Method", "HEAD") },
			status: 401, reason: NoProof,
		},
		"a path outside of the routes": {asker: Nginx, path: "/secret", status: 403, reason: NoRoute},
		"a path with dots":             {asker: Nginx, path: "/grid/../secret", status: 403, reason: PathRefused},
		"a path that is none": {
			asker: Nginx, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Set("X-Original-Uri", "\x7f") },
			status: 403, reason: PathRefused,
		},
		"another method": {
			asker: Nginx, method: "DELETE", path: "/grid/a", status: 403, reason: OtherAction,
		},
		"no method is told": {
			asker: Nginx, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Del("X-Original-Method") },
			status: 403, reason: ProxyUnknown,
		},
		"no path is told": {
			asker: Traefik, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Del("X-Forwarded-Uri") },
			status: 403, reason: ProxyUnknown,
		},
		"a caller's word for the other's": {
			asker: Nginx, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Set("X-Forwarded-Uri", "/secret") },
			status: 200,
		},
		"the other's word for a caller's": {
			asker: Traefik, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Set("X-Original-Uri", "/secret") },
			status: 200,
		},
		"no decision": {
			asker: Nginx, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Del(DecisionHeader) },
			status: 403, reason: NoDecision,
		},
		"no signature": {
			asker: Nginx, path: "/grid/a",
			spoil:  func(r *http.Request) { r.Header.Del("Signature-Input") },
			status: 401, reason: NoProof,
		},
		"the agreement is retired": {
			asker: Traefik, path: "/grid/a",
			amend:  func(c *licensing.AccessCheck) { c.Valid, c.Reasons = false, []licensing.Reason{{Code: "RETIRED"}} },
			status: 403, reason: "RETIRED",
		},
		"uses are counted": {
			asker: Nginx, path: "/grid/a",
			amend:  func(c *licensing.AccessCheck) { c.ServedOnce = true },
			status: 403, reason: CountedUse,
		},
		"uses are counted, and spent here": {
			asker: Nginx, path: "/grid/a", spends: true,
			amend:  func(c *licensing.AccessCheck) { c.ServedOnce = true },
			status: 200,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			if row.amend != nil {
				f.amend(true, row.amend)
			}
			service, err := NewAuthorizer(f, gridRoutes(), row.asker, row.spends, WithSignatures("data.example"))
			require.NoError(t, err)
			method := row.method
			if method == "" {
				method = http.MethodGet
			}
			var body []byte
			if row.body != "" {
				body = []byte(row.body)
			}
			r := question(row.asker, signed(t, f.community.member(t), method, row.path, body))
			if row.spoil != nil {
				row.spoil(r)
			}
			answer := do(service, r)
			require.Equal(t, row.status, answer.Code, answer.Body.String())
			require.Equal(t, string(row.reason), answer.Header().Get(ReasonHeader))
			require.Equal(t, row.status == 200, answer.Header().Get(AssigneeHeader) == "CommunityMSP")
			require.Equal(t, row.spends, len(f.spent) == 1)
		})
	}
}

func TestAnExternalAuthorisationThatFailsRefuses(t *testing.T) {
	f := newFixture(t)
	service, err := NewAuthorizer(f, gridRoutes(), Nginx, true, WithSignatures("data.example"))
	require.NoError(t, err)
	member := f.community.member(t)
	f.err = errors.New("gone")
	answer := do(service, question(Nginx, signed(t, member, http.MethodGet, "/grid/a", nil)))
	require.Equal(t, http.StatusForbidden, answer.Code)
	require.Equal(t, string(LedgerUnavailable), answer.Header().Get(ReasonHeader))
	f.err = nil
	f.amend(true, func(c *licensing.AccessCheck) { c.ServedOnce = true })
	f.spending = func() { panic("a fault of its own") }
	answer = do(service, question(Nginx, signed(t, member, http.MethodGet, "/grid/a", nil)))
	require.Equal(t, http.StatusForbidden, answer.Code)
}

// nginxConfig has the ways in which nginx can stand before a data server. Ports are those of the test's listeners.
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
