// Package contract holds the transactions of contract "licensing": who may act, what is read, what is stored and announced. What is decided stands in
// package licensing.
package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Contract is the contract as contract-api calls it: each method takes and returns one JSON object.
type Contract struct {
	contractapi.Contract
}

// New returns the contract with its table of transactions.
func New() transaction.Contract {
	c := new(Contract)
	c.Name = "licensing"
	return transaction.Contract{API: c, Events: events, Transactions: []transaction.Description{
		{
			Name: "RegisterDataset", Submit: true, Resident: true, Request: licensing.RegisterDatasetRequest{}, Answer: licensing.Dataset{},
			Summary: "An owner registers data: its steward, or a resident.",
		},
		{
			Name: "UpdateDataset", Submit: true, Resident: true, Request: licensing.UpdateDatasetRequest{}, Answer: licensing.Dataset{},
			Summary: "The owner publishes the next version of a dataset's description.",
		},
		{
			Name: "ConfirmDataset", Submit: true, Request: licensing.ConfirmDatasetRequest{}, Answer: licensing.DatasetView{},
			Summary: "The steward of a publisher, controller or contact whom the owner named agrees to be it, by its signature.",
		},
		{
			Name: "RetireDataset", Submit: true, Resident: true, Right: true, Request: licensing.RetireDatasetRequest{}, Answer: licensing.Dataset{},
			Summary: "The owner takes a dataset off, and all that depends on it with it.",
		},
		{
			Name: "PublishOffer", Submit: true, Resident: true, Request: licensing.PublishOfferRequest{}, Answer: licensing.Offer{},
			Summary: "The owner offers a dataset under an ODRL policy.",
		},
		{
			Name: "WithdrawOffer", Submit: true, Resident: true, Right: true, Request: licensing.WithdrawOfferRequest{}, Answer: licensing.OfferView{},
			Summary: "The owner ends an offer.",
		},
		{
			Name: "RequestContract", Submit: true, Request: licensing.RequestContractRequest{}, Answer: licensing.Negotiation{},
			Summary: "A consumer's steward asks for a licence, or answers an offer with other terms.",
		},
		{
			Name: "OfferContract", Submit: true, Resident: true, Request: licensing.OfferContractRequest{}, Answer: licensing.Negotiation{},
			Summary: "The owner offers a licence to a consumer, or answers a request with other terms.",
		},
		{
			Name: "AcceptOffer", Submit: true, Request: licensing.AcceptOfferRequest{}, Answer: licensing.Negotiation{},
			Summary: "The consumer's steward accepts the last terms.",
		},
		{
			Name: "Agree", Submit: true, Resident: true, Request: licensing.AgreeRequest{}, Answer: licensing.Agreement{},
			Summary: "The owner concludes the agreement on the last terms, by its signature.",
		},
		{
			Name: "VerifyAgreement", Submit: true, Request: licensing.AgreeRequest{}, Answer: licensing.Negotiation{},
			Summary: "The consumer's steward verifies the agreement, by its signature.",
		},
		{
			Name: "FinalizeNegotiation", Submit: true, Resident: true, Request: licensing.AgreeRequest{}, Answer: licensing.Negotiation{},
			Summary: "The owner brings the licence into force, by its signature.",
		},
		{
			Name: "TerminateNegotiation", Submit: true, Resident: true, Request: licensing.TerminateNegotiationRequest{}, Answer: licensing.Negotiation{},
			Summary: "Either side ends a negotiation.",
		},
		{
			Name: "QuickAgree", Submit: true, Request: licensing.QuickAgreeRequest{}, Answer: licensing.Agreement{},
			Summary: "A consumer's steward accepts, by its signature, an offer that it may take as it stands.",
		},
		{
			Name: "SuspendAgreement", Submit: true, Resident: true, Right: true, Request: licensing.SuspendAgreementRequest{}, Answer: licensing.Ending{},
			Summary: "The assigner suspends a licence.",
		},
		{
			Name: "ResumeAgreement", Submit: true, Resident: true, Request: licensing.ResumeAgreementRequest{}, Answer: licensing.Ending{},
			Summary: "The assigner ends a suspension.",
		},
		{
			Name: "RetireAgreement", Submit: true, Resident: true, Right: true, Request: licensing.RetireAgreementRequest{}, Answer: licensing.Ending{},
			Summary: "Either side ends a licence for good; the other cannot veto it.",
		},
		{
			Name: "Supersede", Submit: true, Resident: true, Request: licensing.SupersedeRequest{}, Answer: licensing.Ending{},
			Summary: "The assigner ends a licence in favour of its successor.",
		},
		{
			Name: "RequestAccess", Submit: true, Request: licensing.RequestAccessRequest{}, Answer: licensing.Decision{},
			Summary: "A processor of the assignee asks for one access; the decision is recorded.",
		},
		{
			Name: "SpendUse", Submit: true, Resident: true, Request: licensing.SpendUseRequest{}, Answer: licensing.Use{},
			Summary: "A processor of the provider spends the uses that a decision reserves, before it serves the answer.",
		},
		{
			Name: "RecordDelivery", Submit: true, Resident: true, Request: licensing.RecordDeliveryRequest{}, Answer: licensing.Delivery{},
			Summary: "A processor of the provider records what was served under a decision.",
		},
		{
			Name: "ClaimDuty", Submit: true, Request: licensing.ClaimDutyRequest{}, Answer: licensing.DutyRecord{},
			Summary: "The assignee says that it fulfilled a duty.",
		},
		{
			Name: "ConfirmDuty", Submit: true, Resident: true, Request: licensing.DutyRequest{}, Answer: licensing.DutyRecord{},
			Summary: "The payee or else the assigner confirms a duty.",
		},
		{
			Name: "ReportBreach", Submit: true, Resident: true, Request: licensing.ReportBreachRequest{}, Answer: licensing.DutyRecord{},
			Summary: "The assigner reports that a rule was broken.",
		},
		{
			Name: "RequestSession", Submit: true, Request: licensing.RequestSessionRequest{}, Answer: licensing.Session{},
			Summary: "A processor of the assignee begins a session on a decision that permits.",
		},
		{
			Name: "StartSession", Submit: true, Resident: true, Request: licensing.SessionRequest{}, Answer: licensing.Session{},
			Summary: "The provider starts a session, or either side goes on with it.",
		},
		{
			Name: "SuspendSession", Submit: true, Resident: true, Request: licensing.SessionRequest{}, Answer: licensing.Session{},
			Summary: "Either side suspends a session.",
		},
		{
			Name: "CompleteSession", Submit: true, Resident: true, Request: licensing.SessionRequest{}, Answer: licensing.Session{},
			Summary: "Either side ends a session that did its work.",
		},
		{
			Name: "TerminateSession", Submit: true, Resident: true, Request: licensing.SessionRequest{}, Answer: licensing.Session{},
			Summary: "Either side ends a session before its time.",
		},
		{
			Name: "GetDataset", Resident: true, Request: licensing.DatasetRequest{}, Answer: licensing.DatasetView{},
			Summary: "Anybody reads a dataset.",
		},
		{
			Name: "ListDatasets", Resident: true, Request: licensing.ListDatasetsRequest{}, Answer: licensing.DatasetPage{},
			Summary: "Anybody searches datasets by theme, keyword or owner.",
		},
		{
			Name: "Catalogue", Resident: true, Request: licensing.ListDatasetsRequest{}, Answer: licensing.Catalogue{},
			Summary: "Anybody reads the catalogue as DCAT-AP in JSON-LD.",
		},
		{
			Name: "GetOffer", Resident: true, Request: licensing.OfferRequest{}, Answer: licensing.OfferView{},
			Summary: "Anybody reads an offer.",
		},
		{
			Name: "ListOffers", Resident: true, Request: licensing.ListOffersRequest{}, Answer: licensing.OfferPage{},
			Summary: "Anybody lists the offers on a dataset.",
		},
		{
			Name: "GetNegotiation", Resident: true, Request: licensing.NegotiationRequest{}, Answer: licensing.NegotiationView{},
			Summary: "Anybody reads a negotiation with all its terms.",
		},
		{
			Name: "ListNegotiations", Resident: true, Request: licensing.PartyRequest{}, Answer: licensing.NegotiationPage{},
			Summary: "Anybody lists a party's negotiations.",
		},
		{
			Name: "GetAgreement", Resident: true, Request: licensing.AgreementRequest{}, Answer: licensing.AgreementView{},
			Summary: "Anybody reads a licence as it stands.",
		},
		{
			Name: "ListAgreements", Resident: true, Request: licensing.PartyRequest{}, Answer: licensing.AgreementPage{},
			Summary: "Anybody lists a party's licences.",
		},
		{
			Name: "ListUnprovenEnds", Request: licensing.ListUnprovenEndsRequest{}, Answer: licensing.UnprovenEndPage{},
			Summary: "Anybody, such as an auditor, lists ends without a valid signature of their resident.",
		},
		{
			Name: "GetDecision", Resident: true, Request: licensing.DecisionRequest{}, Answer: licensing.Decision{},
			Summary: "Those concerned, an auditor or the authority read a decision.",
		},
		{
			Name: "ListDecisions", Resident: true, Request: licensing.ListDecisionsRequest{}, Answer: licensing.DecisionPage{},
			Summary: "Those concerned, an auditor or the authority list decisions, newest first.",
		},
		{
			Name: "ListDeliveries", Resident: true, Request: licensing.DecisionRequest{}, Answer: licensing.DeliveryPage{},
			Summary: "Those concerned, an auditor or the authority read what was served under a decision.",
		},
		{
			Name: "ListDuties", Resident: true, Request: licensing.ListOfAgreementRequest{}, Answer: licensing.DutyPage{},
			Summary: "Anybody lists what is known of a licence's duties.",
		},
		{
			Name: "GetSession", Resident: true, Request: licensing.GetSessionRequest{}, Answer: licensing.SessionView{},
			Summary: "Anybody reads a session and whether it may carry data now.",
		},
		{
			Name: "ListSessions", Resident: true, Request: licensing.ListOfAgreementRequest{}, Answer: licensing.SessionPage{},
			Summary: "Anybody lists a licence's sessions.",
		},
		{
			Name: "CheckAccess", Request: licensing.CheckAccessRequest{}, Answer: licensing.AccessCheck{},
			Summary: "A data server asks whether a decision still holds.",
		},
		{
			Name: "FreeTickets", Request: licensing.FreeTicketsRequest{}, Answer: licensing.Tickets{},
			Summary: "A consumer asks for free tickets of a licence with a limited number of uses.",
		},
		{
			Name: "GetUses", Request: licensing.UsesRequest{}, Answer: licensing.Uses{},
			Summary: "Anybody asks how many uses of an agreement are spent, reserved and left.",
		},
		{
			Name: "Simulate", Request: licensing.SimulateRequest{}, Answer: licensing.Simulation{},
			Summary: "Anybody asks what a policy or a licence would decide, and why.",
		},
		transaction.RelayRow(),
	}}
}
