// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// The shapes of Fabric's contract metadata document.
type (
	document struct {
		Info       info                `json:"info"`
		Contracts  map[string]contract `json:"contracts"`
		Components struct{}            `json:"components"`
		// Errors are the codes that every transaction can be refused with.
		Errors []fault.Code `json:"x-errors"`
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
		// Callers are the members who may call, in words, and the roles of their certificates.
		Callers []caller `json:"x-callers,omitempty"`
		// Resident marks what residents may call by a signed request.
		Resident bool `json:"x-resident,omitempty"`
		// Signed is what a resident gives in the place of a query's request; anything that writes is relayed by the
		// contract's Relay.
		Signed *jsonschema.Schema `json:"x-signed,omitempty"`
		// PrivateAnswer marks a query whose answer is a JWE in compact form of what returns describes, encrypted to answerTo.
		PrivateAnswer bool `json:"x-private-answer,omitempty"`
		// Errors are the further codes that the transaction can be refused with.
		Errors []fault.Code `json:"x-errors,omitempty"`
	}
	caller struct {
		Role identity.Role `json:"role,omitempty"`
		Of   string        `json:"of,omitempty"`
	}
	parameter struct {
		Name        string             `json:"name"`
		Description string             `json:"description"`
		Schema      *jsonschema.Schema `json:"schema"`
	}
)

func newReflector(code *sourceCode) (*jsonschema.Reflector, error) {
	reflector := &jsonschema.Reflector{DoNotReference: true, Anonymous: true, Mapper: code.mapped}
	if err := reflector.AddGoComments(module, sources); err != nil {
		return nil, fmt.Errorf("read the sources' comments: %w", err)
	}
	return reflector, nil
}

// metadata is the contract metadata document.
func metadata(reflector *jsonschema.Reflector, r *reference) (string, error) {
	d := document{Info: info{"smartb", "1"}, Contracts: map[string]contract{}, Errors: r.common.without(found{})}
	for _, c := range contracts.All() {
		name := c.API.GetName()
		described := contract{Name: name, Info: info{name, "1"}}
		for _, row := range c.Transactions {
			described.Transactions = append(described.Transactions, describeTransaction(reflector, r, row))
		}
		for _, row := range c.Events {
			described.Events = append(described.Events, parameter{Name: row.Name, Description: row.Summary, Schema: schema(reflector, row.Payload)})
		}
		d.Contracts[name] = described
	}
	text, err := json.MarshalIndent(d, "", "  ")
	return string(text) + "\n", err
}

// patterns are those of texts that have constants and other values, too.
var patterns = map[reflect.Type]string{
	reflect.TypeFor[settlement.RunID](): `^(provisional|final|correction-[1-9][0-9]{0,3})$`,
	reflect.TypeFor[settlement.Phase](): `^(preview|provisional|final|correction-[1-9][0-9]{0,3})$`,
	// A state or an error's code is a cause, too.
	reflect.TypeFor[consent.ReasonFor](): `^[A-Z_]+$`,
	reflect.TypeFor[licensing.Cause]():   `^[A-Z_]+$`,
}

// members are the patterns of members that have the same meaning in every object, by the end of their names.
var members = map[string]string{
	"Sha256": `^[0-9a-f]{64}$`, "day": `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, "subject": `^[A-Za-z0-9_-]{43}$`,
}

// addPatterns adds the patterns of members to a schema and all that it holds.
func addPatterns(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	addPatterns(s.Items)
	addPatterns(s.AdditionalProperties)
	if s.Properties == nil {
		return
	}
	for member := s.Properties.Oldest(); member != nil; member = member.Next() {
		addPatterns(member.Value)
		for end, pattern := range members {
			if member.Value.Type == "string" && member.Value.Pattern == "" && strings.HasSuffix(member.Key, end) {
				member.Value.Pattern = pattern
			}
		}
	}
}

// mapped describes types better than their Go form does: texts of which only some are valid, and what contains itself, which a schema without references
// cannot describe.
func (c *sourceCode) mapped(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[consent.Receipt]():
		return &jsonschema.Schema{Type: "object", Description: "The receipt in the format that was asked for: that of Kantara, or JSON-LD with the terms of DPV."}
	case reflect.TypeFor[fault.Error]():
		return &jsonschema.Schema{Type: "object", Description: "An error: code, status, message and details; of a batch, also those of its calls by their places."}
	case reflect.TypeFor[settlement.Pair]():
		pair := &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: "integer"}}
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{pair, {Type: "null"}}, Description: "Two energies in mWh; null where the interval is incomplete."}
	case reflect.TypeFor[odrl.Report]():
		return &jsonschema.Schema{Type: "object", Description: "Compliance report: policy, permit, void and the report of each rule with those of its constraints and duties."}
	}
	if pattern, ok := patterns[t]; ok {
		return &jsonschema.Schema{Type: "string", Pattern: pattern}
	}
	if values := c.values[t.PkgPath()+"."+t.Name()]; t.Kind() == reflect.String && len(values) > 0 {
		return &jsonschema.Schema{Type: "string", Enum: values}
	}
	return nil
}

func describeTransaction(reflector *jsonschema.Reflector, r *reference, row transaction.Description) description {
	d := description{Name: row.Name, Description: row.Summary, Tag: []string{"evaluate"}, Returns: schema(reflector, row.Answer), Resident: row.Resident}
	if row.Submit {
		d.Tag = []string{"submit"}
	} else if row.Resident {
		d.Signed = schema(reflector, signedrequest.RelayRequest{})
	}
	for _, member := range row.May {
		d.Callers = append(d.Callers, caller{member.Role, member.Of})
	}
	d.Errors = r.reached(row).without(r.common)
	d.Parameters = []parameter{{Name: "request", Description: "one JSON object, as text", Schema: schema(reflector, row.Request)}}
	if row.Private != "" {
		d.Transient = []parameter{{Name: row.Private, Description: "one JSON object in the transient map", Schema: schema(reflector, row.PrivateType)}}
	}
	if row.PrivateAnswer {
		d.PrivateAnswer = true
		d.Transient = append(d.Transient, parameter{Name: signedrequest.AnswerTo, Description: answerTo, Schema: answerKey()})
	}
	return d
}

// answerTo describes the key of a private answer.
const answerTo = "public key on P-256, made for this call, as a JWK in the transient map; a resident signs it instead, as the signed request's claim answerTo"

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
	addPatterns(s)
	return s
}
