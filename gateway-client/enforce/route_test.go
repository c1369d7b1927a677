// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func TestARouteIsRead(t *testing.T) {
	for text, want := range map[string]Route{
		"GET /a=UtilityMSP/grid-load:read": {
			Method: "GET", Path: "/a", Dataset: "UtilityMSP/grid-load", Action: "read",
		},
		"POST /query=b:read:override:upgrade": {
			Method: "POST", Path: "/query", Dataset: "b", Action: "read", Upgrade: true, Override: true,
		},
		"GET /a/*=x:cc:Sharing":    {Method: "GET", Path: "/a/*", Dataset: "x", Action: "cc:Sharing"},
		"GET /a/{subject}/day.csv": {Method: "GET", Path: "/a/{subject}/day.csv", Dataset: "mine", Action: "read"},
	} {
		route, err := ParseRoute(text, "mine", "read")
		require.NoError(t, err, text)
		require.Equal(t, want, route)
	}
	for _, text := range []string{
		"", "/a", "GET a=b:read", "GET /a=b", "GET /a/../b=c:read", "PUT /a=b:read", "CONNECT /a=b:read", "get /a=b:read",
		"GET /a/*/b=c:read", "GET //=c:read", "GET /{x...}=c:read", "GET /a=:read", "GET /a=b:", "DELETE /a=b:modify",
	} {
		_, err := ParseRoute(text, "mine", "read")
		require.Error(t, err, text)
	}
}

// point has routes to a server that describes which path it got.
func point(t *testing.T, f *fixture, routes ...string) (*Point, error) {
	t.Helper()
	var list []Route
	for _, text := range routes {
		route, err := ParseRoute(text, "grid-load", "read")
		require.NoError(t, err)
		list = append(list, route)
	}
	return NewPoint(f, list, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Method+" "+r.URL.EscapedPath())
	}))
}

func TestARequestGoesByItsRoute(t *testing.T) {
	f := newFixture(t)
	f.checks["CommunityMSP/d-9"] = licensing.AccessCheck{
		DecisionID: "CommunityMSP/d-9", Valid: true, DatasetID: "other", Action: "delete", Assignee: "CommunityMSP",
		ValidUntil: f.checks["CommunityMSP/d-1"].ValidUntil,
	}
	p, err := point(t, f, "GET /grid/*", "POST /grid/query", "DELETE /grid/{id}=other:delete", "GET /exact", "GET /folder/")
	require.NoError(t, err)
	member := f.community.member(t)
	for _, row := range []struct {
		method, path, decision string
		status                 int
		reasons                []licensing.Cause
	}{
		{"GET", "/grid/today.csv", "CommunityMSP/d-1", 200, nil},
		{"HEAD", "/grid/a/b", "CommunityMSP/d-1", 200, nil},
		{"GET", "/grid/", "CommunityMSP/d-1", 200, nil},
		{"GET", "/grid", "CommunityMSP/d-1", 404, nil},
		{"GET", "/exact", "CommunityMSP/d-1", 200, nil},
		{"GET", "/exact/", "CommunityMSP/d-1", 404, nil},
		{"GET", "/Exact", "CommunityMSP/d-1", 404, nil},
		{"GET", "/folder/", "CommunityMSP/d-1", 200, nil},
		{"GET", "/folder", "CommunityMSP/d-1", 404, nil},
		{"GET", "/folder/a", "CommunityMSP/d-1", 404, nil},
		{"GET", "/", "CommunityMSP/d-1", 404, nil},
		{"CONNECT", "/grid/a", "CommunityMSP/d-1", 404, nil},
		{"POST", "/grid/query", "CommunityMSP/d-1", 200, nil},
		{"POST", "/grid/a/b", "CommunityMSP/d-1", 403, []licensing.Cause{OtherAction}},
		{"PUT", "/exact", "CommunityMSP/d-1", 403, []licensing.Cause{OtherAction}},
		{"DELETE", "/grid/7", "CommunityMSP/d-1", 403, []licensing.Cause{OtherDataset, OtherAction}},
		{"DELETE", "/grid/7", "CommunityMSP/d-9", 200, nil},
		{"GET", "/grid/a/../../secret", "CommunityMSP/d-1", 400, nil},
		{"GET", "/grid//a", "CommunityMSP/d-1", 400, nil},
	} {
		r := request(&member)
		u, err := url.ParseRequestURI(row.path)
		require.NoError(t, err)
		r.Method, r.URL = row.method, u
		r.Header.Set(DecisionHeader, row.decision)
		answer := do(p, r)
		require.Equal(t, row.status, answer.Code, "%s %s: %s", row.method, row.path, answer.Body)
		if row.status == http.StatusOK {
			require.Equal(t, row.method+" "+row.path, answer.Body.String(), "the path is passed on as it is")
			continue
		}
		require.Equal(t, row.reasons, reasonsOf(t, answer))
	}
}

func TestRoutesThatContradictAreRefused(t *testing.T) {
	f := newFixture(t)
	for _, routes := range [][]string{{"GET /a", "GET /a=b:read"}, {"GET /{x}/a", "GET /b/{y}"}, {}} {
		_, err := point(t, f, routes...)
		require.Error(t, err)
	}
}

func TestASegmentNamesTheSubject(t *testing.T) {
	f := newFixture(t)
	f.amend(true, func(c *licensing.AccessCheck) { c.Personal, c.Subjects = true, []string{"alice"} })
	p, err := point(t, f, "GET /curves/{subject}/*", "GET /sums")
	require.NoError(t, err)
	member := f.community.member(t)
	for path, reason := range map[string]licensing.Cause{
		"/curves/alice/day.csv": "", "/curves/bob/day.csv": SubjectNotPermitted, "/sums": SubjectsUnknown,
	} {
		r := request(&member)
		r.URL.Path = path
		answer := do(p, r)
		if reason == "" {
			require.Equal(t, http.StatusOK, answer.Code)
			continue
		}
		require.Equal(t, []licensing.Cause{reason}, reasonsOf(t, answer), path)
	}
}
