// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"

	"github.com/smartb-suite/smartb/chaincode/jws"
	"github.com/smartb-suite/smartb/chaincode/keyfile"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// Algorithm is how a key signs: one of the two that the ledger takes.
type Algorithm string

const (
	// ES256 is ECDSA on the curve P-256 with SHA-256 (RFC 7518), which phones' secure elements and browsers have.
	ES256 Algorithm = "ES256"
	// EdDSA is Ed25519 (RFC 8037).
	EdDSA Algorithm = "EdDSA"
)

// Key is a resident's private key. One key for each controller keeps controllers from recognising the same person.
type Key struct {
	private   crypto.Signer
	algorithm Algorithm
}

// NewKey makes a random key.
func NewKey(algorithm Algorithm) (Key, error) {
	switch algorithm {
	case ES256:
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		return Key{private, algorithm}, err
	case EdDSA:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return Key{private, algorithm}, err
	default:
		return Key{}, fmt.Errorf("no algorithm %q; choose %s or %s", algorithm, ES256, EdDSA)
	}
}

const pemType = "PRIVATE KEY"

// ParseKey reads a key from PEM text in PKCS #8 form.
func ParseKey(text []byte) (Key, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return Key{}, errors.New("it holds no private key (PEM block PRIVATE KEY)")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return Key{}, errors.New("it holds no private key in PKCS #8 form; smartb key new makes one")
	}
	switch private := parsed.(type) {
	case *ecdsa.PrivateKey:
		if private.Curve == elliptic.P256() {
			return Key{private, ES256}, nil
		}
	case ed25519.PrivateKey:
		return Key{private, EdDSA}, nil
	}
	return Key{}, errors.New("the key is neither on P-256 nor Ed25519")
}

// LoadKey reads a key from a file of ParseKey's form.
func LoadKey(path string) (Key, error) {
	text, err := keyfile.Read(path)
	if err != nil {
		return Key{}, err
	}
	key, err := ParseKey(text)
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// PEM returns the key as ParseKey reads it.
func (k Key) PEM() ([]byte, error) {
	bytes, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, fmt.Errorf("write the key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: bytes}), nil
}

// Save writes the key to a new file that its owner alone can read. It refuses to overwrite a file: a lost key cannot be made again.
func (k Key) Save(path string) error {
	text, err := k.PEM()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// Algorithm returns how the key signs.
func (k Key) Algorithm() Algorithm { return k.algorithm }

// Thumbprint returns the RFC 7638 thumbprint of the public key: the pseudonym under which the ledger knows the resident.
func (k Key) Thumbprint() (string, error) {
	if k.private == nil {
		return "", errors.New("no key")
	}
	return jws.Thumbprint(k.private.Public())
}

func (k Key) signer() (jose.Signer, error) { return k.signerOf(signedrequest.Type) }

func (k Key) signerOf(typ jose.ContentType) (jose.Signer, error) {
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType(typ)
	return jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.algorithm), Key: k.private}, options)
}
