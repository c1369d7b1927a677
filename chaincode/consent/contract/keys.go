package contract

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// recordKey holds a consent.Record; written by every step of the consent.
func recordKey(r reference) ledger.Key {
	return ledger.Key{Type: "consent.record", Attributes: []string{r.Subject, r.Controller, r.ConsentID}}
}

// recordsOf is the prefix of all records of a subject; with a controller, of those with this controller.
func recordsOf(subject string, controller ...string) ledger.Key {
	return ledger.Key{Type: "consent.record", Attributes: append([]string{subject}, controller...)}
}

// consentKey holds the reference to a record by its id alone; written once by Request or Give.
func consentKey(consentID string) ledger.Key {
	return ledger.Key{Type: "consent.id", Attributes: []string{consentID}}
}

// underNoticeKey holds an entry, in the order of the records' ends; written by Request and Give, moved by Renew.
func underNoticeKey(r consent.Record) ledger.Key {
	key := endingFrom(r.NoticeID, r.ValidUntil)
	key.Attributes = append(key.Attributes, r.ConsentID)
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

// subjectKey holds a consent.Subject; written by Withdraw, WithdrawAll, Erase and RotateKey.
func subjectKey(subject string) ledger.Key {
	return ledger.Key{Type: "consent.subject", Attributes: []string{subject}}
}

// objectionKey holds a consent.Mark; written by Object.
func objectionKey(subject, noticeID string) ledger.Key {
	return ledger.Key{Type: "consent.objection", Attributes: []string{subject, noticeID}}
}

// restrictionKey holds a consent.Mark; written by Object.
func restrictionKey(subject, controller string) ledger.Key {
	return ledger.Key{Type: "consent.restriction", Attributes: []string{subject, controller}}
}

// useKey holds a consent.Use, the newest first; written once by RecordUse and RecordUses.
func useKey(u consent.Use) ledger.Key {
	age := fmt.Sprintf("%019d", math.MaxInt64-u.At.UnixNano())
	return ledger.Key{Type: "consent.use", Attributes: []string{u.ConsentID, age, u.TxID}}
}

// usesOf is the prefix of a consent's uses.
func usesOf(consentID string) ledger.Key {
	return ledger.Key{Type: "consent.use", Attributes: []string{consentID}}
}

// stopKey holds a consent.Acknowledgement; written once by AcknowledgeStop.
func stopKey(consentID, msp string) ledger.Key {
	return ledger.Key{Type: "consent.stop", Attributes: []string{consentID, msp}}
}

// erasureKey holds a consent.Erasure; written by Erase for each controller with private parts.
func erasureKey(controller, subject string) ledger.Key {
	return ledger.Key{Type: "consent.erasure", Attributes: []string{controller, subject}}
}

// erasures is the prefix of all erasures; with a controller, of this one's.
func erasures(controller ...string) ledger.Key {
	return ledger.Key{Type: "consent.erasure", Attributes: controller}
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

// reference says where a record lies.
type reference struct {
	Schema     int    `json:"schema"`
	ConsentID  string `json:"consentId"`
	Subject    string `json:"subject"`
	Controller string `json:"controller"`
}

func referenceTo(r consent.Record) reference {
	return reference{consent.SchemaVersion, r.ConsentID, r.Subject, r.Controller}
}

// entry is a reference in the order of ends.
type entry struct {
	reference
	ValidUntil time.Time `json:"validUntil"`
}

func entryOf(r consent.Record) entry { return entry{referenceTo(r), r.ValidUntil} }

// noticeReference says which notice an index entry stands for.
type noticeReference struct {
	Schema   int    `json:"schema"`
	NoticeID string `json:"noticeId"`
	Version  int    `json:"version"`
	// Consent is true where the notice's main basis is consent.
	Consent bool `json:"consent"`
}
