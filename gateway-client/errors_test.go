// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	refusal := fault.New(fault.NotFound, "no note of that name").With("name", "n1")
	for name, test := range map[string]struct {
		answer error
		code   fault.Code
		status int
		text   string
		detail string
	}{
		"in an endorsement's details":          {gatewaytest.Refusal(404, refusal.JSON()), gateway.ErrNotFound, 404, "no note of that name", "n1"},
		"in an evaluation's message":           {status.Error(codes.Unknown, "evaluate call to endorser returned error: chaincode response 404, "+refusal.JSON()), gateway.ErrNotFound, 404, "no note of that name", "n1"},
		"of a code newer than this client":     {gatewaytest.Refusal(422, `{"code":"NEWER","status":422,"message":"m"}`), "NEWER", 422, "m", ""},
		"as text that is not of our making":    {gatewaytest.Refusal(500, "Contract not found with name nots"), gateway.ErrInternal, 500, "Contract not found with name nots", ""},
		"as JSON that is not of our making":    {gatewaytest.Refusal(500, `{"reason":"x"}`), gateway.ErrInternal, 500, `{"reason":"x"}`, ""},
		"with a message of more than one line": {gatewaytest.Refusal(400, `{"code":"INVALID_FIELD","status":400,"message":"a\nb"}`), gateway.ErrInvalidField, 400, "a\nb", ""},
	} {
		t.Run(name, func(t *testing.T) {
			ledger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return nil, test.answer }}
			c := connectTo(t, ledger)
			_, submitted := c.Submit(t.Context(), write, nil, nil)
			evaluated := c.Evaluate(t.Context(), "notes:Read", nil, nil)
			require.Len(t, ledger.Calls(), 2, "a refusal is not repeated")
			for i, err := range []error{submitted, evaluated} {
				require.ErrorIs(t, err, test.code)
				require.NotErrorIs(t, err, gateway.ErrForbidden)
				refused := new(gateway.ContractError)
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, test.code, refused.Code)
				assert.Equal(t, test.status, refused.Status)
				assert.Equal(t, test.text, refused.Message)
				assert.Equal(t, test.detail, refused.Details["name"])
				assert.Equal(t, ledger.Calls()[i].TransactionID, refused.TxID)
			}
			endorse := new(client.EndorseError)
			require.ErrorAs(t, submitted, &endorse, "Fabric's error stays reachable")
			assert.Empty(t, ledger.Submissions())
		})
	}
}

func TestFailuresKeepFabricsTypes(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return nil, status.Error(codes.PermissionDenied, "no") }}
	c := connectTo(t, ledger)
	_, err := c.Submit(t.Context(), write, nil, nil)
	endorse, transaction, refused := new(client.EndorseError), new(client.TransactionError), new(gateway.ContractError)
	require.ErrorAs(t, err, &endorse)
	require.ErrorAs(t, err, &transaction)
	require.NotErrorAs(t, err, &refused)
	err = c.Evaluate(t.Context(), "notes:Read", nil, nil)
	assert.Equal(t, codes.PermissionDenied, status.Code(err))
}

// TestEveryCodeHasASentinel reads errors_gen.go, since constants cannot be listed at run time.
func TestEveryCodeHasASentinel(t *testing.T) {
	t.Parallel()
	sentinels := constants(t, "errors_gen.go")
	names := constants(t, "../chaincode/fault/catalogue.go")
	codes := map[string]bool{}
	for name, code := range names {
		assert.Equal(t, "fault."+name, sentinels["Err"+name], "errors_gen.go needs the line: Err%s = fault.%s", name, name)
		codes[code] = true
	}
	for _, entry := range fault.Catalogue {
		assert.True(t, codes[`"`+string(entry.Code)+`"`], "the catalogue's %s has a constant", entry.Code)
	}
	assert.Len(t, sentinels, len(fault.Catalogue))
}

// constants returns the constants of a Go file with their values as they are written.
func constants(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	found := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^\t(\w+)\s+(?:Code )?= (\S+)$`).FindAllStringSubmatch(string(text), -1) {
		found[match[1]] = match[2]
	}
	return found
}
