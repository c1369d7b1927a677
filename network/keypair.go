// SPDX-License-Identifier: Apache-2.0

package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net"
	"os"

	"github.com/hyperledger/fabric-gateway/pkg/identity"

	"github.com/smartb-suite/smartb/chaincode/keyfile"
)

// keyPair is a private key and its certificate.
type keyPair struct {
	key         *ecdsa.PrivateKey
	certificate []byte
}

// newKeyPair makes a key and the request for its certificate.
func newKeyPair(name string, hosts []string) (*keyPair, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := x509.CertificateRequest{Subject: pkix.Name{CommonName: name}}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
	if err != nil {
		return nil, nil, err
	}
	return &keyPair{key: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}), nil
}

func (p *keyPair) keyPEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// write stores the key first, so that a certificate that exists is a pair that is complete.
func (p *keyPair) write(keyFile, certificateFile string) error {
	key, err := p.keyPEM()
	if err != nil {
		return err
	}
	if err := writeFile(keyFile, key); err != nil {
		return err
	}
	return writeFile(certificateFile, p.certificate)
}

func readKeyPair(keyFile, certificateFile string) (*keyPair, error) {
	certificate, err := os.ReadFile(certificateFile)
	if err != nil {
		return nil, err
	}
	text, err := keyfile.Read(keyFile)
	if err != nil {
		return nil, err
	}
	private, err := identity.PrivateKeyFromPEM(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	key, ok := private.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is not an ECDSA key", keyFile)
	}
	return &keyPair{key: key, certificate: certificate}, nil
}

// newSecret returns a password that nobody needs to remember.
func newSecret() string {
	var bytes [24]byte
	rand.Read(bytes[:]) // never fails, by its documentation
	return hex.EncodeToString(bytes[:])
}
