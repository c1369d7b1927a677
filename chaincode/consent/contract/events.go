package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

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
