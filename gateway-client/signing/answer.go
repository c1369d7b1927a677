// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// AnswerKey opens the answer of one private query. The ledger encrypts such an answer to a public key that goes with
// the query and that nobody uses again. A relay of the query, or a submitter by mistake, has ciphertext only.
type AnswerKey struct{ private *ecdsa.PrivateKey }

// NewAnswerKey makes a random key for one call.
func NewAnswerKey() (AnswerKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return AnswerKey{private}, err
}

// Public is the public key as a JWK: a member sends it as the transient entry answerTo, a resident signs it as [Claims].AnswerTo.
func (k AnswerKey) Public() (json.RawMessage, error) {
	if k.private == nil {
		return nil, errors.New("no key")
	}
	return (&jose.JSONWebKey{Key: k.private.Public()}).MarshalJSON()
}

// Open decrypts an answer, a JWE in compact form (RFC 7516; ECDH-ES, A256GCM).
func (k AnswerKey) Open(sealed []byte) ([]byte, error) {
	if k.private == nil {
		return nil, errors.New("no key")
	}
	encrypted, err := jose.ParseEncryptedCompact(string(sealed), []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return nil, fmt.Errorf("the answer is not encrypted as it should be: %w", err)
	}
	answer, err := encrypted.Decrypt(k.private)
	if err != nil {
		return nil, fmt.Errorf("the answer is encrypted to another key: %w", err)
	}
	return answer, nil
}

// Agreed opens the answers that relays of several organisations, one each, brought to the same signed query. It returns
// the one that so many of them brought: a single relay can make an answer up. Answers that cannot be opened do not
// count.
func (k AnswerKey) Agreed(enough int, sealed ...[]byte) ([]byte, error) {
	votes := map[string]int{}
	for _, one := range sealed {
		answer, err := k.Open(one)
		if err != nil {
			continue
		}
		if votes[string(answer)]++; votes[string(answer)] >= enough {
			return answer, nil
		}
	}
	return nil, fmt.Errorf("no %d of %d answers are the same", enough, len(sealed))
}

// PEM returns the key as [ParseAnswerKey] reads it, for a query that somebody else relays.
func (k AnswerKey) PEM() ([]byte, error) { return Key{k.private, ES256}.PEM() }

// Save writes the key to a new file that its owner alone can read.
func (k AnswerKey) Save(path string) error { return Key{k.private, ES256}.Save(path) }

// ParseAnswerKey reads a key from PEM text in PKCS #8 form.
func ParseAnswerKey(text []byte) (AnswerKey, error) {
	key, err := ParseKey(text)
	if err != nil {
		return AnswerKey{}, err
	}
	private, ok := key.private.(*ecdsa.PrivateKey)
	if !ok {
		return AnswerKey{}, errors.New("an answer's key is on P-256")
	}
	return AnswerKey{private}, nil
}
