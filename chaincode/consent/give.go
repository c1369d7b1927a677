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
func (r RequestConsentRequest) Ask(notice Notice, act Act) (Record, error) {
	record, err := r.record(r.Subject, notice, notice.TaxonomyVersion, act.At)
	if err != nil {
		return Record{}, err
	}
	return record.begin(StepRequest, None, act)
}

// GiveRequest gives consent, asked or unasked. It says everything that the record will hold; nothing comes from what somebody else wrote.
type GiveRequest struct {
	Terms
	// NoticeSHA256, Controller, Purpose and LawfulBasis are those of the notice that the resident read, TaxonomyVersion is that in which its purpose is
	// understood (consent:GetNotice tells all of them).
	NoticeSHA256    string `json:"noticeSha256"`
	Controller      string `json:"controller"`
	Purpose         string `json:"purpose"`
	LawfulBasis     string `json:"lawfulBasis"`
	TaxonomyVersion int    `json:"taxonomyVersion"`
	// Request is the controller's request that this answers.
	Request *RequestRef `json:"request,omitempty"`
	// Follows is the jti of the signed request by which the resident put the answer off.
	Follows string `json:"follows,omitempty"`
	// Epoch is how often the subject has withdrawn everything; consent:GetSubject tells it.
	Epoch int `json:"epoch,omitempty"`
	// PrivateSHA256 is the hash of the private part's canonical JSON; StorePrivate accepts no other.
	PrivateSHA256 string `json:"privateSha256,omitempty"`
}

// Under fills in what the request takes from the notice that the resident read.
func (r GiveRequest) Under(notice Notice) GiveRequest {
	r.NoticeSHA256, r.Controller, r.Purpose, r.LawfulBasis = notice.SHA256, notice.Controller.MSP, notice.Purpose, notice.LawfulBases[0]
	r.TaxonomyVersion = notice.TaxonomyVersion
	return r
}

// Validate checks the request by itself.
func (r GiveRequest) Validate() error {
	err := request.All(r.validate(), request.SHA256("noticeSha256", r.NoticeSHA256), request.MSP("controller", r.Controller),
		request.Term("purpose", r.Purpose), request.Term("lawfulBasis", r.LawfulBasis), version("taxonomyVersion", r.TaxonomyVersion),
		request.Optional("follows", r.Follows, signedRequestID), request.Within("epoch", int64(r.Epoch), 0, maxNumber),
		request.Optional("privateSha256", r.PrivateSHA256, request.SHA256))
	switch {
	case err != nil:
		return err
	case r.Request != nil:
		return r.Request.validate()
	case r.Follows != "":
		return fault.Field(fault.MissingField, "request", "required with follows")
	default:
		return nil
	}
}

// of refuses a notice that is not the one whose content was signed.
func (r GiveRequest) of(notice Notice) error {
	for _, part := range []struct{ field, signed, notice string }{
		{"noticeSha256", r.NoticeSHA256, notice.SHA256}, {"controller", r.Controller, notice.Controller.MSP}, {"purpose", r.Purpose, notice.Purpose},
		{"lawfulBasis", r.LawfulBasis, notice.LawfulBases[0]},
	} {
		if part.signed != part.notice {
			return fault.Field(fault.TermsMismatch, part.field, "version %d of notice %s has %s", notice.Version, notice.NoticeID, part.notice)
		}
	}
	return nil
}

// Give makes the given record. asked is the request that it answers, with its standing; nil where the resident begins.
func (r GiveRequest) Give(subject string, asked *View, standing Standing, notice Notice, act Act) (Record, error) {
	if err := standing.Fresh(r.Epoch); err != nil {
		return Record{}, err
	}
	if err := r.of(notice); err != nil {
		return Record{}, err
	}
	record, err := r.record(subject, notice, r.TaxonomyVersion, act.SignedAt)
	if err != nil {
		return Record{}, err
	}
	record.Epoch, record.Request = r.Epoch, r.Request
	record.hold(r.PrivateSHA256, act)
	from := None
	if asked != nil {
		if err := r.answers(*asked); err != nil {
			return Record{}, err
		}
		from = asked.State
	}
	return record.begin(StepGive, from, act)
}

// answers refuses an answer to another request, and one that does not name the last answer: a yes from before a resident put the answer off does not count.
func (r GiveRequest) answers(asked View) error {
	if asked.NoticeID != r.NoticeID || asked.Controller != r.Controller {
		return fault.Field(fault.TermsMismatch, "request", "the request %s is for consent under notice %s", asked.ConsentID, asked.NoticeID)
	}
	if asked.State == Deferred && r.Follows != asked.Follows {
		return fault.Field(fault.SignedRequestStale, "follows", "the answer was put off by %s; name it", asked.Follows)
	}
	return nil
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
	// Subject is whose consent it is; a signed request may leave the own out.
	Subject       string `json:"subject,omitempty"`
	ConsentID     string `json:"consentId"`
	NoticeVersion int    `json:"noticeVersion"`
	// NoticeSHA256 is that of the notice's version, TaxonomyVersion the one in which its purpose is understood.
	NoticeSHA256    string    `json:"noticeSha256"`
	TaxonomyVersion int       `json:"taxonomyVersion"`
	ValidUntil      time.Time `json:"validUntil"`
	PrivateSHA256   string    `json:"privateSha256,omitempty"`
	// Follows is the jti of the signed request by which the consent was given or renewed last, Epoch the consent's.
	Follows string `json:"follows"`
	Epoch   int    `json:"epoch,omitempty"`
}

// Under fills in what the request takes from the notice that the resident read.
func (r RenewRequest) Under(notice Notice) RenewRequest {
	r.NoticeVersion, r.NoticeSHA256, r.TaxonomyVersion = notice.Version, notice.SHA256, notice.TaxonomyVersion
	return r
}

// After fills in which record the request is about.
func (r RenewRequest) After(record Record) RenewRequest {
	r.Subject, r.ConsentID, r.Follows, r.Epoch = record.Subject, record.ConsentID, record.Follows(), record.Epoch
	return r
}

// Validate checks the request by itself.
func (r RenewRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), request.ID("consentId", r.ConsentID),
		version("noticeVersion", r.NoticeVersion), request.SHA256("noticeSha256", r.NoticeSHA256), version("taxonomyVersion", r.TaxonomyVersion),
		request.Moment("validUntil", r.ValidUntil), request.Optional("privateSha256", r.PrivateSHA256, request.SHA256),
		signedRequestID("follows", r.Follows), request.Within("epoch", int64(r.Epoch), 0, maxNumber))
}

// Renew makes the renewed record.
func (r RenewRequest) Renew(record Record, standing Standing, notice Notice, act Act) (Record, error) {
	if err := standing.Fresh(record.Epoch); err != nil {
		return record, err
	}
	from := record.State(standing, act.At)
	if _, err := Next(StepRenew, from, act.Actor); err != nil {
		return record, err
	}
	switch {
	case r.Follows != record.Follows():
		return record, fault.Field(fault.SignedRequestStale, "follows", "the consent was given or renewed last by %s", record.Follows())
	case r.Epoch != record.Epoch:
		return record, fault.Field(fault.SignedRequestStale, "epoch", "the consent belongs to %d", record.Epoch)
	case r.NoticeSHA256 != notice.SHA256:
		return record, fault.Field(fault.TermsMismatch, "noticeSha256", "version %d of notice %s has %s", notice.Version, notice.NoticeID, notice.SHA256)
	case notice.Version < record.NoticeVersion:
		return record, fault.Field(fault.InvalidField, "noticeVersion", "older than version %d, under which the consent stands", record.NoticeVersion)
	case notice.Purpose != record.Purpose || !subset(record.DataCategories, notice.DataCategories) || !subset(record.Recipients, notice.Recipients):
		return record, fault.Field(fault.InvalidField, "noticeVersion", "version %d does not include what the consent allows; give a new consent", notice.Version)
	case !seconds(r.ValidUntil).After(act.At):
		return record, fault.Field(fault.InvalidPeriod, "validUntil", "lies not after the renewal")
	}
	renewed := record
	renewed.NoticeVersion, renewed.NoticeSHA256, renewed.TaxonomyVersion = notice.Version, notice.SHA256, r.TaxonomyVersion
	renewed.ValidUntil = seconds(r.ValidUntil)
	renewed.hold(r.PrivateSHA256, act)
	return renewed.begin(StepRenew, from, act)
}
