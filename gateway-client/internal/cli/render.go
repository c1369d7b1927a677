package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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

// Table is an answer that knows its columns. Answers that do not are shown as one row for each member of their JSON object.
type Table interface {
	Columns() []string
	Rows() [][]any
}

// Render writes an answer to stdout in the form that --output asks for.
func (a *App) Render(answer any) error {
	if a.output == asJSON {
		return a.renderJSON(answer)
	}
	shown, ok := answer.(Table)
	if !ok {
		var err error
		if shown, err = membersOf(answer); err != nil {
			return err
		}
	}
	writer := table.NewWriter()
	writer.SetOutputMirror(a.stdout)
	writer.SetStyle(table.StyleLight)
	writer.Style().Format.Header = text.FormatDefault // names are case-sensitive
	if a.output != asCSV {
		writer.SetColumnConfigs(fit(a.stdout, shown))
	}
	header := table.Row{}
	for _, column := range shown.Columns() {
		header = append(header, column)
	}
	writer.AppendHeader(header)
	for _, row := range shown.Rows() {
		writer.AppendRow(row)
	}
	if a.output == asCSV {
		writer.RenderCSV()
	} else {
		writer.Render()
	}
	return nil
}

func (a *App) renderJSON(answer any) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(answer)
}

// members is a JSON object as a table, its members in their order.
type members [][]any

// membersOf lists the members of an answer's JSON object.
func membersOf(answer any) (members, error) {
	object, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(object))
	if !bytes.HasPrefix(object, []byte("{")) {
		return members{{"answer", string(object)}}, nil
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	var rows members
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		rows = append(rows, []any{name, plain(value)})
	}
	return rows, nil
}

// plain returns a JSON string's text, and other JSON as it is.
func plain(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// Columns names the two columns.
func (m members) Columns() []string { return []string{"field", "value"} }

// Rows returns the members.
func (m members) Rows() [][]any { return m }
