// SPDX-License-Identifier: Apache-2.0

package gatewaytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Network is the id of the network in tests.
const Network = "net"

// WriteProfile writes a profile with a fresh identity of UtilityMSP into folder and returns its path. Each fallback peer is of an organisation of its own: its
// name with MSP.
func WriteProfile(tb testing.TB, folder string, peers, fallback []*Peer) string {
	tb.Helper()
	key, certificate := newKey(tb), template("user")
	text := create(tb, certificate, certificate, key, key)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	write(tb, filepath.Join(folder, "cert.pem"), "CERTIFICATE", text)
	write(tb, filepath.Join(folder, "key.pem"), "PRIVATE KEY", pkcs8)
	list := func(peers []*Peer, msp func(*Peer) string) []map[string]string {
		entries := make([]map[string]string, len(peers))
		for i, p := range peers {
			entries[i] = map[string]string{"name": p.Name, "mspId": msp(p), "address": p.Address, "tlsCaCertificates": p.CA}
		}
		return entries
	}
	profile, err := json.Marshal(map[string]any{
		"network": Network, "channel": "smartcity", "chaincode": "smartb", "mspId": "UtilityMSP", "certificate": "cert.pem", "privateKey": "key.pem",
		"peers":         list(peers, func(*Peer) string { return "UtilityMSP" }),
		"fallbackPeers": list(fallback, func(p *Peer) string { return p.Name + "MSP" }),
	})
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(folder, "profile.json")
	if err := os.WriteFile(path, profile, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// serverCertificate makes a TLS certificate for 127.0.0.1 and the PEM file of its own CA.
func serverCertificate(tb testing.TB, name string) (tls.Certificate, string) {
	tb.Helper()
	caKey, caTemplate := newKey(tb), template("ca of "+name)
	caTemplate.IsCA, caTemplate.BasicConstraintsValid, caTemplate.KeyUsage = true, true, x509.KeyUsageCertSign
	ca := filepath.Join(tb.TempDir(), "ca.pem")
	write(tb, ca, "CERTIFICATE", create(tb, caTemplate, caTemplate, caKey, caKey))
	key, server := newKey(tb), template(name)
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	return tls.Certificate{Certificate: [][]byte{create(tb, server, caTemplate, key, caKey)}, PrivateKey: key}, ca
}

func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
}

func newKey(tb testing.TB) *ecdsa.PrivateKey {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func create(tb testing.TB, certificate, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) []byte {
	tb.Helper()
	text, err := x509.CreateCertificate(rand.Reader, certificate, parent, key.Public(), signer)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func write(tb testing.TB, path, kind string, text []byte) {
	tb.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: text}), 0o600); err != nil {
		tb.Fatal(err)
	}
}
