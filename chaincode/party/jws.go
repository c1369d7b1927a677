package party

import (
	"crypto"
	_ "crypto/sha256" // for the thumbprint
	"encoding/base64"

	"github.com/go-jose/go-jose/v4"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// signatureSize is that of ES256 (r and s of 32 bytes each, RFC 7518 section 3.4) and of Ed25519 (RFC 8032).
const signatureSize = 64

// verified is a JWS whose signature is good.
type verified struct {
	payload    []byte
	thumbprint string
	// algorithm is what it was signed with, jwk the public key.
	algorithm string
	jwk       string
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
}

// verifyJWS checks a compact JWS that carries its own key. go-jose does the cryptography; what it is lax about (other header parameters and key
// members, duplicate members, white space and bits that base64 leaves unused) is refused before.
func verifyJWS(compact, typ string) (verified, error) {
	segments, err := split(compact)
	if err != nil {
		return verified{}, err
	}
	kind, key, err := readHeader(segments[0], typ)
	if err != nil {
		return verified{}, err
	}
	if err := checkSignature(compact, kind.algorithm, key); err != nil {
		return verified{}, err
	}
	thumbprint, err := Thumbprint(key.Key)
	if err != nil {
		return verified{}, err
	}
	jwk, err := key.MarshalJSON()
	if err != nil {
		return verified{}, malformed("jwk", "%s", err)
	}
	return verified{segments[1], thumbprint, string(kind.algorithm), string(jwk)}, nil
}

// Thumbprint is the RFC 7638 thumbprint by SHA-256 of a key of crypto/ecdsa or crypto/ed25519, in base64url: the pseudonym of who signs with it.
func Thumbprint(key any) (string, error) {
	sum, err := (&jose.JSONWebKey{Key: key}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "", malformed("jwk", "has no thumbprint: %s", err)
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}

func checkSignature(compact string, algorithm jose.SignatureAlgorithm, key jose.JSONWebKey) error {
	signed, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{algorithm})
	if err != nil {
		return malformed("compact", "%s", err)
	}
	if _, err := signed.Verify(key.Key); err != nil {
		return about(fault.StatementForged, "signature", "does not fit the key, header and payload")
	}
	return nil
}

// canonical decodes base64url without padding and refuses all but the one encoding that gives the bytes back.
func canonical(name, text string) ([]byte, error) {
	bytes, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(bytes) != text {
		return nil, malformed(name, "is not base64url in its one canonical form, without padding and white space")
	}
	return bytes, nil
}

// readHeader reads the protected header: exactly alg, typ and jwk.
func readHeader(text []byte, wanted string) (kind, jose.JSONWebKey, error) {
	var none jose.JSONWebKey
	header, err := readMembers("header", text)
	if err != nil {
		return kind{}, none, err
	}
	if err := header.exactly("header", []string{"alg", "typ", "jwk"}); err != nil {
		return kind{}, none, err
	}
	if typ, err := header.text("typ"); err != nil || typ != wanted {
		return kind{}, none, malformed("typ", "is not %q", wanted)
	}
	algorithm, err := header.text("alg")
	if err != nil {
		return kind{}, none, err
	}
	for _, known := range kinds {
		if string(known.algorithm) == algorithm {
			key, err := known.readKey(header["jwk"])
			return known, key, err
		}
	}
	return kind{}, none, malformed("alg", "%.20q is not allowed; only ES256 and EdDSA are", algorithm)
}

// readKey reads the public key: exactly the members that its kind needs, so neither a private part nor anything that a library could follow elsewhere.
func (k kind) readKey(text []byte) (key jose.JSONWebKey, err error) {
	object, err := readMembers("jwk", text)
	if err != nil {
		return key, err
	}
	if err := k.checkKind(object); err != nil {
		return key, err
	}
	if err := object.exactly("jwk", k.members); err != nil {
		return key, err
	}
	for _, coordinate := range k.members[2:] {
		value, err := object.text(coordinate)
		if err != nil {
			return key, err
		}
		if _, err := canonical(coordinate, value); err != nil {
			return key, err
		}
	}
	if err := key.UnmarshalJSON(text); err != nil {
		return key, malformed("jwk", "%s", err)
	}
	return key, nil
}

func (k kind) checkKind(object members) error {
	keyType, err := object.text("kty")
	if err != nil {
		return err
	}
	curve, err := object.text("crv")
	if err != nil {
		return err
	}
	if keyType != k.keyType || curve != k.curve {
		return malformed("jwk", "a key %.20q on curve %.20q does not sign with %s, which takes %s on %s", keyType, curve, k.algorithm, k.keyType, k.curve)
	}
	return nil
}
