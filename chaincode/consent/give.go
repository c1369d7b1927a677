package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// RequestConsentRequest asks a resident for consent: transaction Request of the controller's steward.
type RequestConsentRequest struct {
	// Subject is the pseudonym that the resident uses towards this controller: the thumbprint of a key.
	Subject string `json:"subject"`
	Terms
}

// Validate checks the request by itself.
func (r RequestConsentRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), r.validate())
}

// Ask makes the requested record.
func (r RequestConsentRequest) Ask(notice Notice, taxonomy TaxonomyHead, act Act) (Record, error) {
	record, err := r.record(r.Subject, notice, taxonomy, act.At)
	if err != nil {
		return Record{}, err
	}
	record.Guardian = r.guardian(act.Actor)
	return record.step(StepRequest, Standing{}, act, "")
}

// GiveRequest gives consent, asked or unasked.
type GiveRequest struct {
	Terms
	// PrivateSHA256 is the hash of the private part's canonical JSON; StorePrivate accepts no other.
	PrivateSHA256 string `json:"privateSha256,omitempty"`
}

// Validate checks the request by itself.
func (r GiveRequest) Validate() error {
	return request.All(r.validate(), request.Optional("privateSha256", r.PrivateSHA256, request.SHA256))
}

// Give makes the given record. existing is the record that was requested, nil where the resident begins.
func (r GiveRequest) Give(subject string, existing *Record, standing Standing, notice Notice, taxonomy TaxonomyHead, act Act) (Record, error) {
	if err := standing.Fresh(act.SignedAt); err != nil {
		return Record{}, err
	}
	record, err := r.record(subject, notice, taxonomy, act.SignedAt)
	if err != nil {
		return Record{}, err
	}
	if existing != nil {
		record.Events, record.Guardian = existing.Events, existing.Guardian
	}
	if r.Guardian != nil {
		if act.Guardian {
			return Record{}, fault.Field(fault.Forbidden, "guardian", "only the subject's own key names a guardian")
		}
		record.Guardian = r.guardian(act.Actor)
	}
	record.hold(r.PrivateSHA256, act)
	return record.step(StepGive, standing, act, "")
}

// hold notes the private part that the resident signed.
func (r *Record) hold(privateSHA256 string, act Act) {
	if privateSHA256 == "" || privateSHA256 == r.PrivateSHA256 {
		return
	}
	if r.PrivateID != "" {
		r.FormerPrivateIDs = append(slices.Clone(r.FormerPrivateIDs), r.PrivateID)
	}
	r.PrivateSHA256, r.PrivateID = privateSHA256, act.TxID+"-"+r.ConsentID
}

// PrivateIDs are the keys of all private parts that the consent ever had.
func (r Record) PrivateIDs() []string {
	if r.PrivateID == "" {
		return nil
	}
	return append(slices.Clone(r.FormerPrivateIDs), r.PrivateID)
}

// RenewRequest prolongs a consent under the same or a newer version of its notice; the scope stays as it was given.
type RenewRequest struct {
	ConsentID     string    `json:"consentId"`
	NoticeVersion int       `json:"noticeVersion"`
	ValidUntil    time.Time `json:"validUntil"`
	PrivateSHA256 string    `json:"privateSha256,omitempty"`
}

// Validate checks the request by itself.
func (r RenewRequest) Validate() error {
	return request.All(request.ID("consentId", r.ConsentID), version("noticeVersion", r.NoticeVersion), request.Moment("validUntil", r.ValidUntil),
		request.Optional("privateSha256", r.PrivateSHA256, request.SHA256))
}

// Renew makes the renewed record.
func (r RenewRequest) Renew(record Record, standing Standing, notice Notice, taxonomy TaxonomyHead, act Act) (Record, error) {
	if err := standing.Fresh(act.SignedAt); err != nil {
		return record, err
	}
	switch {
	case notice.Version < record.NoticeVersion:
		return record, fault.Field(fault.InvalidField, "noticeVersion", "older than version %d, under which the consent stands", record.NoticeVersion)
	case notice.Purpose != record.Purpose || !subset(record.DataCategories, notice.DataCategories) || !subset(record.Recipients, notice.Recipients):
		return record, fault.Field(fault.InvalidField, "noticeVersion", "version %d does not include what the consent allows; give a new consent", notice.Version)
	case !seconds(r.ValidUntil).After(act.At):
		return record, fault.Field(fault.InvalidPeriod, "validUntil", "lies not after the renewal")
	}
	renewed := record
	renewed.NoticeVersion, renewed.NoticeSHA256, renewed.TaxonomyVersion = notice.Version, notice.SHA256, taxonomy.Version
	renewed.ValidUntil = seconds(r.ValidUntil)
	renewed.hold(r.PrivateSHA256, act)
	return renewed.step(StepRenew, standing, act, "")
}
