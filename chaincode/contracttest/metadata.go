// SPDX-License-Identifier: Apache-2.0

package contracttest

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracts"
)

// schemas are those of the contract metadata: programs of other languages make their types and checks of them.
var schemas = struct {
	sync.Mutex
	// compiled are by transaction and part, "request" or "returns"; nil stands for a part that the metadata does not describe.
	compiled map[[2]string]*jsonschema.Schema
}{compiled: map[[2]string]*jsonschema.Schema{}}

// requireAgrees checks a value that the ledger took or gave against the contract metadata: what the ledger accepts, the metadata describes.
func requireAgrees(t testing.TB, name, part string, text []byte) {
	t.Helper()
	schema := schemaOf(t, name, part)
	if schema == nil {
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value), "%s: the contract metadata describes another %s: %s", name, part, text)
}

func schemaOf(t testing.TB, name, part string) *jsonschema.Schema {
	t.Helper()
	schemas.Lock()
	defer schemas.Unlock()
	key := [2]string{name, part}
	if schema, known := schemas.compiled[key]; known {
		return schema
	}
	contract, transaction, _ := strings.Cut(name, ":")
	described := describedPart(t, contract, transaction, part)
	if described == nil {
		schemas.compiled[key] = nil
		return nil
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(described))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource(name, document))
	schemas.compiled[key], err = compiler.Compile(name)
	require.NoError(t, err)
	return schemas.compiled[key]
}

// describedPart is the schema of a transaction's request or answer in the metadata, nil where it has none.
func describedPart(t testing.TB, contract, transaction, part string) []byte {
	t.Helper()
	var metadata struct {
		Contracts map[string]struct {
			Transactions []struct {
				Name       string
				Parameters []struct{ Schema json.RawMessage }
				Returns    json.RawMessage
			}
		}
	}
	require.NoError(t, json.Unmarshal(contracts.Metadata(), &metadata))
	for _, described := range metadata.Contracts[contract].Transactions {
		switch {
		case described.Name != transaction || transaction == "Relay": // a relay's answer is that of the transaction that is relayed
		case part == "returns":
			return described.Returns
		default:
			return described.Parameters[0].Schema
		}
	}
	return nil
}
