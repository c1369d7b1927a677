// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"io"
	"time"

	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// Certificate is the identity's certificate, without any above it, with its key. It is for other users of members'
// certificates beside Fabric: a TLS connection, or [crypto.Signer] for HTTP message signatures. Each signature may take
// as long as endorsing.
func (c *Client) Certificate() tls.Certificate {
	certificate := tls.Certificate{Certificate: [][]byte{c.certificate.Raw}, Leaf: c.certificate, PrivateKey: remoteKey{c.certificate, c.key, c.timeouts.Endorse}}
	if key, ok := c.certificate.PublicKey.(*ecdsa.PublicKey); ok && key.Curve == elliptic.P256() {
		certificate.SupportedSignatureAlgorithms = []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256} // WithSign promises SHA-256 digests
	}
	return certificate
}

// SignMember signs a payload in the name of the profile's identity, as a JWS (RFC 7515) with its certificate in the
// header "x5c". It is for records that anybody shall be able to verify, such as a vote or an agreement. Profile.Network
// describes which network the payload is for.
func (c *Client) SignMember(typ string, payload any) (string, error) {
	return signing.SignMember(remoteKey{c.certificate, c.key, c.timeouts.Endorse}, []*x509.Certificate{c.certificate}, typ, payload)
}

// remoteKey is a private key by its signatures.
type remoteKey struct {
	certificate *x509.Certificate
	signer      signer
	limit       time.Duration
}

func (k remoteKey) Public() crypto.PublicKey { return k.certificate.PublicKey }

func (k remoteKey) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	return k.signer.within(k.limit)(digest)
}
