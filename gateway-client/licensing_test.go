// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// terms is the hash of the terms of the tests' ledger.
var terms = strings.Repeat("ab", 32)

// market answers what the client asks to fill requests in, and keeps what was submitted.
func market(submitted map[string]json.RawMessage) *gatewaytest.Ledger {
	return &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		switch call.Arguments[0] {
		case "licensing:GetOffer":
			return json.Marshal(licensing.OfferView{Offer: licensing.Offer{Terms: licensing.Terms{SHA256: terms}}})
		case "licensing:GetNegotiation":
			return json.Marshal(licensing.NegotiationView{
				Negotiation: licensing.Negotiation{NegotiationID: "CommunityMSP/n-1", DatasetID: "UtilityMSP/d", Consumer: "CommunityMSP", Provider: "UtilityMSP", TermsSHA256: terms},
				Rounds:      []licensing.Round{{Terms: licensing.Terms{PurposesVersion: 3}}},
			})
		case "licensing:ListAgreements":
			page := licensing.AgreementPage{}
			for id, state := range map[string]licensing.LicenceState{"CityMSP/a-1": licensing.Active, "CityMSP/a-2": licensing.Retired} {
				page.Agreements = append(page.Agreements, licensing.AgreementView{
					Agreement: licensing.Agreement{AgreementID: id, OfferID: "UtilityMSP/o-1"}, State: state, Proven: true,
				})
			}
			return json.Marshal(page)
		}
		submitted[call.Arguments[0]] = []byte(call.Arguments[1])
		return []byte(`{}`), nil
	}}
}

// said is what a member's signature in a request is over.
func said(t *testing.T, request json.RawMessage) licensing.SignedRequest {
	t.Helper()
	var carries struct{ Signature string }
	require.NoError(t, json.Unmarshal(request, &carries))
	parts := strings.Split(carries.Signature, ".")
	require.Len(t, parts, 3, "%s", request)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var payload licensing.SignedRequest
	require.NoError(t, json.Unmarshal(text, &payload))
	return payload
}

// TestTheClientFillsInAndSignsWhatASideOfALicenceSays: from the caller's few words to all that the record will hold, in the caller's name.
func TestTheClientFillsInAndSignsWhatASideOfALicenceSays(t *testing.T) {
	submitted := map[string]json.RawMessage{}
	c := connectTo(t, market(submitted))
	_, _, err := c.Licensing().QuickAgree(t.Context(), licensing.QuickAgreeRequest{NegotiationID: "n-1", AgreementID: "a-1", OfferID: "CityMSP/o-1"})
	require.NoError(t, err)
	signed := said(t, submitted["licensing:QuickAgree"])
	require.Equal(t, gatewaytest.Network+"/smartcity/smartb", signed.Audience)
	require.Equal(t, "licensing:QuickAgree", signed.Transaction)
	require.JSONEq(t, `{"negotiationId":"UtilityMSP/n-1","agreementId":"UtilityMSP/a-1","offerId":"CityMSP/o-1","policySha256":"`+terms+`"}`, string(signed.Request),
		"bare ids are the caller's own")

	_, _, err = c.Licensing().Agree(t.Context(), licensing.AgreeRequest{NegotiationID: "CommunityMSP/n-1", AgreementID: "a-1"})
	require.NoError(t, err)
	var agreed licensing.AgreeRequest
	require.NoError(t, json.Unmarshal(said(t, submitted["licensing:Agree"]).Request, &agreed))
	require.Equal(t, licensing.AgreeRequest{
		NegotiationID: "CommunityMSP/n-1", AgreementID: "UtilityMSP/a-1", PolicySHA256: terms, Assigner: "UtilityMSP", Assignee: "CommunityMSP", Target: "UtilityMSP/d",
		PurposesVersion: 3,
	}, agreed)

	_, _, err = c.Licensing().WithdrawOffer(t.Context(), licensing.WithdrawOfferRequest{OfferID: "o-1"})
	require.NoError(t, err)
	require.JSONEq(t, `{"offerId":"UtilityMSP/o-1","keeps":["CityMSP/a-1"]}`, string(submitted["licensing:WithdrawOffer"]), "the licences that stand go on")
	_, _, err = c.Licensing().WithdrawOffer(t.Context(), licensing.WithdrawOfferRequest{OfferID: "o-1", Keeps: []string{}})
	require.NoError(t, err)
	require.JSONEq(t, `{"offerId":"UtilityMSP/o-1","keeps":[]}`, string(submitted["licensing:WithdrawOffer"]))
}

// TestAResidentsRequestCarriesNoOtherSignature: the signed request is the signature.
func TestAResidentsRequestCarriesNoOtherSignature(t *testing.T) {
	key, err := signing.NewKey(signing.EdDSA)
	require.NoError(t, err)
	subject, err := key.Thumbprint()
	require.NoError(t, err)
	submitted := map[string]json.RawMessage{}
	c := connectTo(t, market(submitted), gateway.WithResidentKey(key))
	_, _, err = c.Licensing().Agree(t.Context(), licensing.AgreeRequest{NegotiationID: "CommunityMSP/n-1", AgreementID: "a-1"})
	require.NoError(t, err)
	var relayed struct{ SignedRequest string }
	require.NoError(t, json.Unmarshal(submitted["licensing:Relay"], &relayed))
	claims, err := signing.Read(relayed.SignedRequest)
	require.NoError(t, err)
	require.Contains(t, string(claims.Request), `"agreementId":"`+subject+`/a-1"`)
	require.NotContains(t, string(claims.Request), "signature")
}
