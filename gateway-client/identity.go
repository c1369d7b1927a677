package gateway

import (
	"crypto/ecdsa"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
)

// identity reads the caller's certificate and key.
func (p Profile) identity() (*identity.X509Identity, identity.Sign, error) {
	certificate, err := readPEM(p.Certificate, identity.CertificateFromPEM)
	if err != nil {
		return nil, nil, fieldError("certificate", err)
	}
	id, err := identity.NewX509Identity(p.MSPID, certificate)
	if err != nil {
		return nil, nil, fieldError("certificate", err)
	}
	key, err := readPEM(p.PrivateKey, identity.PrivateKeyFromPEM)
	if err != nil {
		return nil, nil, fieldError("privateKey", err)
	}
	ecdsaKey, ok := key.(*ecdsa.PrivateKey)
	if !ok || !ecdsaKey.PublicKey.Equal(certificate.PublicKey) {
		return nil, nil, fieldError("privateKey", fmt.Errorf("%s is not the ECDSA key of the certificate", p.PrivateKey))
	}
	sign, err := identity.NewPrivateKeySign(ecdsaKey)
	if err != nil {
		return nil, nil, fieldError("privateKey", err)
	}
	return id, sign, nil
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
