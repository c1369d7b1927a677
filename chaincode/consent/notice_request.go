package consent

import (
	"regexp"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

var (
	basisPattern  = regexp.MustCompile(`^eu-gdpr:A(6-1-[a-f]|9-2-[a-j])(-[a-z-]{1,60})?$`)
	commitPattern = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)
)

// PublishNoticeRequest publishes a version of a notice of the caller's organisation.
type PublishNoticeRequest struct{ NoticeContent }

// Validate checks the request by itself; everything that is missing is named at once.
func (r PublishNoticeRequest) Validate() error {
	return request.All(r.complete(), r.identified(), r.readable(), r.listed(), r.consistent())
}

// member is one mandatory member of a notice.
type member struct {
	field  string
	absent bool
}

// mandatory lists the members that Art. 13 and 14 GDPR or ISO/IEC TS 27560 require, in the order of the content.
func (c NoticeContent) mandatory() []member {
	s, w := c.Service, c.Controller
	return []member{
		{"noticeId", c.NoticeID == ""}, {"version", c.Version == 0},
		{"controller/msp", w.MSP == ""}, {"controller/name", w.Name == ""}, {"controller/address", w.Address == ""},
		{"controller/contact", w.Contact == ""}, {"controller/email", w.Email == ""}, {"controller/phone", w.Phone == ""}, {"controller/type", w.Type == ""},
		{"dpoContact", c.DPOContact == ""}, {"title", c.Title == ""}, {"languages", len(c.Languages) == 0}, {"purpose", c.Purpose == ""},
		{"lawfulBases", len(c.LawfulBases) == 0}, {"necessity", c.Necessity == ""}, {"dataCategories", len(c.DataCategories) == 0},
		{"source", c.Source == ""}, {"subjectCategories", len(c.SubjectCategories) == 0}, {"collectionMethod", c.CollectionMethod == ""},
		{"processingMethod", c.ProcessingMethod == ""}, {"automatedDecisions", c.AutomatedDecisions == ""},
		{"storageLocations", len(c.StorageLocations) == 0}, {"processingLocations", len(c.ProcessingLocations) == 0},
		{"retention", c.Retention == ""}, {"jurisdiction", c.Jurisdiction == ""}, {"rights", len(c.Rights) == 0},
		{"withdrawalMethod", c.WithdrawalMethod == ""}, {"authority", c.Authority == ""}, {"securityMeasures", c.SecurityMeasures == ""},
		{"service/name", s.Name == ""}, {"service/sourceRepository", s.SourceRepository == ""}, {"service/sourceCommit", s.SourceCommit == ""},
		{"documentUrl", c.DocumentURL == ""}, {"documentSha256", c.DocumentSHA256 == ""}, {"validFrom", c.ValidFrom.IsZero()},
		{"legitimateInterest", c.LegitimateInterest == "" && c.Names(BasisLegitimateInterest)},
		{"transfers/countries", c.Transfers != nil && len(c.Transfers.Countries) == 0},
		{"transfers/safeguards", c.Transfers != nil && c.Transfers.Safeguards == ""},
	}
}

func (c NoticeContent) complete() error {
	var missing []string
	for _, m := range c.mandatory() {
		if m.absent {
			missing = append(missing, m.field)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.New(fault.NoticeIncomplete, "the notice lacks %s", strings.Join(missing, ", ")).
		With("field", missing[0]).With("missing", strings.Join(missing, ","))
}

func (c NoticeContent) identified() error {
	return request.All(
		request.ID("noticeId", c.NoticeID), version("version", c.Version), request.Within("compatibleWith", int64(c.CompatibleWith), 0, int64(c.Version)-1),
		request.MSP("controller/msp", c.Controller.MSP), request.Term("controller/type", c.Controller.Type), request.Term("purpose", c.Purpose),
		request.URL("documentUrl", c.DocumentURL), request.SHA256("documentSha256", c.DocumentSHA256),
		request.URL("service/sourceRepository", c.Service.SourceRepository),
		request.Matches("service/sourceCommit", c.Service.SourceCommit, commitPattern, "a full commit id in lower-case hex"),
		request.Moment("validFrom", c.ValidFrom),
	)
}

func (c NoticeContent) readable() error {
	w := c.Controller
	return request.All(
		request.Text("controller/name", w.Name), request.Text("controller/address", w.Address), request.Text("controller/contact", w.Contact),
		request.Text("controller/email", w.Email), request.Text("controller/phone", w.Phone), request.Text("dpoContact", c.DPOContact), request.Text("title", c.Title),
		request.LongText("legitimateInterest", c.LegitimateInterest), request.LongText("necessity", c.Necessity), request.LongText("source", c.Source),
		request.LongText("collectionMethod", c.CollectionMethod), request.LongText("processingMethod", c.ProcessingMethod),
		request.LongText("automatedDecisions", c.AutomatedDecisions), request.Text("jurisdiction", c.Jurisdiction), request.LongText("withdrawalMethod", c.WithdrawalMethod),
		request.Text("authority", c.Authority), request.LongText("securityMeasures", c.SecurityMeasures), request.LongText("codesOfConduct", c.CodesOfConduct),
		request.LongText("impactAssessment", c.ImpactAssessment), request.Text("service/name", c.Service.Name), request.Text("service/packageId", c.Service.PackageID),
	)
}

func (c NoticeContent) listed() error {
	if c.Transfers != nil {
		if err := request.All(request.List("transfers/countries", c.Transfers.Countries, request.Named), request.LongText("transfers/safeguards", c.Transfers.Safeguards)); err != nil {
			return err
		}
	}
	return request.All(
		request.List("languages", c.Languages, request.Language),
		request.List("lawfulBases", c.LawfulBases, func(field, value string) error {
			return request.Matches(field, value, basisPattern, "a term such as eu-gdpr:A6-1-a")
		}),
		request.List("dataCategories", c.DataCategories, request.Term), request.List("specialCategories", c.SpecialCategories, request.Term),
		request.List("subjectCategories", c.SubjectCategories, request.Term), request.List("storageLocations", c.StorageLocations, request.Named),
		request.List("processingLocations", c.ProcessingLocations, request.Named), request.List("recipients", c.Recipients, request.Named), request.List("rights", c.Rights, request.Term),
	)
}

// consistent refuses contradictions between members.
func (c NoticeContent) consistent() error {
	if _, err := parseRetention("retention", c.Retention); err != nil {
		return err
	}
	for i, category := range c.SpecialCategories {
		if !slices.Contains(c.DataCategories, category) {
			return fault.Field(fault.InvalidField, "specialCategories", "entry %d is not one of dataCategories", i)
		}
	}
	special := slices.ContainsFunc(c.LawfulBases, func(term string) bool { return strings.HasPrefix(term, "eu-gdpr:A9-2-") })
	if len(c.SpecialCategories) > 0 && !special {
		return fault.Field(fault.InvalidField, "lawfulBases", "special categories need a basis of Art. 9-2, such as eu-gdpr:A9-2-a")
	}
	return nil
}

// follows refuses a version that skips one or belongs to another controller.
func (c NoticeContent) follows(before *Notice) error {
	if before == nil {
		if c.Version == 1 {
			return nil
		}
		return fault.Field(fault.NoticeNotFound, "version", "version %d of notice %s does not exist; versions follow each other", c.Version-1, c.NoticeID)
	}
	if before.Controller.MSP != c.Controller.MSP {
		return fault.Field(fault.AlreadyExists, "noticeId", "notice %s belongs to %s", c.NoticeID, before.Controller.MSP)
	}
	return nil
}

func (c NoticeContent) knows(taxonomy Taxonomy) error {
	if taxonomy.Has(c.Purpose) {
		return nil
	}
	return fault.Field(fault.UnknownPurpose, "purpose", "%s is not a term of taxonomy version %d", c.Purpose, taxonomy.Version)
}
