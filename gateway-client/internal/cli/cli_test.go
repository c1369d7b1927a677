// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"smartb": func() { os.Exit(Main(os.Args[1:])) }})
}

// TestScripts runs testdata/script against a ledger with some events that knows notes:Echo, notes:Whisper, notes:Wait, notes:Refuse and notes:Fail.
func TestScripts(t *testing.T) {
	ledger := &gatewaytest.Ledger{Channel: true, Execute: func(call gatewaytest.Call) ([]byte, error) {
		switch call.Arguments[0] {
		case "notes:Echo":
			return []byte(call.Arguments[1]), nil
		case "notes:Whisper":
			return json.Marshal(map[string]any{"heard": string(call.Transient["secret"]), "by": call.Organizations})
		case "notes:Wait":
			if call.Attempt < 5 {
				return nil, status.Error(codes.Unavailable, "no endorsing peers yet")
			}
			return []byte(`{}`), nil
		case "GetChainInfo":
			return proto.Marshal(&common.BlockchainInfo{Height: 7})
		case "notes:Refuse":
			refusal := fault.New(fault.NotFound, "no note of that name")
			return nil, gatewaytest.Refusal(refusal.Status, refusal.JSON())
		default:
			return nil, status.Error(codes.PermissionDenied, "access denied")
		}
	}}
	ledger.Announce(2, &peer.ChaincodeEvent{TxId: "t1", EventName: "notes.Written", Payload: []byte(`{"text":"one"}`)})
	ledger.Announce(5, &peer.ChaincodeEvent{TxId: "t2", EventName: "batch.Submitted", Payload: []byte(
		`{"events":[{"name":"notes.Written","payload":{"text":"two"}},{"name":"notes.Erased","payload":{"text":"three"}}]}`)})
	ledger.Announce(6, &peer.ChaincodeEvent{TxId: "t3", EventName: "notes.Written", Payload: []byte(`{"text":"four"}`)})
	state := t.TempDir()
	folder := filepath.Join(state, "utility", "users", "operator")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	profile := gatewaytest.WriteProfile(t, folder, []*gatewaytest.Peer{ledger.Start(t, "own")}, nil)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("STATE", state)
			env.Setenv("PROFILE", profile)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits runs a command that ends with the exit code given first: testscript itself only distinguishes failure from
// success.
func exits(script *testscript.TestScript, _ bool, args []string) {
	err := script.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		script.Fatalf("%v exits with %s, not %s", args[1:], got, args[0])
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	commands := 0
	var walk func(command *cobra.Command)
	walk = func(command *cobra.Command) {
		t.Run(command.CommandPath(), func(t *testing.T) {
			assert.NotEmpty(t, command.Short)
			assert.True(t, command.Runnable())
			assert.Contains(t, command.Example, "smartb")
			for _, line := range strings.Split(command.Example, "\n") {
				assert.Regexp(t, `^  \S`, line, "examples are indented alike")
			}
		})
		commands++
		for _, child := range command.Commands() {
			walk(child)
		}
	}
	walk(newRoot(&App{}))
	assert.GreaterOrEqual(t, commands, 10)
}

func TestANounRefusesAVerbThatItDoesNotHave(t *testing.T) {
	root, noun := &cobra.Command{Use: "smartb"}, &cobra.Command{Use: "noun"}
	noun.AddCommand(&cobra.Command{Use: "verb", RunE: func(*cobra.Command, []string) error { return nil }})
	root.AddCommand(noun)
	root.SilenceUsage, root.SilenceErrors = true, true
	root.SetOut(io.Discard)
	finish(&App{}, root)
	root.SetArgs([]string{"noun", "frobnicate"})
	require.ErrorContains(t, root.Execute(), `unknown command "frobnicate" for "smartb noun"`)
	root.SetArgs([]string{"noun"})
	require.NoError(t, root.Execute())
}

type energyTable struct {
	Names []string `json:"names"`
}

func (energyTable) Columns() []string { return []string{"name", "mWh"} }
func (t energyTable) Rows() [][]any {
	var rows [][]any
	for i, name := range t.Names {
		rows = append(rows, []any{name, i})
	}
	return rows
}

func TestRender(t *testing.T) {
	rows := energyTable{Names: []string{"a", "b,c"}}
	object := json.RawMessage(`{"z":9007199254740993,"a":"<x>","list":[1,{"b":null}]}`)
	for name, test := range map[string]struct {
		form   output
		answer any
		want   string
	}{
		"rows as a table":      {asTable, rows, "┌──────┬─────┐\n│ name │ mWh │\n├──────┼─────┤\n│ a    │   0 │\n│ b,c  │   1 │\n└──────┴─────┘\n"},
		"a table is usual":     {"", energyTable{}, "┌──────┬─────┐\n│ name │ mWh │\n├──────┼─────┤\n└──────┴─────┘\n"},
		"rows as CSV":          {asCSV, rows, "name,mWh\na,0\n\"b,c\",1\n"},
		"rows as JSON":         {asJSON, rows, "{\n  \"names\": [\n    \"a\",\n    \"b,c\"\n  ]\n}\n"},
		"an object as JSON":    {asJSON, json.RawMessage(`{"z":9007199254740993,"a":"<x>"}`), "{\n  \"z\": 9007199254740993,\n  \"a\": \"<x>\"\n}\n"},
		"an object as CSV":     {asCSV, object, "field,value\nz,9007199254740993\na,<x>\nlist,\"[1,{\"\"b\"\":null}]\"\n"},
		"a list is one answer": {asCSV, json.RawMessage(`[1]`), "field,value\nanswer,[1]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout bytes.Buffer
			require.NoError(t, (&App{stdout: &stdout, output: test.form}).Render(test.answer))
			assert.Equal(t, test.want, stdout.String())
		})
	}
}

func TestProgressDrawsOnTerminalsOnly(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here")
	}
	defer func() { require.NoError(t, terminal.Close()) }()
	var file bytes.Buffer
	for name, test := range map[string]struct {
		app   *App
		draws bool
	}{
		"a terminal":            {&App{stderr: terminal}, true},
		"a terminal, but quiet": {&App{stderr: terminal, quiet: true}, false},
		"a file":                {&App{stderr: &file}, false},
	} {
		t.Run(name, func(t *testing.T) {
			bar := test.app.Progress(3, "days")
			require.NoError(t, bar.Add(3))
			assert.Equal(t, test.draws, bar.IsFinished(), "a bar that is not drawn does not count")
		})
	}
	assert.Empty(t, file.String())
}

func TestExplain(t *testing.T) {
	command := &cobra.Command{Use: "smartb"}
	for name, test := range map[string]struct {
		err  error
		exit int
		says string
	}{
		"a refusal":                          {&runError{&gateway.ContractError{Code: fault.Forbidden, Status: 403}}, exitRefused, "FORBIDDEN (403)"},
		"a refusal of a newer code":          {&runError{&gateway.ContractError{Code: "NEWER"}}, exitRefused, "update it"},
		"an invalid transaction":             {&runError{&client.CommitError{Code: peer.TxValidationCode_MVCC_READ_CONFLICT}}, exitRefused, "MVCC_READ_CONFLICT"},
		"an unusable profile":                {&runError{&gateway.ProfileError{File: "p.json", Field: "channel", Next: "add channel", Cause: assert.AnError}}, exitUsage, "add channel"},
		"a malformed call":                   {&runError{gateway.ErrMalformedCall}, exitUsage, "smartb --help"},
		"wrong flags":                        {assert.AnError, exitUsage, "smartb --help"},
		"an unreachable network":             {&runError{status.Error(codes.Unavailable, "refused")}, exitNetwork, "their administrator starts them"},
		"another failure":                    {&runError{assert.AnError}, exitNetwork, assert.AnError.Error()},
		"a refusal that the catalogue knows": {&runError{&gateway.ContractError{Code: fault.NotFound}}, exitRefused, remedy(fault.NotFound)},
	} {
		t.Run(name, func(t *testing.T) {
			report := explain(test.err, command)
			assert.Equal(t, test.exit, report.exit)
			var text strings.Builder
			report.print(&text, asTable)
			assert.Contains(t, text.String(), test.says)
			assert.Regexp(t, `^error: .*(\n.*)*\ncode:  .+\nnext:  .+\n$`, text.String())
		})
	}
}
