// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"github.com/smartb-suite/smartb/chaincode/canonical"
)

// SignMember signs in the name of an organisation's member: an ES256 JWS in compact form with the member's certificate
// and those of its intermediate CAs in the header "x5c". The payload becomes canonical JSON. The key may are in a
// token: it only has to sign SHA-256 digests, with a signature in ASN.1.
func SignMember(key crypto.Signer, chain []*x509.Certificate, typ string, payload any) (string, error) {
	if len(chain) == 0 {
		return "", errors.New("sign: no certificate")
	}
	encoded := make([]string, len(chain))
	for i, certificate := range chain {
		encoded[i] = base64.StdEncoding.EncodeToString(certificate.Raw)
	}
	header, err := json.Marshal(struct {
		Algorithm string   `json:"alg"`
		Type      string   `json:"typ"`
		Chain     []string `json:"x5c"`
	}{string(ES256), typ, encoded})
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	text, err := canonical.JSON(payload)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	input := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(text)
	signature, err := signES256(key, input)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// signES256 is r and s, of 32 bytes each (RFC 7518 section 3.4).
func signES256(key crypto.Signer, input string) ([]byte, error) {
	public, ok := key.Public().(*ecdsa.PublicKey)
	if !ok || public.Curve.Params().BitSize != 256 {
		return nil, errors.New("the member's key is not one of ECDSA on P-256")
	}
	digest := sha256.Sum256([]byte(input))
	der, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var parts struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &parts); err != nil || len(rest) > 0 {
		return nil, errors.New("the key's signature is not one of ECDSA in ASN.1")
	}
	signature := make([]byte, 64)
	parts.R.FillBytes(signature[:32])
	parts.S.FillBytes(signature[32:])
	return signature, nil
}
