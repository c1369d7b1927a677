// SPDX-License-Identifier: Apache-2.0

// Package jws reads the JWS that residents and Members sign, strictly: anything that libraries are lax About is refused
// before one of them does the cryptography.
package jws

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	_ "crypto/sha256" // for the thumbprint
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// MaxSize bounds the compact form, in bytes.
const MaxSize = 192 << 10

// signatureSize is that of ES256 (r and s of 32 bytes each, RFC 7518 section 3.4) and of Ed25519 (RFC 8032).
const signatureSize = 64

// Verified is a JWS whose signature is good.
type Verified struct {
	// Payload is what was signed.
	Payload []byte
	// Thumbprint is the signing key's, Algorithm what it signs with, JWK the public key.
	Thumbprint, Algorithm, JWK string
}

// kind is a key type that residents may have, with the only algorithm that it signs with.
type kind struct {
	algorithm jose.SignatureAlgorithm
	keyType   string
	curve     string
	members   []string
}

var kinds = []kind{
	{jose.ES256, "EC", "P-256", []string{"kty", "crv", "x", "y"}},
	{jose.EdDSA, "OKP", "Ed25519", []string{"kty", "crv", "x"}},
	{fullySpecified, "OKP", "Ed25519", []string{"kty", "crv", "x"}},
}

// fullySpecified is the name that RFC 9864 gives to EdDSA with Ed25519. Keys are recorded under the older name, whichever signed.
const fullySpecified jose.SignatureAlgorithm = "Ed25519"

func (k kind) recorded() string {
	if k.algorithm == fullySpecified {
		return string(jose.EdDSA)
	}
	return string(k.algorithm)
}

// Verify checks a compact JWS that carries its own key. go-jose does the cryptography; anything that it is lax About
// (other header parameters and key Members, duplicate Members, white space and bits that base64 leaves unused) is
// refused before.
func Verify(compact, typ string) (Verified, error) {
	segments, err := Split(compact)
	if err != nil {
		return Verified{}, err
	}
	kind, key, err := readHeader(segments[0], typ)
	if err != nil {
		return Verified{}, err
	}
	if err := CheckSignature(compact, kind.algorithm, key); err != nil {
		return Verified{}, err
	}
	thumbprint, err := Thumbprint(key.Key)
	if err != nil {
		return Verified{}, err
	}
	jwk, err := key.MarshalJSON()
	if err != nil {
		return Verified{}, Malformed("jwk", "%s", err)
	}
	return Verified{Payload: segments[1], Thumbprint: thumbprint, Algorithm: kind.recorded(), JWK: string(jwk)}, nil
}

// Thumbprint is the RFC 7638 thumbprint by SHA-256 of a key of crypto/ecdsa or crypto/ed25519, in base64url: the pseudonym of who signs with it.
func Thumbprint(key any) (string, error) {
	sum, err := (&jose.JSONWebKey{Key: key}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "", Malformed("jwk", "has no thumbprint: %s", err)
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}

// CheckSignature refuses a JWS whose signature does not fit.
func CheckSignature(compact string, algorithm jose.SignatureAlgorithm, key jose.JSONWebKey) error {
	signed, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		return Malformed("compact", "%s", err)
	}
	signature := signed.Signatures[0].Signature
	if len(signature) != signatureSize {
		return Malformed("signature", "%d bytes, not %d; ES256 signatures are r and s, not DER", len(signature), signatureSize)
	}
	if algorithm == fullySpecified { // go-jose does not know the name yet
		public, ok := key.Key.(ed25519.PublicKey)
		if ok && ed25519.Verify(public, []byte(compact[:strings.LastIndex(compact, ".")]), signature) {
			return nil
		}
	} else if _, err := signed.Verify(key.Key); err == nil {
		return nil
	}
	return About(fault.SignedRequestForged, "signature", "does not fit the key, header and payload")
}

// canonical decodes base64url without padding and refuses all but the one encoding that gives the bytes back.
func canonical(name, text string) ([]byte, error) {
	bytes, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(bytes) != text {
		return nil, Malformed(name, "is not base64url in its one canonical form, without padding and white space")
	}
	return bytes, nil
}

// readHeader reads the protected header: exactly alg, typ and jwk.
func readHeader(text []byte, wanted string) (kind, jose.JSONWebKey, error) {
	var none jose.JSONWebKey
	header, err := ReadMembers("header", text)
	if err != nil {
		return kind{}, none, err
	}
	if err := header.Exactly("header", []string{"alg", "typ", "jwk"}); err != nil {
		return kind{}, none, err
	}
	if typ, err := header.Text("typ"); err != nil || typ != wanted {
		return kind{}, none, Malformed("typ", "is not %q", wanted)
	}
	algorithm, err := header.Text("alg")
	if err != nil {
		return kind{}, none, err
	}
	for _, known := range kinds {
		if string(known.algorithm) == algorithm {
			key, err := known.readKey(header["jwk"])
			return known, key, err
		}
	}
	return kind{}, none, Malformed("alg", "%.20q is not allowed; ES256, EdDSA and Ed25519 are", algorithm)
}

// readKey reads the public key: exactly the Members that its kind needs, so neither a private part nor anything that a library could follow elsewhere.
func (k kind) readKey(text []byte) (key jose.JSONWebKey, err error) {
	object, err := ReadMembers("jwk", text)
	if err != nil {
		return key, err
	}
	if err := k.checkKind(object); err != nil {
		return key, err
	}
	if err := object.Exactly("jwk", k.members); err != nil {
		return key, err
	}
	for _, coordinate := range k.members[2:] {
		value, err := object.Text(coordinate)
		if err != nil {
			return key, err
		}
		if _, err := canonical(coordinate, value); err != nil {
			return key, err
		}
	}
	if err := key.UnmarshalJSON(text); err != nil {
		return key, Malformed("jwk", "%s", err)
	}
	return key, nil
}

// ReadP256 reads a public key on P-256 as a JWK: exactly kty, crv, x and y.
func ReadP256(text []byte) (jose.JSONWebKey, error) { return kinds[0].readKey(text) }

func (k kind) checkKind(object Members) error {
	keyType, err := object.Text("kty")
	if err != nil {
		return err
	}
	curve, err := object.Text("crv")
	if err != nil {
		return err
	}
	if keyType != k.keyType || curve != k.curve {
		return Malformed("jwk", "a key %.20q on curve %.20q does not sign with %s, which takes %s on %s", keyType, curve, k.algorithm, k.keyType, k.curve)
	}
	return nil
}

// Split decodes the three parts of a compact JWS, each in its one canonical form.
func Split(compact string) (segments [3][]byte, err error) {
	if len(compact) > MaxSize {
		return segments, Malformed("compact", "%d bytes, at most %d are read", len(compact), MaxSize)
	}
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return segments, Malformed("compact", "not three parts separated by dots")
	}
	for i, name := range []string{"header", "payload", "signature"} {
		if segments[i], err = canonical(name, parts[i]); err != nil {
			return segments, err
		}
	}
	return segments, nil
}

// Members is a JSON object whose Members are still text.
type Members map[string]jsontext.Value

// ReadMembers reads one JSON object in valid UTF-8 without duplicate Members, at any depth. The part is named in
// errors.
func ReadMembers(part string, text []byte) (Members, error) {
	var object Members
	err := json.Unmarshal(text, &object)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return nil, Malformed(part, "has a member twice")
	case err != nil || object == nil:
		return nil, Malformed(part, "is not one JSON object")
	}
	return object, nil
}

// Exactly refuses missing and unknown Members. A null is as good as missing.
func (m Members) Exactly(part string, required []string, optional ...string) error {
	for _, name := range required {
		if _, given := m[name]; !given {
			return Malformed(name, "is missing in the %s", part)
		}
	}
	unknown := false
	for name, value := range m {
		unknown = unknown || value.Kind() == 'n' || !slices.Contains(required, name) && !slices.Contains(optional, name)
	}
	if unknown { // not named, as which one the map gives first differs from peer to peer
		return Malformed(part, "has other Members than %v and may have %v", required, optional)
	}
	return nil
}

// Text returns a string member.
func (m Members) Text(name string) (value string, err error) {
	if err := json.Unmarshal(m[name], &value); err != nil {
		return "", Malformed(name, "is not a string")
	}
	return value, nil
}

// WrongType refuses a payload whose member is of another type.
func WrongType(err error) error {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		return Malformed(semantic.JSONPointer.LastToken(), "has the wrong type")
	}
	return Malformed("payload", "cannot be read")
}

// Malformed refuses a signed request for its shape.
func Malformed(member, format string, args ...any) error {
	return About(fault.SignedRequestMalformed, member, format, args...)
}

// About refuses a signed request for one of its Members.
func About(code fault.Code, member, format string, args ...any) error {
	return fault.Field(code, "signedRequest", member+": "+format, args...).With("member", member)
}

// memoSize bounds how many verified signatures a server remembers in each of two generations.
const memoSize = 20_000

// Memo remembers what verified, by the hash of all that was looked at. It spares the arithmetic and never the reading,
// and it changes no answer: anything that is not remembered is verified again. Anything that was refused is not
// remembered.
type Memo[T any] struct {
	mutex      sync.Mutex
	young, old map[[sha256.Size]byte]T
}

// Recall returns what verified before, or verifies it.
func (m *Memo[T]) Recall(parts []string, verify func() (T, error)) (T, error) {
	key := hashOf(parts)
	if value, known := m.get(key); known {
		return value, nil
	}
	value, err := verify()
	if err == nil {
		m.put(key, value)
	}
	return value, err
}

func (m *Memo[T]) get(key [sha256.Size]byte) (T, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if value, known := m.young[key]; known {
		return value, true
	}
	value, known := m.old[key]
	return value, known
}

func (m *Memo[T]) put(key [sha256.Size]byte, value T) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.young == nil || len(m.young) >= memoSize {
		m.young, m.old = map[[sha256.Size]byte]T{}, m.young
	}
	m.young[key] = value
}

// hashOf hashes the parts by their hashes, so that no two lists of parts have the same text.
func hashOf(parts []string) [sha256.Size]byte {
	all := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		all.Write(sum[:])
	}
	return [sha256.Size]byte(all.Sum(nil))
}
