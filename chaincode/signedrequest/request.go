// SPDX-License-Identifier: Apache-2.0

// Package signedrequest reads what residents sign: a request of one transaction, as a JWS by a key of their own, and what goes with it. It is pure: the
// chaincode verifies by it, and the client reads by it.
package signedrequest

import (
	"regexp"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/jws"
)

// ChaincodeName is the name that the chaincode is committed under on every channel.
const ChaincodeName = "smartb"

const (
	// Type is the header parameter "typ" of every signed request.
	Type = "smartb-request+jwt"
	// LongestSubmitted bounds exp − iat of a signed request for a transaction that writes: its replay is refused by the ledger.
	LongestSubmitted = time.Hour
	// LongestEvaluated bounds exp − iat of a signed request for a query: it can be repeated until it expires, as queries store nothing.
	LongestEvaluated = 5 * time.Minute
	// Ahead is how far a signer's clock may be before the transaction's: what is signed later counts as signed at the transaction's time.
	Ahead = 5 * time.Minute
)

// Audience is the claim "aud" of signed requests for a channel of the network with the id: what is signed for one network means nothing in another.
func Audience(network, channel string) string {
	return network + "/" + channel + "/" + ChaincodeName
}

// Signed is what a resident signed: it stands for the resident in the place of a certificate. Anyone who relays it is
// the transaction's submitter and has no say in it.
type Signed struct {
	// Signer is the RFC 7638 thumbprint of the signing key.
	Signer string
	// Subject is the resident whose rights are exercised: the signer, or the person that the signer claims to be guardian of (claim "for"). Where it
	// is not the signer, whoever grants a right checks that the guardian is recorded.
	Subject string
	// ID is the signed request's own id (claim "jti"), unique for its signer.
	ID string
	// IssuedAt and Expires bound its validity (claims "iat" and "exp").
	IssuedAt, Expires time.Time
	// Transaction is what the resident calls (claim "txn"), for example consent:Withdraw.
	Transaction string
	// Request is the JSON object that the transaction takes (claim "req"), as it was signed.
	Request string
	// AnswerTo is the public key that the answer of a private query is encrypted to (claim "answerTo"), empty where there is none.
	AnswerTo string
	// JWK is the signing key, Algorithm what it signs with.
	JWK, Algorithm string
	// Compact is the signed request as it was signed, a JWS in compact form, for records that anybody shall be able to verify again.
	Compact string
}

// Claims is a signed request's payload as it is signed: these members, "for" only where a guardian signs, "answerTo" only for a private query, and no others.
type Claims struct {
	// Subject is the RFC 7638 thumbprint of the signing key.
	Subject string `json:"sub"`
	// For is the thumbprint of the resident that the signer is guardian of.
	For string `json:"for,omitempty"`
	// Audience is what Audience returns.
	Audience string `json:"aud"`
	// Transaction is contract:Name.
	Transaction string `json:"txn"`
	// Request is the transaction's request, a JSON object.
	Request jsontext.Value `json:"req"`
	// AnswerTo is the public key, a JWK, that the answer of a private query is encrypted to; made for this call, never the signing key.
	AnswerTo jsontext.Value `json:"answerTo,omitempty"`
	// IssuedAt and Expires are seconds since 1970 (NumericDate of RFC 7519, without fractions).
	IssuedAt int64 `json:"iat"`
	Expires  int64 `json:"exp"`
	// ID is random: 16 to 64 letters, digits, "-" and "_".
	ID string `json:"jti"`
}

// Verify reads a signed request for the audience at the time of its transaction and refuses what is not signed, shaped and timed as documented with Claims.
// It does not know which transactions there are, nor which signed requests were used before: see package transaction.
//
// The high and the low S of an ECDSA signature are both valid, as RFC 7518 has it and as keys in phones and browsers
// sign. A second signature over the same claims has the same signer and id. So it is a replay.
func Verify(compact, audience string, now time.Time, longest time.Duration) (Signed, error) {
	claims, signed, err := authentic(compact, audience)
	if err != nil {
		return Signed{}, err
	}
	if err := claims.checkTime(now, longest); err != nil {
		return Signed{}, err
	}
	return claims.signedRequest(compact, signed), nil
}

// VerifyAgain is Verify for a signed request that was carried out before and stored as evidence: anything that the time
// is now.
func VerifyAgain(compact, audience string) (Signed, error) {
	return signedRequests.Recall([]string{compact, audience}, func() (Signed, error) {
		claims, signed, err := authentic(compact, audience)
		if err != nil {
			return Signed{}, err
		}
		return claims.signedRequest(compact, signed), nil
	})
}

var signedRequests jws.Memo[Signed]

// CalledBy is the transaction that a signed request states that it calls, "" where it cannot be read. Nothing is
// verified.
func CalledBy(compact string) string {
	segments, err := jws.Split(compact)
	if err != nil {
		return ""
	}
	claims, err := readClaims(segments[1])
	if err != nil {
		return ""
	}
	return claims.Transaction
}

// authentic reads the claims of a signed request for the audience and checks all of them but the time.
func authentic(compact, audience string) (Claims, jws.Verified, error) {
	signed, err := jws.Verify(compact, Type)
	if err != nil {
		return Claims{}, signed, err
	}
	claims, err := readClaims(signed.Payload)
	if err != nil {
		return Claims{}, signed, err
	}
	if claims.Subject != signed.Thumbprint {
		return Claims{}, signed, jws.About(fault.SignedRequestForged, "sub", "%s is not the thumbprint of the signing key, %s", claims.Subject, signed.Thumbprint)
	}
	if claims.Audience != audience {
		return Claims{}, signed, jws.About(fault.SignedRequestMisplaced, "aud", "the signed request is for %.100q, not for %s", claims.Audience, audience)
	}
	return claims, signed, nil
}

func (c Claims) checkTime(now time.Time, longest time.Duration) error {
	issued, expires := time.Unix(c.IssuedAt, 0).UTC(), time.Unix(c.Expires, 0).UTC()
	switch {
	case c.Expires <= c.IssuedAt:
		return jws.Malformed("exp", "lies not after iat")
	case c.Expires-c.IssuedAt > int64(longest/time.Second):
		return jws.Malformed("exp", "lies more than %s after iat", longest)
	case now.Before(issued.Add(-Ahead)):
		return jws.About(fault.SignedRequestNotYetValid, "iat", "the signed request is issued at %s, more than %s after the transaction's time %s",
			issued.Format(time.RFC3339), Ahead, now.Format(time.RFC3339))
	case !now.Before(expires):
		return jws.About(fault.SignedRequestExpired, "exp", "the signed request expired at %s; the transaction's time is %s",
			expires.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	return nil
}

func (c Claims) signedRequest(compact string, signed jws.Verified) Signed {
	s := Signed{
		Signer: c.Subject, Subject: c.Subject, ID: c.ID, IssuedAt: time.Unix(c.IssuedAt, 0).UTC(), Expires: time.Unix(c.Expires, 0).UTC(),
		Transaction: c.Transaction, Request: string(c.Request), AnswerTo: string(c.AnswerTo), JWK: signed.JWK, Algorithm: signed.Algorithm,
		Compact: compact,
	}
	if c.For != "" {
		s.Subject = c.For
	}
	return s
}

// RelayRequest carries a resident's signed request: to Relay, or to a query for residents in the place of its own request.
type RelayRequest struct {
	// Signed request is a JWS in compact form.
	SignedRequest string `json:"signedRequest"`
}

// Validate checks the request by itself.
func (r RelayRequest) Validate() error {
	if r.SignedRequest == "" {
		return fault.Field(fault.MissingField, "signedRequest", "is missing")
	}
	return nil
}

var (
	thumbprintPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	idPattern         = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)
)

// maxInteger is the largest integer that every JSON library keeps.
const maxInteger = 1<<53 - 1

// readClaims reads the payload: exactly the members of Claims, each once and of its type.
func readClaims(text []byte) (claims Claims, err error) {
	members, err := jws.ReadMembers("payload", text)
	if err != nil {
		return claims, err
	}
	if err := members.Exactly("payload", []string{"sub", "aud", "txn", "req", "iat", "exp", "jti"}, "for", AnswerTo); err != nil {
		return claims, err
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		return claims, jws.WrongType(err)
	}
	_, forOther := members["for"]
	return claims, claims.check(forOther)
}

func (c Claims) check(forOther bool) error {
	switch {
	case !thumbprintPattern.MatchString(c.Subject):
		return jws.Malformed("sub", "is not an RFC 7638 thumbprint in base64url")
	case forOther && !thumbprintPattern.MatchString(c.For):
		return jws.Malformed("for", "is not an RFC 7638 thumbprint in base64url")
	case c.Request.Kind() != '{':
		return jws.Malformed("req", "is not a JSON object")
	case !idPattern.MatchString(c.ID):
		return jws.Malformed("jti", "is not 16 to 64 letters, digits, - and _")
	case c.IssuedAt < 0 || c.IssuedAt > maxInteger:
		return jws.Malformed("iat", "is out of range")
	case c.Expires < 0 || c.Expires > maxInteger:
		return jws.Malformed("exp", "is out of range")
	}
	return nil
}

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
