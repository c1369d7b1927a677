package consent

import (
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
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
	// LegitimateInterest says which interest, where a basis is eu-gdpr:A6-1-f (Art. 13-1d).
	LegitimateInterest string `json:"legitimateInterest,omitempty"`
	// Necessity says what happens without the data (Art. 13-2e).
	Necessity      string   `json:"necessity"`
	DataCategories []string `json:"dataCategories"`
	// SpecialCategories are those of Art. 9; they need explicit consent.
	SpecialCategories []string `json:"specialCategories,omitempty"`
	// Source says where data that are not from the resident come from, or that all are from the resident (Art. 14-2f).
	Source            string   `json:"source"`
	SubjectCategories []string `json:"subjectCategories"`
	CollectionMethod  string   `json:"collectionMethod"`
	ProcessingMethod  string   `json:"processingMethod"`
	// AutomatedDecisions says by which logic decisions are taken by machines, or "none" (Art. 13-2f).
	AutomatedDecisions  string     `json:"automatedDecisions"`
	StorageLocations    []string   `json:"storageLocations"`
	ProcessingLocations []string   `json:"processingLocations"`
	Transfers           *Transfers `json:"transfers,omitempty"`
	// Retention is an ISO 8601 duration such as P2Y, counted from the end of the consent.
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
func (c NoticeContent) Publish(before, compatible *Notice, taxonomy Taxonomy, act Act) (Notice, error) {
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

// Basis is the kind of a lawful basis: the article's letter, whatever the term says beyond it.
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
