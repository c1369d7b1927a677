// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// either is one constraint with many ways to be met.
func either(left, prefix string, ways int) string {
	var parts []string
	for i := range ways {
		parts = append(parts, fmt.Sprintf(`{"leftOperand":"%s","operator":"isNoneOf","rightOperand":"%s%d"}`, left, prefix, i))
	}
	return `{"or":[` + strings.Join(parts, ",") + `]}`
}

// entangled has a permission and a prohibition that never meet, in many ways each.
func entangled(ways int) json.RawMessage {
	side := func(name string) string {
		return either("industry", "ex:i"+name, ways) + "," + either("product", "ex:p"+name, ways) + `,{"leftOperand":"event","operator":"isAnyOf","rightOperand":["ex:d` + name + `","ex:e` + name + `"]}`
	}
	return json.RawMessage(`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","conflict":"invalid","permission":[{"action":"use","constraint":[` +
		side("a") + `]}],"prohibition":[{"action":"use","constraint":[` + side("b") + `]}]}`)
}

// TestNobodyKeepsAServerBusyWithAPolicy: anything that anybody may ask ends by its steps, whichever transaction asks.
func TestNobodyKeepsAServerBusyWithAPolicy(t *testing.T) {
	s := offered(t, policy())
	for _, ways := range []int{12, 24} {
		hostile := entangled(ways)
		_, refusal := s.Call(t, outsider, "licensing:Simulate", licensing.SimulateRequest{
			Policy: hostile, Target: "grid-load", Assignee: "CityMSP", Question: licensing.Question{Action: "read", Purpose: purpose},
		}, nil)
		require.NotNil(t, refusal)
		require.Equal(t, fault.TooComplex, refusal.Code)
		_, refusal = s.Call(t, provider, "licensing:PublishOffer", open(fmt.Sprintf("UtilityMSP/o-x-%d", ways), "UtilityMSP/grid-load", hostile), nil)
		require.NotNil(t, refusal)
		require.Equal(t, fault.TooComplex, refusal.Code)
	}
}

// TestLongPolicyWorkSharesNoTransaction: a call above a tenth of the budget is submitted alone, where it passes.
func TestLongPolicyWorkSharesNoTransaction(t *testing.T) {
	s := offered(t, policy())
	for ways := 2; ; ways++ {
		require.Less(t, ways, 24)
		request, err := json.Marshal(open(fmt.Sprintf("UtilityMSP/o-%d", ways), "UtilityMSP/grid-load", entangled(ways)))
		require.NoError(t, err)
		request, err = licensing.Sign(signedrequest.Audience(s.Founding.NetworkID, "smartcity"), "licensing:PublishOffer", request, func(typ string, payload any) (string, error) {
			return s.SignMember(t, provider, typ, payload), nil
		})
		require.NoError(t, err)
		call := batch.Call{Transaction: "licensing:PublishOffer", Request: request}
		_, refusal := s.Call(t, provider, "batch:Submit", batch.Request{Calls: []batch.Call{call}}, nil)
		if refusal == nil {
			continue
		}
		require.Equal(t, fault.BatchConflict, refusal.Code, refusal.Message)
		_, refusal = s.Call(t, provider, "licensing:PublishOffer", json.RawMessage(request), nil)
		require.Nil(t, refusal)
		return
	}
}
