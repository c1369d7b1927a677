package contract_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// TestOffersAndAgreementsAreThoseOfTheDataspaceProtocol validates what is exported against the protocol's own schema.
func TestOffersAndAgreementsAreThoseOfTheDataspaceProtocol(t *testing.T) {
	folder := os.Getenv("SMARTB_VECTORS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "vectors")
	}
	file := filepath.Join(folder, "dsp", "contract-schema.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("the schema of the Dataspace Protocol is not here (SMARTB_VECTORS=%s); this test needs it", folder)
	}
	var schema map[string]any
	require.NoError(t, json.Unmarshal(text, &schema))
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("contract.json", document))
	s := licensed(t, policy(untilNewYear, threeTimes))
	offer := contracttest.Answer[licensing.OfferView](t, s.Submit(t, outsider, "licensing:GetOffer", licensing.OfferRequest{OfferID: "UtilityMSP/o-1"}, nil))
	for name, stored := range map[string]json.RawMessage{"MessageOffer": offer.Policy, "Agreement": agreement(t, s, "CommunityMSP/a-1").Policy} {
		compiled, err := compiler.Compile("contract.json#/definitions/" + name)
		require.NoError(t, err)
		read, findings := odrl.Parse(stored)
		require.Empty(t, findings)
		exported, findings := odrl.ExportDSP(read)
		require.Empty(t, findings)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(exported))
		require.NoError(t, err)
		require.NoError(t, compiled.Validate(value), "%s: %s", name, exported)
		delete(value.(map[string]any), "@id")
		require.Error(t, compiled.Validate(value), "the schema tells something")
	}
}
