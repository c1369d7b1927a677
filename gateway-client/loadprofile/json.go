// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"errors"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// scalar is a number or a text of a JSON document as it is now there, and its place; null and nothing are empty.
type scalar struct {
	text   string
	offset int64
}

// UnmarshalJSONFrom keeps the number's digits.
func (s *scalar) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	if err != nil {
		return err
	}
	s.offset = d.InputOffset() - int64(len(value))
	switch value.Kind() {
	case '"':
		text, err := jsontext.AppendUnquote(nil, value)
		s.text = string(text)
		return err
	case '0', 't', 'f':
		s.text = string(value)
		return nil
	case 'n':
		return nil
	}
	return errors.New("a number or a text is expected")
}

// decodeJSON reads the file into a value. Members that are not expected are passed over.
func (f *file) decodeJSON(into any) error {
	err := json.Unmarshal(f.text, into, json.MatchCaseInsensitiveNames(false))
	if err == nil {
		return nil
	}
	if syntactic, is := errors.AsType[*jsontext.SyntacticError](err); is {
		what := "it is not valid JSON"
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			what = "a member of its JSON occurs twice"
		case errors.Is(err, io.ErrUnexpectedEOF):
			what = "its JSON is cut here"
		}
		return refuse(f.line(syntactic.ByteOffset), badFile, "%s", what)
	}
	if semantic, is := errors.AsType[*json.SemanticError](err); is {
		want := request.Expected(semantic.GoType)
		if semantic.GoType == reflect.TypeFor[scalar]() {
			want = "a number or a text"
		}
		return refuse(f.line(semantic.ByteOffset), badFile, "it is no JSON of this format: at %s, expected %s",
			quoted(string(semantic.JSONPointer)), want)
	}
	return refuse(0, badFile, "it is no JSON of this format")
}

// duration reads a step such as PT30M or PT1H, in seconds.
func duration(text string) (seconds int64, ok bool) {
	rest, is := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(text)), "PT")
	if !is || len(rest) < 2 || len(rest) > 4 {
		return 0, false
	}
	for _, d := range []byte(rest[:len(rest)-1]) {
		if d < '0' || d > '9' {
			return 0, false
		}
		seconds = seconds*10 + int64(d-'0')
	}
	factor, known := map[byte]int64{'S': 1, 'M': 60, 'H': 3600}[rest[len(rest)-1]]
	return seconds * factor, known && seconds > 0
}

// period reads a row's step.
func (r *row) period(text string) {
	var ok bool
	if r.step, ok = duration(text); !ok {
		r.fail(badStep, quoted(text))
	}
}
