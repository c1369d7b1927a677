// SPDX-License-Identifier: Apache-2.0

package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func fakeCA(t *testing.T, handler http.HandlerFunc) *caClient {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return &caClient{url: server.URL, http: server.Client()}
}

func testPair(t *testing.T) *keyPair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return &keyPair{key: key, certificate: []byte("certificate")}
}

func TestRegistrationIsSignedByTheRegistrar(t *testing.T) {
	registrar := testPair(t)
	ca := fakeCA(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		encode := base64.StdEncoding.EncodeToString
		certificate, signature, found := strings.Cut(r.Header.Get("Authorization"), ".")
		require.True(t, found)
		digest := sha256.Sum256([]byte("POST." + encode([]byte("/api/v1/register")) + "." + encode(body) + "." + certificate))
		der, err := base64.StdEncoding.DecodeString(signature)
		require.NoError(t, err)
		require.True(t, ecdsa.VerifyASN1(&registrar.key.PublicKey, digest[:], der))

		var got registration
		require.NoError(t, json.Unmarshal(body, &got))
		require.Equal(t, []attribute{{Name: "smartb.role", Value: "steward,processor", ECert: true}}, got.Attributes)
		_, err = io.WriteString(w, `{"result":{"secret":"s"},"errors":[],"success":true}`)
		require.NoError(t, err)
	})
	m := member{id: "anna", kind: "client", roles: []string{"steward", "processor"}}
	require.NoError(t, ca.register(t.Context(), registrar, m.registration("s")))
}

func TestRegistrationAnswers(t *testing.T) {
	cases := map[string]struct{ answer, says string }{
		"accepted":           {`{"result":{},"errors":[]}`, ""},
		"registered already": {`{"result":"","errors":[{"code":74,"message":"Identity 'anna' is already registered"}]}`, ""},
		"refused":            {`{"result":"","errors":[{"code":71,"message":"Authorization failure"}]}`, "Authorization failure (code 71)"},
		"not a CA":           {`<html>`, "200 OK"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			ca := fakeCA(t, func(w http.ResponseWriter, _ *http.Request) {
				_, err := io.WriteString(w, c.answer)
				require.NoError(t, err)
			})
			err := ca.register(t.Context(), testPair(t), registration{ID: "anna"})
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestEnrolmentProvesItselfBySecretAndKeepsTheKeyHere(t *testing.T) {
	ca := fakeCA(t, func(w http.ResponseWriter, r *http.Request) {
		id, secret, ok := r.BasicAuth()
		require.True(t, ok)
		require.Equal(t, "anna", id)
		require.Equal(t, "s3cret", secret)
		var e enrolment
		require.NoError(t, json.NewDecoder(r.Body).Decode(&e))
		require.Contains(t, e.Request, "CERTIFICATE REQUEST")
		require.NotContains(t, e.Request, "PRIVATE")
		require.NoError(t, json.NewEncoder(w).Encode(map[string]any{"result": map[string]any{"Cert": []byte("issued")}, "errors": []any{}}))
	})
	pair, err := ca.enrol(t.Context(), "anna", "s3cret", nil)
	require.NoError(t, err)
	require.Equal(t, "issued", string(pair.certificate))
	require.NotNil(t, pair.key)
}
