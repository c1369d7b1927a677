// SPDX-License-Identifier: Apache-2.0

package network

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// instance is one of the three certificate authorities of an organisation, each with a key and a registry of its own. One server runs them.
type instance struct {
	name, purpose string
	// dir is its home within that of the server.
	dir string
	// identities are registered from the start. Only the signing instance has a registrar: nobody else is ever registered at the others.
	identities []string
	// usage is what all certificates of the instance are good for, whatever profile is asked for.
	usage string
}

// Instances of an organisation's CA.
var (
	signingCA    = instance{name: "signing", purpose: "Signing", identities: []string{registrarName}, usage: "[digital signature]"}
	tlsCA        = instance{name: "tls", purpose: "TLS", dir: "tls", identities: []string{Orderer, Peer, Server, Agent}, usage: "[digital signature, server auth, client auth]"}
	operationsCA = instance{name: "operations", purpose: "Operations", dir: "operations", identities: []string{Agent}, usage: "[digital signature, client auth]"}

	instances = []instance{signingCA, tlsCA, operationsCA}
)

const (
	registrarName = "registrar"
	// operatorName is the organisation's operations administrator.
	operatorName = "operations"
)

// caName is the name by which clients of the server tell the instances apart.
func (i instance) caName(org Organisation) string { return i.name + "-" + org.Name }

func (i instance) home(l layout, org Organisation) string { return l.org(org, CA, i.dir) }

func (i instance) root(l layout, org Organisation) string {
	return filepath.Join(i.home(l, org), "ca-cert.pem")
}

func (i instance) config(l layout, org Organisation) string {
	return filepath.Join(i.home(l, org), "fabric-ca-server-config.yaml")
}

// secret is the file with the password of an identity that is registered from the start.
func (i instance) secret(l layout, org Organisation, id string) string {
	return filepath.Join(i.home(l, org), id+".secret")
}

// prepareCA makes keys, certificates and configurations of the organisation's three authorities, unless it was done, and the server's TLS certificate.
func (n *Network) prepareCA(org Organisation) error {
	for _, i := range instances {
		if err := n.prepareInstance(org, i); err != nil {
			return fmt.Errorf("%s authority of %s: %w", i.name, org.Name, err)
		}
	}
	return n.certifyCAServer(org)
}

// prepareInstance writes the configuration last: it is there when all is.
func (n *Network) prepareInstance(org Organisation, i instance) error {
	if exists(i.config(n.layout, org)) {
		return nil
	}
	if err := writeAuthority(i.home(n.layout, org), org.Name, i); err != nil {
		return err
	}
	passwords := map[string]string{}
	for _, id := range i.identities {
		passwords[id] = newSecret()
		if err := writeFile(i.secret(n.layout, org, id), []byte(passwords[id])); err != nil {
			return err
		}
	}
	text, err := n.renderCA(org, i, passwords)
	if err != nil {
		return err
	}
	return writeFile(i.config(n.layout, org), text)
}

// writeAuthority makes the key of an authority and its own certificate.
func writeAuthority(home, org string, i instance) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := certificate(pkix.Name{CommonName: i.name + "." + org, Organization: []string{org}}, 15)
	template.KeyUsage, template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = x509.KeyUsageCertSign|x509.KeyUsageCRLSign, true, true, true
	pair, err := sign(template, template, key, key)
	if err != nil {
		return err
	}
	return pair.write(filepath.Join(home, "ca-key.pem"), filepath.Join(home, "ca-cert.pem"))
}

// certifyCAServer issues what the server needs before it runs: its own certificate, by the TLS authority, and the operations administrator's, without which
// it lets nobody in.
func (n *Network) certifyCAServer(org Organisation) error {
	home := n.layout.org(org, CA)
	if !exists(filepath.Join(home, "server.crt")) {
		pair, err := n.issue(org, tlsCA, CA, x509.ExtKeyUsageServerAuth, n.names(org, CA))
		if err != nil {
			return err
		}
		if err := pair.write(filepath.Join(home, "server.key"), filepath.Join(home, "server.crt")); err != nil {
			return err
		}
	}
	operator := n.operator(org)
	if exists(operator.certificate()) {
		return nil
	}
	pair, err := n.issue(org, operationsCA, operatorName, x509.ExtKeyUsageClientAuth, nil)
	if err != nil {
		return err
	}
	return n.writeTLS(org, operator, pair)
}

// issue makes a certificate with the key of an authority whose server does not run yet.
func (n *Network) issue(org Organisation, i instance, name string, usage x509.ExtKeyUsage, hosts []string) (*keyPair, error) {
	authority, err := readKeyPair(filepath.Join(i.home(n.layout, org), "ca-key.pem"), i.root(n.layout, org))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(authority.certificate)
	if block == nil {
		return nil, fmt.Errorf("the %s authority's certificate is no PEM", i.name)
	}
	parent, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate(pkix.Name{CommonName: name, Organization: []string{org.Name}}, 1)
	template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{usage}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return sign(template, parent, key, authority.key)
}

func certificate(subject pkix.Name, years int) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // the reader never fails, by its documentation
	now := time.Now()
	return &x509.Certificate{SerialNumber: serial, Subject: subject, NotBefore: now.Add(-5 * time.Minute), NotAfter: now.AddDate(years, 0, 0)}
}

// sign repeats until the signature has the lower of its two possible values: Fabric rewrites certificates with the other, and then they have two hashes.
func sign(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) (*keyPair, error) {
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	for {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
		if err != nil {
			return nil, err
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		var signature struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(made.Signature, &signature); err != nil {
			return nil, err
		}
		if signature.S.Cmp(half) <= 0 {
			return &keyPair{key: key, certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, nil
		}
	}
}

// roots reads the certificates of the organisation's authorities for signatures and for TLS.
func (n *Network) roots(org Organisation) (signing, tls []byte, err error) {
	signing, err = os.ReadFile(signingCA.root(n.layout, org))
	if err != nil {
		return nil, nil, fmt.Errorf("certificate of %s's signing authority: %w", org.Name, err)
	}
	tls, err = os.ReadFile(tlsCA.root(n.layout, org))
	if err != nil {
		return nil, nil, fmt.Errorf("certificate of %s's TLS authority: %w", org.Name, err)
	}
	return signing, tls, nil
}
