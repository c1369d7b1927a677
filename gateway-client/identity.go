// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"

	"github.com/smartb-suite/smartb/chaincode/keyfile"
)

// signer signs digests with the caller's key.
type signer struct {
	sign  func(ctx context.Context, digest []byte) ([]byte, error)
	close func() error
}

// local is a signer whose key is at hand, so that it need not be waited for.
func local(sign identity.Sign, end func() error) signer {
	return signer{func(_ context.Context, digest []byte) ([]byte, error) { return sign(digest) }, end}
}

// within signs what Fabric's own client asks for, which knows no context.
func (s signer) within(limit time.Duration) identity.Sign {
	return func(digest []byte) ([]byte, error) {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		return s.sign(ctx, digest)
	}
}

// identity reads the caller's certificate.
func (p Profile) identity() (*identity.X509Identity, *x509.Certificate, error) {
	certificate, err := readPEM(p.Certificate, identity.CertificateFromPEM)
	if err != nil {
		return nil, nil, fieldError("certificate", err)
	}
	id, err := identity.NewX509Identity(p.MSPID, certificate)
	if err != nil {
		return nil, nil, fieldError("certificate", err)
	}
	return id, certificate, nil
}

// signer reads the key of the certificate, or finds it in its token.
func (p Profile) signer(certificate *x509.Certificate) (signer, error) {
	switch {
	case p.PKCS11 == nil && p.PrivateKey == "":
		return signer{}, &ProfileError{Field: "privateKey", Cause: errors.New("missing"), Next: "add privateKey or pkcs11 to the profile"}
	case p.PKCS11 == nil:
		return fileSigner(p.PrivateKey, certificate)
	case p.PrivateKey != "":
		return signer{}, &ProfileError{Field: "privateKey", Cause: errors.New("there is a token, too"), Next: "remove privateKey or pkcs11 from the profile"}
	}
	s, err := p.PKCS11.signer(certificate)
	if err != nil {
		next := "name the token's module and label in the profile, its PIN in the environment's " + PINVariable + ", and store the key under its subject key identifier"
		return s, &ProfileError{Field: "pkcs11", Cause: err, Next: next}
	}
	return s, nil
}

func fileSigner(path string, certificate *x509.Certificate) (signer, error) {
	text, err := keyfile.Read(path)
	if err != nil {
		return signer{}, fieldError("privateKey", err)
	}
	key, err := identity.PrivateKeyFromPEM(text)
	if err != nil {
		return signer{}, fieldError("privateKey", fmt.Errorf("%s: %w", path, err))
	}
	ecdsaKey, ok := key.(*ecdsa.PrivateKey)
	if !ok || !ecdsaKey.PublicKey.Equal(certificate.PublicKey) {
		return signer{}, fieldError("privateKey", fmt.Errorf("%s is not the ECDSA key of the certificate", path))
	}
	sign, err := identity.NewPrivateKeySign(ecdsaKey)
	if err != nil {
		return signer{}, fieldError("privateKey", err)
	}
	return local(sign, func() error { return nil }), nil
}

// readPEM reads and parses one PEM file.
func readPEM[T any](path string, parse func([]byte) (T, error)) (T, error) {
	var nothing T
	text, err := os.ReadFile(path)
	if err != nil {
		return nothing, err
	}
	parsed, err := parse(text)
	if err != nil {
		return nothing, fmt.Errorf("%s: %w", path, err)
	}
	return parsed, nil
}

// fieldError reports a file that a field of the profile names and that cannot be used.
func fieldError(field string, err error) *ProfileError {
	return &ProfileError{Field: field, Cause: err, Next: "name a readable PEM file in the profile's field " + field + ", or have the profile written again"}
}
