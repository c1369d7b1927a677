// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// requests are one value of each request type, as far as it has rules of its own.
var requests = map[string]func([]byte) error{
	"RegisterDataset": validate[RegisterDatasetRequest], "UpdateDataset": validate[UpdateDatasetRequest], "PublishOffer": validate[PublishOfferRequest],
	"RequestContract": validate[RequestContractRequest], "OfferContract": validate[OfferContractRequest], "AcceptOffer": validate[AcceptOfferRequest],
	"Agree": validate[AgreeRequest], "QuickAgree": validate[QuickAgreeRequest], "Terminate": validate[TerminateNegotiationRequest],
	"Retire": validate[RetireAgreementRequest], "Supersede": validate[SupersedeRequest], "RequestAccess": validate[RequestAccessRequest],
	"SpendUse": validate[SpendUseRequest], "GetUses": validate[UsesRequest],
	"RecordDelivery": validate[RecordDeliveryRequest], "ClaimDuty": validate[ClaimDutyRequest], "ReportBreach": validate[ReportBreachRequest],
	"RequestTransfer": validate[RequestTransferRequest], "Transfer": validate[TransferRequest], "ListDatasets": validate[ListDatasetsRequest],
	"ListDecisions": validate[ListDecisionsRequest], "Simulate": validate[SimulateRequest], "Party": validate[PartyRequest],
}

func validate[R interface{ Validate() error }](text []byte) error {
	var r R
	if json.Unmarshal(text, &r) != nil {
		return nil
	}
	return r.Validate()
}

// FuzzRequests feeds every request as it arrives: none panics, and what is refused has a code of the catalogue.
func FuzzRequests(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"datasetId":"d","version":1,"theme":["x","x"],"distribution":[{}]}`, `{"offerId":"o","datasetId":"d","policy":{"a":1},"price":{"currency":"eur"}}`,
		`{"decisionId":"d","agreementId":"a","action":"use","purpose":"dpv:Purpose","tickets":[{"rule":"/","index":-1}],"context":[{"leftOperand":"count"}]}`,
		`{"agreementId":"a","rule":"","reasonCode":["OTHER","x"]}`, `{"negotiationId":"n","agreementId":"a","policySha256":"zz"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for name, check := range requests {
			if err := check(text); err != nil {
				require.NotEqual(t, fault.Internal, fault.From(err).Code, name)
			}
		}
	})
}

// FuzzReadTerms feeds policies as owners publish them: anything that is accepted is stored in a form that states that
// the same again.
func FuzzReadTerms(f *testing.F) {
	f.Add([]byte(`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","permission":[{"action":"use"}]}`))
	f.Add([]byte(`{"@type":"Offer","uid":"o","permission":[{"action":"use","constraint":[{"leftOperand":"count","operator":"lteq","rightOperand":"5"}],"duty":[{"action":"compensate"}]}]}`))
	f.Add([]byte(`{"@type":"Offer","inheritFrom":"x","prohibition":[{"action":"distribute"}],"conflict":"perm"}`))
	conditions := Conditions{
		Dataset: Dataset{DatasetContent: DatasetContent{DatasetID: "d", Owner: "UtilityMSP"}}, OfferID: "o", PurposesVersion: 1,
		Purposes: odrl.NewHierarchy(nil, "dpv:Purpose"), Inherited: func(string) (odrl.Policy, bool) { return odrl.Policy{}, false },
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		terms, err := ReadTerms(text, conditions)
		if err != nil {
			require.NotEqual(t, fault.Internal, fault.From(err).Code, "%v", err)
			return
		}
		again, err := ReadTerms(terms.Policy, conditions)
		require.NoError(t, err)
		require.Equal(t, terms, again)
	})
}
