// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
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
func (r RequestConsentRequest) Ask(notice Notice, act Action) (Record, error) {
	record, err := r.record(r.Subject, notice, notice.TaxonomyVersion, act.At)
	if err != nil {
		return Record{}, err
	}
	return record.begin(StepRequest, None, act)
}

// GiveRequest gives consent, asked or unasked. It states everything that the record will hold; nothing comes from what
// somebody else wrote.
type GiveRequest struct {
	Terms
	// NoticeSHA256, Controller, Purpose and LawfulBasis are those of the notice that the resident read, TaxonomyVersion
	// is that in which its purpose is understood (consent:GetNotice reports all of them).
	NoticeSHA256    string `json:"noticeSha256"`
	Controller      string `json:"controller"`
	Purpose         string `json:"purpose"`
	LawfulBasis     string `json:"lawfulBasis"`
	TaxonomyVersion int    `json:"taxonomyVersion"`
	// Request is the controller's request that this answers.
	Request *RequestRef `json:"request,omitempty"`
	// Follows is the jti of the signed request by which the resident put the answer off.
	Follows string `json:"follows,omitempty"`
	// Epoch is how often the subject has withdrawn everything; consent:GetSubject returns it.
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
func (r GiveRequest) Give(subject string, asked *View, recordState RecordState, notice Notice, act Action) (Record, error) {
	if err := recordState.Fresh(r.Epoch); err != nil {
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
func (r *Record) hold(privateSHA256 string, act Action) {
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
	// Subject is whose consent it is; a signed request may leave its own out.
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
func (r RenewRequest) Renew(record Record, recordState RecordState, notice Notice, act Action) (Record, error) {
	if err := recordState.Fresh(record.Epoch); err != nil {
		return record, err
	}
	from := record.State(recordState, act.At)
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

// Terms are what is asked for or agreed to.
type Terms struct {
	// ConsentID is random and made by the client: the subject's own id of a consent, the controller's own id of a request.
	ConsentID     string `json:"consentId"`
	NoticeID      string `json:"noticeId"`
	NoticeVersion int    `json:"noticeVersion"`
	// IncludeNarrower covers purposes narrower than the notice's, too.
	IncludeNarrower bool `json:"includeNarrower,omitempty"`
	// DataCategories and Recipients are some or all of the notice's.
	DataCategories []string `json:"dataCategories"`
	Recipients     []string `json:"recipients,omitempty"`
	Type           Type     `json:"type"`
	// Object is what the consent is about.
	Object Object `json:"object,omitzero"`
	// ValidFrom is, if absent, the time of the signature or of the request.
	ValidFrom  time.Time `json:"validFrom,omitzero"`
	ValidUntil time.Time `json:"validUntil"`
}

func (t Terms) validate() error {
	if err := request.All(
		request.ID("consentId", t.ConsentID), request.ID("noticeId", t.NoticeID), version("noticeVersion", t.NoticeVersion),
		categories(t.DataCategories), request.List("recipients", t.Recipients, request.Named),
		request.OneOf("type", t.Type, Expressed, Explicit), t.Object.validate(), request.Bounded("validFrom", t.ValidFrom), request.Moment("validUntil", t.ValidUntil),
	); err != nil {
		return err
	}
	if !t.ValidUntil.After(t.ValidFrom) {
		return fault.Field(fault.InvalidPeriod, "validUntil", "lies not after validFrom")
	}
	return nil
}

// scope is the part of the notice that the terms choose; nobody can agree to more than the notice states.
func (t Terms) scope(notice Notice) (Scope, error) {
	basis := notice.LawfulBases[0]
	if !notice.MainBasis().IsConsent() {
		return Scope{}, fault.Field(fault.InvalidField, "noticeId", "the notice's processing rests on %s, not on consent", basis)
	}
	for _, part := range []struct {
		field         string
		chosen, whole []string
	}{{"dataCategories", t.DataCategories, notice.DataCategories}, {"recipients", t.Recipients, notice.Recipients}} {
		if !subset(part.chosen, part.whole) {
			return Scope{}, fault.Field(fault.InvalidField, part.field, "not all of them are in the notice, which has %s", strings.Join(part.whole, ", "))
		}
	}
	special := slices.ContainsFunc(t.DataCategories, func(category string) bool { return slices.Contains(notice.SpecialCategories, category) })
	if special && t.Type != Explicit {
		return Scope{}, fault.Field(fault.InvalidField, "type", "special categories of data need explicit consent (Art. 9-2a)")
	}
	return Scope{
		Controller: notice.Controller.MSP, Purpose: notice.Purpose, IncludeNarrower: t.IncludeNarrower, DataCategories: t.DataCategories,
		Recipients: append([]string{}, t.Recipients...), LawfulBasis: basis, Type: t.Type, Object: t.Object,
	}, nil
}

// record is the record of the terms without any event. begin is the time of the signature or of the request.
func (t Terms) record(subject string, notice Notice, taxonomyVersion int, begin time.Time) (Record, error) {
	scope, err := t.scope(notice)
	if err != nil {
		return Record{}, err
	}
	from, until := seconds(t.ValidFrom), seconds(t.ValidUntil)
	if t.ValidFrom.IsZero() {
		from = seconds(begin)
	}
	if from.Before(seconds(begin)) {
		return Record{}, fault.Field(fault.InvalidPeriod, "validFrom", "lies before the signature or request; consent cannot be given for the past")
	}
	if !until.After(from) {
		return Record{}, fault.Field(fault.InvalidPeriod, "validUntil", "lies not after %s", from.Format(time.RFC3339))
	}
	return Record{
		Schema: SchemaVersion, ConsentID: t.ConsentID, Subject: subject, NoticeID: notice.NoticeID, NoticeVersion: notice.Version,
		NoticeSHA256: notice.SHA256, TaxonomyVersion: taxonomyVersion, Scope: scope, ValidFrom: from, ValidUntil: until,
	}, nil
}

// Repeats reports whether the record has these terms already: a create with the same content again changes nothing.
func (t Terms) Repeats(r Record) bool {
	return r.NoticeID == t.NoticeID && r.NoticeVersion == t.NoticeVersion && r.IncludeNarrower == t.IncludeNarrower &&
		slices.Equal(r.DataCategories, t.DataCategories) && slices.Equal(r.Recipients, t.Recipients) && r.Type == t.Type && r.Object == t.Object &&
		(t.ValidFrom.IsZero() || r.ValidFrom.Equal(seconds(t.ValidFrom))) && r.ValidUntil.Equal(seconds(t.ValidUntil))
}

// Private is the private part of a consent, for receipts. It reaches the controller's collection only.
type Private struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
	// Note is free text of the resident.
	Note string `json:"note,omitempty"`
	// Salt is random, at least 16 bytes in lower-case hex, made by the client: hashes of private data are in blocks for
	// ever.
	Salt string `json:"salt"`
}

// Validate checks the private part by itself.
func (p Private) Validate() error {
	return request.All(
		request.Text("name", p.Name), request.Text("address", p.Address), request.Text("email", p.Email), request.Text("phone", p.Phone), request.LongText("note", p.Note),
		request.Salt("salt", p.Salt),
	)
}

// Hash is the lower-case hex SHA-256 of the canonical JSON (RFC 8785) without empty members: what a resident signs as privateSha256.
func (p Private) Hash() (string, error) { return canonical.SHA256(p) }

// StorePrivateRequest brings the private part of a consent.
type StorePrivateRequest struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
}

// Validate checks the request by itself.
func (r StorePrivateRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), request.ID("consentId", r.ConsentID))
}

// StorePrivateAnswer reports which private part is stored.
type StorePrivateAnswer struct {
	Subject       string `json:"subject"`
	ConsentID     string `json:"consentId"`
	PrivateSHA256 string `json:"privateSha256"`
}

// Accept refuses a private part that is not the one whose hash was signed.
func (r Record) Accept(p Private) error {
	hash, err := p.Hash()
	if err != nil {
		return err
	}
	if r.PrivateSHA256 == "" || r.PrivateSHA256 != hash {
		return fault.New(fault.PrivateHashMismatch, "the private part's hash is not the privateSha256 of consent %s", r.ConsentID)
	}
	return nil
}
