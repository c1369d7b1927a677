// SPDX-License-Identifier: Apache-2.0

package gatewaytest

import (
	"crypto/ecdsa"
	"crypto/x509"
	"testing"
)

// Organisation is an organisation's CA.
type Organisation struct {
	Root *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewOrganisation makes a CA.
func NewOrganisation(tb testing.TB, name string) Organisation {
	tb.Helper()
	key, ca := newKey(tb), template("ca of "+name)
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	return Organisation{parse(tb, create(tb, ca, ca, key, key)), key}
}

// Issue makes a member of the unit (client, admin, peer).
func (o Organisation) Issue(tb testing.TB, unit string) (*ecdsa.PrivateKey, *x509.Certificate) {
	tb.Helper()
	key, member := newKey(tb), template(unit)
	member.Subject.OrganizationalUnit, member.KeyUsage = []string{unit}, x509.KeyUsageDigitalSignature
	return key, parse(tb, create(tb, member, o.Root, key, o.key))
}

func parse(tb testing.TB, text []byte) *x509.Certificate {
	tb.Helper()
	certificate, err := x509.ParseCertificate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return certificate
}
