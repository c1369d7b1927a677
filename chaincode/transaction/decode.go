// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

const (
	// maxRequest bounds a public request; anything that is large is private and comes by the transient map.
	maxRequest = 256 << 10
	// maxTransient bounds one private input: 1,000 meter days are about 1 MB.
	maxTransient = 16 << 20
	maxDepth     = 16
	maxInteger   = 1<<53 - 1
)

// Decode reads one JSON object strictly: no unknown, duplicate or differently spelled members, no null, no excessive
// depth or size. No number that is not an integer within ±(2^53-1).
func Decode[T any](text []byte, limit int) (value T, err error) {
	if len(text) > limit {
		return value, fault.New(fault.TooLarge, "%d bytes of JSON, at most %d are read", len(text), limit).With("limit", strconv.Itoa(limit))
	}
	if err := inspect(text); err != nil {
		return value, err
	}
	if err := json.Unmarshal(text, &value, json.RejectUnknownMembers(true)); err != nil {
		return value, refuse(err)
	}
	return value, nil
}

// inspect walks the tokens once for what decoding into a type does not tell apart.
func inspect(text []byte) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	if decoder.PeekKind() != '{' {
		return fault.New(fault.MalformedRequest, "the request is not a JSON object")
	}
	for {
		token, err := decoder.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse(err)
		}
		if decoder.StackDepth() > maxDepth {
			return fault.New(fault.TooLarge, "the JSON is nested deeper than %d", maxDepth)
		}
		if token.Kind() == 'n' { // decoding would turn it into a zero, and a missing value is never zero
			return fault.Field(fault.InvalidField, field(decoder.StackPointer()), "null is not a value")
		}
		if token.Kind() == '0' && !exact(token.String()) {
			return fault.Field(fault.OutOfRange, field(decoder.StackPointer()), "not an integer within ±(2^53-1)")
		}
	}
}

func exact(number string) bool {
	n, err := strconv.ParseInt(number, 10, 64)
	return err == nil && n >= -maxInteger && n <= maxInteger
}

// refuse turns a decoder's error into an error that names the member. The value itself is not repeated: it may be
// private.
func refuse(err error) error {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return fault.Field(fault.DuplicateField, field(syntactic.JSONPointer), "occurs twice")
		}
		return fault.New(fault.MalformedRequest, "not valid JSON at byte %d", syntactic.ByteOffset)
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		if errors.Is(err, json.ErrUnknownName) {
			return fault.Field(fault.UnknownField, field(semantic.JSONPointer), "unknown member")
		}
		return fault.Field(fault.InvalidField, field(semantic.JSONPointer), "expected %s", request.Expected(semantic.GoType))
	}
	return fault.New(fault.MalformedRequest, "the request cannot be read")
}

func field(pointer jsontext.Pointer) string { return strings.TrimPrefix(string(pointer), "/") }
