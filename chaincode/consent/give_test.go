// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func TestNobodyCanGiveMoreThanTheNoticeSays(t *testing.T) {
	special := content()
	special.SpecialCategories, special.LawfulBases = []string{"pd:Health"}, []string{"eu-gdpr:A6-1-a", "eu-gdpr:A9-2-a"}
	contractual := content()
	contractual.LawfulBases = []string{"eu-gdpr:A6-1-b", "eu-gdpr:A6-1-a"}
	for sentence, row := range map[string]struct {
		notice NoticeContent
		change func(*GiveRequest)
		code   fault.Code
		field  string
	}{
		"a category beyond it":                    {content(), func(r *GiveRequest) { r.DataCategories = []string{"pd:Name"} }, fault.InvalidField, "dataCategories"},
		"a recipient beyond it":                   {content(), func(r *GiveRequest) { r.Recipients = []string{"CityMSP"} }, fault.InvalidField, "recipients"},
		"under a notice that rests on a contract": {contractual, func(*GiveRequest) {}, fault.InvalidField, "noticeId"},
		"special data without saying so":          {special, func(r *GiveRequest) { r.DataCategories = []string{"pd:Health"} }, fault.InvalidField, "type"},
		"special data explicitly": {special, func(r *GiveRequest) {
			r.DataCategories, r.Type = []string{"pd:Health"}, Explicit
		}, "", ""},
		"for the past":              {content(), func(r *GiveRequest) { r.ValidFrom = noon.Add(-time.Hour) }, fault.InvalidPeriod, "validFrom"},
		"for a time that has ended": {content(), func(r *GiveRequest) { r.ValidUntil = noon }, fault.InvalidPeriod, "validUntil"},
		"from the signature on":     {content(), func(r *GiveRequest) { r.ValidFrom = noon }, "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			notice := published(t, row.notice)
			r := GiveRequest{Terms: terms("c")}.Under(notice)
			row.change(&r)
			require.NoError(t, r.Validate())
			record, err := r.Give(alice, nil, RecordState{}, notice, byResident(noon))
			if row.code == "" {
				require.NoError(t, err)
				require.Equal(t, Given, record.last().State)
				return
			}
			require.ErrorIs(t, err, row.code)
			require.Equal(t, row.field, fault.From(err).Details["field"])
		})
	}
}

func TestBadTermsAreRefusedWithTheirField(t *testing.T) {
	for sentence, row := range map[string]struct {
		change func(*GiveRequest)
		code   fault.Code
		field  string
	}{
		"no id":                       {func(r *GiveRequest) { r.ConsentID = "" }, fault.MissingField, "consentId"},
		"an id with a space":          {func(r *GiveRequest) { r.ConsentID = "a b" }, fault.InvalidField, "consentId"},
		"version zero":                {func(r *GiveRequest) { r.NoticeVersion = 0 }, fault.OutOfRange, "noticeVersion"},
		"no category":                 {func(r *GiveRequest) { r.DataCategories = nil }, fault.MissingField, "dataCategories"},
		"a category twice":            {func(r *GiveRequest) { r.DataCategories = []string{"pd:A", "pd:A"} }, fault.InvalidField, "dataCategories/1"},
		"implied consent":             {func(r *GiveRequest) { r.Type = "implied" }, fault.InvalidField, "type"},
		"no end":                      {func(r *GiveRequest) { r.ValidUntil = time.Time{} }, fault.MissingField, "validUntil"},
		"an end before the beginning": {func(r *GiveRequest) { r.ValidFrom = r.ValidUntil }, fault.InvalidPeriod, "validUntil"},
		"a recipient's long name":     {func(r *GiveRequest) { r.Recipients = []string{strings.Repeat("x", 201)} }, fault.TextTooLong, "recipients/0"},
		"no hash of the notice":       {func(r *GiveRequest) { r.NoticeSHA256 = "" }, fault.MissingField, "noticeSha256"},
		"no controller":               {func(r *GiveRequest) { r.Controller = "" }, fault.MissingField, "controller"},
		"a request without its MSP":   {func(r *GiveRequest) { r.Request = &RequestRef{ID: "c"} }, fault.MissingField, "request/msp"},
		"what follows no request":     {func(r *GiveRequest) { r.Follows = jti }, fault.MissingField, "request"},
		"a hash that is none":         {func(r *GiveRequest) { r.PrivateSHA256 = "00" }, fault.InvalidField, "privateSha256"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := GiveRequest{Terms: terms("c")}.Under(published(t, content()))
			row.change(&r)
			err := r.Validate()
			require.ErrorIs(t, err, row.code)
			require.Equal(t, row.field, fault.From(err).Details["field"])
		})
	}
}

func TestARenewalKeepsTheScope(t *testing.T) {
	notice := published(t, content())
	record := given(t, notice, func(r *GiveRequest) { r.PrivateSHA256 = strings.Repeat("1", 64) })
	narrower := content()
	narrower.Version, narrower.DataCategories = 2, []string{"pd:Location"}
	wider := content()
	wider.Version, wider.DataCategories = 2, append(wider.DataCategories, "pd:Name")
	r := RenewRequest{ConsentID: "c", NoticeVersion: 2, ValidUntil: noon.AddDate(3, 0, 0), PrivateSHA256: strings.Repeat("2", 64)}
	r = r.After(record)
	hour := noon.Add(time.Hour)
	second := byResident(hour)
	second.Evidence = &Proof{Signer: alice, ID: "second-0123456789"}

	_, err := r.Under(published(t, narrower)).Renew(record, RecordState{}, published(t, narrower), second)
	require.ErrorIs(t, err, fault.InvalidField)
	renewed, err := r.Under(published(t, wider)).Renew(record, RecordState{}, published(t, wider), second)
	require.NoError(t, err)
	require.Equal(t, record.Scope, renewed.Scope, "a wider notice does not widen the consent")
	require.Equal(t, 2, renewed.NoticeVersion)
	require.Equal(t, r.ValidUntil, renewed.last().ValidUntil)
	require.Len(t, renewed.PrivateIDs(), 2, "the replaced private part is not forgotten")
	_, err = r.Under(published(t, wider)).Renew(renewed, RecordState{}, published(t, wider), byResident(hour))
	require.ErrorIs(t, err, fault.SignedRequestStale, "it does not name the renewal before")
	_, err = r.After(renewed).Under(notice).Renew(renewed, RecordState{}, notice, byResident(hour))
	require.ErrorIs(t, err, fault.InvalidField, "an older version")
	r = r.Under(notice)
	r.ValidUntil = hour
	_, err = r.Renew(record, RecordState{}, notice, byResident(hour))
	require.ErrorIs(t, err, fault.InvalidPeriod)
	expired := record.ValidUntil.Add(time.Second)
	r.ValidUntil = expired.AddDate(1, 0, 0)
	_, err = r.Renew(record, RecordState{}, notice, byResident(expired))
	require.ErrorIs(t, err, fault.IllegalTransition, "an expired consent cannot be renewed")
}

func TestALegalDutyKeepsThePrivatePartForATime(t *testing.T) {
	duty := content()
	duty.LawfulBases, duty.Retention = append(duty.LawfulBases, "eu-gdpr:A6-1-c"), "P1M"
	private := func(r *GiveRequest) { r.PrivateSHA256 = strings.Repeat("1", 64) }
	records := []Record{given(t, published(t, content()), private), given(t, published(t, duty), private)}
	records[1].ConsentID = "kept"
	notices := []Notice{published(t, content()), published(t, duty)}
	erased := RecordState{Erased: cut(CutErase, noon.Add(time.Hour))}
	standings := []RecordState{erased, erased}
	answer, gone := PurgeRequest{Subject: alice}.Purge(records, notices, standings, noon.AddDate(0, 0, 1))
	require.Equal(t, []string{"c"}, answer.Purged)
	require.Len(t, gone, 1)
	require.Equal(t, []Retained{{"kept", "eu-gdpr:A17-3-b", noon.AddDate(0, 1, 0).Add(time.Hour)}}, answer.Retained)
	answer, _ = PurgeRequest{Subject: alice}.Purge(records, notices, standings, noon.AddDate(0, 2, 0))
	require.Equal(t, []string{"c", "kept"}, answer.Purged)
}
