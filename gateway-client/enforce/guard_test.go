// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func TestOnlyTheAssigneeIsServedByADecisionThatHolds(t *testing.T) {
	for sentence, row := range map[string]struct {
		amend   func(*licensing.AccessCheck)
		spoil   func(*http.Request)
		status  int
		reasons []licensing.Cause
	}{
		"all is well":          {status: http.StatusOK},
		"no decision is named": {spoil: func(r *http.Request) { r.Header.Del(DecisionHeader) }, status: http.StatusBadRequest},
		"what is named cannot be a decision": {
			spoil: func(r *http.Request) { r.Header.Set(DecisionHeader, "d 1") }, status: http.StatusBadRequest,
		},
		"no certificate, though the decision holds": {
			spoil: func(r *http.Request) { r.TLS.PeerCertificates = nil }, status: http.StatusUnauthorized,
		},
		"no TLS at all": {spoil: func(r *http.Request) { r.TLS = nil }, status: http.StatusUnauthorized},
		"a decision that the ledger does not know": {
			spoil: func(r *http.Request) { r.Header.Set(DecisionHeader, "CommunityMSP/d-2") }, status: http.StatusForbidden, reasons: []licensing.Cause{DecisionUnknown},
		},
		"another organisation's decision, and nothing more is told": {
			amend:  func(c *licensing.AccessCheck) { c.Assignee, c.DatasetID = "CityMSP", "other" },
			status: http.StatusForbidden, reasons: []licensing.Cause{NotTheAssignee},
		},
		"another dataset": {
			amend: func(c *licensing.AccessCheck) { c.DatasetID = "air" }, status: http.StatusForbidden, reasons: []licensing.Cause{OtherDataset},
		},
		"another action": {
			amend: func(c *licensing.AccessCheck) { c.Action = "distribute" }, status: http.StatusForbidden, reasons: []licensing.Cause{OtherAction},
		},
		"every reason is told": {
			amend: func(c *licensing.AccessCheck) {
				c.Valid, c.DatasetID = false, "air"
				c.Reasons = []licensing.Reason{{Code: licensing.Cause(licensing.Retired)}, {Code: licensing.CausePolicy}}
			},
			status: http.StatusForbidden, reasons: []licensing.Cause{OtherDataset, licensing.Cause(licensing.Retired), licensing.CausePolicy},
		},
		"an answer that is not valid and does not say why": {
			amend: func(c *licensing.AccessCheck) { c.Valid = false }, status: http.StatusForbidden, reasons: []licensing.Cause{licensing.CauseDenied},
		},
		"the decision's end has come by this server's clock": {
			amend: func(c *licensing.AccessCheck) { c.ValidUntil = time.Now() }, status: http.StatusForbidden, reasons: []licensing.Cause{licensing.CauseExpired},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			member := f.community.member(t)
			r := request(&member)
			if row.amend != nil {
				f.amend(true, row.amend)
			}
			if row.spoil != nil {
				row.spoil(r)
			}
			var told *Problem
			answer := do(New(f, "grid-load", WithHook(func(_ *http.Request, p *Problem) { told = p })).Wrap(data), r)
			require.Equal(t, row.status, answer.Code)
			if row.status == http.StatusOK {
				require.Equal(t, "42 MW", answer.Body.String())
				require.Equal(t, "CommunityMSP/d-1", answer.Header().Get(DecisionHeader))
				require.Equal(t, "private, no-store", answer.Header().Get("Cache-Control"))
				require.Nil(t, told)
				return
			}
			require.Equal(t, row.reasons, reasonsOf(t, answer))
			require.Equal(t, row.status, told.Status)
			require.Equal(t, row.status == http.StatusUnauthorized, answer.Header().Get("WWW-Authenticate") != "")
			if row.status == http.StatusUnauthorized {
				require.Zero(t, f.asked, "strangers cost the ledger nothing")
			}
		})
	}
}

func TestACallerIsAMemberByItsCertificate(t *testing.T) {
	for sentence, row := range map[string]struct {
		member func(*testing.T, *fixture) tls.Certificate
		status int
	}{
		"of the assignee's CA":   {func(t *testing.T, f *fixture) tls.Certificate { return f.community.member(t) }, http.StatusOK},
		"of another member's CA": {func(t *testing.T, f *fixture) tls.Certificate { return f.city.member(t) }, http.StatusForbidden},
		"of a CA with the same name": {func(t *testing.T, _ *fixture) tls.Certificate {
			return newCA(t, "ca.community").member(t)
		}, http.StatusUnauthorized},
		"that is out of date": {func(t *testing.T, f *fixture) tls.Certificate {
			return f.community.issue(t, ecKey(t), func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
		}, http.StatusUnauthorized},
		"that was revoked": {func(t *testing.T, f *fixture) tls.Certificate {
			member := f.community.member(t)
			f.msps[1].RevocationLists = []*x509.RevocationList{{
				RawIssuer: f.community.certificate.RawSubject, RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: member.Leaf.SerialNumber}},
			}}
			return member
		}, http.StatusUnauthorized},
		"the CA's own": {func(_ *testing.T, f *fixture) tls.Certificate {
			return tls.Certificate{Leaf: f.community.certificate}
		}, http.StatusUnauthorized},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			member := row.member(t, f)
			answer := do(New(f, "grid-load").Wrap(data), request(&member))
			require.Equal(t, row.status, answer.Code)
			if row.status == http.StatusForbidden {
				require.Equal(t, []licensing.Cause{NotTheAssignee}, reasonsOf(t, answer))
			}
		})
	}
}

func TestNothingIsServedWhileTheLedgerCannotBeAsked(t *testing.T) {
	f := newFixture(t)
	member := f.community.member(t)
	handler := New(f, "grid-load").Wrap(data)
	require.Equal(t, http.StatusOK, do(handler, request(&member)).Code)
	f.change(true, func(l *ledger) { l.err = errors.New("peer.utility is gone: 10.0.0.7") })
	answer := do(handler, request(&member))
	require.Equal(t, http.StatusServiceUnavailable, answer.Code)
	require.Empty(t, reasonsOf(t, answer))
	require.NotContains(t, answer.Body.String(), "10.0.0.7", "callers are not told what failed")
	require.Equal(t, "1", answer.Header().Get("Retry-After"))
}

func TestAnAnswerIsUsedAgainUntilTheNextBlock(t *testing.T) {
	retire := func(c *licensing.AccessCheck) {
		c.Valid, c.Reasons = false, []licensing.Reason{{Code: licensing.Cause(licensing.Retired)}}
	}
	for sentence, row := range map[string]struct {
		before func(*fixture)
		then   func(*fixture)
		asked  int
		status int
	}{
		"while no block comes":  {then: func(f *fixture) { f.amend(false, retire) }, asked: 1, status: http.StatusOK},
		"not when a block came": {then: func(f *fixture) { f.amend(true, retire) }, asked: 2, status: http.StatusForbidden},
		"not while the height is not known": {
			before: func(f *fixture) { f.height = 0 }, then: func(f *fixture) { f.amend(false, retire) }, asked: 2, status: http.StatusForbidden,
		},
		"not when the stream of blocks broke": {
			then: func(f *fixture) {
				f.amend(false, retire)
				f.change(false, func(l *ledger) { l.height = 0 })
			},
			asked: 2, status: http.StatusForbidden,
		},
		"not for long without hearing of a block": {
			then: func(f *fixture) {
				f.amend(false, retire)
				time.Sleep(staleAfter)
			},
			asked: 2, status: http.StatusForbidden,
		},
		"not beyond the decision's end": {
			before: func(f *fixture) {
				f.amend(false, func(c *licensing.AccessCheck) { c.ValidUntil = time.Now().Add(time.Second) })
			},
			then: func(f *fixture) {
				f.amend(false, retire)
				time.Sleep(time.Second)
			},
			asked: 2, status: http.StatusForbidden,
		},
		"not of a decision that is served once": {
			before: func(f *fixture) { f.amend(false, func(c *licensing.AccessCheck) { c.ServedOnce = true }) },
			then:   func(f *fixture) { f.amend(false, retire) }, asked: 2, status: http.StatusForbidden,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				if row.before != nil {
					row.before(f)
				}
				member := f.community.member(t)
				handler := New(f, "grid-load").Wrap(data)
				require.Equal(t, http.StatusOK, do(handler, request(&member)).Code)
				row.then(f)
				require.Equal(t, row.status, do(handler, request(&member)).Code)
				require.Equal(t, row.asked, f.asked)
			})
		})
	}
}

func TestARefusalIsNeverRemembered(t *testing.T) {
	f := newFixture(t)
	member := f.community.member(t)
	handler := New(f, "grid-load").Wrap(data)
	f.amend(false, func(c *licensing.AccessCheck) { c.Valid = false })
	require.Equal(t, http.StatusForbidden, do(handler, request(&member)).Code)
	f.amend(false, func(c *licensing.AccessCheck) { c.Valid = true })
	require.Equal(t, http.StatusOK, do(handler, request(&member)).Code)
}

func TestWhatIsRememberedOfOneCallerServesNoOther(t *testing.T) {
	f := newFixture(t)
	member, stranger := f.community.member(t), f.city.member(t)
	handler := New(f, "grid-load").Wrap(data)
	require.Equal(t, http.StatusOK, do(handler, request(&member)).Code)
	require.Equal(t, []licensing.Cause{NotTheAssignee}, reasonsOf(t, do(handler, request(&stranger))))
	require.Equal(t, 1, f.asked)
}

func TestPersonalDataAreServedOfPermittedSubjectsOnly(t *testing.T) {
	of := func(subjects ...string) Option { return WithSubjects(func(*http.Request) []string { return subjects }) }
	for sentence, row := range map[string]struct {
		options []Option
		reasons []licensing.Cause
	}{
		"of one who is permitted":                          {options: []Option{of("alice")}},
		"of all who are permitted":                         {options: []Option{of("bob", "alice")}},
		"not of one who is not":                            {[]Option{of("carol")}, []licensing.Cause{SubjectNotPermitted}},
		"not undivided if one is not":                      {[]Option{of("alice", "carol")}, []licensing.Cause{SubjectNotPermitted}},
		"not if the server does not say whose they are":    {nil, []licensing.Cause{SubjectsUnknown}},
		"not if it does not know":                          {[]Option{of()}, []licensing.Cause{SubjectsUnknown}},
		"and a handler that says it filters sees the list": {options: []Option{WithFilter()}},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			f.amend(true, func(c *licensing.AccessCheck) {
				c.Personal, c.Undivided, c.Subjects = true, false, []string{"alice", "bob"}
			})
			member := f.community.member(t)
			var seen licensing.AccessCheck
			handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen, _ = From(r.Context()) })
			answer := do(New(f, "grid-load", row.options...).Wrap(handler), request(&member))
			if row.reasons != nil {
				require.Equal(t, http.StatusForbidden, answer.Code)
				require.Equal(t, row.reasons, reasonsOf(t, answer))
				require.Empty(t, seen, "the handler was not called")
				return
			}
			require.Equal(t, http.StatusOK, answer.Code)
			require.Equal(t, []string{"alice", "bob"}, seen.Subjects)
		})
	}
	_, known := From(t.Context())
	require.False(t, known)
}

func TestTheTLSConfigurationMakesClientsProveTheirKeys(t *testing.T) {
	f := newFixture(t)
	server := httptest.NewUnstartedServer(New(f, "grid-load").Wrap(data))
	server.TLS = TLSConfig()
	server.StartTLS()
	defer server.Close()
	member := f.community.member(t)
	fetch := func(certificates ...tls.Certificate) (*http.Response, error) {
		roots := x509.NewCertPool()
		roots.AddCert(server.Certificate())
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: certificates}}
		defer transport.CloseIdleConnections()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		require.NoError(t, err)
		r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
		return transport.RoundTrip(r)
	}
	answer, err := fetch(member)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	answer, err = fetch()
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
	stolen := tls.Certificate{Certificate: member.Certificate, PrivateKey: ecKey(t)}
	answer, err = fetch(stolen)
	if err == nil {
		require.NoError(t, answer.Body.Close())
	}
	require.Error(t, err, "a certificate without its key")
}
