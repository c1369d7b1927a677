// SPDX-License-Identifier: Apache-2.0

package signedrequest

import (
	"crypto/ecdsa"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/jws"
)

// AnswerTo is the name of the transient entry, and of the claim in a resident's signed request, that holds the public key to which a private answer is encrypted.
const AnswerTo = "answerTo"

// AnswerKey is the public key of a pair that the caller made for one call: the answer is encrypted to it, so that
// nobody opens it later, wherever it is.
type AnswerKey struct {
	key    *ecdsa.PublicKey
	sealer jose.Encrypter
}

// ReadAnswerKey reads a public key on P-256 as a JWK: exactly kty, crv, x and y.
func ReadAnswerKey(jwk []byte) (AnswerKey, error) {
	key, err := jws.ReadP256(jwk)
	if err != nil {
		return AnswerKey{}, refuseAnswerKey("%s", fault.From(err).Message)
	}
	public, ok := key.Key.(*ecdsa.PublicKey)
	if !ok {
		return AnswerKey{}, refuseAnswerKey("it is no public key on P-256")
	}
	sealer, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: public}, nil)
	if err != nil {
		return AnswerKey{}, refuseAnswerKey("%s", err)
	}
	return AnswerKey{public, sealer}, nil
}

func refuseAnswerKey(format string, args ...any) error {
	return fault.Field(fault.AnswerKeyMalformed, AnswerTo, format, args...)
}

// Thumbprint is the RFC 7638 thumbprint of the key.
func (k AnswerKey) Thumbprint() (string, error) { return jws.Thumbprint(k.key) }

// Is reports whether it is the given key: one that signs is no key for an answer.
func (k AnswerKey) Is(key any) bool { return k.key.Equal(key) }

// Seal encrypts an answer: a JWE in compact form (RFC 7516; ECDH-ES, A256GCM). It is the chaincode's only use of randomness, and never in a write
// (docs/explanation/adr/0027).
func (k AnswerKey) Seal(answer []byte) (string, error) {
	sealed, err := k.sealer.Encrypt(answer)
	if err != nil {
		return "", fmt.Errorf("encrypt the answer: %w", err)
	}
	return sealed.CompactSerialize()
}
