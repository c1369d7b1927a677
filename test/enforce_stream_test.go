// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
)

// TestAStreamBehindTheProxyEndsWithTheAgreement reads events until the owner retires the agreement. Before, it finds that
// the same decision opens no other method and no other path.
func TestAStreamBehindTheProxyEndsWithTheAgreement(t *testing.T) {
	ctx, m := within(t, 2*time.Minute), theMarket(t)
	agreement := m.licensed(ctx, t, false, "")
	decision := m.access(ctx, t, agreement)
	existing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for r.Context().Err() == nil {
			_, _ = fmt.Fprintf(w, "data: for %s\n\n", r.Header.Get(enforce.AssigneeHeader))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	}))
	defer existing.Close()
	upstream, err := url.Parse(existing.URL)
	require.NoError(t, err)
	peer, err := enforce.Connect(ctx, profile(t, "utility", "processor"))
	require.NoError(t, err)
	defer peer.Close()
	routes := []enforce.Route{{Method: "GET", Path: "/events", Dataset: decision.DatasetID, Action: "read"}}
	point, err := enforce.NewPoint(peer, routes, enforce.Proxy(upstream, func(error) {}))
	require.NoError(t, err)
	front := httptest.NewUnstartedServer(point)
	front.TLS = enforce.TLSConfig()
	front.StartTLS()
	defer front.Close()
	roots := x509.NewCertPool()
	roots.AddCert(front.Certificate())
	community := *certificate(t, "community", "processor")
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{community}},
	}}
	defer client.CloseIdleConnections()
	ask := func(method, path string) *http.Response {
		r, err := http.NewRequestWithContext(ctx, method, front.URL+path, nil)
		require.NoError(t, err)
		r.Header.Set(enforce.DecisionHeader, decision.DecisionID)
		r.Header.Set(enforce.AssigneeHeader, "UtilityMSP")
		answer, err := client.Do(r)
		require.NoError(t, err)
		return answer
	}
	for method, status := range map[string]int{"DELETE": http.StatusForbidden, "POST": http.StatusForbidden} {
		refused := ask(method, "/events")
		require.NoError(t, refused.Body.Close())
		require.Equal(t, status, refused.StatusCode, method)
	}
	missing := ask(http.MethodGet, "/other")
	require.NoError(t, missing.Body.Close())
	require.Equal(t, http.StatusNotFound, missing.StatusCode)

	stream := ask(http.MethodGet, "/events")
	defer stream.Body.Close()
	require.Equal(t, http.StatusOK, stream.StatusCode)
	first := make([]byte, len("data: for CommunityMSP"))
	_, err = io.ReadFull(stream.Body, first)
	require.NoError(t, err)
	require.Equal(t, "data: for CommunityMSP", string(first))
	_, _, err = m.provider.Licensing().RetireAgreement(ctx, licensing.RetireAgreementRequest{AgreementID: agreement})
	require.NoError(t, err)
	begin := time.Now()
	_, err = io.Copy(io.Discard, stream.Body)
	require.Error(t, err, "the stream is cut off, not ended")
	require.Less(t, time.Since(begin), 5*time.Second)
	t.Logf("cut %s after the commit", time.Since(begin).Round(time.Millisecond))
}
