package jws

import (
	"errors"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Members is a JSON object whose Members are still text.
type Members map[string]jsontext.Value

// ReadMembers reads one JSON object in valid UTF-8 without duplicate Members, at any depth. The part is named in refusals.
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
