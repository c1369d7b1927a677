package signedrequest

import (
	"regexp"

	"github.com/go-json-experiment/json"

	"github.com/smartb-suite/smartb/chaincode/jws"
)

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
