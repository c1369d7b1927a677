package signedrequest

import (
	"github.com/go-json-experiment/json"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/jws"
)

// PossessionType is the header parameter "typ" of a new key's own signature.
const PossessionType = "smartb-key+jwt"

// Possession is what a new key signs to become one of a subject's keys: whoever adds it holds it.
type Possession struct {
	// Thumbprint is the new key's, JWK the key, Algorithm what it signs with.
	Thumbprint, JWK, Algorithm string
	PossessionClaims
}

// PossessionClaims is the payload: exactly these members.
type PossessionClaims struct {
	// Audience is what Audience returns.
	Audience string `json:"aud"`
	// For is the subject.
	For string `json:"for"`
	// ID is the jti of the signed request that carries the signature; for a recovery it is random.
	ID string `json:"jti"`
}

// VerifyPossession reads a new key's own signature for the audience.
func VerifyPossession(compact, audience string) (Possession, error) {
	signed, err := jws.Verify(compact, PossessionType)
	if err != nil {
		return Possession{}, err
	}
	members, err := jws.ReadMembers("payload", signed.Payload)
	if err != nil {
		return Possession{}, err
	}
	if err := members.Exactly("payload", []string{"aud", "for", "jti"}); err != nil {
		return Possession{}, err
	}
	var claims PossessionClaims
	if err := json.Unmarshal(signed.Payload, &claims); err != nil {
		return Possession{}, jws.WrongType(err)
	}
	switch {
	case !thumbprintPattern.MatchString(claims.For):
		return Possession{}, jws.Malformed("for", "is not an RFC 7638 thumbprint in base64url")
	case !idPattern.MatchString(claims.ID):
		return Possession{}, jws.Malformed("jti", "is not 16 to 64 letters, digits, - and _")
	case claims.Audience != audience:
		return Possession{}, jws.About(fault.SignedRequestMisplaced, "aud", "the new key's signature is for %.100q, not for %s", claims.Audience, audience)
	}
	return Possession{signed.Thumbprint, signed.JWK, signed.Algorithm, claims}, nil
}
