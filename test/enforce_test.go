// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
)

const gridLoad = "transformer 7: 42 MW"

// access has the ledger decide for the community, and waits until the provider's peer has the decision.
func (m market) access(ctx context.Context, t *testing.T, agreement string) licensing.Decision {
	t.Helper()
	decision, receipt, err := m.processor.Licensing().Access(ctx, ask(t, agreement))
	require.NoError(t, err)
	require.NoError(t, m.delivers.Await(ctx, receipt))
	return decision
}

// dataServer is the utility's server for a dataset, put under enforcement.
type dataServer struct {
	*httptest.Server
	peer *enforce.Peer
}

func serve(ctx context.Context, t *testing.T, dataset string) dataServer {
	t.Helper()
	peer, err := enforce.Connect(ctx, profile(t, "utility", "processor"))
	require.NoError(t, err)
	t.Cleanup(peer.Close)
	existing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, gridLoad) })
	server := httptest.NewUnstartedServer(enforce.New(peer, dataset, enforce.WithSignatures("data.example")).Wrap(existing))
	server.TLS = enforce.TLSConfig()
	server.StartTLS()
	t.Cleanup(server.Close)
	return dataServer{server, peer}
}

// fetch asks the server as a member, over mutual TLS, or without a certificate if the member is nil.
func (s dataServer) fetch(ctx context.Context, t *testing.T, member *tls.Certificate, decision licensing.Decision, changes ...func(*http.Request)) (int, string, enforce.Problem) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	config := &tls.Config{RootCAs: roots}
	if member != nil {
		config.Certificates = []tls.Certificate{*member}
	}
	transport := &http.Transport{TLSClientConfig: config}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
	require.NoError(t, err)
	request.Header.Set(enforce.DecisionHeader, decision.DecisionID)
	for _, change := range changes {
		change(request)
	}
	answer, err := transport.RoundTrip(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	var problem enforce.Problem
	if answer.StatusCode != http.StatusOK {
		require.NoError(t, json.Unmarshal(text, &problem), "%s", text)
	}
	return answer.StatusCode, string(text), problem
}

// certificate is a user's own.
func certificate(t *testing.T, org, user string) *tls.Certificate {
	t.Helper()
	p := profile(t, org, user)
	pair, err := tls.LoadX509KeyPair(p.Certificate, p.PrivateKey)
	require.NoError(t, err)
	return &pair
}

// signedBy has the request signed by the member, as for a server behind a proxy that ends TLS.
func signedBy(t *testing.T, member *tls.Certificate) func(*http.Request) {
	return func(r *http.Request) {
		r.Host = "data.example"
		require.NoError(t, enforce.Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
	}
}

// TestADataServerServesWhatTheLedgerAllows: the assignee is served, by certificate and by signature; another
// organisation with the same decision is not. And when the owner has retired the licence, the very next request is
// refused and told why.
func TestADataServerServesWhatTheLedgerAllows(t *testing.T) {
	ctx, m := within(t, 2*time.Minute), theMarket(t)
	agreement := m.licensed(ctx, t, false, "")
	decision := m.access(ctx, t, agreement)
	require.True(t, decision.Permit)
	server := serve(ctx, t, decision.DatasetID)
	community, city := certificate(t, "community", "processor"), certificate(t, "city", "processor")

	for range 3 {
		status, text, _ := server.fetch(ctx, t, community, decision)
		require.Equal(t, http.StatusOK, status, text)
		require.Equal(t, gridLoad, text)
	}
	status, text, _ := server.fetch(ctx, t, nil, decision, signedBy(t, community))
	require.Equal(t, http.StatusOK, status, text)

	status, _, _ = server.fetch(ctx, t, nil, decision)
	require.Equal(t, http.StatusUnauthorized, status, "a decision id is no proof")
	stranger := []licensing.Reason{{Code: enforce.NotTheAssignee}}
	status, _, problem := server.fetch(ctx, t, city, decision)
	require.Equal(t, http.StatusForbidden, status)
	require.Equal(t, stranger, problem.Reasons)
	_, _, problem = server.fetch(ctx, t, nil, decision, signedBy(t, city))
	require.Equal(t, stranger, problem.Reasons)
	other := m.access(ctx, t, m.licensed(ctx, t, false, ""))
	_, _, problem = server.fetch(ctx, t, community, other)
	require.Equal(t, []licensing.Reason{{Code: enforce.OtherDataset}}, problem.Reasons)
	_, _, problem = server.fetch(ctx, t, community, licensing.Decision{DecisionID: licensing.Ref("CommunityMSP", random(t))})
	require.Equal(t, []licensing.Reason{{Code: enforce.DecisionUnknown}}, problem.Reasons)

	_, retired, err := m.provider.Licensing().RetireAgreement(ctx, licensing.RetireAgreementRequest{AgreementID: agreement})
	require.NoError(t, err)
	server.hears(t, retired)
	status, _, problem = server.fetch(ctx, t, community, decision)
	require.Equal(t, http.StatusForbidden, status)
	require.Equal(t, []licensing.Reason{{Code: licensing.Cause(licensing.Retired)}}, problem.Reasons)
}

// hears waits until the guard has heard of the block that its peer committed.
func (s dataServer) hears(t *testing.T, receipt gateway.Receipt) {
	t.Helper()
	begin := time.Now()
	for s.peer.Height() <= receipt.BlockNumber {
		require.Less(t, time.Since(begin), 10*time.Second)
		time.Sleep(time.Millisecond)
	}
	t.Logf("the guard heard of block %d %s after the commit", receipt.BlockNumber, time.Since(begin).Round(time.Millisecond))
}

// TestALimitedUseIsServedOnce spends both uses, each by one answer, and finds the agreement exhausted.
func TestALimitedUseIsServedOnce(t *testing.T) {
	ctx, m := within(t, 2*time.Minute), theMarket(t)
	agreement := m.licensed(ctx, t, false, `,{"leftOperand":"count","operator":"lteq","rightOperand":"2"}`)
	community := certificate(t, "community", "processor")
	uses := func() licensing.RuleUses {
		answer, err := m.delivers.Licensing().GetUses(ctx, licensing.UsesRequest{AgreementID: agreement})
		require.NoError(t, err)
		require.Len(t, answer.Uses, 1)
		answer.Uses[0].Rule = ""
		return answer.Uses[0]
	}
	for i := range int64(2) {
		decision := m.access(ctx, t, agreement)
		require.True(t, decision.Permit)
		require.Equal(t, licensing.RuleUses{Limit: 2, Used: i, Reserved: 1, Left: 1 - i}, uses())
		server := serve(ctx, t, decision.DatasetID)
		status, text, _ := server.fetch(ctx, t, community, decision)
		require.Equal(t, http.StatusOK, status, text)
		require.Equal(t, licensing.RuleUses{Limit: 2, Used: i + 1, Left: 1 - i}, uses())
		status, text, problem := server.fetch(ctx, t, community, decision)
		require.Equal(t, http.StatusForbidden, status)
		require.NotContains(t, text, gridLoad)
		require.Equal(t, []licensing.Reason{{Code: licensing.CauseServed}}, problem.Reasons)
	}
	beyond := m.access(ctx, t, agreement)
	require.False(t, beyond.Permit)
	_, _, problem := serve(ctx, t, beyond.DatasetID).fetch(ctx, t, community, beyond)
	require.Contains(t, problem.Reasons, licensing.Reason{Code: licensing.CauseDenied})
}

// TestTheChannelSaysWhoIsAMember: every organisation's users are members of it and of no other, by the channel's configuration.
func TestTheChannelSaysWhoIsAMember(t *testing.T) {
	ctx := within(t, time.Minute)
	msps, err := connect(t, "city", "steward").MSPs(ctx)
	require.NoError(t, err)
	require.Len(t, msps, len(net.Topology))
	for _, msp := range msps {
		for _, org := range net.Topology {
			err := msp.Verify(certificate(t, org.Name, org.Client().Name).Leaf, time.Now())
			require.Equal(t, org.MSP == msp.ID, err == nil, "%s in %s: %v", org.Name, msp.ID, err)
		}
		require.True(t, strings.HasSuffix(msp.ID, "MSP"))
	}
}
