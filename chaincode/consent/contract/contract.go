// Package contract holds the transactions of contract "consent": who may act, what is read, what is stored and announced. What is decided stands in
// package consent.
package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Contract is the contract as contract-api calls it: each method takes and returns one JSON object.
type Contract struct {
	contractapi.Contract
}

// privatePart is the name of StorePrivate's transient entry.
const privatePart = "private"

// New returns the contract with its table of transactions.
func New() transaction.Contract {
	c := new(Contract)
	c.Name = "consent"
	return transaction.Contract{API: c, Events: events, Transactions: []transaction.Description{
		{
			Name: "PublishNotice", Submit: true, Request: consent.PublishNoticeRequest{}, Answer: consent.Notice{},
			Summary: "A controller's steward publishes a version of a notice of the own organisation.",
		},
		{
			Name: "RetireNotice", Submit: true, Request: consent.RetireNoticeRequest{}, Answer: consent.NoticeStatus{},
			Summary: "A controller's steward ends the use of a notice's version for new consents.",
		},
		{
			Name: "SuspendNotice", Submit: true, Request: consent.NoticeRequest{}, Answer: consent.NoticeStatus{},
			Summary: "The authority stops every consent under a notice.",
		},
		{
			Name: "ResumeNotice", Submit: true, Request: consent.NoticeRequest{}, Answer: consent.NoticeStatus{},
			Summary: "The authority lifts a suspension.",
		},
		{
			Name: "LoadTaxonomy", Submit: true, Alone: true, Request: consent.LoadTaxonomyRequest{}, Answer: consent.TaxonomyHead{},
			Summary: "The authority loads the next version of the taxonomy of purposes.",
		},
		{
			Name: "Request", Submit: true, Request: consent.RequestConsentRequest{}, Answer: consent.View{},
			Summary: "A controller's steward asks a resident for consent.",
		},
		{
			Name: "Give", Submit: true, Resident: true, Request: consent.GiveRequest{}, Answer: consent.View{},
			Summary: "A resident gives consent, asked or unasked.",
		},
		{
			Name: "Refuse", Submit: true, Resident: true, Right: true, Request: consent.AnswerRequest{}, Answer: consent.View{},
			Summary: "A resident answers a request with no.",
		},
		{
			Name: "Defer", Submit: true, Resident: true, Request: consent.AnswerRequest{}, Answer: consent.View{},
			Summary: "A resident puts the answer to a request off.",
		},
		{
			Name: "Renew", Submit: true, Resident: true, Request: consent.RenewRequest{}, Answer: consent.View{},
			Summary: "A resident prolongs a consent under the same or a newer version of its notice.",
		},
		{
			Name: "Withdraw", Submit: true, Resident: true, Right: true, Request: consent.DecisionRequest{}, Answer: consent.View{},
			Summary: "A resident takes a consent back.",
		},
		{
			Name: "WithdrawAll", Submit: true, Resident: true, Right: true, Request: consent.WithdrawAllRequest{}, Answer: consent.SubjectAnswer{},
			Summary: "A resident takes every consent back and ends every guardianship; an organisation does it for a person whose lost key nobody can recover.",
		},
		{
			Name: "Revoke", Submit: true, Request: consent.DecisionRequest{}, Answer: consent.View{},
			Summary: "A controller's steward ends a consent.",
		},
		{
			Name: "Invalidate", Submit: true, Request: consent.InvalidateRequest{}, Answer: consent.View{},
			Summary: "The authority declares a consent invalid from its beginning.",
		},
		{
			Name: "Object", Submit: true, Resident: true, Right: true, Request: consent.ObjectRequest{}, Answer: consent.ObjectAnswer{},
			Summary: "A resident objects to processing or restricts it, or takes that back.",
		},
		{
			Name: "StorePrivate", Submit: true, Request: consent.StorePrivateRequest{}, Answer: consent.StorePrivateAnswer{},
			Private: privatePart, PrivateType: consent.Private{},
			Summary: "A controller's steward stores the private part whose hash the resident signed.",
		},
		{
			Name: "RecordUse", Submit: true, Request: consent.RecordUseRequest{}, Answer: consent.Use{},
			Summary: "A processor of the controller or a recipient records that it processed.",
		},
		{
			Name: "RecordUses", Submit: true, Alone: true, Request: consent.RecordUsesRequest{}, Answer: consent.RecordUsesAnswer{},
			Summary: "A processor of the controllers or a recipient records a batch of uses by its Merkle root.",
		},
		{
			Name: "AcknowledgeStop", Submit: true, Request: consent.AcknowledgeStopRequest{}, Answer: consent.Acknowledgement{},
			Summary: "A processor of the controller or a recipient acknowledges that it stopped.",
		},
		{
			Name: "Erase", Submit: true, Resident: true, Right: true, Request: consent.EraseRequest{}, Answer: consent.SubjectAnswer{},
			Summary: "A resident asks for erasure at one controller or at all.",
		},
		{
			Name: "Purge", Submit: true, Request: consent.PurgeRequest{}, Answer: consent.PurgeAnswer{},
			Summary: "A controller's steward purges what the organisation holds of a subject that asked for erasure.",
		},
		{
			Name: "AddKey", Submit: true, Resident: true, Request: consent.AddKeyRequest{}, Answer: consent.KeyView{},
			Summary: "A key of a resident adds another, up to five.",
		},
		{
			Name: "RotateKey", Submit: true, Resident: true, Request: consent.RotateKeyRequest{}, Answer: consent.KeyView{},
			Summary: "A key of a resident replaces itself by a new one and ends every guardianship.",
		},
		{
			Name: "RemoveKey", Submit: true, Resident: true, Right: true, Request: consent.RemoveKeyRequest{}, Answer: consent.KeyView{},
			Summary: "A key of a resident removes another: at once if it is older, else after 7 days.",
		},
		{
			Name: "CancelRemoval", Submit: true, Resident: true, Right: true, Request: consent.CancelRemovalRequest{}, Answer: consent.KeyView{},
			Summary: "A removed key, or an older one than the one that removes it, cancels a removal that waits.",
		},
		{
			Name: "SuspendKey", Submit: true, Resident: true, Right: true, Request: consent.KeyRequest{}, Answer: consent.KeyView{},
			Summary: "A key of a resident suspends another at once.",
		},
		{
			Name: "LiftSuspension", Submit: true, Resident: true, Request: consent.LiftSuspensionRequest{}, Answer: consent.KeyView{},
			Summary: "The suspender, or an older unsuspended key, lifts a suspension.",
		},
		{
			Name: "RecoverKey", Submit: true, Request: consent.RecoverKeyRequest{}, Answer: consent.RecoveryAnswer{},
			Summary: "Two independent organisations say that a person who lost the key now has another; it takes effect after 7 days.",
		},
		{
			Name: "CancelRecovery", Submit: true, Resident: true, Right: true, Request: consent.RecoveryRequest{}, Answer: consent.Recovery{},
			Summary: "A present key cancels an announced recovery.",
		},
		{
			Name: "CompleteRecovery", Submit: true, Resident: true, Request: consent.RecoveryRequest{}, Answer: consent.KeyView{},
			Summary: "The new key completes its recovery after the delay; all older keys are removed.",
		},
		{
			Name: "NameGuardian", Submit: true, Resident: true, Request: consent.NameGuardianRequest{}, Answer: consent.GuardianView{},
			Summary: "A resident names who signs for the resident until a time.",
		},
		{
			Name: "AcceptGuardianship", Submit: true, Resident: true, Request: consent.AcceptGuardianshipRequest{}, Answer: consent.GuardianView{},
			Summary: "A resident takes the office of guardian for a subject without a key, which two organisations have to approve.",
		},
		{
			Name: "ApproveGuardian", Submit: true, Request: consent.ApproveGuardianRequest{}, Answer: consent.GuardianView{},
			Summary: "The authority and another independent organisation approve the guardian of a subject without a key.",
		},
		{
			Name: "EndGuardian", Submit: true, Resident: true, Right: true, Request: consent.GuardianRequest{}, Answer: consent.GuardianView{},
			Summary: "The resident, the authority or the guardian ends a guardianship at once.",
		},
		{
			Name: "GetSubject", Resident: true, Request: consent.GetSubjectRequest{}, Answer: consent.SubjectView{},
			Summary: "Anybody reads which keys and guardians speak for a subject, and which recoveries are announced.",
		},
		{
			Name: "GetTaxonomy", Resident: true, Request: consent.GetTaxonomyRequest{}, Answer: consent.Taxonomy{},
			Summary: "Anybody reads the purposes, in the version in force or an older one.",
		},
		{
			Name: "GetNotice", Resident: true, Request: consent.GetNoticeRequest{}, Answer: consent.NoticeView{},
			Summary: "Anybody reads a version of a notice.",
		},
		{
			Name: "ListNotices", Resident: true, Request: consent.ListNoticesRequest{}, Answer: consent.NoticePage{},
			Summary: "Anybody lists notices.",
		},
		{
			Name: "Get", Resident: true, Request: consent.GetRequest{}, Answer: consent.View{},
			Summary: "Anybody reads a consent, which names nobody.",
		},
		{
			Name: "History", Resident: true, Request: consent.GetRequest{}, Answer: consent.History{},
			Summary: "The resident or the authority reads a consent's events, newest first.",
		},
		{
			Name: "ListBySubject", Resident: true, Request: consent.ListBySubjectRequest{}, Answer: consent.Page{},
			Summary: "The resident or the authority lists a subject's consents.",
		},
		{
			Name: "ListByController", Request: consent.ListByControllerRequest{}, Answer: consent.Page{},
			Summary: "The controller's steward or the authority lists a controller's consents.",
		},
		{
			Name: "ListExpiring", Request: consent.ListExpiringRequest{}, Answer: consent.Page{},
			Summary: "The controller's steward or the authority lists consents in force that end before a time.",
		},
		{
			Name: "ListUses", Resident: true, Request: consent.ListUsesRequest{}, Answer: consent.UsePage{},
			Summary: "The resident or the authority lists the uses of a consent, newest first.",
		},
		{
			Name: "ListUnacknowledged", Request: consent.ListUnacknowledgedRequest{}, Answer: consent.UnacknowledgedPage{},
			Summary: "The controller's steward or the authority lists who has not acknowledged a stop.",
		},
		{
			Name: "ListPendingPurges", Request: consent.ListPendingPurgesRequest{}, Answer: consent.PendingPurgePage{},
			Summary: "The authority lists the controllers that have not purged.",
		},
		{
			Name: "Check", Request: consent.CheckRequest{}, Answer: consent.Verdict{},
			Summary: "A processor of the controller or, about itself, of a recipient asks whether data may be processed.",
		},
		{
			Name: "Receipt", PrivateAnswer: true, Resident: true, Request: consent.ReceiptRequest{}, Answer: consent.Receipt{},
			Summary: "The resident reads a consent's receipt.",
		},
		{
			Name: "RecordOfProcessing", Request: consent.RecordOfProcessingRequest{}, Answer: consent.RegisterPage{},
			Summary: "The controller's steward or the authority reads the register of processing.",
		},
		transaction.RelayRow(),
	}}
}
