// SPDX-License-Identifier: Apache-2.0

package transaction_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

type sheet struct {
	Name   string  `json:"name"`
	Values []int64 `json:"values"`
	Inner  struct {
		Deep map[string]sheet `json:"deep"`
	} `json:"inner"`
}

func TestDecodeReadsStrictly(t *testing.T) {
	for sentence, row := range map[string]struct {
		text  string
		code  fault.Code
		field string
	}{
		"an object":                      {`{"name":"a","values":[1,-2,9007199254740991]}`, "", ""},
		"spaces around":                  {" {\n} ", "", ""},
		"an unknown member":              {`{"nome":"a"}`, fault.UnknownField, "nome"},
		"a member in other letters":      {`{"Name":"a"}`, fault.UnknownField, "Name"},
		"a member twice":                 {`{"name":"a","name":"b"}`, fault.DuplicateField, "name"},
		"a member twice, once escaped":   {`{"name":"a","n\u0061me":"b"}`, fault.DuplicateField, "name"},
		"a null":                         {`{"name":null}`, fault.InvalidField, "name"},
		"a null among values":            {`{"values":[1,null]}`, fault.InvalidField, "values/1"},
		"a value of another type":        {`{"values":["1"]}`, fault.InvalidField, "values/0"},
		"a fraction":                     {`{"values":[1.0]}`, fault.OutOfRange, "values/0"},
		"an exponent":                    {`{"values":[1e3]}`, fault.OutOfRange, "values/0"},
		"two to the fifty-third":         {`{"values":[0,9007199254740992]}`, fault.OutOfRange, "values/1"},
		"ten to the eighteenth, unknown": {`{"x":1000000000000000000}`, fault.OutOfRange, "x"},
		"invalid UTF-8":                  {"{\"name\":\"\xff\"}", fault.MalformedRequest, ""},
		"a lone surrogate":               {`{"name":"\ud800"}`, fault.MalformedRequest, ""},
		"a comment":                      {`{/*x*/}`, fault.MalformedRequest, ""},
		"text after the object":          {`{} x`, fault.MalformedRequest, ""},
		"another object after it":        {`{}{}`, fault.MalformedRequest, ""},
		"an array":                       {`[]`, fault.MalformedRequest, ""},
		"nothing":                        {``, fault.MalformedRequest, ""},
		"half an object":                 {`{"name":`, fault.MalformedRequest, ""},
		"seventeen levels":               {strings.Repeat(`{"inner":{"deep":{"a":`, 6) + `{}` + strings.Repeat(`}}}`, 6), fault.TooLarge, ""},
		"more than the limit":            {`{"name":"` + strings.Repeat("a", 2000) + `"}`, fault.TooLarge, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := transaction.Decode[sheet]([]byte(row.text), 1000)
			if row.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.code)
			require.Equal(t, row.field, fault.From(err).Details["field"])
		})
	}
}

// TestDecodeSaysWhichFormAMemberTakes: a date where a time belongs is the commonest mistake of other SDKs.
func TestDecodeSaysWhichFormAMemberTakes(t *testing.T) {
	type form struct {
		At    time.Time         `json:"at"`
		Maybe *time.Time        `json:"maybe"`
		Name  string            `json:"name"`
		Count int               `json:"count"`
		Whole bool              `json:"whole"`
		List  []string          `json:"list"`
		Parts map[string]string `json:"parts"`
	}
	const moment = "expected a time in the form of RFC 3339, such as 2030-12-31T00:00:00Z"
	for text, want := range map[string]string{
		`{"at":"2030-12-31"}`:             "at: " + moment,
		`{"at":1767225600}`:               "at: " + moment,
		`{"maybe":"2030-12-31T00:00:00"}`: "maybe: " + moment,
		`{"name":1}`:                      "name: expected a string",
		`{"count":"1"}`:                   "count: expected an integer",
		`{"whole":"yes"}`:                 "whole: expected true or false",
		`{"list":"a"}`:                    "list: expected a list",
		`{"list":[{}]}`:                   "list/0: expected a string",
		`{"parts":[]}`:                    "parts: expected an object",
	} {
		_, err := transaction.Decode[form]([]byte(text), 1000)
		require.ErrorIs(t, err, fault.InvalidField)
		require.Equal(t, want, fault.From(err).Message, text)
	}
}

// FuzzDecode feeds the door for all hostile input: it never panics, and every error has a code of its own.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"a","values":[1,-2]}`))
	f.Add([]byte(`{"inner":{"deep":{"a":{"values":[null]}}}}`))
	f.Add([]byte(`{"name":"\u0000","values":[1e999]}`))
	f.Add([]byte("{\"\xff\":[[[["))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := transaction.Decode[sheet](text, 1<<16)
		if err != nil {
			require.NotEqual(t, fault.Internal, fault.From(err).Code)
		}
	})
}
