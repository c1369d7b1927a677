// SPDX-License-Identifier: Apache-2.0

// Package contract holds the transactions of contract "consent": who may act, what is read, what is stored and
// announced. Package consent decides.
package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Contract is the contract as contract-api calls it; its methods, one for each transaction, are generated.
type Contract struct {
	contractapi.Contract
	table transaction.Table
}

// privatePart is the name of StorePrivate's transient entry.
const privatePart = "private"

// New returns the contract with its tables of transactions and events.
func New() transaction.Contract {
	c := &Contract{table: transaction.NewTable(transactions)}
	c.Name = "consent"
	return transaction.Contract{API: c, Events: events, Transactions: transactions}
}

// transactions are the contract's: each row is the contract of a transaction, and all that others know of it follows from the row.
var transactions = []transaction.Description{
	{
		Name: "PublishNotice", Handler: transaction.Writes(publishNotice),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}},
		Summary: "A controller's steward publishes a version of a notice of its own organisation.",
	},
	{
		Name: "RetireNotice", Handler: transaction.Writes(retireNotice),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}},
		Summary: "A controller's steward ends the use of a notice's version for new consents.",
	},
	{
		Name: "SuspendNotice", Handler: transaction.Writes(suspendNotice),
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The authority stops every consent under a notice.",
	},
	{
		Name: "ResumeNotice", Handler: transaction.Writes(resumeNotice),
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The authority lifts a suspension.",
	},
	{
		Name: "LoadTaxonomy", Handler: transaction.Writes(loadTaxonomy), Alone: true,
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The authority loads the next version of the taxonomy of purposes.",
	},
	{
		Name: "Request", Handler: transaction.Writes(requestConsent),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}},
		Summary: "A controller's steward asks a resident for consent.",
	},
	{
		Name: "Give", Handler: transaction.Writes(give), Resident: true,
		Summary: "A resident gives consent, asked or unasked.",
	},
	{
		Name: "Refuse", Handler: transaction.Writes(refuse), Resident: true, Right: true,
		Summary: "A resident answers a request with no.",
	},
	{
		Name: "Defer", Handler: transaction.Writes(deferAnswer), Resident: true,
		Summary: "A resident puts the answer to a request off.",
	},
	{
		Name: "Renew", Handler: transaction.Writes(renew), Resident: true,
		Summary: "A resident prolongs a consent under the same or a newer version of its notice.",
	},
	{
		Name: "Withdraw", Handler: transaction.Writes(withdraw), Resident: true, Right: true,
		Summary: "A resident takes a consent back.",
	},
	{
		Name: "WithdrawAll", Handler: transaction.Writes(withdrawAll), Resident: true, Right: true,
		May:     transaction.May{{Role: identity.Steward, Of: "any organisation, where too few are independent to recover a lost key"}},
		Summary: "A resident takes every consent back and ends every guardianship; an organisation does it for a person whose lost key nobody can recover.",
	},
	{
		Name: "Revoke", Handler: transaction.Writes(revoke),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}},
		Summary: "A controller's steward ends a consent.",
	},
	{
		Name: "Invalidate", Handler: transaction.Writes(invalidate),
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The authority declares a consent invalid from its beginning.",
	},
	{
		Name: "Object", Handler: transaction.Writes(object), Resident: true, Right: true,
		Summary: "A resident objects to processing or restricts it, or takes that back.",
	},
	{
		Name: "StorePrivate", Handler: transaction.Writes(storePrivate),
		Private: privatePart, PrivateType: consent.Private{},
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}},
		Summary: "A controller's steward stores the private part whose hash the resident signed.",
	},
	{
		Name: "RecordUse", Handler: transaction.Writes(recordUse),
		May:     transaction.May{{Role: identity.Processor, Of: "a recipient or the controller"}},
		Summary: "A processor of the controller or a recipient records that it processed.",
	},
	{
		Name: "RecordUses", Handler: transaction.Writes(recordUses), Alone: true,
		May:     transaction.May{{Role: identity.Processor, Of: "a recipient or the controller"}},
		Summary: "A processor of the controllers or a recipient records a batch of uses by its Merkle root.",
	},
	{
		Name: "AcknowledgeStop", Handler: transaction.Writes(acknowledgeStop),
		May:     transaction.May{{Role: identity.Processor, Of: "a recipient or the controller"}},
		Summary: "A processor of the controller or a recipient acknowledges that it stopped.",
	},
	{
		Name: "Erase", Handler: transaction.Writes(erase), Resident: true, Right: true,
		Summary: "A resident asks for erasure at one controller or at all.",
	},
	{
		Name: "Purge", Handler: transaction.Writes(purge),
		May:     transaction.May{{Role: identity.Steward}},
		Summary: "A controller's steward purges what the organisation holds of a subject that asked for erasure.",
	},
	{
		Name: "AddKey", Handler: transaction.Writes(addKey), Resident: true,
		Summary: "A key of a resident adds another, up to five.",
	},
	{
		Name: "RotateKey", Handler: transaction.Writes(rotateKey), Resident: true,
		Summary: "A key of a resident replaces itself by a new one and ends every guardianship.",
	},
	{
		Name: "RemoveKey", Handler: transaction.Writes(removeKey), Resident: true, Right: true,
		Summary: "A key of a resident removes another: at once if it is older, else after 7 days.",
	},
	{
		Name: "CancelRemoval", Handler: transaction.Writes(cancelRemoval), Resident: true, Right: true,
		Summary: "A removed key, or an older one than the one that removes it, cancels a removal that waits.",
	},
	{
		Name: "SuspendKey", Handler: transaction.Writes(suspendKey), Resident: true, Right: true,
		Summary: "A key of a resident suspends another at once.",
	},
	{
		Name: "LiftSuspension", Handler: transaction.Writes(liftSuspension), Resident: true,
		Summary: "The suspender, or an older unsuspended key, lifts a suspension.",
	},
	{
		Name: "RecoverKey", Handler: transaction.Writes(recoverKey),
		May:     transaction.May{{Role: identity.Steward, Of: "a witness"}, {Role: identity.Authority, Of: "a witness"}},
		Summary: "Two independent organisations say that a person who lost the key now has another; it takes effect after 7 days.",
	},
	{
		Name: "CancelRecovery", Handler: transaction.Writes(cancelRecovery), Resident: true, Right: true,
		Summary: "A present key cancels an announced recovery.",
	},
	{
		Name: "CompleteRecovery", Handler: transaction.Writes(completeRecovery), Resident: true,
		Summary: "The new key completes its recovery after the delay; all older keys are removed.",
	},
	{
		Name: "NameGuardian", Handler: transaction.Writes(nameGuardian), Resident: true,
		Summary: "A resident names who signs for the resident until a time.",
	},
	{
		Name: "AcceptGuardianship", Handler: transaction.Writes(acceptGuardianship), Resident: true,
		Summary: "A resident takes the office of guardian for a subject without a key, which two organisations have to approve.",
	},
	{
		Name: "ApproveGuardian", Handler: transaction.Writes(approveGuardian),
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}, {Role: identity.Steward, Of: "a witness"}, {Role: identity.Authority, Of: "a witness"}},
		Summary: "The authority and another independent organisation approve the guardian of a subject without a key.",
	},
	{
		Name: "EndGuardian", Handler: transaction.Writes(endGuardian), Resident: true, Right: true,
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The resident, the authority or the guardian ends a guardianship at once.",
	},
	{
		Name: "GetSubject", Handler: transaction.Reads(getSubject), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads which keys and guardians speak for a subject, and which recoveries are announced.",
	},
	{
		Name: "GetTaxonomy", Handler: transaction.Reads(getTaxonomy), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads the purposes, in the version in force or an older one.",
	},
	{
		Name: "GetNotice", Handler: transaction.Reads(getNotice), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads a version of a notice.",
	},
	{
		Name: "ListNotices", Handler: transaction.Reads(listNotices), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody lists notices.",
	},
	{
		Name: "Get", Handler: transaction.Reads(get), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads a consent, which names nobody.",
	},
	{
		Name: "History", Handler: transaction.Reads(history), Resident: true,
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The resident or the authority reads a consent's events, newest first.",
	},
	{
		Name: "ListBySubject", Handler: transaction.Reads(listBySubject), Resident: true,
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The resident or the authority lists a subject's consents.",
	},
	{
		Name: "ListByController", Handler: transaction.Reads(listByController),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}, {Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The controller's steward or the authority lists a controller's consents.",
	},
	{
		Name: "ListExpiring", Handler: transaction.Reads(listExpiring),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}, {Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The controller's steward or the authority lists consents in force that end before a time.",
	},
	{
		Name: "ListUses", Handler: transaction.Reads(listUses), Resident: true,
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The resident or the authority lists the uses of a consent, newest first.",
	},
	{
		Name: "ListUnacknowledged", Handler: transaction.Reads(listUnacknowledged),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}, {Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The controller's steward or the authority lists who has not acknowledged a stop.",
	},
	{
		Name: "ListPendingPurges", Handler: transaction.Reads(listPendingPurges),
		May:     transaction.May{{Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The authority lists the controllers that have not purged.",
	},
	{
		Name: "Check", Handler: transaction.Reads(check),
		May:     transaction.May{{Role: identity.Processor, Of: "a recipient or the controller"}},
		Summary: "A processor of the controller or, about itself, of a recipient asks whether data may be processed.",
	},
	{
		Name: "Receipt", Handler: transaction.Reads(receipt), PrivateAnswer: true, Resident: true,
		Summary: "The resident reads a consent's receipt.",
	},
	{
		Name: "RecordOfProcessing", Handler: transaction.Reads(recordOfProcessing),
		May:     transaction.May{{Role: identity.Steward, Of: "the controller"}, {Role: identity.Authority, Of: "an organisation that the rules name as authority"}},
		Summary: "The controller's steward or the authority reads the register of processing.",
	},
	transaction.RelayRow(),
}

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "consent.TaxonomyLoaded", Payload: consent.TaxonomyHead{}, Summary: "The purposes have another version."},
	{Name: "consent.NoticePublished", Payload: consent.GetNoticeRequest{}, Summary: "A version of a notice was published."},
	{Name: "consent.NoticeRetired", Payload: consent.GetNoticeRequest{}, Summary: "No more consents are given under a version."},
	{Name: "consent.NoticeSuspended", Payload: consent.GetNoticeRequest{}, Summary: "The authority suspended a version: no consent under it allows anything."},
	{Name: "consent.NoticeResumed", Payload: consent.GetNoticeRequest{}, Summary: "The authority lifted a suspension."},
	{Name: "consent.ConsentRequested", Payload: consent.RecordAnnouncement{}, Summary: "A controller asks for a consent."},
	{Name: "consent.ConsentGiven", Payload: consent.RecordAnnouncement{}, Summary: "A consent was given."},
	{Name: "consent.ConsentRefused", Payload: consent.RecordAnnouncement{}, Summary: "A consent was refused."},
	{Name: "consent.ConsentDeferred", Payload: consent.RecordAnnouncement{}, Summary: "A resident decides later."},
	{Name: "consent.ConsentRenewed", Payload: consent.RecordAnnouncement{}, Summary: "A consent holds longer or under another version."},
	{Name: "consent.ConsentWithdrawn", Payload: consent.RecordAnnouncement{}, Summary: "A resident withdrew a consent."},
	{Name: "consent.ConsentRevoked", Payload: consent.RecordAnnouncement{}, Summary: "A controller ended a consent."},
	{Name: "consent.ConsentInvalidated", Payload: consent.RecordAnnouncement{}, Summary: "The authority invalidated a consent."},
	{Name: "consent.ConsentsWithdrawn", Payload: consent.SubjectAnnouncement{}, Summary: "A resident withdrew all consents."},
	{Name: "consent.ProcessingObjected", Payload: consent.SubjectAnnouncement{}, Summary: "A resident objects to a processing."},
	{Name: "consent.ObjectionLifted", Payload: consent.SubjectAnnouncement{}, Summary: "A resident lifted an objection."},
	{Name: "consent.SubjectErased", Payload: consent.SubjectAnnouncement{}, Summary: "A resident has personal data erased: all processing ends."},
	{Name: "consent.SubjectPurged", Payload: consent.SubjectAnnouncement{}, Summary: "A controller purged the private data of an erased resident."},
	{Name: "consent.KeyAdded", Payload: consent.KeyAnnouncement{}, Summary: "A resident has another key."},
	{Name: "consent.KeyRotated", Payload: consent.KeyAnnouncement{}, Summary: "A resident signs with another key."},
	{Name: "consent.KeyRemoved", Payload: consent.KeyAnnouncement{}, Summary: "A key of a resident was removed, or will be."},
	{Name: "consent.KeyRemovalCancelled", Payload: consent.KeyAnnouncement{}, Summary: "A removal of a key was cancelled."},
	{Name: "consent.KeySuspended", Payload: consent.KeyAnnouncement{}, Summary: "A key of a resident was suspended."},
	{Name: "consent.KeySuspensionLifted", Payload: consent.KeyAnnouncement{}, Summary: "A suspension of a key was lifted."},
	{Name: "consent.RecoveryAnnounced", Payload: consent.KeyAnnouncement{}, Summary: "Two organisations announced that another key shall speak for a resident."},
	{Name: "consent.RecoveryCancelled", Payload: consent.KeyAnnouncement{}, Summary: "A resident cancelled a recovery."},
	{Name: "consent.KeyRecovered", Payload: consent.KeyAnnouncement{}, Summary: "A recovered key speaks for a resident, and no older one."},
	{Name: "consent.GuardianNamed", Payload: consent.GuardianAnnouncement{}, Summary: "Somebody shall sign for a resident."},
	{Name: "consent.GuardianApproved", Payload: consent.GuardianAnnouncement{}, Summary: "An organisation approved a guardian."},
	{Name: "consent.GuardianEnded", Payload: consent.GuardianAnnouncement{}, Summary: "A guardianship ended."},
	{Name: "consent.PrivateStored", Payload: consent.StorePrivateAnswer{}, Summary: "The private part of a consent was stored."},
	{Name: "consent.StopAcknowledged", Payload: consent.StopAnnouncement{}, Summary: "A controller or recipient stopped processing."},
	{Name: "consent.UseRecorded", Payload: consent.UseAnnouncement{}, Summary: "A use of a consent was recorded."},
	{Name: "consent.UsesRecorded", Payload: consent.UseAnnouncement{}, Summary: "Uses of consents were recorded by a Merkle root."},
}
