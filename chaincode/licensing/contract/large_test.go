// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// large is a policy of 50 rules with 20 constraints each, written at length: permissions, and prohibitions where the strategy is named.
func large(strategy string, prohibitions int) json.RawMessage {
	rule := func(kind, action string, i int) string {
		list := []string{`{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ServiceProvision"}`, untilNewYear}
		for j := range 9 {
			list = append(list,
				fmt.Sprintf(`{"leftOperand":"recipient","operator":"neq","rightOperand":"https://example.org/%s-%d-%d"}`, kind, i, j),
				fmt.Sprintf(`{"leftOperand":"dateTime","operator":"neq","rightOperand":{"@value":"2026-02-01T%02d:%02d:00Z","@type":"xsd:dateTime"}}`, j, i))
		}
		return `{"action":"` + action + `","constraint":[` + strings.Join(list, ",") + `]}`
	}
	var permissions, forbidden []string
	for i := range 50 - prohibitions {
		permissions = append(permissions, rule("a", "use", i))
	}
	for i := range prohibitions {
		forbidden = append(forbidden, rule("b", "sell", i))
	}
	text := `{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer"`
	if strategy != "" {
		text += `,"conflict":"` + strategy + `"`
	}
	text += `,"permission":[` + strings.Join(permissions, ",") + `]`
	if prohibitions > 0 {
		text += `,"prohibition":[` + strings.Join(forbidden, ",") + `]`
	}
	return json.RawMessage(text + `}`)
}

// TestALargePolicyPassesEveryTransaction publishes, negotiates and uses fifty rules of twenty constraints.
func TestALargePolicyPassesEveryTransaction(t *testing.T) {
	first, then, _ := strings.Cut(string(large("invalid", 25)), `"prohibition"`)
	then = strings.ReplaceAll(strings.ReplaceAll(then, `"action":"sell"`, `"action":"use"`), untilNewYear, strings.Replace(untilNewYear, `"lt"`, `"gteq"`, 1))
	disjoint := first + `"prohibition"` + then
	for sentence, terms := range map[string]json.RawMessage{
		"permissions": large("", 0), "prohibitions give way": large("perm", 25), "contradictions are refused": large("invalid", 25),
		"a contradiction is possible until the dates are compared": []byte(disjoint),
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Logf("%d bytes", len(terms))
			s := licensed(t, terms)
			require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)
			require.True(t, check(t, s, "CommunityMSP/d-1").Valid)

			start := licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}
			s.Submit(t, consumer, "licensing:RequestContract", licensing.RequestContractRequest{Proposal: start}, nil)
			counter := licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", Policy: terms}
			s.Submit(t, provider, "licensing:OfferContract", licensing.OfferContractRequest{Proposal: counter}, nil)
			accept := licensing.AcceptOfferRequest{NegotiationID: "CommunityMSP/n", PolicySHA256: negotiation(t, s).TermsSHA256}
			s.Submit(t, consumer, "licensing:AcceptOffer", accept, nil)
			agree := negotiation(t, s).Terms("UtilityMSP/a-9")
			s.Submit(t, provider, "licensing:Agree", agree, nil)
			s.Submit(t, consumer, "licensing:VerifyAgreement", agree, nil)
			s.Submit(t, provider, "licensing:FinalizeNegotiation", agree, nil)
			require.True(t, decide(t, s, askFor("UtilityMSP/a-9", "CommunityMSP/d-2")).Permit)
		})
	}
}
