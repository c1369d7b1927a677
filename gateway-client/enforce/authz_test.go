// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
