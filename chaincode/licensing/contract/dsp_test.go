// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/internal/vectors"
)

// TestConformance_DataspaceProtocolMessages validates what is exported against the protocol's own schema.
func TestConformance_DataspaceProtocolMessages(t *testing.T) {
	text := vectors.Read(t, "dsp/contract-schema.json")
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
