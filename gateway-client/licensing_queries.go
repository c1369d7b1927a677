package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// GetDataset reads a dataset.
func (l Licensing) GetDataset(ctx context.Context, request licensing.DatasetRequest) (licensing.DatasetView, error) {
	return evaluate[licensing.DatasetView](ctx, l.client, "licensing:GetDataset", request)
}

// ListDatasets reads a page of datasets.
func (l Licensing) ListDatasets(ctx context.Context, request licensing.ListDatasetsRequest) (licensing.DatasetPage, error) {
	return evaluate[licensing.DatasetPage](ctx, l.client, "licensing:ListDatasets", request)
}

// Catalogue reads a page of the catalogue as DCAT-AP.
func (l Licensing) Catalogue(ctx context.Context, request licensing.ListDatasetsRequest) (licensing.Catalogue, error) {
	return evaluate[licensing.Catalogue](ctx, l.client, "licensing:Catalogue", request)
}

// GetOffer reads an offer.
func (l Licensing) GetOffer(ctx context.Context, request licensing.OfferRequest) (licensing.OfferView, error) {
	return evaluate[licensing.OfferView](ctx, l.client, "licensing:GetOffer", request)
}

// ListOffers reads a page of the offers on a dataset.
func (l Licensing) ListOffers(ctx context.Context, request licensing.ListOffersRequest) (licensing.OfferPage, error) {
	return evaluate[licensing.OfferPage](ctx, l.client, "licensing:ListOffers", request)
}

// GetNegotiation reads a negotiation with all its terms.
func (l Licensing) GetNegotiation(ctx context.Context, request licensing.NegotiationRequest) (licensing.NegotiationView, error) {
	return evaluate[licensing.NegotiationView](ctx, l.client, "licensing:GetNegotiation", request)
}

// ListNegotiations reads a page of a party's negotiations.
func (l Licensing) ListNegotiations(ctx context.Context, request licensing.PartyRequest) (licensing.NegotiationPage, error) {
	return evaluate[licensing.NegotiationPage](ctx, l.client, "licensing:ListNegotiations", request)
}

// GetAgreement reads a licence as it stands.
func (l Licensing) GetAgreement(ctx context.Context, request licensing.AgreementRequest) (licensing.AgreementView, error) {
	return evaluate[licensing.AgreementView](ctx, l.client, "licensing:GetAgreement", request)
}

// ListAgreements reads a page of a party's licences.
func (l Licensing) ListAgreements(ctx context.Context, request licensing.PartyRequest) (licensing.AgreementPage, error) {
	return evaluate[licensing.AgreementPage](ctx, l.client, "licensing:ListAgreements", request)
}

// ListUnprovenEnds reads a page of the ends of residents' licences, offers or datasets that have no valid signature of the resident.
func (l Licensing) ListUnprovenEnds(ctx context.Context, request licensing.ListUnprovenEndsRequest) (licensing.UnprovenEndPage, error) {
	return evaluate[licensing.UnprovenEndPage](ctx, l.client, "licensing:ListUnprovenEnds", request)
}

// GetDecision reads a decision.
func (l Licensing) GetDecision(ctx context.Context, request licensing.DecisionRequest) (licensing.Decision, error) {
	return evaluate[licensing.Decision](ctx, l.client, "licensing:GetDecision", request)
}

// ListDecisions reads a page of decisions, newest first.
func (l Licensing) ListDecisions(ctx context.Context, request licensing.ListDecisionsRequest) (licensing.DecisionPage, error) {
	return evaluate[licensing.DecisionPage](ctx, l.client, "licensing:ListDecisions", request)
}

// ListDeliveries reads what was served under a decision.
func (l Licensing) ListDeliveries(ctx context.Context, request licensing.DecisionRequest) (licensing.DeliveryPage, error) {
	return evaluate[licensing.DeliveryPage](ctx, l.client, "licensing:ListDeliveries", request)
}

// ListDuties reads a page of a licence's duties.
func (l Licensing) ListDuties(ctx context.Context, request licensing.ListOfAgreementRequest) (licensing.DutyPage, error) {
	return evaluate[licensing.DutyPage](ctx, l.client, "licensing:ListDuties", request)
}

// GetSession reads a session and whether it may carry data now.
func (l Licensing) GetSession(ctx context.Context, request licensing.GetSessionRequest) (licensing.SessionView, error) {
	return evaluate[licensing.SessionView](ctx, l.client, "licensing:GetSession", request)
}

// ListSessions reads a page of a licence's sessions.
func (l Licensing) ListSessions(ctx context.Context, request licensing.ListOfAgreementRequest) (licensing.SessionPage, error) {
	return evaluate[licensing.SessionPage](ctx, l.client, "licensing:ListSessions", request)
}

// CheckAccess asks whether a decision still holds.
func (l Licensing) CheckAccess(ctx context.Context, request licensing.CheckAccessRequest) (licensing.AccessCheck, error) {
	return evaluate[licensing.AccessCheck](ctx, l.client, "licensing:CheckAccess", request)
}

// GetUses asks how many uses of an agreement are spent, reserved and left.
func (l Licensing) GetUses(ctx context.Context, request licensing.UsesRequest) (licensing.Uses, error) {
	return evaluate[licensing.Uses](ctx, l.client, "licensing:GetUses", request)
}

// FreeTickets asks for free tickets of a licence with a limited number of uses.
func (l Licensing) FreeTickets(ctx context.Context, request licensing.FreeTicketsRequest) (licensing.Tickets, error) {
	return evaluate[licensing.Tickets](ctx, l.client, "licensing:FreeTickets", request)
}

// Simulate asks what a policy or a licence would decide.
func (l Licensing) Simulate(ctx context.Context, request licensing.SimulateRequest) (licensing.Simulation, error) {
	return evaluate[licensing.Simulation](ctx, l.client, "licensing:Simulate", request)
}
