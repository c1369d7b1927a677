// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

// licensed is a ledger with a licence of which the first taken tickets are other clients', and whose decisions have these reasons against them.
func licensed(taken int, reasons ...licensing.Reason) *gatewaytest.Ledger {
	asked := 0
	return &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		switch call.Arguments[0] {
		case "GetChannelConfig":
			return proto.Marshal(&common.Config{})
		case "licensing:GetAgreement":
			return []byte(`{"assigner":"UtilityMSP"}`), nil
		case "licensing:FreeTickets":
			asked++
			return json.Marshal(licensing.Tickets{Tickets: []licensing.Ticket{{Rule: "r", Index: int64(asked)}}})
		}
		var request licensing.RequestAccessRequest
		if err := json.Unmarshal([]byte(call.Arguments[1]), &request); err != nil {
			return nil, err
		}
		if request.Tickets[0].Index <= int64(taken) {
			refusal := fault.Field(fault.TicketTaken, "tickets", "ticket %d is taken", request.Tickets[0].Index)
			return nil, gatewaytest.Refusal(refusal.Status, refusal.JSON())
		}
		return json.Marshal(licensing.Decision{DecisionID: request.DecisionID, Permit: len(reasons) == 0, Reasons: reasons, Tickets: request.Tickets})
	}}
}

// get runs data get against the server and ledger; it returns the exit code, what was said on stderr, and the file, empty if there is none.
func get(t *testing.T, ledger *gatewaytest.Ledger, handler http.HandlerFunc) (exit int, said, file string) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	defer server.Close()
	dir := t.TempDir()
	profile := gatewaytest.WriteProfile(t, dir, []*gatewaytest.Peer{ledger.Start(t, "own")}, nil)
	out, stderr := filepath.Join(dir, "out"), new(bytes.Buffer)
	require.NoError(t, os.Mkdir(out, 0o700))
	ca := filepath.Join(dir, "server.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	exit = run(context.WithoutCancel(t.Context()), []string{
		"data", "get", server.URL + "/day.csv", "--agreement", "a-1", "--purpose", "dpv:ServiceProvision", "-o", filepath.Join(out, "day.csv"), "--ca", ca, "--profile", profile,
	}, &App{stdin: http.NoBody, stdout: io.Discard, stderr: stderr})
	entries, err := os.ReadDir(out)
	require.NoError(t, err)
	require.LessOrEqual(t, len(entries), 1, "no part of a file is left")
	text, _ := os.ReadFile(filepath.Join(out, "day.csv")) // it may not be there
	require.Equal(t, len(entries) == 1, text != nil)
	return exit, stderr.String(), string(text)
}

func TestAFileIsKeptIfItIsTheOneThatTheServerTold(t *testing.T) {
	digest := func(value string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			assert.NotEmpty(t, r.Header.Get(enforce.DecisionHeader))
			if value != "" {
				w.Header().Set("Repr-Digest", value)
			}
			_, _ = io.WriteString(w, "42\n")
		}
	}
	for sentence, row := range map[string]struct {
		server http.HandlerFunc
		exit   int
		says   string
	}{
		"its digest is right": {digest("sha-256=:CEx5nNVR3R2NXF+aXVk7LpMfXjYSLuXHk8HQihmDnMA=:"), exitOK, ""},
		"no digest is told":   {digest(""), exitOK, "told no digest"},
		"another file came":   {digest("sha-256=:AAAA:"), exitRefused, "DIGEST_MISMATCH"},
		"it is cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9")
			_, _ = io.WriteString(w, "42\n")
		}, exitNetwork, "EOF"},
		"the server sends the client elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}, exitRefused, "Found (302)"},
		"there is none": {http.NotFound, exitRefused, "Not Found (404)"},
		"the server fails": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "oh", http.StatusBadGateway)
		}, exitNetwork, "the server fails: Bad Gateway (502)"},
	} {
		t.Run(sentence, func(t *testing.T) {
			exit, said, file := get(t, licensed(0), row.server)
			require.Equal(t, row.exit, exit, said)
			require.Contains(t, said, row.says)
			require.Equal(t, row.exit == exitOK, file == "42\n")
		})
	}
}

func TestATakenTicketIsReplacedAndADenialIsTold(t *testing.T) {
	served := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "42\n") }
	exit, said, file := get(t, licensed(3), served)
	require.Equal(t, exitOK, exit, said)
	require.Equal(t, "42\n", file)
	exit, said, _ = get(t, licensed(100), served)
	require.Equal(t, exitRefused, exit)
	require.Contains(t, said, "TICKET_TAKEN")
	exit, said, file = get(t, licensed(0, licensing.Reason{Code: licensing.CausePolicy}, licensing.Reason{Code: licensing.CauseUsesExhausted, Rule: "r"}), served)
	require.Equal(t, exitRefused, exit)
	require.Contains(t, said, "the access is denied: POLICY_DENIES, USES_EXHAUSTED r\ncode:  ACCESS_DENIED")
	require.Empty(t, file)
}

func TestAServerThatIsABlockBehindIsAskedAgain(t *testing.T) {
	asked := 0
	exit, said, file := get(t, licensed(0), func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked < 3 {
			w.Header().Set("Content-Type", enforce.ProblemType)
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(enforce.Problem{Title: "Access refused", Reasons: []licensing.Reason{{Code: enforce.DecisionUnknown}}})
			return
		}
		_, _ = io.WriteString(w, "42\n")
	})
	require.Equal(t, exitOK, exit, said)
	require.Equal(t, "42\n", file)
	require.Equal(t, 3, asked)
}
