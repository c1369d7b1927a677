// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

var (
	anybody = []string{"*"}
)

// every lists a role at every organisation.
func every(roles ...string) (all []string) {
	for _, msp := range contracttest.MSPs {
		for _, role := range roles {
			all = append(all, msp+"/"+role)
		}
	}
	return all
}

// TestAuthorisationMatrix calls every transaction as every organisation in every role, and as a stranger by a signed
// request. Only those who are named here get past the question of who they are.
func TestAuthorisationMatrix(t *testing.T) {
	s := licensed(t, rules(`{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ServiceProvision"}`, nil, duty))
	quick(t, s, "5", "UtilityMSP/o-1")
	s.Submit(t, consumer, "licensing:ClaimDuty", licensing.ClaimDutyRequest{DutyRequest: licensing.DutyRequest{AgreementID: "CommunityMSP/a-1", Rule: "pay"}}, nil)
	s.Submit(t, provider, "licensing:ConfirmDuty", licensing.DutyRequest{AgreementID: "CommunityMSP/a-1", Rule: "pay"}, nil)
	decide(t, s, ask("CommunityMSP/d-1"))
	s.Submit(t, processor, "licensing:RequestTransfer", licensing.RequestTransferRequest{TransferID: "CommunityMSP/s-1", DecisionID: "CommunityMSP/d-1"}, nil)
	s.Submit(t, provider, "licensing:OfferContract", licensing.OfferContractRequest{
		Proposal: licensing.Proposal{NegotiationID: "UtilityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}, Consumer: "CommunityMSP",
	}, nil)
	fresh, next := grid(), grid()
	fresh.DatasetID, next.Version = "UtilityMSP/fresh", 2
	terms := negotiation(t, s, "UtilityMSP/n").Terms("UtilityMSP/a-x")
	hash := terms.PolicySHA256
	begin := licensing.Proposal{NegotiationID: "CommunityMSP/n-x", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}
	one, question := licensing.AgreementRequest{AgreementID: "CommunityMSP/a-1"}, licensing.Question{Action: "use", Purpose: purpose}
	pay := licensing.DutyRequest{AgreementID: "CommunityMSP/a-1", Rule: "pay"}
	transfer := licensing.TransferRequest{TransferID: "CommunityMSP/s-1"}
	concerned := append(slices.Clone(contracttest.Roles), "admin", "")
	var readers []string
	for _, role := range concerned {
		readers = append(readers, "UtilityMSP/"+string(role), "CommunityMSP/"+string(role))
	}
	readers = append(readers, auditor, authority)
	owners, sides, transferSides := []string{provider}, []string{provider, consumer}, []string{delivers, processor}
	rows := map[string]struct {
		request any
		allowed []string
	}{
		"RegisterDataset": {fresh, owners}, "ConfirmDataset": {licensing.ConfirmDatasetRequest{Roles: loadProfiles().Roles()}, []string{consumer}}, "UpdateDataset": {next, owners}, "RetireDataset": {licensing.RetireDatasetRequest{DatasetID: "UtilityMSP/grid-load"}, owners},
		"PublishOffer":         {licensing.PublishOfferRequest{OfferID: "UtilityMSP/o-x", DatasetID: "UtilityMSP/grid-load", Policy: policy()}, owners},
		"WithdrawOffer":        {licensing.WithdrawOfferRequest{OfferID: "UtilityMSP/o-1"}, owners},
		"RequestContract":      {licensing.RequestContractRequest{Proposal: begin}, every("steward")},
		"OfferContract":        {licensing.OfferContractRequest{Proposal: begin, Consumer: "CommunityMSP"}, owners},
		"AcceptOffer":          {licensing.AcceptOfferRequest{NegotiationID: "UtilityMSP/n", PolicySHA256: hash}, sides},
		"Agree":                {terms, sides},
		"VerifyAgreement":      {terms, sides},
		"FinalizeNegotiation":  {terms, sides},
		"TerminateNegotiation": {licensing.TerminateNegotiationRequest{NegotiationID: "UtilityMSP/n"}, sides},
		"QuickAgree":           {take(t, s, "CommunityMSP", "y", "UtilityMSP/o-1"), every("steward")},
		"SuspendAgreement":     {licensing.SuspendAgreementRequest{AgreementID: "CommunityMSP/a-1"}, owners},
		"ResumeAgreement":      {licensing.ResumeAgreementRequest{AgreementID: "CommunityMSP/a-1", Follows: "x"}, owners},
		"RetireAgreement":      {licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, sides},
		"Supersede":            {licensing.SupersedeRequest{AgreementID: "CommunityMSP/a-1", By: "CommunityMSP/a-5"}, owners},
		"RequestAccess":        {ask("CommunityMSP/d-x"), []string{processor}},
		"SpendUse":             {licensing.SpendUseRequest{DecisionID: "CommunityMSP/d-1"}, []string{delivers}},
		"GetUses":              {licensing.UsesRequest{AgreementID: "CommunityMSP/a-1"}, anybody},
		"RecordDelivery":       {licensing.RecordDeliveryRequest{DecisionID: "CommunityMSP/d-1", Digest: hash}, []string{delivers}},
		"ClaimDuty":            {licensing.ClaimDutyRequest{DutyRequest: pay}, []string{consumer, processor}},
		"ConfirmDuty":          {pay, owners},
		"ReportBreach":         {licensing.ReportBreachRequest{DutyRequest: pay}, owners},
		"RequestTransfer":      {licensing.RequestTransferRequest{TransferID: "CommunityMSP/s-x", DecisionID: "CommunityMSP/d-1"}, []string{processor}},
		"StartTransfer":        {transfer, transferSides}, "SuspendTransfer": {transfer, transferSides}, "CompleteTransfer": {transfer, transferSides}, "TerminateTransfer": {transfer, transferSides},
		"GetDataset": {licensing.DatasetRequest{DatasetID: "UtilityMSP/grid-load"}, anybody}, "ListDatasets": {licensing.ListDatasetsRequest{}, anybody}, "Catalogue": {licensing.ListDatasetsRequest{}, anybody},
		"GetOffer": {licensing.OfferRequest{OfferID: "UtilityMSP/o-1"}, anybody}, "ListOffers": {licensing.ListOffersRequest{DatasetID: "UtilityMSP/grid-load"}, anybody},
		"GetNegotiation": {licensing.NegotiationRequest{NegotiationID: "UtilityMSP/n"}, anybody}, "ListNegotiations": {licensing.PartyRequest{Party: "UtilityMSP"}, anybody},
		"GetAgreement": {one, anybody}, "ListUnprovenEnds": {licensing.ListUnprovenEndsRequest{Of: licensing.OfLicence}, anybody}, "ListAgreements": {licensing.PartyRequest{Party: "UtilityMSP"}, anybody},
		"GetDecision": {licensing.DecisionRequest{DecisionID: "CommunityMSP/d-1"}, readers}, "ListDecisions": {licensing.ListDecisionsRequest{AgreementID: "CommunityMSP/a-1"}, readers},
		"ListDeliveries": {licensing.DecisionRequest{DecisionID: "CommunityMSP/d-1"}, readers}, "ListDuties": {licensing.ListOfAgreementRequest{AgreementID: "CommunityMSP/a-1"}, anybody},
		"GetTransfer": {licensing.GetTransferRequest{TransferID: "CommunityMSP/s-1"}, anybody}, "ListTransfers": {licensing.ListOfAgreementRequest{AgreementID: "CommunityMSP/a-1"}, anybody},
		"CheckAccess": {licensing.CheckAccessRequest{DecisionID: "CommunityMSP/d-1"}, anybody}, "FreeTickets": {licensing.FreeTicketsRequest{AgreementID: "CommunityMSP/a-1"}, anybody},
		"Simulate": {licensing.SimulateRequest{AgreementID: "CommunityMSP/a-1", Question: question}, anybody},
	}
	for _, contract := range contracts.All() {
		if contract.API.GetName() != "licensing" {
			continue
		}
		for _, transaction := range contract.Transactions {
			if transaction.Name == "Relay" {
				continue
			}
			row, known := rows[transaction.Name]
			require.True(t, known, "the matrix lacks %s", transaction.Name)
			t.Run(transaction.Name, func(t *testing.T) {
				for _, msp := range contracttest.MSPs {
					for _, role := range concerned {
						as := msp + "/" + string(role)
						_, response := s.Simulate(t, as, "licensing:"+transaction.Name, row.request, nil)
						refusal, _ := fault.Parse(response.GetMessage())
						forbidden := refusal != nil && refusal.Code == fault.Forbidden
						allowed := row.allowed[0] == "*" || slices.Contains(row.allowed, as)
						require.Equal(t, allowed, !forbidden, "%s: %s", as, response.GetMessage())
					}
				}
				if transaction.Submit && transaction.Resident {
					stranger := contracttest.NewResident(t)
					_, response := s.Simulate(t, outsider, "licensing:Relay", stranger.Sign(t, s, "licensing:"+transaction.Name, row.request), nil)
					refusal, ok := fault.Parse(response.GetMessage())
					require.True(t, ok, "a stranger by a signed request")
					require.Equal(t, fault.Forbidden, refusal.Code, "a stranger by a signed request: %s", refusal.Message)
				}
			})
		}
	}
}
