package gateway

import (
	"context"
	"encoding/json"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

// GetTaxonomy reads a version of the purposes.
func (c Consent) GetTaxonomy(ctx context.Context, request consent.GetTaxonomyRequest) (consent.Taxonomy, error) {
	return evaluate[consent.Taxonomy](ctx, c.client, "consent:GetTaxonomy", request)
}

// GetNotice reads a version of a notice.
func (c Consent) GetNotice(ctx context.Context, request consent.GetNoticeRequest) (consent.NoticeView, error) {
	return evaluate[consent.NoticeView](ctx, c.client, "consent:GetNotice", request)
}

// ListNotices reads a page of notices.
func (c Consent) ListNotices(ctx context.Context, request consent.ListNoticesRequest) (consent.NoticePage, error) {
	return evaluate[consent.NoticePage](ctx, c.client, "consent:ListNotices", request)
}

// Get reads a consent with its effective state.
func (c Consent) Get(ctx context.Context, request consent.GetRequest) (consent.View, error) {
	return evaluate[consent.View](ctx, c.client, "consent:Get", request)
}

// History reads a consent's events, newest first.
func (c Consent) History(ctx context.Context, request consent.GetRequest) (consent.History, error) {
	return evaluate[consent.History](ctx, c.client, "consent:History", request)
}

// ListBySubject reads a page of a subject's consents.
func (c Consent) ListBySubject(ctx context.Context, request consent.ListBySubjectRequest) (consent.Page, error) {
	return evaluate[consent.Page](ctx, c.client, "consent:ListBySubject", request)
}

// ListByController reads a page of a controller's consents.
func (c Consent) ListByController(ctx context.Context, request consent.ListByControllerRequest) (consent.Page, error) {
	return evaluate[consent.Page](ctx, c.client, "consent:ListByController", request)
}

// ListExpiring reads a page of the consents that end before a time.
func (c Consent) ListExpiring(ctx context.Context, request consent.ListExpiringRequest) (consent.Page, error) {
	return evaluate[consent.Page](ctx, c.client, "consent:ListExpiring", request)
}

// ListUses reads a page of a consent's uses, newest first.
func (c Consent) ListUses(ctx context.Context, request consent.ListUsesRequest) (consent.UsePage, error) {
	return evaluate[consent.UsePage](ctx, c.client, "consent:ListUses", request)
}

// ListUnacknowledged reads a page of the stops that an organisation has not acknowledged.
func (c Consent) ListUnacknowledged(ctx context.Context, request consent.ListUnacknowledgedRequest) (consent.UnacknowledgedPage, error) {
	return evaluate[consent.UnacknowledgedPage](ctx, c.client, "consent:ListUnacknowledged", request)
}

// ListPendingPurges reads a page of the purges that controllers owe.
func (c Consent) ListPendingPurges(ctx context.Context, request consent.ListPendingPurgesRequest) (consent.PendingPurgePage, error) {
	return evaluate[consent.PendingPurgePage](ctx, c.client, "consent:ListPendingPurges", request)
}

// Check asks whether data may be processed.
func (c Consent) Check(ctx context.Context, request consent.CheckRequest) (consent.Verdict, error) {
	return evaluate[consent.Verdict](ctx, c.client, "consent:Check", request)
}

// Receipt reads a consent's receipt in the format asked for.
func (c Consent) Receipt(ctx context.Context, request consent.ReceiptRequest) (json.RawMessage, error) {
	return evaluate[json.RawMessage](ctx, c.client, "consent:Receipt", request)
}

// RecordOfProcessing reads a page of a controller's register of processing.
func (c Consent) RecordOfProcessing(ctx context.Context, request consent.RecordOfProcessingRequest) (consent.RegisterPage, error) {
	return evaluate[consent.RegisterPage](ctx, c.client, "consent:RecordOfProcessing", request)
}
