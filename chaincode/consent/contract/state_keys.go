// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// recordKey holds a consent.Record; written by Give and Renew alone.
func recordKey(r consent.ConsentRef) ledger.Key {
	return ledger.Key{Type: "consent.record", Attributes: []string{r.Subject, r.ConsentID}}
}

// recordsOf is the prefix of all consents of a subject.
func recordsOf(subject string) ledger.Key {
	return ledger.Key{Type: "consent.record", Attributes: []string{subject}}
}

// requestKey holds the consent.Record of a controller's request; written once by Request.
func requestKey(r consent.RequestRef) ledger.Key {
	return ledger.Key{Type: "consent.request", Attributes: []string{r.MSP, r.ID}}
}

// askedKey holds an entry; written once by Request, for the lists of the subject.
func askedKey(subject string, r consent.RequestRef) ledger.Key {
	return ledger.Key{Type: "consent.asked", Attributes: []string{subject, r.MSP, r.ID}}
}

// askedOf is the prefix of the requests to a subject.
func askedOf(subject string) ledger.Key {
	return ledger.Key{Type: "consent.asked", Attributes: []string{subject}}
}

// answerKey holds the consent.Answer of a subject to a request; written by Defer, then by Give.
func answerKey(subject string, r consent.RequestRef) ledger.Key {
	return ledger.Key{Type: "consent.answer", Attributes: []string{subject, r.MSP, r.ID}}
}

// refusalKey holds a consent.Answer; written once by Refuse.
func refusalKey(subject string, r consent.RequestRef) ledger.Key {
	return ledger.Key{Type: "consent.refusal", Attributes: []string{subject, r.MSP, r.ID}}
}

// endKey holds a consent.End; written once, by Withdraw, Revoke or Invalidate: each party has a key of its own.
func endKey(r consent.ConsentRef, step consent.Step) ledger.Key {
	return ledger.Key{Type: "consent.end", Attributes: []string{r.Subject, r.ConsentID, string(step)}}
}

// withdrawAllKey holds the consent.Cutoff of a subject's n-th WithdrawAll; written once.
func withdrawAllKey(subject string, number int) ledger.Key {
	return ledger.Key{Type: "consent.withdrawAll", Attributes: []string{subject, ordered(number)}}
}

// everybody stands for all controllers in the key of an erasure.
const everybody = "*"

// eraseKey holds a consent.Erasure; written once by Erase.
func eraseKey(subject, controller string) ledger.Key {
	if controller == "" {
		controller = everybody
	}
	return ledger.Key{Type: "consent.erase", Attributes: []string{subject, controller}}
}

// erasures is the prefix of all erasures.
var erasures = ledger.Key{Type: "consent.erase"}

// keyKey holds a consent.Key under its thumbprint; written once, by the key's first signed request, AddKey, RotateKey or CompleteRecovery.
func keyKey(thumbprint string) ledger.Key {
	return ledger.Key{Type: "consent.key", Attributes: []string{thumbprint}}
}

// keyEndKey holds a consent.KeyEnd; written once by RemoveKey or RotateKey.
func keyEndKey(thumbprint string) ledger.Key {
	return ledger.Key{Type: "consent.keyEnd", Attributes: []string{thumbprint}}
}

// removalKey holds the consent.Removal of a key that waits; written by RemoveKey and CancelRemoval.
func removalKey(thumbprint string) ledger.Key {
	return ledger.Key{Type: "consent.keyRemoval", Attributes: []string{thumbprint}}
}

// suspensionKey holds the consent.KeySuspensions of a key; written by SuspendKey and LiftSuspension.
func suspensionKey(thumbprint string) ledger.Key {
	return ledger.Key{Type: "consent.keySuspension", Attributes: []string{thumbprint}}
}

// turnedKey holds a consent.Turned; written once by a key that suspends or removes an older one.
func turnedKey(thumbprint string) ledger.Key {
	return ledger.Key{Type: "consent.keyTurned", Attributes: []string{thumbprint}}
}

// slotKey holds a slot: which key has one of the subject's places; written by AddKey, RotateKey and CompleteRecovery. The first place is the first key's
// until another has it.
func slotKey(subject string, place int) ledger.Key {
	return ledger.Key{Type: "consent.keySlot", Attributes: []string{subject, strconv.Itoa(place)}}
}

// slot is a place.
type slot struct {
	Schema int    `json:"schema"`
	Key    string `json:"key"`
}

// rotationKey holds a subject's n-th consent.Rotation; written once.
func rotationKey(subject string, number int) ledger.Key {
	return ledger.Key{Type: "consent.rotation", Attributes: []string{subject, ordered(number)}}
}

// recoveredKey holds a subject's n-th consent.Recovered; written once.
func recoveredKey(subject string, number int) ledger.Key {
	return ledger.Key{Type: "consent.recovered", Attributes: []string{subject, ordered(number)}}
}

// vouchKey holds a consent.Vouch; written once by RecoverKey.
func vouchKey(subject, newKey, msp string) ledger.Key {
	return ledger.Key{Type: "consent.vouch", Attributes: []string{subject, newKey, msp}}
}

// recoveryKey holds an announced consent.Recovery; written once by the second RecoverKey.
func recoveryKey(subject, newKey string, pair []string) ledger.Key {
	return ledger.Key{Type: "consent.recovery", Attributes: []string{subject, newKey, pair[0], pair[1]}}
}

// recoveriesOf is the prefix of a subject's announced recoveries.
func recoveriesOf(subject string) ledger.Key {
	return ledger.Key{Type: "consent.recovery", Attributes: []string{subject}}
}

// recoveryEndKey holds a consent.RecoveryEnd; written once by CancelRecovery.
func recoveryEndKey(subject, newKey string, pair []string) ledger.Key {
	return ledger.Key{Type: "consent.recoveryEnd", Attributes: []string{subject, newKey, pair[0], pair[1]}}
}

// guardianKey holds a consent.Guardian; written by NameGuardian or AcceptGuardianship.
func guardianKey(subject, guardian string) ledger.Key {
	return ledger.Key{Type: "consent.guardian", Attributes: []string{subject, guardian}}
}

// guardiansOf is the prefix of a subject's guardians.
func guardiansOf(subject string) ledger.Key {
	return ledger.Key{Type: "consent.guardian", Attributes: []string{subject}}
}

// guardianEndKey holds a consent.GuardianEnd of a term; written once by EndGuardian.
func guardianEndKey(subject, guardian, id string) ledger.Key {
	return ledger.Key{Type: "consent.guardianEnd", Attributes: []string{subject, guardian, id}}
}

// approvalKey holds an organisation's consent.Approval of a term; written once by ApproveGuardian.
func approvalKey(subject, guardian, id, msp string) ledger.Key {
	return ledger.Key{Type: "consent.guardianApproval", Attributes: []string{subject, guardian, id, msp}}
}

// underNoticeKey holds an entry, in the order of the records' ends; written by Request and Give, moved by Renew.
func underNoticeKey(r consent.Record) ledger.Key {
	key, owner := endingFrom(r.NoticeID, r.ValidUntil), r.Subject
	if r.Asked() {
		owner = r.Controller
	}
	key.Attributes = append(key.Attributes, owner, r.ConsentID)
	return key
}

// underNotice is the prefix of all references under a notice.
func underNotice(noticeID string) ledger.Key {
	return ledger.Key{Type: "consent.under", Attributes: []string{noticeID}}
}

// endingFrom comes before the references under a notice that end at the time or later.
func endingFrom(noticeID string, end time.Time) ledger.Key {
	key := underNotice(noticeID)
	key.Attributes = append(key.Attributes, end.UTC().Format(time.RFC3339))
	return key
}

// noticeKey holds a consent.Notice; written once by PublishNotice.
func noticeKey(noticeID string, version int) ledger.Key {
	return ledger.Key{Type: "consent.notice", Attributes: []string{noticeID, ordered(version)}}
}

// allNotices is the prefix of all notices; versionsOf that of one notice's versions.
var allNotices = ledger.Key{Type: "consent.notice"}

func versionsOf(noticeID string) ledger.Key {
	return ledger.Key{Type: "consent.notice", Attributes: []string{noticeID}}
}

// noticeOfKey holds a noticeReference; written once by PublishNotice.
func noticeOfKey(n consent.Notice) ledger.Key {
	key := noticesOf(n.Controller.MSP, n.Purpose)
	key.Attributes = append(key.Attributes, n.NoticeID, ordered(n.Version))
	return key
}

// noticesOf is the prefix of a controller's notices; with a purpose, of those for this purpose.
func noticesOf(controller string, purpose ...string) ledger.Key {
	return ledger.Key{Type: "consent.noticeOf", Attributes: append([]string{controller}, purpose...)}
}

// retirementKey holds a consent.Mark; written by RetireNotice.
func retirementKey(noticeID string, version int) ledger.Key {
	return ledger.Key{Type: "consent.retirement", Attributes: []string{noticeID, ordered(version)}}
}

// suspensionsKey holds the consent.Suspensions: the one key by which the authority stops every consent under a notice, and which every check reads;
// written by SuspendNotice and ResumeNotice.
var suspensionsKey = ledger.Key{Type: "consent.suspensions"}

// taxonomyKey holds a consent.Taxonomy; written once by LoadTaxonomy.
func taxonomyKey(version int) ledger.Key {
	return ledger.Key{Type: "consent.taxonomy", Attributes: []string{ordered(version)}}
}

// lineageKey holds a consent.Lineage of a version of the taxonomy; written once by LoadTaxonomy.
func lineageKey(version int, term string) ledger.Key {
	return ledger.Key{Type: "consent.lineage", Attributes: []string{ordered(version), term}}
}

// taxonomyHeadKey holds the consent.TaxonomyHead in force; written by LoadTaxonomy.
var taxonomyHeadKey = ledger.Key{Type: "consent.taxonomyHead"}

// objectionKey holds a consent.Objection; written by Object. Without a notice it is the prefix of all of the subject.
func objectionKey(subject string, noticeID ...string) ledger.Key {
	return ledger.Key{Type: "consent.objection", Attributes: append([]string{subject}, noticeID...)}
}

// restrictionKey holds a consent.Objection; written by Object. Without a controller it is the prefix of all of the subject.
func restrictionKey(subject string, controller ...string) ledger.Key {
	return ledger.Key{Type: "consent.restriction", Attributes: append([]string{subject}, controller...)}
}

// useKey holds a consent.Use, the newest first; written once by RecordUse and RecordUses.
func useKey(u consent.Use) ledger.Key {
	age := fmt.Sprintf("%019d", math.MaxInt64-u.At.UnixNano())
	return ledger.Key{Type: "consent.use", Attributes: []string{u.Subject, u.ConsentID, age, u.TxID}}
}

// usesOf is the prefix of a consent's uses.
func usesOf(r consent.ConsentRef) ledger.Key {
	return ledger.Key{Type: "consent.use", Attributes: []string{r.Subject, r.ConsentID}}
}

// stopKey holds a consent.Acknowledgement; written once by AcknowledgeStop.
func stopKey(r consent.ConsentRef, msp string) ledger.Key {
	return ledger.Key{Type: "consent.stop", Attributes: []string{r.Subject, r.ConsentID, msp}}
}

// privateKey holds a consent.Private in the controller's collection, under the id of a transaction and a consent; written by StorePrivate, purged by Purge.
func privateKey(privateID string) ledger.Key {
	return ledger.Key{Type: "consent.private", Attributes: []string{privateID}}
}

// collectionOf is the private collection of one organisation.
func collectionOf(msp string) string { return "org-" + msp }

// ordered writes a version so that keys sort by it.
func ordered(version int) string {
	digits := strconv.Itoa(version)
	return "000000"[:max(0, 6-len(digits))] + digits
}

// entry returns the place of a record, in the order of ends.
type entry struct {
	Schema     int       `json:"schema"`
	Subject    string    `json:"subject"`
	ConsentID  string    `json:"consentId"`
	Controller string    `json:"controller"`
	Asked      bool      `json:"asked,omitempty"`
	ValidUntil time.Time `json:"validUntil"`
}

func entryOf(r consent.Record) entry {
	return entry{consent.SchemaVersion, r.Subject, r.ConsentID, r.Controller, r.Asked(), r.ValidUntil}
}

// key is the place of the record.
func (e entry) key() ledger.Key {
	if e.Asked {
		return requestKey(consent.RequestRef{MSP: e.Controller, ID: e.ConsentID})
	}
	return recordKey(consent.ConsentRef{Subject: e.Subject, ConsentID: e.ConsentID})
}

// noticeReference describes which notice an index entry stands for.
type noticeReference struct {
	Schema   int    `json:"schema"`
	NoticeID string `json:"noticeId"`
	Version  int    `json:"version"`
	// Consent is true where the notice's main basis is consent.
	Consent bool `json:"consent"`
}
