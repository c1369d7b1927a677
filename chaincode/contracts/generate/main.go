// Command generate writes the files that follow from the contracts' tables and from the error catalogue: the contract metadata that Fabric's SDKs
// read, what the client knows of the tables, docs/errors.md and docs/events.md. It runs at the root of the project, by `make generate`.
package main

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/party"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// The generated files and where the comments come from.
const (
	module   = "github.com/smartb-suite/smartb"
	sources  = "./chaincode"
	metadata = "chaincode/contracts/metadata.json"
	table    = "gateway-client/table.go"
	errors   = "docs/errors.md"
	events   = "docs/events.md"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate() error {
	document, err := describe()
	if err != nil {
		return err
	}
	if err := os.WriteFile(metadata, document, 0o644); err != nil {
		return err
	}
	known, err := format.Source([]byte(clientTable()))
	if err != nil {
		return err
	}
	if err := os.WriteFile(table, known, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(errors, []byte(catalogue()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(events, []byte(eventList()), 0o644)
}

// The shapes of Fabric's contract metadata document.
type (
	document struct {
		Info       info                `json:"info"`
		Contracts  map[string]contract `json:"contracts"`
		Components struct{}            `json:"components"`
	}
	info struct {
		Title   string `json:"title"`
		Version string `json:"version"`
	}
	contract struct {
		Name         string        `json:"name"`
		Info         info          `json:"info"`
		Transactions []description `json:"transactions"`
		Events       []parameter   `json:"x-events,omitempty"`
	}
	description struct {
		Name        string             `json:"name"`
		Description string             `json:"description"`
		Tag         []string           `json:"tag"`
		Parameters  []parameter        `json:"parameters"`
		Transient   []parameter        `json:"x-transient,omitempty"`
		Returns     *jsonschema.Schema `json:"returns"`
		// Resident marks what residents may call by a signed statement.
		Resident bool `json:"x-resident,omitempty"`
		// PrivateAnswer marks a query whose answer is a JWE in compact form of what returns describes, encrypted to answerTo.
		PrivateAnswer bool `json:"x-private-answer,omitempty"`
	}
	parameter struct {
		Name        string             `json:"name"`
		Description string             `json:"description"`
		Schema      *jsonschema.Schema `json:"schema"`
	}
)

func describe() ([]byte, error) {
	reflector := &jsonschema.Reflector{DoNotReference: true, Anonymous: true, Mapper: nested}
	if err := reflector.AddGoComments(module, sources); err != nil {
		return nil, fmt.Errorf("read the sources' comments: %w", err)
	}
	d := document{Info: info{"smartb", "1"}, Contracts: map[string]contract{}}
	for _, c := range contracts.All() {
		name := c.API.GetName()
		described := contract{Name: name, Info: info{name, "1"}}
		for _, row := range c.Transactions {
			described.Transactions = append(described.Transactions, describeTransaction(reflector, row))
		}
		for _, row := range c.Events {
			described.Events = append(described.Events, parameter{Name: row.Name, Description: row.Summary, Schema: schema(reflector, row.Payload)})
		}
		d.Contracts[name] = described
	}
	text, err := json.MarshalIndent(d, "", "  ")
	return append(text, '\n'), err
}

// nested describes what contains itself, which a schema without references cannot.
func nested(t reflect.Type) *jsonschema.Schema {
	if t != reflect.TypeFor[odrl.Report]() {
		return nil
	}
	return &jsonschema.Schema{Type: "object", Description: "Compliance report: policy, permit, void and the report of each rule with those of its constraints and duties."}
}

func describeTransaction(reflector *jsonschema.Reflector, row transaction.Description) description {
	d := description{Name: row.Name, Description: row.Summary, Tag: []string{"evaluate"}, Returns: schema(reflector, row.Answer), Resident: row.Resident}
	if row.Submit {
		d.Tag = []string{"submit"}
	}
	d.Parameters = []parameter{{Name: "request", Description: "one JSON object, as text", Schema: schema(reflector, row.Request)}}
	if row.Private != "" {
		d.Transient = []parameter{{Name: row.Private, Description: "one JSON object in the transient map", Schema: schema(reflector, row.PrivateType)}}
	}
	if row.PrivateAnswer {
		d.PrivateAnswer = true
		d.Transient = append(d.Transient, parameter{Name: party.AnswerTo, Description: answerTo, Schema: answerKey()})
	}
	return d
}

// answerTo describes the key of a private answer.
const answerTo = "public key on P-256, made for this call, as a JWK in the transient map; a resident signs it instead, as the statement's claim answerTo"

func answerKey() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Required: []string{"kty", "crv", "x", "y"}, AdditionalProperties: jsonschema.FalseSchema, Properties: jsonschema.NewProperties()}
	s.Properties.Set("kty", &jsonschema.Schema{Const: "EC"})
	s.Properties.Set("crv", &jsonschema.Schema{Const: "P-256"})
	s.Properties.Set("x", &jsonschema.Schema{Type: "string"})
	s.Properties.Set("y", &jsonschema.Schema{Type: "string"})
	return s
}

func schema(reflector *jsonschema.Reflector, value any) *jsonschema.Schema {
	s := reflector.Reflect(value)
	s.Version = ""
	return s
}

// clientTable is what the client has to know of the tables to call right.
func clientTable() string {
	var b strings.Builder
	b.WriteString("// Code generated by make generate. DO NOT EDIT.\n\npackage gateway\n\n")
	write := func(comment, name string, has func(transaction.Description) bool) {
		fmt.Fprintf(&b, "// %s %s\nvar %s = map[string]bool{", name, comment, name)
		for _, c := range contracts.All() {
			for _, row := range c.Transactions {
				if has(row) {
					fmt.Fprintf(&b, "\n\t%q: true,", c.API.GetName()+":"+row.Name)
				}
			}
		}
		b.WriteString("\n}\n")
	}
	write("are the queries whose answers are private.", "privateQueries", func(row transaction.Description) bool { return row.PrivateAnswer })
	b.WriteString("\n")
	write("are the transactions by which residents exercise their rights.", "rights", func(row transaction.Description) bool { return row.Right })
	return b.String()
}

func catalogue() string {
	var b strings.Builder
	b.WriteString("<!-- Code generated by make generate. DO NOT EDIT. -->\n\n# Errors\n\n")
	b.WriteString("Every refusal is one JSON object `{\"code\", \"status\", \"message\", \"details\"}`. Programs decide by `code`; `details.field` names the member at\n")
	b.WriteString("fault. In Go, `errors.Is(err, gateway.ErrNotFound)` and its like tell them apart. A refused transaction changed nothing.\n\n")
	b.WriteString("| code | status | meaning | what to do |\n|---|---|---|---|\n")
	for _, entry := range fault.Catalogue {
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s |\n", entry.Code, entry.Status, entry.Meaning, entry.Remedy)
	}
	return b.String()
}

func eventList() string {
	var b strings.Builder
	b.WriteString("<!-- Code generated by make generate. DO NOT EDIT. -->\n\n# Events\n\n")
	b.WriteString("A transaction announces at most one event, whose payload is one JSON object of ids and states; what they mean is in the contract metadata\n")
	b.WriteString("(`x-events`). Calls that share a transaction are announced together as `batch.Submitted` with `{events: [{name, payload}, …]}` in their order;\n")
	b.WriteString("`client.Events` and `smartb events` take it apart.\n\n")
	b.WriteString("| event | what happened | payload |\n|---|---|---|\n")
	for _, c := range contracts.All() {
		for _, row := range c.Events {
			fmt.Fprintf(&b, "| `%s` | %s | `{%s}` |\n", row.Name, row.Summary, strings.Join(members(reflect.TypeOf(row.Payload)), ", "))
		}
	}
	return b.String()
}

// members are the names of a JSON object's members.
func members(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		field := t.Field(i)
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			names = append(names, name)
		} else if field.Anonymous {
			names = append(names, members(field.Type)...)
		}
	}
	return names
}
