package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

// Consent calls the contract "consent", one method for each transaction. What a transaction does, who may call it and which errors it answers is
// documented with the request types in package consent. Residents' transactions need a client with [WithStatementKey].
type Consent struct{ client *Client }

// Consent returns the contract's typed calls.
func (c *Client) Consent() Consent { return Consent{c} }

// PublishNotice publishes a version of a notice of the caller's organisation.
func (c Consent) PublishNotice(ctx context.Context, request consent.PublishNoticeRequest) (consent.Notice, Receipt, error) {
	return submit[consent.Notice](ctx, c.client, "consent:PublishNotice", request)
}

// RetireNotice ends the use of a notice's version for new consents.
func (c Consent) RetireNotice(ctx context.Context, request consent.RetireNoticeRequest) (consent.NoticeStatus, Receipt, error) {
	return submit[consent.NoticeStatus](ctx, c.client, "consent:RetireNotice", request)
}

// SuspendNotice stops every consent under a notice.
func (c Consent) SuspendNotice(ctx context.Context, request consent.NoticeRequest) (consent.NoticeStatus, Receipt, error) {
	return submit[consent.NoticeStatus](ctx, c.client, "consent:SuspendNotice", request)
}

// ResumeNotice lifts a suspension.
func (c Consent) ResumeNotice(ctx context.Context, request consent.NoticeRequest) (consent.NoticeStatus, Receipt, error) {
	return submit[consent.NoticeStatus](ctx, c.client, "consent:ResumeNotice", request)
}

// LoadTaxonomy loads the next version of the taxonomy of purposes.
func (c Consent) LoadTaxonomy(ctx context.Context, request consent.LoadTaxonomyRequest) (consent.TaxonomyHead, Receipt, error) {
	return submit[consent.TaxonomyHead](ctx, c.client, "consent:LoadTaxonomy", request)
}

// Request asks a resident for consent.
func (c Consent) Request(ctx context.Context, request consent.RequestConsentRequest) (consent.View, Receipt, error) {
	return submit[consent.View](ctx, c.client, "consent:Request", request)
}

// Give gives a resident's consent.
func (c Consent) Give(ctx context.Context, request consent.GiveRequest) (consent.View, Receipt, error) {
	return completed[consent.View](ctx, c, "consent:Give", request)
}

// Refuse refuses a consent that was asked for.
func (c Consent) Refuse(ctx context.Context, request consent.AnswerRequest) (consent.View, Receipt, error) {
	return submit[consent.View](ctx, c.client, "consent:Refuse", request)
}

// Defer puts the answer to a request off.
func (c Consent) Defer(ctx context.Context, request consent.AnswerRequest) (consent.View, Receipt, error) {
	return submit[consent.View](ctx, c.client, "consent:Defer", request)
}

// Renew prolongs a consent.
func (c Consent) Renew(ctx context.Context, request consent.RenewRequest) (consent.View, Receipt, error) {
	return completed[consent.View](ctx, c, "consent:Renew", request)
}

// Withdraw takes a consent back.
func (c Consent) Withdraw(ctx context.Context, request consent.DecisionRequest) (consent.View, Receipt, error) {
	return submit[consent.View](ctx, c.client, "consent:Withdraw", request)
}

// WithdrawAll takes every consent back that the resident gave until now.
func (c Consent) WithdrawAll(ctx context.Context, request consent.WithdrawAllRequest) (consent.SubjectAnswer, Receipt, error) {
	return completed[consent.SubjectAnswer](ctx, c, "consent:WithdrawAll", request)
}

// Revoke ends a consent as its controller.
func (c Consent) Revoke(ctx context.Context, request consent.DecisionRequest) (consent.View, Receipt, error) {
	return submit[consent.View](ctx, c.client, "consent:Revoke", request)
}

// Invalidate declares a consent invalid from its beginning.
func (c Consent) Invalidate(ctx context.Context, request consent.InvalidateRequest) (consent.View, Receipt, error) {
	return submit[consent.View](ctx, c.client, "consent:Invalidate", request)
}

// Object objects to processing or restricts it, or takes that back.
func (c Consent) Object(ctx context.Context, request consent.ObjectRequest) (consent.ObjectAnswer, Receipt, error) {
	return completed[consent.ObjectAnswer](ctx, c, "consent:Object", request)
}

// RecordUse records a processing, if it is allowed now.
func (c Consent) RecordUse(ctx context.Context, request consent.RecordUseRequest) (consent.Use, Receipt, error) {
	return submit[consent.Use](ctx, c.client, "consent:RecordUse", request)
}

// RecordUses records a batch of processings by its Merkle root.
func (c Consent) RecordUses(ctx context.Context, request consent.RecordUsesRequest) (consent.RecordUsesAnswer, Receipt, error) {
	return submit[consent.RecordUsesAnswer](ctx, c.client, "consent:RecordUses", request)
}

// AcknowledgeStop acknowledges that the caller's organisation stopped.
func (c Consent) AcknowledgeStop(ctx context.Context, request consent.AcknowledgeStopRequest) (consent.Acknowledgement, Receipt, error) {
	return submit[consent.Acknowledgement](ctx, c.client, "consent:AcknowledgeStop", request)
}

// Erase asks for erasure at one controller or at all.
func (c Consent) Erase(ctx context.Context, request consent.EraseRequest) (consent.SubjectAnswer, Receipt, error) {
	return submit[consent.SubjectAnswer](ctx, c.client, "consent:Erase", request)
}

// Purge purges what the caller's organisation holds of a subject that asked for erasure.
func (c Consent) Purge(ctx context.Context, request consent.PurgeRequest) (consent.PurgeAnswer, Receipt, error) {
	return submit[consent.PurgeAnswer](ctx, c.client, "consent:Purge", request)
}

// StorePrivate stores the private part whose hash the resident signed, endorsed by the caller's organisation alone: no other sees it.
func (c Consent) StorePrivate(ctx context.Context, request consent.StorePrivateRequest, private consent.Private) (consent.StorePrivateAnswer, Receipt, error) {
	return submitPrivately[consent.StorePrivateAnswer](ctx, c.client, "consent:StorePrivate", request, "private", private, WithEndorsingOrganizations(c.client.profile.MSPID))
}
