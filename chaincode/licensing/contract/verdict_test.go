// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// TestOneVerdict: what is examined offline, published and sent in a negotiation is judged by one function.
func TestOneVerdict(t *testing.T) {
	var shipped consent.LoadTaxonomyRequest
	require.NoError(t, json.Unmarshal(consent.DPVPurposes, &shipped))
	offer := func(more string) string {
		return `{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@id":"CD123:ACN0101:456","@type":"Offer",` + more + `}`
	}
	for name, row := range map[string]struct {
		policy string
		good   bool
	}{
		"as the protocol writes it":    {offer(`"target":"grid-load","permission":[{"action":"use","constraint":[]}]`), true},
		"with the whole name":          {offer(`"target":"UtilityMSP/grid-load","assigner":"UtilityMSP","permission":[{"action":"use"}]`), true},
		"without a target":             {offer(`"permission":[{"action":"use"}]`), true},
		"a group":                      {offer(`"assignee":{"@type":"PartyCollection","uid":"urn:group:towns"},"permission":[{"action":"use"}]`), false},
		"a group as recipient":         {offer(`"permission":[{"action":"use","constraint":[{"leftOperand":"recipient","operator":"isPartOf","rightOperand":"urn:group:towns"}]}]`), false},
		"one of two recipients":        {offer(`"permission":[{"action":"use","constraint":[{"leftOperand":"recipient","operator":"isAnyOf","rightOperand":["CityMSP","CommunityMSP"]}]}]`), true},
		"for the owner itself":         {offer(`"assigner":"UtilityMSP","assignee":"UtilityMSP","permission":[{"action":"use"}]`), false},
		"ended already":                {offer(`"permission":[{"action":"use","constraint":[{"leftOperand":"dateTime","operator":"lt","rightOperand":"2020-01-01"}]}]`), false},
		"nothing is permitted":         {offer(`"prohibition":[{"action":"sell"}]`), false},
		"an unknown action":            {offer(`"permission":[{"action":"ex:peek"}]`), false},
		"an open licence":              {offer(`"permission":[{"action":["cc:Distribution","http://purl.org/NET/ldr/ns#extraction"],"duty":[{"action":["cc:Attribution","cc:Notice"]}]}]`), true},
		"a contradiction":              {offer(`"permission":[{"action":"use"}],"prohibition":[{"action":"sell"},{"action":"print"}]`), false},
		"an agreement is the ledger's": {`{"@type":"Agreement","assignee":"CommunityMSP","permission":[{"action":"use"}]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := offered(t, policy())
			_, publish := s.Call(t, provider, "licensing:PublishOffer", licensing.PublishOfferRequest{
				OfferID: "UtilityMSP/o-9", DatasetID: "UtilityMSP/grid-load", Policy: json.RawMessage(row.policy),
			}, nil)
			_, negotiate := s.Call(t, provider, "licensing:OfferContract", licensing.OfferContractRequest{Consumer: "CommunityMSP", Proposal: licensing.Proposal{
				NegotiationID: "UtilityMSP/n-9", DatasetID: "UtilityMSP/grid-load", Policy: json.RawMessage(row.policy),
			}}, nil)
			assert.Equal(t, row.good, publish == nil, "%v", publish)
			assert.Equal(t, row.good, negotiate == nil, "%v", negotiate)
			if name == "an agreement is the ledger's" {
				return // offline it is checked as it is now
			}
			for _, dataset := range []licensing.DatasetContent{{}, {DatasetID: "UtilityMSP/grid-load", Owner: "UtilityMSP"}} {
				_, findings := licensing.Examine(json.RawMessage(row.policy), licensing.Conditions{
					Dataset: licensing.Dataset{DatasetContent: dataset}, Purposes: licensing.Purposes(shipped.Terms), Now: s.Now,
				})
				assert.Equal(t, row.good, len(findings) == 0, "%v", findings)
				if len(findings) > 0 && dataset.Owner != "" {
					assert.Equal(t, fault.PolicyRejected, fault.From(publish).Code)
					assert.Contains(t, fault.From(publish).Details["findings"], string(findings[0].Code))
				}
			}
		})
	}
}

// TestADayThatEndsEarlyIsStoredAsANotice: the other side of a negotiation reads it too.
func TestADayThatEndsEarlyIsStoredAsANotice(t *testing.T) {
	s := offered(t, policy(`{"leftOperand":"dateTime","operator":"lteq","rightOperand":{"@value":"2026-12-31","@type":"xsd:date"}}`))
	answer := s.Submit(t, outsider, "licensing:GetOffer", licensing.OfferRequest{OfferID: "UtilityMSP/o-1"}, nil)
	var offer licensing.OfferView
	require.NoError(t, json.Unmarshal(answer, &offer))
	require.Len(t, offer.Notices, 1)
	assert.Equal(t, odrl.EndsEarly, offer.Notices[0].Code)
	quick(t, s, "1", "UtilityMSP/o-1")
	s.Now = time.Date(2026, 12, 31, 10, 0, 0, 0, time.UTC)
	assert.False(t, decide(t, s, ask("d-1")).Permit, "the day itself is not included")
}

func TestATakerWhomThePolicyExcludesIsRefused(t *testing.T) {
	s := offered(t, policy())
	request := open("UtilityMSP/o-9", "UtilityMSP/grid-load", json.RawMessage(`{"@type":"Offer","assignee":"CityMSP","permission":[{"action":"use"}]}`))
	request.Takers = []string{"CommunityMSP"}
	_, err := s.Call(t, provider, "licensing:PublishOffer", request, nil)
	require.Error(t, err)
	assert.Equal(t, "takers", fault.From(err).Details["field"])
	request.Takers = []string{"CityMSP"}
	s.Submit(t, provider, "licensing:PublishOffer", request, nil)
}
