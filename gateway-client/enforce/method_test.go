// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

var allMethods = []string{
	"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PURGE", "get",
}

func TestAnActionAdmitsMethods(t *testing.T) {
	for _, row := range []struct {
		action   string
		more     []string
		admitted string
	}{
		{"read", nil, "GET HEAD"},
		{"read", []string{"POST"}, "GET HEAD POST"},
		{"distribute", nil, "GET HEAD"},
		{"modify", nil, "POST PUT PATCH"},
		{"append", nil, "POST PATCH"},
		{"delete", nil, "DELETE"},
		{"delete", []string{"POST"}, "POST DELETE"},
	} {
		t.Run(row.action+strings.Join(row.more, ""), func(t *testing.T) {
			f := newFixture(t)
			f.amend(true, func(c *licensing.AccessCheck) { c.Action = row.action })
			member := f.community.member(t)
			handler := New(f, "grid-load", WithAction(row.action), WithMethods(row.more...)).Wrap(data)
			for _, method := range allMethods {
				r := request(&member)
				r.Method = method
				answer := do(handler, r)
				if strings.Contains(" "+row.admitted+" ", " "+method+" ") {
					require.Equal(t, http.StatusOK, answer.Code, method)
					continue
				}
				require.Equal(t, http.StatusForbidden, answer.Code, method)
				require.Equal(t, []licensing.Cause{OtherAction}, reasonsOf(t, answer))
			}
		})
	}
}

func TestARequestWithASecondMethodIsRefused(t *testing.T) {
	query := func(text string) func(*http.Request) { return func(r *http.Request) { r.URL.RawQuery = text } }
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header[name] = []string{value} }
	}
	for sentence, spoil := range map[string]func(*http.Request){
		"a header":                      header("X-Http-Method-Override", "DELETE"),
		"a header of Microsoft":         header("X-Http-Method", "MERGE"),
		"a header with underscores":     header("X_http_method_override", "PUT"),
		"a header with the same method": header("X-Method-Override", "GET"),
		"a parameter":                   query("from=1&_method=DELETE"),
		"a parameter after a semicolon": query("from=1;_METHOD=DELETE"),
		"an escaped parameter":          query("%5Fmethod=PUT"),
		"a parameter in a list":         query("_method[]=PUT"),
		"an upgrade":                    header("Upgrade", "websocket"),
		"an upgrade in Connection":      header("Connection", "keep-alive, Upgrade"),
		"a form":                        header("Content-Type", "application/x-www-form-urlencoded"),
		"a form in parts":               header("Content-Type", "multipart/form-data; boundary=x"),
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			member := f.community.member(t)
			r := request(&member)
			spoil(r)
			answer := do(New(f, "grid-load").Wrap(data), r)
			require.Equal(t, http.StatusForbidden, answer.Code)
			require.Equal(t, []licensing.Cause{OtherAction}, reasonsOf(t, answer))
		})
	}
	f := newFixture(t)
	f.amend(true, func(c *licensing.AccessCheck) { c.Action = "modify" })
	member := f.community.member(t)
	guard := New(f, "grid-load", WithAction("modify"))
	guard.override = true
	for method, status := range map[string]int{"patch": http.StatusOK, "DELETE": http.StatusForbidden} {
		r := request(&member)
		r.Method = http.MethodPost
		r.Header.Set("X-Http-Method-Override", method)
		require.Equal(t, status, do(guard.Wrap(data), r).Code, method)
	}
}

func TestAPathThatServersReadDifferentlyIsRefused(t *testing.T) {
	for _, path := range []string{
		"/a/../b", "/a/..", "/./a", "/a//b", "//a", "/a%2fb", "/a%2Fb", "/%2e%2e/a", "/a/%2E/b", "/a\\b", "/a%5cb", "/a%00",
		"/a%0d%0ab", "/a;b=1/c", "/a%3b/c", "/..;/a", "/a%252e%252e/b", "/a%252fb", "/%c0%ae%c0%ae/a", "/a%7f",
	} {
		f := newFixture(t)
		member := f.community.member(t)
		r := request(&member)
		u, err := url.ParseRequestURI(path)
		require.NoError(t, err, path)
		r.URL = u
		answer := do(New(f, "grid-load").Wrap(data), r)
		assert.Equal(t, http.StatusBadRequest, answer.Code, path)
		assert.Zero(t, f.asked)
	}
	for _, path := range []string{"/", "/a/", "/a.b/..c", "/ä/100%25", "/a%20b", "/urn:ngsi-ld:Sensor:7", "/a=1,2"} {
		u, err := url.ParseRequestURI(path)
		require.NoError(t, err, path)
		assert.NoError(t, checkPath(u), path)
	}
}

// TestTheDataServerHearsTheGuardOnly sends what a caller could use to speak in the guard's name.
func TestTheDataServerHearsTheGuardOnly(t *testing.T) {
	forged := http.Header{
		"Smartb-Assignee": {
			"UtilityMSP"}, "Smartb_Assignee": {"UtilityMSP"}, "SMARTB-SUBJECTS": {"alice"}, "Smartb.purpose": {"x"},
		"Smartb-Anything": {"x"}, "Connection": {"keep-alive, Smartb-Assignee, Smartb_Claimed", "smartb-decision"},
		"X-Forwarded-For": {
			"10.0.0.1"}, "X_Forwarded_Host": {"evil.example"}, "X-Original-Url": {"/secret"}, "Forwarded": {"for=1"},
		"X-Rewrite-Url": {"/secret"}, "Accept": {"text/csv"},
	}
	for sentence, row := range map[string]struct {
		options   []Option
		forwarded bool
	}{
		"a caller":             {nil, false},
		"a proxy that is none": {[]Option{WithProxies(netip.MustParsePrefix("10.0.0.0/8"))}, false},
		"a configured proxy":   {[]Option{WithProxies(netip.MustParsePrefix("192.0.2.0/24"))}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			f.amend(true, func(c *licensing.AccessCheck) {
				c.Purpose = "smartb:EnergySharing"
				c.Claimed = []licensing.Context{
					{LeftOperand: "spatial", Value: "AT-9"}, {LeftOperand: "resolution", Value: "15", Unit: "unit:MIN"},
				}
			})
			var seen *http.Request
			upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r }))
			defer upstream.Close()
			u, err := url.Parse(upstream.URL)
			require.NoError(t, err)
			member := f.community.member(t)
			r := request(&member) // its address is 192.0.2.1
			for name, values := range forged {
				r.Header[name] = values
			}
			answer := do(New(f, "grid-load", row.options...).Wrap(Proxy(u, func(err error) { t.Error(err) })), r)
			require.Equal(t, http.StatusOK, answer.Code)
			for name := range seen.Header {
				if isOwn(name) {
					require.True(t, strings.HasPrefix(name, "Smartb-") && name != "Smartb-Anything", name)
				}
			}
			require.Equal(t, []string{"CommunityMSP"}, seen.Header["Smartb-Assignee"])
			require.Equal(t, []string{"CommunityMSP/d-1"}, seen.Header["Smartb-Decision"])
			require.Equal(t, "resolution=15&resolution.unit=unit%3AMIN&spatial=AT-9", seen.Header.Get(ClaimedHeader))
			require.Equal(t, "smartb:EnergySharing", seen.Header.Get(PurposeHeader))
			require.NotContains(t, seen.Header, "Smartb-Subjects")
			require.Equal(t, "text/csv", seen.Header.Get("Accept"))
			require.Equal(t, row.forwarded, seen.Header.Get("X-Original-Url") == "/secret")
			require.Equal(t, row.forwarded, strings.HasPrefix(seen.Header.Get("X-Forwarded-For"), "10.0.0.1"))
			require.True(t, strings.HasSuffix(seen.Header.Get("X-Forwarded-For"), "192.0.2.1"))
		})
	}
}

func TestAnAnswerDoesNotSpeakForTheGuard(t *testing.T) {
	f := newFixture(t)
	member := f.community.member(t)
	answer := do(New(f, "grid-load").Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Smartb-Reason", "RETIRED")
		w.Header().Set(DecisionHeader, "CommunityMSP/d-7")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = fmt.Fprint(w, "42 MW")
	})), request(&member))
	require.Equal(t, []string{"CommunityMSP/d-1"}, answer.Header()[DecisionHeader])
	require.Equal(t, []string{"private, no-store"}, answer.Header()["Cache-Control"])
	require.NotContains(t, answer.Header(), "Smartb-Reason")
}
