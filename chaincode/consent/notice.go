// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Controller is who decides why and how data are processed (Art. 4-7 GDPR; ISO/IEC TS 27560 "party").
type Controller struct {
	MSP     string `json:"msp"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Contact string `json:"contact"`
	Email   string `json:"email"`
	Phone   string `json:"phone"`
	// Type is the DPV term of the kind of organisation, such as dpv:GovernmentalOrganisation.
	Type string `json:"type"`
}

// Transfers are transfers to third countries (Art. 13-1f).
type Transfers struct {
	Countries  []string `json:"countries"`
	Safeguards string   `json:"safeguards"`
}

// Service is what makes the processing open: which source at which commit does it.
type Service struct {
	Name             string `json:"name"`
	SourceRepository string `json:"sourceRepository"`
	SourceCommit     string `json:"sourceCommit"`
	// PackageID is the id of a Fabric chaincode package, where the service is one.
	PackageID string `json:"packageId,omitempty"`
}

// NoticeContent is what a controller publishes about one processing before it may ask for consent (Art. 13 and 14 GDPR, ISO/IEC TS 27560 section
// "PII processing").
type NoticeContent struct {
	NoticeID   string     `json:"noticeId"`
	Version    int        `json:"version"`
	Controller Controller `json:"controller"`
	// DPOContact reaches the data protection officer (Art. 13-1b).
	DPOContact string `json:"dpoContact"`
	Title      string `json:"title"`
	// Languages are BCP 47 tags of the languages in which the document exists.
	Languages []string `json:"languages"`
	// Purpose is a term of the taxonomy in force.
	Purpose string `json:"purpose"`
	// LawfulBases are DPV terms such as eu-gdpr:A6-1-a; the first is the main one.
	LawfulBases []string `json:"lawfulBases"`
	// LegitimateInterest describes which interest, where a basis is eu-gdpr:A6-1-f (Art. 13-1d).
	LegitimateInterest string `json:"legitimateInterest,omitempty"`
	// Necessity describes what happens without the data (Art. 13-2e).
	Necessity      string   `json:"necessity"`
	DataCategories []string `json:"dataCategories"`
	// SpecialCategories are those of Art. 9; they need explicit consent.
	SpecialCategories []string `json:"specialCategories,omitempty"`
	// Source describes where data that are not from the resident come from, or that all are from the resident (Art.
	// 14-2f).
	Source            string   `json:"source"`
	SubjectCategories []string `json:"subjectCategories"`
	CollectionMethod  string   `json:"collectionMethod"`
	ProcessingMethod  string   `json:"processingMethod"`
	// AutomatedDecisions states by which logic decisions are taken by machines, or "none" (Art. 13-2f).
	AutomatedDecisions  string     `json:"automatedDecisions"`
	StorageLocations    []string   `json:"storageLocations"`
	ProcessingLocations []string   `json:"processingLocations"`
	Transfers           *Transfers `json:"transfers,omitempty"`
	// Retention is an ISO 8601 duration such as P2Y, counted from the end of the consent; for a load profile, from the
	// end of its day.
	Retention    string `json:"retention"`
	Jurisdiction string `json:"jurisdiction"`
	// Recipients are MSPs of the channel or names of third parties.
	Recipients []string `json:"recipients,omitempty"`
	// Rights are DPV terms such as eu-gdpr:A7-3.
	Rights           []string `json:"rights"`
	WithdrawalMethod string   `json:"withdrawalMethod"`
	// Authority is where a complaint can be lodged (Art. 13-2d).
	Authority        string  `json:"authority"`
	SecurityMeasures string  `json:"securityMeasures"`
	CodesOfConduct   string  `json:"codesOfConduct,omitempty"`
	ImpactAssessment string  `json:"impactAssessment,omitempty"`
	Service          Service `json:"service"`
	DocumentURL      string  `json:"documentUrl"`
	DocumentSHA256   string  `json:"documentSha256"`
	// ValidFrom is when the processing begins.
	ValidFrom time.Time `json:"validFrom"`
	// CompatibleWith is an older version that this one does not widen.
	CompatibleWith int `json:"compatibleWith,omitempty"`
}

// Notice is a published version. It never changes.
type Notice struct {
	Schema int `json:"schema"`
	NoticeContent
	// SHA256 is the hash of the content's canonical JSON; consent records and receipts name it.
	SHA256          string `json:"sha256"`
	TaxonomyVersion int    `json:"taxonomyVersion"`
	// DirectMarketing is true where the purpose is direct marketing: a resident's objection stops it on every lawful basis (Art. 21-3).
	DirectMarketing bool      `json:"directMarketing,omitempty"`
	PublishedAt     time.Time `json:"publishedAt"`
	TxID            string    `json:"txId"`
}

// Publish makes the notice of the content. before is the version before, nil for the first; compatible is the version that CompatibleWith names.
func (c NoticeContent) Publish(before, compatible *Notice, taxonomy Taxonomy, act Action) (Notice, error) {
	if err := request.All(c.follows(before), c.knows(taxonomy), c.narrows(compatible, taxonomy)); err != nil {
		return Notice{}, err
	}
	c.ValidFrom = seconds(c.ValidFrom)
	hash, err := c.Hash()
	return Notice{
		Schema: SchemaVersion, NoticeContent: c, SHA256: hash, TaxonomyVersion: taxonomy.Version, DirectMarketing: c.Marketing(taxonomy), PublishedAt: act.At, TxID: act.TxID,
	}, err
}

// Hash is the lower-case hex SHA-256 of the content's canonical JSON (RFC 8785).
func (c NoticeContent) Hash() (string, error) {
	c.ValidFrom = seconds(c.ValidFrom)
	return canonical.SHA256(c)
}

// MainBasis is the lawful basis by which Check answers.
func (c NoticeContent) MainBasis() Basis { return basisOf(c.LawfulBases[0]) }

// Names reports whether one of the notice's bases is of the kind.
func (c NoticeContent) Names(basis Basis) bool {
	for _, term := range c.LawfulBases {
		if basisOf(term) == basis {
			return true
		}
	}
	return false
}

// Marketing reports whether the purpose is direct marketing, which a resident may always object to (Art. 21-2).
func (c NoticeContent) Marketing(taxonomy Taxonomy) bool {
	return taxonomy.Covers("dpv:Marketing", c.Purpose)
}

// Basis is the kind of a lawful basis: the article's letter, whatever the term states beyond it.
type Basis string

// The lawful bases that rules speak of.
const (
	BasisConsent            Basis = "A6-1-a"
	BasisContract           Basis = "A6-1-b"
	BasisObligation         Basis = "A6-1-c"
	BasisVitalInterest      Basis = "A6-1-d"
	BasisPublicTask         Basis = "A6-1-e"
	BasisLegitimateInterest Basis = "A6-1-f"
	// BasisExplicitConsent lets special categories be processed (Art. 9-2a).
	BasisExplicitConsent Basis = "A9-2-a"
)

const basisLength = len("A6-1-a")

// basisOf is the kind of a valid DPV term, such as A6-1-b of eu-gdpr:A6-1-b-contract-performance.
func basisOf(term string) Basis {
	article := strings.TrimPrefix(term, "eu-gdpr:")
	return Basis(article[:min(len(article), basisLength)])
}

// IsConsent reports whether the basis is the resident's consent.
func (b Basis) IsConsent() bool { return b == BasisConsent || b == BasisExplicitConsent }

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

// narrows refuses a content that claims to be compatible with an older version that it widens: a controller must not widen a consent.
func (c NoticeContent) narrows(older *Notice, taxonomy Taxonomy) error {
	if older == nil {
		return nil
	}
	for _, part := range []struct {
		field    string
		narrower bool
	}{
		{"purpose", taxonomy.Covers(older.Purpose, c.Purpose)},
		{"dataCategories", subset(c.DataCategories, older.DataCategories)},
		{"specialCategories", subset(c.SpecialCategories, older.SpecialCategories)},
		{"recipients", subset(c.Recipients, older.Recipients)},
		{"retention", shorter(c.Retention, older.Retention)},
		{"storageLocations", subset(c.StorageLocations, older.StorageLocations)},
		{"processingLocations", subset(c.ProcessingLocations, older.ProcessingLocations)},
		{"transfers/countries", subset(c.countries(), older.countries())},
	} {
		if !part.narrower {
			return fault.Field(fault.NoticeIncompatible, part.field, "wider than in version %d, with which this version claims to be compatible", older.Version)
		}
	}
	return nil
}

func (c NoticeContent) countries() []string {
	if c.Transfers == nil {
		return nil
	}
	return c.Transfers.Countries
}

func subset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(entry string) bool { return !slices.Contains(whole, entry) })
}
