package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// Licensing calls the contract "licensing", one method for each transaction. What a transaction does, who may call it and which errors it answers is
// documented with the request types in package licensing. A resident who owns data acts by a client with [WithStatementKey].
//
// Datasets, offers, negotiations and licences are named by their author, a slash and the author's own id, such as UtilityMSP/grid-load; a bare id is the
// caller's own. What a side of a licence signs, the client fills in and signs with the profile's key, wherever that lies.
type Licensing struct{ client *Client }

// Licensing returns the contract's typed calls.
func (c *Client) Licensing() Licensing { return Licensing{c} }

// RegisterDataset registers data of the caller.
func (l Licensing) RegisterDataset(ctx context.Context, request licensing.RegisterDatasetRequest) (licensing.Dataset, Receipt, error) {
	return submit[licensing.Dataset](ctx, l.client, "licensing:RegisterDataset", request)
}

// UpdateDataset publishes the next version of a dataset's description.
func (l Licensing) UpdateDataset(ctx context.Context, request licensing.UpdateDatasetRequest) (licensing.Dataset, Receipt, error) {
	return submit[licensing.Dataset](ctx, l.client, "licensing:UpdateDataset", request)
}

// RetireDataset takes a dataset off.
func (l Licensing) RetireDataset(ctx context.Context, request licensing.RetireDatasetRequest) (licensing.Dataset, Receipt, error) {
	return submit[licensing.Dataset](ctx, l.client, "licensing:RetireDataset", request)
}

// ConfirmDataset agrees to be a dataset's publisher, controller or contact. The client fills in what the dataset says, and signs.
func (l Licensing) ConfirmDataset(ctx context.Context, request licensing.ConfirmDatasetRequest) (licensing.DatasetView, Receipt, error) {
	return submit[licensing.DatasetView](ctx, l.client, "licensing:ConfirmDataset", request)
}

// PublishOffer offers a dataset under a policy; the client signs.
func (l Licensing) PublishOffer(ctx context.Context, request licensing.PublishOfferRequest) (licensing.Offer, Receipt, error) {
	return submit[licensing.Offer](ctx, l.client, "licensing:PublishOffer", request)
}

// WithdrawOffer ends an offer. The client keeps the licences that stand on it, unless the request says which.
func (l Licensing) WithdrawOffer(ctx context.Context, request licensing.WithdrawOfferRequest) (licensing.OfferView, Receipt, error) {
	return submit[licensing.OfferView](ctx, l.client, "licensing:WithdrawOffer", request)
}

// RequestContract asks for a licence, or answers an offer with other terms.
func (l Licensing) RequestContract(ctx context.Context, request licensing.RequestContractRequest) (licensing.Negotiation, Receipt, error) {
	return submit[licensing.Negotiation](ctx, l.client, "licensing:RequestContract", request)
}

// OfferContract offers a licence to a consumer, or answers a request with other terms.
func (l Licensing) OfferContract(ctx context.Context, request licensing.OfferContractRequest) (licensing.Negotiation, Receipt, error) {
	return submit[licensing.Negotiation](ctx, l.client, "licensing:OfferContract", request)
}

// AcceptOffer accepts the provider's last terms.
func (l Licensing) AcceptOffer(ctx context.Context, request licensing.AcceptOfferRequest) (licensing.Negotiation, Receipt, error) {
	return submit[licensing.Negotiation](ctx, l.client, "licensing:AcceptOffer", request)
}

// Agree concludes the agreement on the last terms. The client fills in all but the names and the terms' hash, and signs.
func (l Licensing) Agree(ctx context.Context, request licensing.AgreeRequest) (licensing.Agreement, Receipt, error) {
	return submit[licensing.Agreement](ctx, l.client, "licensing:Agree", request)
}

// VerifyAgreement verifies the agreement. The client fills in all but the negotiation's name, and signs.
func (l Licensing) VerifyAgreement(ctx context.Context, request licensing.AgreeRequest) (licensing.Negotiation, Receipt, error) {
	return submit[licensing.Negotiation](ctx, l.client, "licensing:VerifyAgreement", request)
}

// FinalizeNegotiation brings the licence into force. The client fills in all but the negotiation's name, and signs.
func (l Licensing) FinalizeNegotiation(ctx context.Context, request licensing.AgreeRequest) (licensing.Negotiation, Receipt, error) {
	return submit[licensing.Negotiation](ctx, l.client, "licensing:FinalizeNegotiation", request)
}

// TerminateNegotiation ends a negotiation.
func (l Licensing) TerminateNegotiation(ctx context.Context, request licensing.TerminateNegotiationRequest) (licensing.Negotiation, Receipt, error) {
	return submit[licensing.Negotiation](ctx, l.client, "licensing:TerminateNegotiation", request)
}

// QuickAgree accepts an offer that the caller may take as it stands. The client fills in the terms' hash, and signs.
func (l Licensing) QuickAgree(ctx context.Context, request licensing.QuickAgreeRequest) (licensing.Agreement, Receipt, error) {
	return submit[licensing.Agreement](ctx, l.client, "licensing:QuickAgree", request)
}

// SuspendAgreement suspends a licence.
func (l Licensing) SuspendAgreement(ctx context.Context, request licensing.SuspendAgreementRequest) (licensing.Ending, Receipt, error) {
	return submit[licensing.Ending](ctx, l.client, "licensing:SuspendAgreement", request)
}

// ResumeAgreement ends a suspension; the client names the one that stands.
func (l Licensing) ResumeAgreement(ctx context.Context, request licensing.ResumeAgreementRequest) (licensing.Ending, Receipt, error) {
	return submit[licensing.Ending](ctx, l.client, "licensing:ResumeAgreement", request)
}

// RetireAgreement ends a licence for good.
func (l Licensing) RetireAgreement(ctx context.Context, request licensing.RetireAgreementRequest) (licensing.Ending, Receipt, error) {
	return submit[licensing.Ending](ctx, l.client, "licensing:RetireAgreement", request)
}

// Supersede ends a licence in favour of its successor.
func (l Licensing) Supersede(ctx context.Context, request licensing.SupersedeRequest) (licensing.Ending, Receipt, error) {
	return submit[licensing.Ending](ctx, l.client, "licensing:Supersede", request)
}

// RequestAccess asks for one access; the decision is recorded.
func (l Licensing) RequestAccess(ctx context.Context, request licensing.RequestAccessRequest) (licensing.Decision, Receipt, error) {
	return submit[licensing.Decision](ctx, l.client, "licensing:RequestAccess", request)
}

// SpendUse spends the uses that a decision reserves, before its answer is served.
func (l Licensing) SpendUse(ctx context.Context, request licensing.SpendUseRequest) (licensing.Use, Receipt, error) {
	return submit[licensing.Use](ctx, l.client, "licensing:SpendUse", request)
}

// RecordDelivery records what was served under a decision.
func (l Licensing) RecordDelivery(ctx context.Context, request licensing.RecordDeliveryRequest) (licensing.Delivery, Receipt, error) {
	return submit[licensing.Delivery](ctx, l.client, "licensing:RecordDelivery", request)
}

// ClaimDuty says that a duty was fulfilled.
func (l Licensing) ClaimDuty(ctx context.Context, request licensing.ClaimDutyRequest) (licensing.DutyRecord, Receipt, error) {
	return submit[licensing.DutyRecord](ctx, l.client, "licensing:ClaimDuty", request)
}

// ConfirmDuty confirms a duty.
func (l Licensing) ConfirmDuty(ctx context.Context, request licensing.DutyRequest) (licensing.DutyRecord, Receipt, error) {
	return submit[licensing.DutyRecord](ctx, l.client, "licensing:ConfirmDuty", request)
}

// ReportBreach reports that a rule was broken.
func (l Licensing) ReportBreach(ctx context.Context, request licensing.ReportBreachRequest) (licensing.DutyRecord, Receipt, error) {
	return submit[licensing.DutyRecord](ctx, l.client, "licensing:ReportBreach", request)
}

// RequestSession begins a session on a decision that permits.
func (l Licensing) RequestSession(ctx context.Context, request licensing.RequestSessionRequest) (licensing.Session, Receipt, error) {
	return submit[licensing.Session](ctx, l.client, "licensing:RequestSession", request)
}

// StartSession starts a session or goes on with it.
func (l Licensing) StartSession(ctx context.Context, request licensing.SessionRequest) (licensing.Session, Receipt, error) {
	return submit[licensing.Session](ctx, l.client, "licensing:StartSession", request)
}

// SuspendSession suspends a session.
func (l Licensing) SuspendSession(ctx context.Context, request licensing.SessionRequest) (licensing.Session, Receipt, error) {
	return submit[licensing.Session](ctx, l.client, "licensing:SuspendSession", request)
}

// CompleteSession ends a session that did its work.
func (l Licensing) CompleteSession(ctx context.Context, request licensing.SessionRequest) (licensing.Session, Receipt, error) {
	return submit[licensing.Session](ctx, l.client, "licensing:CompleteSession", request)
}

// TerminateSession ends a session before its time.
func (l Licensing) TerminateSession(ctx context.Context, request licensing.SessionRequest) (licensing.Session, Receipt, error) {
	return submit[licensing.Session](ctx, l.client, "licensing:TerminateSession", request)
}
