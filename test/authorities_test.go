// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/smartb-suite/smartb/network"
)

// of is a file of an organisation in the network's state.
func of(org string, parts ...string) string {
	return filepath.Join(append([]string{net.StateDir(), org}, parts...)...)
}

// portOf is a port of the city; docs/operate/containers.md lists them.
func portOf(t *testing.T, offset int) string {
	t.Helper()
	_, text, found := strings.Cut(net.Address(net.Topology[0]), ":")
	require.True(t, found)
	number, err := strconv.Atoi(text)
	require.NoError(t, err)
	return network.Host + ":" + strconv.Itoa(number-20+offset)
}

// shown are the certificates that somebody may try to open a listener with. Those of the city are its own.
func shown(t *testing.T) map[string]tls.Certificate {
	t.Helper()
	all := map[string]tls.Certificate{"none": {}, "one that names itself operations": selfMade(t, "operations")}
	for name, files := range map[string][2]string{
		"a member's":                           {of("city", "users", "processor", "msp", "signcerts", "cert.pem"), of("city", "users", "processor", "msp", "keystore", "key.pem")},
		"the administrator's":                  {of("city", "users", "admin", "msp", "signcerts", "cert.pem"), of("city", "users", "admin", "msp", "keystore", "key.pem")},
		"the registrar's":                      {of("city", "ca", "registrar", "cert.pem"), of("city", "ca", "registrar", "key.pem")},
		"the peer's of the MSP":                {of("city", "peer", "msp", "signcerts", "cert.pem"), of("city", "peer", "msp", "keystore", "key.pem")},
		"the orderer's":                        {of("city", "orderer", "tls", "server.crt"), of("city", "orderer", "tls", "server.key")},
		"the peer's":                           {of("city", "peer", "tls", "server.crt"), of("city", "peer", "tls", "server.key")},
		"the chaincode server's":               {of("city", "chaincode", "tls", "server.crt"), of("city", "chaincode", "tls", "server.key")},
		"the agent's as a node":                {of("city", "agent", "tls", "server.crt"), of("city", "agent", "tls", "server.key")},
		"the CA server's":                      {of("city", "ca", "server.crt"), of("city", "ca", "server.key")},
		operator:                               {of("city", "operations", "client.crt"), of("city", "operations", "client.key")},
		agent:                                  {of("city", "agent", "operations", "client.crt"), of("city", "agent", "operations", "client.key")},
		"another's operations administrator's": {of("utility", "operations", "client.crt"), of("utility", "operations", "client.key")},
		"another's peer's":                     {of("utility", "peer", "tls", "server.crt"), of("utility", "peer", "tls", "server.key")},
	} {
		pair, err := tls.LoadX509KeyPair(files[0], files[1])
		require.NoError(t, err, name)
		all[name] = pair
	}
	return all
}

const operator, agent = "the operations administrator's", "the agent's"

func selfMade(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// showing trusts the city's nodes and shows the pair, whatever authorities the other side states that it trusts.
func showing(t *testing.T, pair tls.Certificate) *tls.Config {
	t.Helper()
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(read(t, of("city", "peer", "tls", "ca.crt"))))
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }}
}

// page reports whether a page answers with success.
func page(method, path, body string) func(*testing.T, string, tls.Certificate) bool {
	return func(t *testing.T, address string, pair tls.Certificate) bool {
		t.Helper()
		request, err := http.NewRequestWithContext(within(t, 10*time.Second), method, "https://"+address+path, strings.NewReader(body))
		require.NoError(t, err)
		client := http.Client{Transport: &http.Transport{TLSClientConfig: showing(t, pair), DisableKeepAlives: true}}
		response, err := client.Do(request)
		if err != nil {
			require.NotContains(t, err.Error(), "refused", "the listener is there")
			return false
		}
		require.NoError(t, response.Body.Close())
		return response.StatusCode/100 == 2
	}
}

// registers reports whether the chaincode server takes a caller for its peer: it registers its chaincode with it.
func registers(t *testing.T, address string, pair tls.Certificate) bool {
	t.Helper()
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(showing(t, pair))))
	require.NoError(t, err)
	defer connection.Close()
	stream, err := peer.NewChaincodeClient(connection).Connect(within(t, 10*time.Second))
	if err != nil {
		return false
	}
	message, err := stream.Recv()
	require.True(t, err != nil || message.GetType() == peer.ChaincodeMessage_REGISTER)
	return err == nil
}

// speaks reports whether a gRPC listener answers a call whose caller has not signed anything otherwise than with an
// error.
func speaks(method string) func(*testing.T, string, tls.Certificate) bool {
	return func(t *testing.T, address string, pair tls.Certificate) bool {
		t.Helper()
		connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(showing(t, pair))))
		require.NoError(t, err)
		defer connection.Close()
		err = connection.Invoke(within(t, 10*time.Second), method, &peer.SignedProposal{}, &peer.ProposalResponse{})
		require.Error(t, err, "what nobody signed is refused")
		require.NotContains(t, err.Error(), "connection refused", "the listener is there")
		return false
	}
}

// TestEachCertificateOpensItsOwnListenersOnly tries every certificate at every listener of the city.
func TestEachCertificateOpensItsOwnListenersOnly(t *testing.T) {
	nativeOnly(t, "containers publish gateways only; TestOnlyWhatMustTalkCanTalk is about the rest")
	operations := []string{operator, agent}
	certificates := shown(t)
	pairs := 0
	for listener, row := range map[string]struct {
		offset int
		opens  func(*testing.T, string, tls.Certificate) bool
		by     []string
	}{
		"the CA":                         {0, page(http.MethodGet, "/cainfo", ""), operations},
		"the CA's operations":            {1, page(http.MethodGet, "/healthz", ""), operations},
		"the agent":                      {5, page(http.MethodGet, "/peer/metrics", ""), nil}, // it asks for a token
		"the orderer":                    {10, speaks("/orderer.AtomicBroadcast/Broadcast"), nil},
		"the orderers' consensus":        {10, speaks("/orderer.ClusterNodeService/Step"), nil},
		"the orderer's metrics":          {11, page(http.MethodGet, "/metrics", ""), operations},
		"the orderer's log levels":       {11, page(http.MethodPut, "/logspec", `{"spec":"warn:gateway=error"}`), operations},
		"the orderer's channels":         {12, page(http.MethodGet, "/participation/v1/channels", ""), operations},
		"the peer":                       {20, speaks("/protos.Endorser/ProcessProposal"), nil},
		"the peers' gossip":              {20, speaks("/gossip.Gossip/GossipStream"), nil},
		"the peer's chaincode listener":  {21, speaks("/protos.ChaincodeSupport/Register"), nil},
		"the peer's metrics":             {22, page(http.MethodGet, "/metrics", ""), operations},
		"the peer's log levels":          {22, page(http.MethodPut, "/logspec", `{"spec":"warn:gateway=error"}`), operations},
		"the peer's log levels, to read": {22, page(http.MethodGet, "/logspec", ""), operations},
		"the chaincode server":           {30, registers, []string{"the peer's"}},
	} {
		t.Run(listener, func(t *testing.T) {
			for name, pair := range certificates {
				pairs++
				require.Equal(t, slices.Contains(row.by, name), row.opens(t, portOf(t, row.offset), pair), "%s certificate at %s", name, listener)
			}
		})
	}
	t.Logf("%d pairs of certificates and listeners", pairs)
	_, err := connect(t, "city", "processor").Governance().GetFounding(within(t, time.Minute))
	require.NoError(t, err, "and the peer's own connection to its chaincode server lives")
}

// TestTheAgentPassesMetricsOnAndNothingElse has the token, and tries what else the listeners behind the agent would do for it.
func TestTheAgentPassesMetricsOnAndNothingElse(t *testing.T) {
	nativeOnly(t, "containers publish gateways only")
	token := strings.TrimSpace(string(read(t, of("city", "agent", "scrape.token"))))
	for request, want := range map[string]int{
		"GET /peer/metrics": 200, "GET /orderer/metrics": 200,
		"PUT /peer/logspec": 404, "GET /peer/logspec": 404, "GET /orderer/participation/v1/channels": 404, "GET /peer/metrics/../logspec": 404, "GET /metrics": 404,
		"GET /peer/metrics?x=1": 404, "POST /peer/metrics": 405, "PUT /orderer/metrics": 405, "DELETE /orderer/metrics": 405, "HEAD /peer/metrics": 405,
	} {
		t.Run(request, func(t *testing.T) {
			method, path, _ := strings.Cut(request, " ")
			for shown, status := range map[string]int{token: want, "": http.StatusUnauthorized, token + "0": http.StatusUnauthorized} {
				r, err := http.NewRequestWithContext(within(t, 20*time.Second), method, "https://"+portOf(t, 5)+path, strings.NewReader(`{"spec":"debug"}`))
				require.NoError(t, err)
				r.Header.Set("Authorization", "Bearer "+shown)
				client := http.Client{Transport: &http.Transport{TLSClientConfig: showing(t, tls.Certificate{}), DisableKeepAlives: true}}
				response, err := client.Do(r)
				require.NoError(t, err)
				require.NoError(t, response.Body.Close())
				require.Equal(t, status, response.StatusCode)
			}
		})
	}
}

// askCA asks one of the city's authorities for a certificate with names of nodes, over a connection that shows a pair, as the holder of another pair.
func askCA(t *testing.T, instance, name, profile string, connection tls.Certificate, as tls.Certificate) (*x509.Certificate, error) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	names := []string{"localhost", network.Host, "city-peer", "city-orderer", "data.city.example"}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}, DNSNames: names}, key)
	require.NoError(t, err)
	body, err := json.Marshal(map[string]any{
		"caname": instance + "-city", "profile": profile, "hosts": names,
		"certificate_request": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr})),
	})
	require.NoError(t, err)
	const path = "/api/v1/reenroll"
	request, err := http.NewRequestWithContext(within(t, 10*time.Second), http.MethodPost, "https://"+portOf(t, 0)+path, bytes.NewReader(body))
	require.NoError(t, err)
	encode := base64.StdEncoding.EncodeToString
	certificate := encode(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: as.Certificate[0]}))
	digest := sha256.Sum256([]byte("POST." + encode([]byte(path)) + "." + encode(body) + "." + certificate))
	sign, err := identity.NewPrivateKeySign(as.PrivateKey)
	require.NoError(t, err)
	signature, err := sign(digest[:])
	require.NoError(t, err)
	request.Header.Set("Authorization", certificate+"."+encode(signature))
	client := http.Client{Transport: &http.Transport{TLSClientConfig: showing(t, connection), DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		require.NotContains(t, err.Error(), "connection refused")
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	var answer struct {
		Result struct{ Cert []byte }
	}
	if err := json.Unmarshal(text, &answer); err != nil || response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s: %s", response.Status, text)
	}
	block, _ := pem.Decode(answer.Result.Cert)
	require.NotNil(t, block)
	return x509.ParseCertificate(block.Bytes)
}

// TestAMemberObtainsNoCertificateWithANodesName asks each of the three authorities, with each of its profiles.
func TestAMemberObtainsNoCertificateWithANodesName(t *testing.T) {
	nativeOnly(t, "no client reaches a CA in containers")
	all := shown(t)
	nodes := x509.NewCertPool()
	require.True(t, nodes.AppendCertsFromPEM(read(t, of("city", "peer", "tls", "ca.crt"))))
	for _, instance := range []string{"signing", "tls", "operations"} {
		for _, profile := range []string{"", "tls", "ca", "unheard-of"} {
			t.Run(instance+" "+profile, func(t *testing.T) {
				for _, name := range []string{"processor", "peer", "orderer", "agent"} {
					for _, connection := range []string{"none", "a member's", "the administrator's", "the registrar's", "the peer's"} {
						_, err := askCA(t, instance, name, profile, all[connection], all["a member's"])
						var refused *url.Error
						require.ErrorAs(t, err, &refused, "%s certificate does not reach the CA", connection)
					}
					// Anyone who came so far by the operations administrator's own connection would still find himself
					// unknown, but at the authority for signatures.
					certificate, err := askCA(t, instance, name, profile, all[operator], all["a member's"])
					if err != nil {
						require.False(t, instance == "signing" && name == "processor" && profile != "unheard-of", "%v", err)
						continue
					}
					require.Equal(t, []string{"signing", "processor"}, []string{instance, name})
					require.Empty(t, certificate.ExtKeyUsage)
					require.False(t, certificate.IsCA)
					_, err = certificate.Verify(x509.VerifyOptions{Roots: nodes, DNSName: "city-peer", KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
					require.ErrorAs(t, err, new(x509.UnknownAuthorityError), "nobody takes it for a node's")
				}
			})
		}
	}
}

// TestCertificatesAreGoodForOnePurpose looks at what was issued.
func TestCertificatesAreGoodForOnePurpose(t *testing.T) {
	nativeOnly(t, "the nodes' folders are in volumes")
	parse := func(path string) *x509.Certificate {
		block, _ := pem.Decode(read(t, path))
		require.NotNil(t, block, path)
		certificate, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		return certificate
	}
	for _, org := range net.Topology {
		signing, connections := parse(of(org.Name, "msp", "cacerts", "ca.pem")), parse(of(org.Name, "msp", "tlscacerts", "ca.pem"))
		operations := parse(of(org.Name, "peer", "tls", "operations.crt"))
		keys := map[string]bool{}
		for _, root := range []*x509.Certificate{signing, connections, operations} {
			require.NoError(t, root.CheckSignatureFrom(root))
			keys[string(root.RawSubjectPublicKeyInfo)] = true
		}
		require.Len(t, keys, 3, "each authority has a key of its own")
		for _, user := range org.Users {
			certificate := parse(of(org.Name, "users", user.Name, "msp", "signcerts", "cert.pem"))
			require.NoError(t, certificate.CheckSignatureFrom(signing))
			require.Equal(t, x509.KeyUsageDigitalSignature, certificate.KeyUsage)
			require.Empty(t, certificate.ExtKeyUsage)
			require.Empty(t, certificate.DNSNames)
			require.NoDirExists(t, of(org.Name, "users", user.Name, "tls"))
		}
		for _, node := range []string{"orderer", "peer", "chaincode", "agent"} {
			certificate := parse(of(org.Name, node, "tls", "server.crt"))
			require.NoError(t, certificate.CheckSignatureFrom(connections))
			require.Equal(t, node, certificate.Subject.CommonName)
		}
		for _, client := range []string{of(org.Name, "operations", "client.crt"), of(org.Name, "agent", "operations", "client.crt")} {
			certificate := parse(client)
			require.NoError(t, certificate.CheckSignatureFrom(operations))
			require.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, certificate.ExtKeyUsage)
		}
		folders := []string{of(org.Name, "msp"), of(org.Name, "orderer", "msp"), of(org.Name, "peer", "msp")}
		users, err := filepath.Glob(of(org.Name, "users", "*", "msp"))
		require.NoError(t, err)
		for _, folder := range append(folders, users...) {
			require.Equal(t, signing.Raw, parse(filepath.Join(folder, "cacerts", "ca.pem")).Raw)
			require.Equal(t, connections.Raw, parse(filepath.Join(folder, "tlscacerts", "ca.pem")).Raw)
			entries, err := os.ReadDir(filepath.Join(folder, "cacerts"))
			require.NoError(t, err)
			require.Len(t, entries, 1, "the authority for TLS is none of the MSP's")
		}
	}
}
