// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// file serves a text with an entity tag.
func file(text, etag string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", etag)
		http.ServeContent(w, r, "today.csv", time.Time{}, strings.NewReader(text))
	}
}

func TestTheRestOfAnInterruptedAnswerIsServed(t *testing.T) {
	const text, etag = "0123456789", `"v1"`
	for sentence, row := range map[string]struct {
		first, then       http.HandlerFunc
		path, byte, match string
		amend             func(*licensing.AccessCheck)
		served            string
	}{
		"from where it broke off":      {byte: "bytes=4-", served: "456789"},
		"a part of it":                 {byte: "bytes=4-5", served: "45"},
		"not from the beginning":       {byte: "bytes=0-"},
		"not the end without a begin":  {byte: "bytes=-5"},
		"not several ranges":           {byte: "bytes=1-2,4-5"},
		"not all of it":                {},
		"not without a tag":            {byte: "bytes=4-", match: "-"},
		"not by a weak tag":            {byte: "bytes=4-", match: `W/"v1"`},
		"not by another tag":           {byte: "bytes=4-", match: `"v2"`},
		"not of another file":          {byte: "bytes=4-", path: "/yesterday.csv"},
		"not under another query":      {byte: "bytes=4-", path: "/today.csv?day=2"},
		"not of an answer that had no": {first: file(text, `W/"v1"`), byte: "bytes=4-"},
		"not if it has changed":        {then: file("abcdefghij", `"v2"`), byte: "bytes=4-"},
		"not if the server sends all": {
			then: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) },
			byte: "bytes=4-",
		},
		"not if it sends another part": {
			then: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Etag", etag)
				w.Header().Set("Content-Range", "bytes 0-9/10")
				w.WriteHeader(http.StatusPartialContent)
				_, _ = io.WriteString(w, text)
			},
			byte: "bytes=4-",
		},
		"not after the end": {
			amend: func(c *licensing.AccessCheck) {
				c.Reasons = append(c.Reasons, licensing.Reason{Code: licensing.CauseExpired})
			},
			byte: "bytes=4-",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := counted(t)
			member := f.community.member(t)
			handler := file(text, etag)
			if row.first != nil {
				handler = row.first
			}
			guard := New(f, "grid-load")
			require.Equal(t, text, do(guard.Wrap(handler), request(&member)).Body.String())
			require.Len(t, f.spent, 1)
			if row.amend != nil {
				f.amend(true, row.amend)
			}
			r := request(&member)
			if row.path != "" {
				u, err := url.ParseRequestURI(row.path)
				require.NoError(t, err)
				r.URL = u
			}
			if row.byte != "" {
				r.Header.Set("Range", row.byte)
			}
			switch row.match {
			case "":
				r.Header.Set("If-Range", etag)
			case "-":
			default:
				r.Header.Set("If-Range", row.match)
			}
			if row.then != nil {
				handler = row.then
			}
			answer := do(guard.Wrap(handler), r)
			require.Len(t, f.spent, 1, "it spends nothing")
			if row.served == "" {
				require.Equal(t, http.StatusForbidden, answer.Code)
				require.Contains(t, reasonsOf(t, answer), licensing.CauseServed)
				return
			}
			require.Equal(t, http.StatusPartialContent, answer.Code)
			require.Equal(t, row.served, answer.Body.String())

			stranger := f.city.member(t)
			other := request(&stranger)
			other.Header = r.Header
			require.Equal(t, []licensing.Cause{NotTheAssignee}, reasonsOf(t, do(guard.Wrap(handler), other)))
		})
	}
}

func TestNoByteLeavesBeforeTheUseIsSpent(t *testing.T) {
	f := counted(t)
	var recorder *httptest.ResponseRecorder
	f.spending = func() {
		require.False(t, recorder.Flushed)
		require.Empty(t, recorder.Body.String())
		require.Empty(t, recorder.Header())
	}
	member := f.community.member(t)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</more>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		_, _ = fmt.Fprint(w, "42 MW")
		require.NoError(t, http.NewResponseController(w).Flush())
	}))
	defer upstream.Close()
	u, err := url.Parse(upstream.URL)
	require.NoError(t, err)
	recorder = httptest.NewRecorder()
	New(f, "grid-load").Wrap(Proxy(u, func(err error) { t.Error(err) })).ServeHTTP(recorder, request(&member))
	require.Equal(t, "42 MW", recorder.Body.String())
	require.Len(t, f.spent, 1)
}

func TestARefusedUseIsToldThroughAProxy(t *testing.T) {
	f := counted(t)
	member := f.community.member(t)
	upstream := httptest.NewServer(data)
	defer upstream.Close()
	u, err := url.Parse(upstream.URL)
	require.NoError(t, err)
	front := httptest.NewUnstartedServer(New(f, "grid-load").Wrap(Proxy(u, func(error) {})))
	front.TLS = TLSConfig()
	front.StartTLS()
	defer front.Close()
	client := front.Client()
	client.Transport.(*http.Transport).TLSClientConfig.Certificates = append(
		client.Transport.(*http.Transport).TLSClientConfig.Certificates, member)
	for _, status := range []int{http.StatusOK, http.StatusForbidden} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, front.URL, nil)
		require.NoError(t, err)
		r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
		answer, err := client.Do(r)
		require.NoError(t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err, "a refusal is complete")
		require.NoError(t, answer.Body.Close())
		require.Equal(t, status, answer.StatusCode, "%s", text)
	}
	f.amend(true, func(c *licensing.AccessCheck) { c.Valid, c.Reasons = true, nil })
	f.recordErr = fmt.Errorf("no quorum")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, front.URL, nil)
	require.NoError(t, err)
	r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
	answer, err := client.Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
	require.NotContains(t, string(text), "MW", "without a commit no byte leaves")
}

// TestAnAnswerIsCutWhenTheAccessEnds streams events until the agreement is retired.
func TestAnAnswerIsCutWhenTheAccessEnds(t *testing.T) {
	for sentence, row := range map[string]struct {
		amend func(*licensing.AccessCheck)
		cut   bool
	}{
		"the agreement is retired": {func(c *licensing.AccessCheck) {
			c.Valid, c.Reasons = false, []licensing.Reason{{Code: licensing.Cause(licensing.Retired)}}
		}, true},
		"a subject withdraws": {func(c *licensing.AccessCheck) { c.Subjects = []string{"bob"} }, true},
		"the decision's time is over": {func(c *licensing.AccessCheck) {
			c.Valid, c.Reasons = false, []licensing.Reason{{Code: licensing.CauseExpired}}
		}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			f.amend(true, func(c *licensing.AccessCheck) { c.Personal, c.Subjects = true, []string{"alice", "bob"} })
			member := f.community.member(t)
			upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				for range 30 {
					_, _ = fmt.Fprint(w, "data: 42\n\n")
					_ = http.NewResponseController(w).Flush()
					select {
					case <-r.Context().Done():
						return
					case <-time.After(50 * time.Millisecond):
					}
				}
			}))
			defer upstream.Close()
			u, err := url.Parse(upstream.URL)
			require.NoError(t, err)
			of := WithSubjects(func(*http.Request) []string { return []string{"alice"} })
			told := make(chan *Problem, 1)
			hook := WithHook(func(_ *http.Request, p *Problem) { told <- p })
			front := httptest.NewUnstartedServer(New(f, "grid-load", of, hook).Wrap(Proxy(u, func(error) {})))
			front.TLS = TLSConfig()
			front.StartTLS()
			defer front.Close()
			client := front.Client()
			config := client.Transport.(*http.Transport).TLSClientConfig
			config.Certificates = append(config.Certificates, member)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, front.URL, nil)
			require.NoError(t, err)
			r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
			answer, err := client.Do(r)
			require.NoError(t, err)
			defer answer.Body.Close()
			_, err = io.ReadFull(answer.Body, make([]byte, 10))
			require.NoError(t, err)
			f.amend(true, row.amend)
			begin := time.Now()
			_, err = io.Copy(io.Discard, answer.Body)
			problem := <-told
			if !row.cut {
				require.NoError(t, err)
				require.Nil(t, problem)
				return
			}
			require.Error(t, err, "the caller sees that it is not complete")
			require.Less(t, time.Since(begin), 2*watchEvery)
			require.Equal(t, http.StatusForbidden, problem.Status)
		})
	}
}
