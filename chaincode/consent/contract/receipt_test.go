package contract_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// kantara is the schema of Kantara Consent Receipt 1.1, third-party data that is not part of the repository; the README says how it is found.
func kantara(t *testing.T) *jsonschema.Schema {
	t.Helper()
	folder := os.Getenv("SMARTB_VECTORS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "vectors")
	}
	file := filepath.Join(folder, "consent", "kantara-cr-v1.1-schema.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("the schema of Kantara receipts is not here (SMARTB_VECTORS=%s); this test needs it", folder)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("kantara.json", document))
	schema, err := compiler.Compile("kantara.json")
	require.NoError(t, err)
	return schema
}

func TestAReceiptIsAKantaraReceipt(t *testing.T) {
	schema, s, alice := kantara(t), open(t), newPerson(t)
	alice.do(t, s, "Give", give(s, "c-1"))
	s.Now = s.Now.Add(time.Second)
	request := consent.ReceiptRequest{ConsentID: "c-1", Format: consent.KantaraFormat}
	answer := s.Submit(t, relay, "consent:Receipt", alice.sign(t, s, "Receipt", request), nil)
	receipt := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(answer, &receipt))
	valid := func(members map[string]json.RawMessage) error {
		text, err := json.Marshal(members)
		require.NoError(t, err)
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		return schema.Validate(document)
	}
	delete(receipt, "servedBy")
	require.NoError(t, valid(receipt))
	for _, name := range []string{"version", "jurisdiction", "consentTimestamp", "collectionMethod", "consentReceiptID", "piiPrincipalId", "piiControllers", "policyUrl", "services"} {
		without := map[string]json.RawMessage{}
		for key, value := range receipt {
			if key != name {
				without[key] = value
			}
		}
		require.Error(t, valid(without), "without %s", name)
	}
	require.Equal(t, fault.Forbidden, s.Refuse(t, relay, "consent:Receipt", newPerson(t).sign(t, s, "Receipt", request), nil).Code, "another resident's receipt")
}
