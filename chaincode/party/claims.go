package party

import (
	"errors"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

var (
	thumbprintPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	idPattern         = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)
)

// maxInteger is the largest integer that every JSON library keeps.
const maxInteger = 1<<53 - 1

// readClaims reads the payload: exactly the members of Claims, each once and of its type.
func readClaims(text []byte) (claims Claims, err error) {
	members, err := readMembers("payload", text)
	if err != nil {
		return claims, err
	}
	if err := members.exactly("payload", []string{"sub", "aud", "txn", "req", "iat", "exp", "jti"}, "for", AnswerTo); err != nil {
		return claims, err
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		return claims, wrongType(err)
	}
	_, forOther := members["for"]
	return claims, claims.check(forOther)
}

func (c Claims) check(forOther bool) error {
	switch {
	case !thumbprintPattern.MatchString(c.Subject):
		return malformed("sub", "is not an RFC 7638 thumbprint in base64url")
	case forOther && !thumbprintPattern.MatchString(c.For):
		return malformed("for", "is not an RFC 7638 thumbprint in base64url")
	case c.Request.Kind() != '{':
		return malformed("req", "is not a JSON object")
	case !idPattern.MatchString(c.ID):
		return malformed("jti", "is not 16 to 64 letters, digits, - and _")
	case c.IssuedAt < 0 || c.IssuedAt > maxInteger:
		return malformed("iat", "is out of range")
	case c.Expires < 0 || c.Expires > maxInteger:
		return malformed("exp", "is out of range")
	}
	return nil
}

// members is a JSON object whose members are still text.
type members map[string]jsontext.Value

// readMembers reads one JSON object in valid UTF-8 without duplicate members, at any depth. The part is named in refusals.
func readMembers(part string, text []byte) (members, error) {
	var object members
	err := json.Unmarshal(text, &object)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return nil, malformed(part, "has a member twice")
	case err != nil || object == nil:
		return nil, malformed(part, "is not one JSON object")
	}
	return object, nil
}

// exactly refuses missing and unknown members. A null is as good as missing.
func (m members) exactly(part string, required []string, optional ...string) error {
	for _, name := range required {
		if _, given := m[name]; !given {
			return malformed(name, "is missing in the %s", part)
		}
	}
	unknown := false
	for name, value := range m {
		unknown = unknown || value.Kind() == 'n' || !slices.Contains(required, name) && !slices.Contains(optional, name)
	}
	if unknown { // not named, as which one the map gives first differs from peer to peer
		return malformed(part, "has other members than %v and may have %v", required, optional)
	}
	return nil
}

// text returns a string member.
func (m members) text(name string) (value string, err error) {
	if err := json.Unmarshal(m[name], &value); err != nil {
		return "", malformed(name, "is not a string")
	}
	return value, nil
}

func wrongType(err error) error {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		return malformed(semantic.JSONPointer.LastToken(), "has the wrong type")
	}
	return malformed("payload", "cannot be read")
}

// malformed refuses a statement for its shape.
func malformed(member, format string, args ...any) error {
	return about(fault.StatementMalformed, member, format, args...)
}

// about refuses a statement for one of its members.
func about(code fault.Code, member, format string, args ...any) error {
	return fault.Field(code, "statement", member+": "+format, args...).With("member", member)
}
