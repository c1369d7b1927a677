// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

// lists are the commands that list, with the arguments by which the test calls each. Which commands list follows from the
// command tree and the ledger's metadata: a list that is missing here fails the test.
var lists = map[string]string{
	"access deliveries":      "CommunityMSP/d-1",
	"access list":            "--agreement CommunityMSP/a-1",
	"agreement list":         "CommunityMSP",
	"agreement unproven":     "licence",
	"consent expiring":       "--controller UtilityMSP",
	"consent held":           "--controller UtilityMSP",
	"consent list":           "--subject " + somebody,
	"consent pending-purges": "",
	"consent unacknowledged": "--controller UtilityMSP",
	"dataset catalogue":      "",
	"dataset list":           "",
	"dispute list":           "sunny 2025-10",
	"duty list":              "CommunityMSP/a-1",
	"member list":            "sunny",
	"negotiation list":       "CommunityMSP",
	"notice list":            "",
	"notice register":        "--controller UtilityMSP",
	"offer list":             "UtilityMSP/grid-load",
	"run list":               "sunny",
	"transfer list":          "CommunityMSP/a-1",
	"community list":         "",
	"meter differences":      "sunny 2025-10-26",
	"meter show":             "sunny 2025-10-26",
	"negotiation show":       "CommunityMSP/n-1",
	"period figures":         "sunny 2025-10",
	"period positions":       "sunny 2025-10",
	"run check":              "sunny 2025-10-26",
	"use list":               "c-1 --subject " + somebody,
}

// whole are queries whose answer has a list that is bounded by its nature, and why.
var whole = map[string]string{
	"consent:Check":             "as many categories as are asked for, and the consents of one subject for them",
	"consent:History":           "the steps of one consent",
	"licensing:CheckAccess":     "one decision",
	"licensing:FreeTickets":     "a ticket for each rule of one policy",
	"licensing:Simulate":        "one decision",
	"settlement:Bill":           "the Merkle path of one bill",
	"settlement:CheckMeterDays": "as many readings as are sent",
	"settlement:Coverage":       "the days of a month",
	"settlement:Proof":          "a Merkle path",
	"settlement:Statement":      "the Merkle path of one day",
}

// schema is what the test needs of a JSON schema.
type schema struct {
	Type       string            `json:"type"`
	Format     string            `json:"format"`
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Required   []string          `json:"required"`
}

// UnmarshalJSON reads a schema; true is the schema of everything.
func (s *schema) UnmarshalJSON(text []byte) error {
	type plain schema
	if string(text) == "true" {
		return nil
	}
	return json.Unmarshal(text, (*plain)(s))
}

// example is a value of the schema; n reports one from the next.
func (s schema) example(n int) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Format == "date-time":
		return "2025-10-26T01:00:00Z"
	case s.Type == "object":
		object := map[string]any{}
		for name, property := range s.Properties {
			object[name] = property.example(n)
		}
		return object
	case s.Type == "array" && s.Items != nil:
		return []any{s.Items.example(n)}
	case s.Type == "integer", s.Type == "number":
		return n
	case s.Type == "boolean":
		return true
	case s.Type == "string":
		return fmt.Sprintf("entry%d", n)
	default:
		return map[string]any{}
	}
}

// mark is the member that describes where the next page begins, empty for an answer of one page.
func (s schema) mark() string {
	for _, name := range []string{"bookmark", "smartb:bookmark"} {
		if _, found := s.Properties[name]; found {
			return name
		}
	}
	return ""
}

// answers are the schemas of the answers of all queries.
func answers(t *testing.T) map[string]schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "chaincode", "contracts", "metadata.json"))
	require.NoError(t, err)
	var metadata struct {
		Contracts map[string]struct {
			Transactions []struct {
				Name    string   `json:"name"`
				Tag     []string `json:"tag"`
				Returns schema   `json:"returns"`
			} `json:"transactions"`
		} `json:"contracts"`
	}
	require.NoError(t, json.Unmarshal(text, &metadata))
	all := map[string]schema{}
	for contract, of := range metadata.Contracts {
		for _, transaction := range of.Transactions {
			if slices.Contains(transaction.Tag, "evaluate") {
				all[contract+":"+transaction.Name] = transaction.Returns
			}
		}
	}
	require.Greater(t, len(all), 40)
	return all
}

// listCommands are the commands of the tree that call a transaction with pages, by their paths.
func listCommands(t *testing.T, answers map[string]schema) map[string]string {
	t.Helper()
	found, called := map[string]string{}, map[string]bool{}
	var walk func(command *cobra.Command)
	walk = func(command *cobra.Command) {
		transaction := command.Annotations[transactionOf]
		path := strings.TrimPrefix(command.CommandPath(), "smartb ")
		if answers[transaction].mark() != "" {
			found[path] = transaction
			called[transaction] = true
			assert.NotNil(t, command.Flags().Lookup("limit"), "%s lists", path)
		}
		for _, child := range command.Commands() {
			walk(child)
		}
	}
	walk(newRoot(&App{}))
	for transaction, answer := range answers {
		if answer.mark() != "" {
			assert.True(t, called[transaction] || elsewhere[transaction] != "", "no command lists %s", transaction)
			continue
		}
		for name, property := range answer.Properties {
			if property.Type == "array" && !strings.Contains(transaction, "Get") {
				assert.NotEmpty(t, whole[transaction], "%s answers a list of %s without pages", transaction, name)
			}
		}
	}
	return found
}

// elsewhere are paged queries that no command lists as they are, and what uses them.
var elsewhere = map[string]string{
	"settlement:Uses":      "meter uses reads all pages of all months, and proves each use",
	"settlement:ListReads": "meter uses verifies by it that recorded reads are those on the ledger",
}

// paged is a ledger whose lists have three pages of an entry each, which come in the order of their bookmarks. Pages that
// end a part of a list are empty and go on.
func paged(t *testing.T, answers map[string]schema) *gatewaytest.Ledger {
	t.Helper()
	return &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		answer := answers[call.Arguments[0]]
		var request struct {
			Bookmark      string `json:"bookmark"`
			PageSize      int    `json:"pageSize"`
			SignedRequest string `json:"signedRequest"`
		}
		if err := json.Unmarshal([]byte(call.Arguments[1]), &request); err != nil {
			return nil, err
		}
		page, _ := strconv.Atoi(strings.TrimPrefix(request.Bookmark, "page")) // "" is the first
		object, _ := answer.example(page).(map[string]any)
		if mark := answer.mark(); mark != "" {
			object[mark] = ""
			if page < 3 {
				object[mark] = fmt.Sprintf("page%d", page+1)
			}
			if page == 1 { // an empty page that goes on
				for name := range answer.Properties {
					if answer.Properties[name].Type == "array" {
						object[name] = []any{}
					}
				}
			}
		}
		text, err := json.Marshal(object)
		if jwk := call.Transient[signedrequest.AnswerTo]; err == nil && len(jwk) > 0 {
			key, err := signedrequest.ReadAnswerKey(jwk)
			if err != nil {
				return nil, err
			}
			sealed, err := key.Seal(text)
			return []byte(sealed), err
		}
		return text, err
	}}
}

func TestEveryListCommandShowsAllPages(t *testing.T) {
	answers := answers(t)
	commands := listCommands(t, answers)
	assert.Equal(t, slices.Sorted(maps.Keys(lists)), slices.Sorted(maps.Keys(commands)), "the table of all commands that list")
	profile := gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{paged(t, answers).Start(t, "own")}, nil)
	show := func(t *testing.T, path string, more ...string) (string, string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		args := slices.Concat(strings.Fields(path), []string{"--profile", profile}, more, strings.Fields(lists[path]))
		exit := run(t.Context(), args, &App{stdin: new(bytes.Buffer), stdout: &stdout, stderr: &stderr})
		require.Equal(t, exitOK, exit, "%s", stderr.String())
		return stdout.String(), stderr.String()
	}
	for _, path := range slices.Sorted(maps.Keys(commands)) {
		t.Run(path, func(t *testing.T) {
			document := answers[commands[path]].mark() != "bookmark" || path == "negotiation show"
			var form []string
			if document { // it is a document with a list in it, shown whole in its own form
				form = []string{"--output", "json"}
			}
			rows, notes := show(t, path, form...)
			for page := range 3 {
				if page != 1 {
					assert.Contains(t, rows, fmt.Sprintf("entry%d", page))
				}
			}
			assert.Contains(t, rows, "entry3", "the last page")
			assert.NotContains(t, notes, "there are more")
			if document {
				return
			}

			text, _ := show(t, path, "--output", "json")
			var all struct {
				Items []any   `json:"items"`
				Next  *string `json:"next"`
			}
			require.NoError(t, json.Unmarshal([]byte(text), &all))
			assert.Len(t, all.Items, 3)
			assert.Nil(t, all.Next)
			assert.Contains(t, text, `"next": null`)

			// Anyone who asks for fewer is told that there are more, and goes on there.
			text, _ = show(t, path, "--output", "json", "--limit", "1")
			require.NoError(t, json.Unmarshal([]byte(text), &all))
			require.NotNil(t, all.Next)
			assert.Len(t, all.Items, 1)
			_, notes = show(t, path, "--limit", "1")
			assert.Contains(t, notes, "there are more; --bookmark '"+*all.Next+"' goes on")
			text, _ = show(t, path, "--output", "json", "--bookmark", *all.Next)
			require.NoError(t, json.Unmarshal([]byte(text), &all))
			assert.Len(t, all.Items, 2)
		})
	}
}
