// SPDX-License-Identifier: Apache-2.0

package contracts_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/gateway-client"
)

// TestEveryMethodIsATransactionOfTheTable: contract-api makes every exported method a transaction, and the table
// describes which there are.
func TestEveryMethodIsATransactionOfTheTable(t *testing.T) {
	inherited := reflect.TypeFor[*contractapi.Contract]()
	for _, contract := range contracts.All() {
		var methods, rows []string
		api := reflect.TypeOf(contract.API)
		for i := range api.NumMethod() {
			if name := api.Method(i).Name; !hasMethod(inherited, name) {
				methods = append(methods, name)
			}
		}
		for _, row := range contract.Transactions {
			if row.Name != "Relay" { // the chaincode relays itself
				rows = append(rows, row.Name)
			}
		}
		slices.Sort(rows)
		require.Equal(t, rows, methods, contract.API.GetName())
	}
}

// TestTheClientHasAMethodForEveryTransaction: package gateway's typed calls are the table's rows.
func TestTheClientHasAMethodForEveryTransaction(t *testing.T) {
	client := reflect.TypeFor[*gateway.Client]()
	for _, contract := range contracts.All() {
		name := contract.API.GetName()
		calls, found := client.MethodByName(strings.ToUpper(name[:1]) + name[1:])
		require.True(t, found, name)
		for _, row := range contract.Transactions {
			require.True(t, row.Name == "Relay" || hasMethod(calls.Type.Out(0), row.Name), "%s:%s", name, row.Name)
		}
	}
}

func hasMethod(of reflect.Type, name string) bool {
	_, has := of.MethodByName(name)
	return has
}

// TestTheMetadataDescribesEveryTransaction asks the chaincode as any SDK does.
func TestTheMetadataDescribesEveryTransaction(t *testing.T) {
	s := contracttest.New(t)
	answer := s.Submit(t, "CityMSP/steward", "org.hyperledger.fabric:GetMetadata", "", nil)
	var metadata struct {
		Contracts map[string]struct {
			Transactions []struct {
				Name, Description string
				Tag               []string
				Parameters        []struct {
					Name   string
					Schema map[string]any
				}
				Returns map[string]any
			}
		}
	}
	require.NoError(t, json.Unmarshal(answer, &metadata))
	for _, contract := range contracts.All() {
		described := metadata.Contracts[contract.API.GetName()].Transactions
		require.Len(t, described, len(contract.Transactions), "make generate")
		for i, row := range contract.Transactions {
			require.Equal(t, row.Name, described[i].Name)
			require.NotEmpty(t, described[i].Description)
			require.Equal(t, row.Submit, described[i].Tag[0] == "submit")
			require.Equal(t, "request", described[i].Parameters[0].Name)
			require.Contains(t, described[i].Parameters[0].Schema, "properties")
			require.NotEmpty(t, described[i].Returns)
		}
	}
}

// TestTheClientKnowsWhichAnswersArePrivate: package gateway's table is generated.
func TestTheClientKnowsWhichAnswersArePrivate(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("..", "..", "gateway-client", "table.go"))
	require.NoError(t, err)
	private, _, _ := strings.Cut(string(table), "var rights")
	for _, contract := range contracts.All() {
		for _, row := range contract.Transactions {
			name := `"` + contract.API.GetName() + ":" + row.Name + `":`
			require.Equal(t, row.PrivateAnswer, strings.Contains(private, name), "%s make generate", name)
		}
	}
}
