// SPDX-License-Identifier: Apache-2.0

package document_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

type part struct {
	Count int `json:"count"`
}

type sheet struct {
	part
	Name   string    `json:"name"`
	At     time.Time `json:"at"`
	Parts  []part    `json:"parts"`
	hidden string
}

func TestDecodeSaysWhatIsExpected(t *testing.T) {
	for text, want := range map[string]string{
		`{"name":"a","parts":[{"count":1}]}`: "",
		``:                                   "it is empty; a JSON object is expected",
		`[]`:                                 "a JSON object is expected",
		"{\n\"name\":":                       "line 2: the JSON ends too early",
		"{\n\n\"name\":x}":                   "line 3: it is not valid JSON",
		"{\"name\":\"a\",\n\"name\":\"b\"}":  "line 2: member name occurs twice",
		`{"nome":"a"}`:                       "member nome is not known; expected: at, name, parts",
		`{"parts":[{"Count":1}]}`:            "member parts/0/Count is not known; expected: count",
		`{"parts":[{"count":"1"}]}`:          "member parts/0/count: expected an integer",
		`{"parts":{}}`:                       "member parts: expected a list",
		`{"at":"2030-12-31"}`: "member at: expected a time in the form of RFC 3339, such as " +
			"2030-12-31T00:00:00Z",
	} {
		var into sheet
		err := document.Decode([]byte(text), &into)
		if want == "" {
			require.NoError(t, err)
			require.Empty(t, into.hidden)
			continue
		}
		require.EqualError(t, err, want, text)
	}
	require.NoError(t, document.DecodeKnown([]byte(`{"nome":"a"}`), new(sheet)))
}

func TestTableSaysTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"":              "it is empty",
		"a,b\n1\n":      "line 2: it has another number of cells than the heading",
		"a,b\n1,2\"3\n": "line 2: a quotation mark does not close, or stands inside of a cell",
	} {
		reader, err := csv.NewReader(strings.NewReader(text)), error(nil)
		for err == nil {
			_, err = reader.Read()
		}
		require.EqualError(t, document.Table(err), want)
	}
}
