// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// PINVariable is the environment variable with the PIN of the token that a profile names.
const PINVariable = "SMARTB_PKCS11_PIN"

// Token is a PKCS #11 token, such as a hardware security module, that holds the certificate's P-256 key and never hands it out. The key's CKA_ID is its subject
// key identifier, as Fabric's CA client stores it.
type Token struct {
	// Library is the token's PKCS #11 module, as the system's loader finds it.
	Library string `json:"library"`
	// Label is the token's.
	Label string `json:"label"`
}

// signer has the token sign with the key of the certificate, which it is tried with first.
func (t Token) signer(certificate *x509.Certificate) (signer, error) {
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return signer{}, errors.New("the certificate's key is not a P-256 key")
	}
	pin := os.Getenv(PINVariable)
	if pin == "" {
		return signer{}, errors.New("the environment's " + PINVariable + " is not set")
	}
	id, err := subjectKeyID(key)
	if err != nil {
		return signer{}, err
	}
	s, err := t.open(pin, id)
	if err != nil {
		return signer{}, fmt.Errorf("token %q of %s: %w", t.Label, t.Library, err)
	}
	return s, s.check(key)
}

// subjectKeyID is the SHA-256 of the point, as Fabric names keys.
func subjectKeyID(key *ecdsa.PublicKey) ([]byte, error) {
	point, err := key.Bytes()
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(point)
	return id[:], nil
}

// check signs something: a token may hold another key under the same identifier.
func (s signer) check(key *ecdsa.PublicKey) error {
	digest := make([]byte, sha256.Size)
	_, _ = rand.Read(digest) // never fails
	signature, err := s.sign(context.Background(), digest)
	if err == nil && !ecdsa.VerifyASN1(key, digest, signature) {
		err = errors.New("the token's key is not that of the certificate")
	}
	if err != nil {
		return errors.Join(err, s.close())
	}
	return nil
}
