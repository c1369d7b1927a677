package consent

import (
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

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

// scope is the part of the notice that the terms choose; nobody can agree to more than the notice says.
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
