// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/request"
)

func negotiation(t testing.TB, s *contracttest.Suite, ids ...string) licensing.NegotiationView {
	t.Helper()
	id := append(ids, "CommunityMSP/n")[0]
	return contracttest.Answer[licensing.NegotiationView](t, s.Submit(t, outsider, "licensing:GetNegotiation", licensing.NegotiationRequest{NegotiationID: id}, nil))
}

func TestALicenceIsNegotiated(t *testing.T) {
	s := offered(t, policy())
	start := licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}
	s.Submit(t, consumer, "licensing:RequestContract", licensing.RequestContractRequest{Proposal: start}, nil)
	counter := licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", Policy: policy(untilNewYear)}
	require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:OfferContract", licensing.OfferContractRequest{Proposal: counter}, nil).Code)
	s.Submit(t, provider, "licensing:OfferContract", licensing.OfferContractRequest{Proposal: counter}, nil)
	n := negotiation(t, s)
	require.Equal(t, licensing.Offered, n.State)
	require.Len(t, n.Rounds, 2, "every counter-offer is kept")
	require.NotEqual(t, n.Rounds[0].SHA256, n.Rounds[1].SHA256)
	require.Equal(t, n.TermsSHA256, n.Rounds[0].SHA256, "the newest terms are the first")
	ask := licensing.NegotiationRequest{NegotiationID: "CommunityMSP/n", Listing: request.Listing{PageSize: 1}}
	page := contracttest.Answer[licensing.NegotiationView](t, s.Submit(t, outsider, "licensing:GetNegotiation", ask, nil))
	require.Equal(t, n.Rounds[:1], page.Rounds)
	ask.Bookmark = page.Bookmark
	page = contracttest.Answer[licensing.NegotiationView](t, s.Submit(t, outsider, "licensing:GetNegotiation", ask, nil))
	require.Equal(t, n.Rounds[1:], page.Rounds)
	require.Empty(t, page.Bookmark)
	ask.Bookmark = "3"
	require.Equal(t, fault.InvalidField, s.Refuse(t, outsider, "licensing:GetNegotiation", ask, nil).Code)

	accept := licensing.AcceptOfferRequest{NegotiationID: "CommunityMSP/n", PolicySHA256: n.Rounds[1].SHA256}
	require.Equal(t, fault.TermsMismatch, s.Refuse(t, consumer, "licensing:AcceptOffer", accept, nil).Code, "older terms")
	accept.PolicySHA256 = n.TermsSHA256
	s.Submit(t, consumer, "licensing:AcceptOffer", accept, nil)
	agree := negotiation(t, s).Terms("UtilityMSP/a-1")
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, consumer, "licensing:Agree", agree, nil).Code)
	s.Submit(t, provider, "licensing:Agree", agree, nil)
	require.Equal(t, licensing.NotInForce, agreement(t, s, "UtilityMSP/a-1").State)
	require.False(t, decide(t, s, askFor("UtilityMSP/a-1", "CommunityMSP/d-1")).Permit)
	s.Submit(t, consumer, "licensing:VerifyAgreement", agree, nil)
	s.Submit(t, provider, "licensing:FinalizeNegotiation", agree, nil)
	view := agreement(t, s, "UtilityMSP/a-1")
	require.Equal(t, licensing.Active, view.State)
	require.True(t, view.Proven)
	require.Equal(t, n.TermsSHA256, view.PolicySHA256)
	require.Empty(t, s.PrivateKeys("org-UtilityMSP"))
	require.True(t, decide(t, s, askFor("UtilityMSP/a-1", "CommunityMSP/d-2")).Permit)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, consumer, "licensing:TerminateNegotiation", licensing.TerminateNegotiationRequest{NegotiationID: "CommunityMSP/n"}, nil).Code)

	var agreed struct {
		Type               string `json:"@type"`
		UID                string
		Assigner, Assignee []string
		Permission         []map[string]any
	}
	require.NoError(t, json.Unmarshal(view.Policy, &agreed))
	require.Equal(t, "Agreement", agreed.Type)
	require.Equal(t, []string{"UtilityMSP"}, agreed.Assigner)
	require.Equal(t, []string{"CommunityMSP"}, agreed.Assignee)
	for _, who := range []string{"UtilityMSP", "CommunityMSP"} {
		page := contracttest.Answer[licensing.AgreementPage](t, s.Submit(t, outsider, "licensing:ListAgreements", licensing.PartyRequest{Party: who}, nil))
		require.Len(t, page.Agreements, 1)
		list := contracttest.Answer[licensing.NegotiationPage](t, s.Submit(t, outsider, "licensing:ListNegotiations", licensing.PartyRequest{Party: who}, nil))
		require.Equal(t, licensing.Finalized, list.Negotiations[0].State)
	}
}

func TestEitherSideTerminates(t *testing.T) {
	for _, as := range []string{provider, consumer} {
		s := offered(t, policy())
		s.Submit(t, provider, "licensing:OfferContract", licensing.OfferContractRequest{
			Proposal: licensing.Proposal{NegotiationID: "UtilityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}, Consumer: "CommunityMSP",
		}, nil)
		end := licensing.TerminateNegotiationRequest{NegotiationID: "UtilityMSP/n", End: licensing.End{Code: "X-1", ReasonCode: []licensing.ReasonCode{licensing.TermsNotAgreed}}}
		require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:TerminateNegotiation", end, nil).Code)
		s.Submit(t, as, "licensing:TerminateNegotiation", end, nil)
		n := negotiation(t, s, "UtilityMSP/n")
		require.Equal(t, licensing.Terminated, n.State)
		require.Equal(t, "X-1", n.Events[1].Code)
	}
}

func TestAWithdrawnOfferTakesNoNegotiationAndFinishesRunningOnesAsTheOwnerSays(t *testing.T) {
	for _, finish := range []bool{false, true} {
		s := offered(t, policy())
		start := licensing.RequestContractRequest{Proposal: licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}}
		s.Submit(t, consumer, "licensing:RequestContract", start, nil)
		require.Equal(t, fault.Forbidden, s.Refuse(t, consumer, "licensing:WithdrawOffer", licensing.WithdrawOfferRequest{OfferID: "UtilityMSP/o-1"}, nil).Code)
		s.Submit(t, provider, "licensing:WithdrawOffer", licensing.WithdrawOfferRequest{OfferID: "UtilityMSP/o-1", LetFinish: finish}, nil)
		start.NegotiationID = "CommunityMSP/n-2"
		require.Equal(t, fault.OfferWithdrawn, s.Refuse(t, consumer, "licensing:RequestContract", start, nil).Code)
		require.Equal(t, fault.OfferWithdrawn, s.Refuse(t, consumer, "licensing:QuickAgree", take(t, s, "CommunityMSP", "3", "UtilityMSP/o-1"), nil).Code)
		agree := negotiation(t, s).Terms("UtilityMSP/a-1")
		if finish {
			s.Submit(t, provider, "licensing:Agree", agree, nil)
			continue
		}
		require.Equal(t, fault.OfferWithdrawn, s.Refuse(t, provider, "licensing:Agree", agree, nil).Code)
	}
}

func TestALicenceIsSuperseded(t *testing.T) {
	s := licensed(t, policy())
	supersede := licensing.SupersedeRequest{AgreementID: "CommunityMSP/a-1", By: "CommunityMSP/a-2"}
	s.Submit(t, provider, "licensing:PublishOffer", open("UtilityMSP/o-9", "UtilityMSP/grid-load", policy(untilNewYear)), nil)
	quick(t, s, "3", "UtilityMSP/o-9")
	require.Equal(t, fault.InvalidField, s.Refuse(t, provider, "licensing:Supersede", licensing.SupersedeRequest{AgreementID: "CommunityMSP/a-1", By: "CommunityMSP/a-3"}, nil).Code, "a licence beside it")
	successor := take(t, s, "CommunityMSP", "2", "UtilityMSP/o-9")
	successor.Supersedes = "CommunityMSP/a-1"
	s.Submit(t, consumer, "licensing:QuickAgree", successor, nil)
	require.Equal(t, fault.Forbidden, s.Refuse(t, consumer, "licensing:Supersede", supersede, nil).Code)
	s.Submit(t, provider, "licensing:Supersede", supersede, nil)
	view := agreement(t, s, "CommunityMSP/a-1")
	require.Equal(t, licensing.Superseded, view.State)
	require.Equal(t, "CommunityMSP/a-2", view.Endings[0].SupersededBy)
	require.Equal(t, licensing.Active, agreement(t, s, "CommunityMSP/a-2").State)
}

// TestOneSideEndsAloneAndNobodyElseCan: the ending transaction writes one key, which belongs to its side.
func TestOneSideEndsAloneAndNobodyElseCan(t *testing.T) {
	for as, row := range map[string]struct{ own, others string }{provider: {"UtilityMSP", "CommunityMSP"}, consumer: {"CommunityMSP", "UtilityMSP"}} {
		s := licensed(t, policy())
		retire := licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}
		keys := s.Keys()
		tx, response := s.Simulate(t, as, "licensing:RetireAgreement", retire, nil)
		require.EqualValues(t, 200, response.GetStatus())
		tx.Endorsers = []string{row.others, "CityMSP", "OversightMSP"}
		require.Equal(t, "ENDORSEMENT_POLICY_FAILURE", s.Commit(tx), "three others together")
		tx, _ = s.Simulate(t, as, "licensing:RetireAgreement", retire, nil)
		tx.Endorsers = []string{row.own}
		require.Equal(t, "VALID", s.Commit(tx), "the side alone")
		require.Equal(t, keys, s.Keys(), "no index is written with it")
	}
}

func TestAPolicyThatCannotBeOfferedIsRefusedWithItsFindings(t *testing.T) {
	nested := strings.Repeat(`{"and":[`, 1000) + strings.Repeat(`]}`, 1000)
	for sentence, row := range map[string]struct {
		policy string
		code   fault.Code
		find   string
	}{
		"an unknown operand":      {string(policy(`{"leftOperand":"weather","operator":"eq","rightOperand":"sunny"}`)), fault.PolicyRejected, "UNSUPPORTED_TERM"},
		"an unknown member":       {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","permision":[]}`, fault.PolicyRejected, "UNKNOWN_MEMBER"},
		"another dataset":         {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","permission":[{"action":"use","target":"other"}]}`, fault.InvalidField, ""},
		"another owner":           {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","assigner":"CityMSP","permission":[{"action":"use"}]}`, fault.InvalidField, ""},
		"an agreement":            {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Agreement","permission":[{"action":"use"}]}`, fault.InvalidField, ""},
		"a contradiction":         {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","permission":[{"action":"use"}],"prohibition":[{"action":"distribute"}]}`, fault.PolicyRejected, "CONTRADICTION"},
		"a parent that is nobody": {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","inheritFrom":"UtilityMSP/o-77","permission":[{"action":"use"}]}`, fault.PolicyRejected, ""},
		"a thousand levels":       {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","permission":[{"action":"use","constraint":[` + nested + `]}]}`, fault.TooLarge, ""},
		"a megabyte":              {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","uid":"` + strings.Repeat("a", 1<<20) + `","permission":[{"action":"use"}]}`, fault.TooLarge, ""},
		"other purposes":          {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","profile":"urn:smartb:purposes:9","permission":[{"action":"use"}]}`, fault.InvalidField, ""},
		"an id with a trick":      {`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","uid":"o\u202e1","permission":[{"action":"use"}]}`, fault.PolicyRejected, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := offered(t, policy())
			request := fmt.Sprintf(`{"offerId":"UtilityMSP/o-8","datasetId":"UtilityMSP/grid-load","policy":%s}`, row.policy)
			refusal := s.Refuse(t, provider, "licensing:PublishOffer", request, nil)
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			if row.find != "" {
				require.Contains(t, refusal.Details["findings"], row.find)
			}
		})
	}
}

func TestAnInheritedPolicyIsPinned(t *testing.T) {
	s := offered(t, policy(untilNewYear))
	child := `{"offerId":"UtilityMSP/o-2","datasetId":"UtilityMSP/grid-load","policy":{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","inheritFrom":"UtilityMSP/o-1","prohibition":[{"action":"distribute","constraint":[{"leftOperand":"purpose","operator":"eq","rightOperand":"dpv:Marketing"}]}]}}`
	published := contracttest.Answer[licensing.Offer](t, s.Submit(t, provider, "licensing:PublishOffer", child, nil))
	require.Contains(t, string(published.Policy), "2027-01-01")
	require.NotContains(t, string(published.Policy), "inheritFrom")
	again := contracttest.Answer[licensing.Offer](t, s.Submit(t, provider, "licensing:PublishOffer", child, nil))
	require.Equal(t, published, again)
	other := strings.Replace(child, "dpv:Marketing", "dpv:Advertising", 1)
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, provider, "licensing:PublishOffer", other, nil).Code)
}

// TestAPageOfTheLongestKeywordGoesOn: the bookmark names the keyword, whose letters take up to four bytes each.
func TestAPageOfTheLongestKeywordGoesOn(t *testing.T) {
	s, longest := offered(t, policy()), strings.Repeat("😀", 200)
	for i, id := range []string{"one", "two"} {
		dataset := grid()
		dataset.DatasetID, dataset.Keyword = "UtilityMSP/"+id+strings.Repeat("-", 61), []string{longest}
		require.Len(t, dataset.DatasetID, 75, "dataset %d", i)
		s.Submit(t, provider, "licensing:RegisterDataset", dataset, nil)
	}
	var found []string
	list := licensing.ListDatasetsRequest{Keyword: longest, Listing: request.Listing{PageSize: 1}}
	for {
		page := contracttest.Answer[licensing.DatasetPage](t, s.Submit(t, outsider, "licensing:ListDatasets", list, nil))
		require.Len(t, page.Datasets, 1)
		found = append(found, page.Datasets[0].DatasetID[11:14])
		if list.Bookmark = page.Bookmark; list.Bookmark == "" {
			break
		}
	}
	require.Equal(t, []string{"one", "two"}, found)
}

func TestDatasetsAreFoundByThemeKeywordAndOwner(t *testing.T) {
	s := offered(t, policy())
	find := func(r licensing.ListDatasetsRequest) (ids []string) {
		page := contracttest.Answer[licensing.DatasetPage](t, s.Submit(t, outsider, "licensing:ListDatasets", r, nil))
		for _, d := range page.Datasets {
			ids = append(ids, d.DatasetID)
		}
		return ids
	}
	both := []string{"UtilityMSP/grid-load", "UtilityMSP/load-profiles"}
	require.Equal(t, both, find(licensing.ListDatasetsRequest{}))
	require.Equal(t, both, find(licensing.ListDatasetsRequest{Theme: "energy"}))
	require.Equal(t, both, find(licensing.ListDatasetsRequest{Owner: "UtilityMSP"}))
	update := grid()
	update.Version, update.Keyword = 2, []string{"transformer"}
	require.Equal(t, fault.Forbidden, s.Refuse(t, consumer, "licensing:UpdateDataset", update, nil).Code)
	s.Submit(t, provider, "licensing:UpdateDataset", update, nil)
	require.Equal(t, []string{"UtilityMSP/load-profiles"}, find(licensing.ListDatasetsRequest{Keyword: "grid"}))
	require.Equal(t, []string{"UtilityMSP/grid-load"}, find(licensing.ListDatasetsRequest{Keyword: "transformer"}))
	update.Version = 4
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, provider, "licensing:UpdateDataset", update, nil).Code)
	update.Version, update.PersonalData, update.Controller, update.DataCategories = 3, true, "UtilityMSP", []string{category}
	require.Equal(t, fault.InvalidField, s.Refuse(t, provider, "licensing:UpdateDataset", update, nil).Code, "what licences rest on never changes")
	taken := grid()
	taken.Owner = "CommunityMSP"
	require.Equal(t, fault.InvalidField, s.Refuse(t, consumer, "licensing:RegisterDataset", taken, nil).Code, "an id in another's name")

	catalogue := contracttest.Answer[licensing.Catalogue](t, s.Submit(t, outsider, "licensing:Catalogue", licensing.ListDatasetsRequest{}, nil))
	require.Len(t, catalogue.Datasets, 2)
	require.Len(t, catalogue.Datasets[0].HasPolicy, 1)
	s.Submit(t, provider, "licensing:RetireDataset", licensing.RetireDatasetRequest{DatasetID: "UtilityMSP/grid-load"}, nil)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, provider, "licensing:UpdateDataset", func() licensing.DatasetContent { d := grid(); d.Version = 3; return d }(), nil).Code)
	require.Equal(t, fault.DatasetRetired, s.Refuse(t, consumer, "licensing:QuickAgree", take(t, s, "CommunityMSP", "9", "UtilityMSP/o-1"), nil).Code)
	catalogue = contracttest.Answer[licensing.Catalogue](t, s.Submit(t, outsider, "licensing:Catalogue", licensing.ListDatasetsRequest{}, nil))
	require.Len(t, catalogue.Datasets, 1)
}

func TestSimulationTellsWhatWouldBeDecidedAndWritesNothing(t *testing.T) {
	s := licensed(t, policy(untilNewYear, threeTimes))
	question := licensing.Question{Action: "use", Purpose: purpose}
	simulate := func(r licensing.SimulateRequest) licensing.Simulation {
		return contracttest.Answer[licensing.Simulation](t, s.Submit(t, outsider, "licensing:Simulate", r, nil))
	}
	require.True(t, simulate(licensing.SimulateRequest{AgreementID: "CommunityMSP/a-1", Question: question}).Permit)
	require.False(t, simulate(licensing.SimulateRequest{AgreementID: "CommunityMSP/a-1", Question: question, At: time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)}).Permit)
	require.True(t, simulate(licensing.SimulateRequest{Policy: policy(), Target: "x", Assignee: "CityMSP", Question: question}).Permit)
	require.Equal(t, fault.MissingField, s.Refuse(t, outsider, "licensing:Simulate", licensing.SimulateRequest{Question: question}, nil).Code)
}
