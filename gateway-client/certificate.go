package gateway

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"io"
	"time"
)

// Certificate is the identity's certificate, without any above it, with its key, wherever that lies, for what takes members' certificates beside Fabric: a TLS
// connection, or [crypto.Signer] for HTTP message signatures. Each signature may take as long as endorsing.
func (c *Client) Certificate() tls.Certificate {
	certificate := tls.Certificate{Certificate: [][]byte{c.certificate.Raw}, Leaf: c.certificate, PrivateKey: remoteKey{c.certificate, c.key, c.timeouts.Endorse}}
	if key, ok := c.certificate.PublicKey.(*ecdsa.PublicKey); ok && key.Curve == elliptic.P256() {
		certificate.SupportedSignatureAlgorithms = []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256} // WithSign promises SHA-256 digests
	}
	return certificate
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
