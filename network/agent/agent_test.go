// SPDX-License-Identifier: Apache-2.0

package agent

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// behind starts an operations listener that notes what reaches it, and an agent in front of it.
func behind(t *testing.T, answer http.HandlerFunc) (agent string, reached *[]string) {
	t.Helper()
	reached = &[]string{}
	target := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		*reached = append(*reached, r.Method+" "+r.RequestURI+" "+string(body)+r.Header.Get("Authorization"))
		answer(w, r)
	}))
	t.Cleanup(target.Close)
	roots := x509.NewCertPool()
	roots.AddCert(target.Certificate())
	handler, err := Handler(map[string]string{"peer": target.URL}, "token", &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL, reached
}

func ask(t *testing.T, method, address, token string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(`{"spec":"debug"}`))
	require.NoError(t, err)
	request.Header.Set("Authorization", token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

func TestMetricsArePassedOnAndNothingOfTheRequest(t *testing.T) {
	address, reached := behind(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("up 1\n")) })
	status, text := ask(t, http.MethodGet, address+"/peer/metrics", "Bearer token")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "up 1\n", text)
	require.Equal(t, []string{"GET /metrics "}, *reached, "neither body nor token")
}

func TestNothingElseReachesTheListener(t *testing.T) {
	address, reached := behind(t, func(http.ResponseWriter, *http.Request) {})
	for request, want := range map[string]int{
		"GET /peer/logspec": 404, "PUT /peer/logspec": 404, "GET /metrics": 404, "GET /orderer/metrics": 404, "GET /peer/metrics/": 404,
		"GET /peer/metrics?a=b": 404, "GET /peer/metrics%2f..%2flogspec": 404, "GET //peer/metrics": 404, "PUT /peer/metrics": 405, "POST /peer/metrics": 405,
	} {
		method, path, _ := strings.Cut(request, " ")
		status, _ := ask(t, method, address+path, "Bearer token")
		require.Equal(t, want, status, request)
	}
	for _, token := range []string{"", "token", "Bearer ", "Bearer token2", "bearer token"} {
		status, _ := ask(t, http.MethodGet, address+"/peer/metrics", token)
		require.Equal(t, http.StatusUnauthorized, status, token)
	}
	require.Empty(t, *reached)
}

func TestWhatIsNoPageOfMetricsIsNotPassedOn(t *testing.T) {
	address, _ := behind(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/logspec", http.StatusFound) })
	status, text := ask(t, http.MethodGet, address+"/peer/metrics", "Bearer token")
	require.Equal(t, http.StatusBadGateway, status)
	require.Contains(t, text, "302")
}

func TestAnAgentIsToldWhomItWatches(t *testing.T) {
	for _, target := range []string{"", "http://peer:1", "https://peer:1/logspec", "peer:1"} {
		_, err := Handler(map[string]string{"peer": target}, "token", nil)
		require.ErrorContains(t, err, "name=https://host:port")
	}
	_, err := Handler(nil, "", nil)
	require.ErrorContains(t, err, "empty")
}
