// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	strict "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// output is the form of an answer; it is the value of the flag --output.
type output string

const (
	asTable output = "table"
	asJSON  output = "json"
	asCSV   output = "csv"
)

var outputs = []string{string(asTable), string(asJSON), string(asCSV)}

// String returns the form, table unless another was set.
func (o *output) String() string {
	if *o == "" {
		return string(asTable)
	}
	return string(*o)
}

// Set takes the flag's value.
func (o *output) Set(value string) error {
	if !slices.Contains(outputs, value) {
		return fmt.Errorf("choose one of %s", strings.Join(outputs, ", "))
	}
	*o = output(value)
	return nil
}

// Type names the flag's value in help.
func (o *output) Type() string { return "FORM" }

// Table is an answer that knows its columns. Answers that do not are shown as one row for each member of their JSON
// object. A cell that is a time is shown in the local time of who reads it, and in CSV as RFC 3339 in UTC.
type Table interface {
	Columns() []string
	Rows() [][]any
}

// Render writes an answer to stdout in the form that --output asks for.
func (a *App) Render(answer any) error {
	if a.output == asJSON {
		return a.renderJSON(listed(answer))
	}
	shown, ok := answer.(Table)
	if !ok {
		var err error
		if shown, err = a.membersOf(answer); err != nil {
			return err
		}
	}
	rows := a.cells(shown.Rows())
	writer := table.NewWriter()
	writer.SetOutputMirror(a.stdout)
	writer.SetStyle(table.StyleLight)
	writer.Style().Format.Header = text.FormatDefault // names are case-sensitive
	var shortened bool
	if a.output != asCSV && !a.wide {
		writer.SetColumnConfigs(fit(a.stdout, shown.Columns(), rows, &shortened))
	}
	header := table.Row{}
	for _, column := range shown.Columns() {
		header = append(header, column)
	}
	writer.AppendHeader(header)
	for _, row := range rows {
		writer.AppendRow(row)
	}
	if a.output == asCSV {
		writer.RenderCSV()
		return nil
	}
	writer.Render()
	if shortened {
		a.Notef("ids are shortened to fit the terminal; --wide shows them whole, to be copied")
	}
	return nil
}

// cells writes the times of rows.
func (a *App) cells(rows [][]any) [][]any {
	for _, row := range rows {
		for i, cell := range row {
			if at, isTime := cell.(time.Time); isTime {
				row[i] = a.when(at)
			}
		}
	}
	return rows
}

// when writes a time for people or, in CSV, for programs.
func (a *App) when(at time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case a.output == asCSV:
		return at.UTC().Format(time.RFC3339)
	default:
		return at.Local().Format("2006-01-02 15:04:05 MST")
	}
}

// listed gives lists the one form that they have in JSON: an object with items. Such a list is whole.
func listed(answer any) any {
	if _, own := answer.(json.Marshaler); own || reflect.ValueOf(answer).Kind() != reflect.Slice {
		return answer
	}
	return struct {
		Items any     `json:"items"`
		Next  *string `json:"next"`
	}{Items: answer}
}

// renderJSON writes JSON in which no list is null.
func (a *App) renderJSON(answer any) error {
	err := strict.MarshalWrite(
		a.stdout, answer, jsonv1.DefaultOptionsV1(), strict.FormatNilSliceAsNull(false), strict.FormatNilMapAsNull(false),
		jsontext.EscapeForHTML(false), jsontext.WithIndent("  "),
	)
	if err == nil {
		_, err = fmt.Fprintln(a.stdout)
	}
	return err
}

// members is a JSON object as a table.
type members [][]any

// membersOf lists the members of an answer's JSON object: in their order, and in a table for people with hashes and
// signatures last.
func (a *App) membersOf(answer any) (members, error) {
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(string(text), "{") {
		return members{{"answer", string(text)}}, nil
	}
	object, err := membersIn(text)
	if err != nil {
		return nil, err
	}
	var rows, hashes members
	for _, m := range object {
		row := []any{m.name, plain(m.value)}
		if a.output != asCSV && hash.MatchString(fmt.Sprint(row[1])) {
			hashes = append(hashes, row)
			continue
		}
		rows = append(rows, row)
	}
	return append(rows, hashes...), nil
}

// hash is what people look at last: hashes in hex, and what is signed.
var hash = regexp.MustCompile(`^([0-9a-f]{64}|[\w-]+\.[\w-]*\.[\w-]{20,})$`)

// plain returns a JSON string's text or time, and other JSON as it is.
func plain(value json.RawMessage) any {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return string(value)
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at
	}
	return s
}

// Columns names the two columns.
func (m members) Columns() []string { return []string{"field", "value"} }

// Rows returns the members.
func (m members) Rows() [][]any { return m }
