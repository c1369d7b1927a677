// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Format is the form of a receipt.
type Format string

// The formats: Kantara Consent Receipt 1.1, and JSON-LD after the DPV guide to ISO/IEC TS 27560.
const (
	KantaraFormat Format = "kantara"
	DPVFormat     Format = "dpv"
)

// ReceiptRequest asks for a consent's receipt.
type ReceiptRequest struct {
	// Subject is whose consent it is; a signed request may leave its own out.
	Subject   string `json:"subject,omitempty"`
	ConsentID string `json:"consentId"`
	Format    Format `json:"format"`
}

// Validate checks the request by itself.
func (r ReceiptRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), request.ID("consentId", r.ConsentID), request.OneOf("format", r.Format, KantaraFormat, DPVFormat))
}

// Receipt is the document in one of the formats; the members of the other are absent.
type Receipt struct {
	*Kantara
	*DPV
}

// Evidence is what a receipt is made of.
type Evidence struct {
	View
	// Line is the consent's timeline, ends and expiry included.
	Line    []Event
	Notice  Notice
	Channel string
	// Private is the resident's contact data; nil where the peer does not hold it.
	Private *Private
	Now     time.Time
}

// Verification shows anybody where on which ledger the consent can be verified.
type Verification struct {
	Channel       string `json:"channel"`
	TransactionID string `json:"transactionId"`
	State         State  `json:"state"`
	NoticeID      string `json:"noticeId"`
	NoticeVersion int    `json:"noticeVersion"`
	NoticeSHA256  string `json:"noticeSha256"`
	PrivateSHA256 string `json:"privateSha256,omitempty"`
}

// Receipt makes the document. Anyone who never gave consent has no receipt.
func (e Evidence) Receipt(format Format) (Receipt, error) {
	given, found := e.given()
	if !found {
		return Receipt{}, fault.Field(fault.NotFound, "consentId", "consent %s was never given; it has no receipt", e.ConsentID)
	}
	if format == KantaraFormat {
		return Receipt{Kantara: e.kantara(given)}, nil
	}
	return Receipt{DPV: e.dpv(given)}, nil
}

// given is the newest event by which the resident consented.
func (e Evidence) given() (Event, bool) {
	for _, event := range slices.Backward(e.Events) {
		if event.State.Active() {
			return event, true
		}
	}
	return Event{}, false
}

func (e Evidence) verification(given Event) Verification {
	return Verification{
		Channel: e.Channel, TransactionID: given.TxID, State: e.State, NoticeID: e.NoticeID, NoticeVersion: e.NoticeVersion,
		NoticeSHA256: e.NoticeSHA256, PrivateSHA256: e.PrivateSHA256,
	}
}

// special are the consent's categories of Art. 9.
func (e Evidence) special() []string {
	special := []string{}
	for _, category := range e.DataCategories {
		if slices.Contains(e.Notice.SpecialCategories, category) {
			special = append(special, category)
		}
	}
	return special
}

// DPV is a consent receipt in JSON-LD after the DPV guide to ISO/IEC TS 27560 (https://w3id.org/dpv/guides/consent-27560).
type DPV struct {
	Context    DPVContext `json:"@context"`
	ID         string     `json:"@id"`
	Type       string     `json:"@type"`
	Identifier string     `json:"dct:identifier"`
	ConformsTo string     `json:"dct:conformsTo"`
	Created    time.Time  `json:"dct:created"`
	Publisher  string     `json:"dct:publisher"`
	Recipient  string     `json:"schema:recipient"`
	Record     DPVRecord  `json:"dpv:hasRecordOfActivity"`
	// Ledger is the place of the consent.
	Ledger Verification `json:"smartb:verification"`
}

// DPVContext names the vocabularies.
type DPVContext struct {
	DPV    string `json:"dpv"`
	PD     string `json:"pd"`
	GDPR   string `json:"eu-gdpr"`
	DCT    string `json:"dct"`
	Schema string `json:"schema"`
	SmartB string `json:"smartb"`
}

// DPVRecord is the consent record that the receipt proves.
type DPVRecord struct {
	ID            string        `json:"@id"`
	Type          string        `json:"@type"`
	Identifier    string        `json:"dct:identifier"`
	ConformsTo    string        `json:"dct:conformsTo"`
	Subject       DPVSubject    `json:"dpv:hasDataSubject"`
	Controller    DPVController `json:"dpv:hasDataController"`
	Jurisdiction  string        `json:"dpv:hasJurisdiction"`
	ApplicableLaw string        `json:"dpv:hasApplicableLaw"`
	Notice        DPVNotice     `json:"dpv:hasNotice"`
	Process       DPVProcess    `json:"dpv:hasProcess"`
	Status        []DPVStatus   `json:"dpv:hasConsentStatus"`
}

// DPVSubject is the resident: a pseudonym and, where the peer holds them, contact data.
type DPVSubject struct {
	ID      string   `json:"@id"`
	Type    string   `json:"@type"`
	Contact *Private `json:"smartb:contact,omitempty"`
}

// DPVController is the controller.
type DPVController struct {
	ID      string `json:"@id"`
	Type    string `json:"@type"`
	Name    string `json:"dpv:hasName"`
	Address string `json:"dpv:hasAddress"`
	Contact string `json:"dpv:hasContact"`
}

// DPVNotice is the notice.
type DPVNotice struct {
	ID         string   `json:"@id"`
	Type       string   `json:"@type"`
	Identifier string   `json:"dct:identifier"`
	Languages  []string `json:"dct:language"`
	SHA256     string   `json:"smartb:sha256"`
}

// DPVProcess is what is consented to.
type DPVProcess struct {
	Type               string      `json:"@type"`
	Purpose            string      `json:"dpv:hasPurpose"`
	PersonalData       []string    `json:"dpv:hasPersonalData"`
	LegalBasis         string      `json:"dpv:hasLegalBasis"`
	Recipients         []string    `json:"dpv:hasRecipient"`
	Storage            []DPVPlaces `json:"dpv:hasStorageCondition"`
	ProcessingLocation []string    `json:"dpv:hasLocation"`
	CollectionMethod   string      `json:"dpv:hasDataSource"`
	Rights             []string    `json:"dpv:hasRight"`
	Withdrawal         string      `json:"dpv:hasOrganisationalMeasure"`
}

// DPVPlaces is where and how long data are stored.
type DPVPlaces struct {
	Type      string   `json:"@type"`
	Locations []string `json:"dpv:hasLocation"`
	Duration  string   `json:"dpv:hasDuration"`
}

// DPVStatus is one event.
type DPVStatus struct {
	Type string    `json:"@type"`
	Date time.Time `json:"dct:date"`
	// Until is the end of the validity that the event set.
	Until       time.Time `json:"schema:validThrough,omitzero"`
	IndicatedBy string    `json:"dpv:isIndicatedBy"`
	Transaction string    `json:"smartb:transactionId"`
}

// statuses are DPV's terms for the states.
var statuses = map[State]string{
	Requested: "dpv:ConsentRequested", Deferred: "dpv:ConsentRequestDeferred", Given: "dpv:ConsentGiven", Refused: "dpv:ConsentRefused",
	Renewed: "dpv:RenewedConsentGiven", Withdrawn: "dpv:ConsentWithdrawn", Revoked: "dpv:ConsentRevoked", Expired: "dpv:ConsentExpired",
	Invalidated: "dpv:ConsentInvalidated",
}

const (
	schema27560 = "https://w3id.org/dpv/schema/dpv-27560#"
	urnSmartB   = "urn:smartb:"
)

func (e Evidence) dpv(given Event) *DPV {
	urn := urnSmartB + e.Channel + ":"
	return &DPV{
		Context: DPVContext{
			DPV: "https://w3id.org/dpv#", PD: "https://w3id.org/dpv/pd#", GDPR: "https://w3id.org/dpv/legal/eu/gdpr#",
			DCT: "http://purl.org/dc/terms/", Schema: "https://schema.org/", SmartB: urnSmartB,
		},
		ID: urn + "receipt:" + e.ConsentID, Type: "dpv:ConsentReceipt", Identifier: e.ConsentID, ConformsTo: schema27560 + "receipt-eu-gdpr",
		Created: e.Now, Publisher: urn + e.Controller, Recipient: "dpv:DataSubject", Record: e.dpvRecord(urn), Ledger: e.verification(given),
	}
}

func (e Evidence) dpvRecord(urn string) DPVRecord {
	n := e.Notice
	record := DPVRecord{
		ID: urn + "consent:" + e.ConsentID, Type: "dpv:ConsentRecord", Identifier: e.ConsentID, ConformsTo: schema27560 + "record-eu-gdpr",
		Subject: DPVSubject{urn + "subject:" + e.Subject, "dpv:DataSubject", e.Private},
		Controller: DPVController{
			urn + e.Controller, n.Controller.Type, n.Controller.Name, n.Controller.Address,
			n.Controller.Contact + ", " + n.Controller.Email + ", " + n.Controller.Phone,
		},
		Jurisdiction: n.Jurisdiction, ApplicableLaw: "eu-gdpr:GDPR",
		Notice: DPVNotice{n.DocumentURL, "dpv:ConsentNotice", n.NoticeID, n.Languages, n.SHA256},
		Process: DPVProcess{
			Type: "dpv:Process", Purpose: e.Purpose, PersonalData: e.DataCategories, LegalBasis: e.LawfulBasis, Recipients: e.Recipients,
			Storage:            []DPVPlaces{{"dpv:StorageCondition", n.StorageLocations, n.Retention}},
			ProcessingLocation: n.ProcessingLocations, CollectionMethod: n.CollectionMethod, Rights: n.Rights, Withdrawal: n.WithdrawalMethod,
		},
	}
	for _, event := range e.Line {
		record.Status = append(record.Status, DPVStatus{statuses[event.State], event.At, event.ValidUntil, event.By, event.TxID})
	}
	return record
}

// Kantara is a Kantara Consent Receipt 1.1, valid against its JSON schema, with what the ledger adds.
type Kantara struct {
	Version      string `json:"version"`
	Jurisdiction string `json:"jurisdiction"`
	// ConsentTimestamp is in seconds since 1970.
	ConsentTimestamp int64               `json:"consentTimestamp"`
	CollectionMethod string              `json:"collectionMethod"`
	ConsentReceiptID string              `json:"consentReceiptID"`
	Language         string              `json:"language"`
	PIIPrincipalID   string              `json:"piiPrincipalId"`
	PIIControllers   []KantaraController `json:"piiControllers"`
	PolicyURL        string              `json:"policyUrl"`
	Services         []KantaraService    `json:"services"`
	Sensitive        bool                `json:"sensitive"`
	SPICat           []string            `json:"spiCat"`
	// PIIPrincipal is the resident's contact data, where the peer holds them.
	PIIPrincipal *Private `json:"piiPrincipal,omitempty"`
	// Verification is the place of the consent.
	Verification Verification `json:"verification"`
}

// KantaraController is a controller in a receipt.
type KantaraController struct {
	PIIController string         `json:"piiController"`
	OnBehalf      bool           `json:"onBehalf"`
	Contact       string         `json:"contact"`
	Address       KantaraAddress `json:"address"`
	Email         string         `json:"email"`
	Phone         string         `json:"phone"`
}

// KantaraAddress is a postal address.
type KantaraAddress struct {
	StreetAddress string `json:"streetAddress"`
}

// KantaraService is a service with its purposes.
type KantaraService struct {
	Service  string           `json:"service"`
	Purposes []KantaraPurpose `json:"purposes"`
}

// KantaraPurpose is one purpose.
type KantaraPurpose struct {
	Purpose              string   `json:"purpose"`
	PurposeCategory      []string `json:"purposeCategory"`
	Type                 string   `json:"consentType"`
	PIICategory          []string `json:"piiCategory"`
	PrimaryPurpose       bool     `json:"primaryPurpose"`
	Termination          string   `json:"termination"`
	ThirdPartyDisclosure bool     `json:"thirdPartyDisclosure"`
	ThirdPartyName       string   `json:"thirdPartyName,omitempty"`
}

func (e Evidence) kantara(given Event) *Kantara {
	n := e.Notice
	special := e.special()
	return &Kantara{
		Version: "KI-CR-v1.1.0", Jurisdiction: n.Jurisdiction, ConsentTimestamp: given.At.Unix(), CollectionMethod: n.CollectionMethod,
		ConsentReceiptID: e.ConsentID, Language: n.Languages[0], PIIPrincipalID: e.Subject,
		PIIControllers: []KantaraController{{
			PIIController: n.Controller.Name, Contact: n.Controller.Contact, Address: KantaraAddress{n.Controller.Address},
			Email: n.Controller.Email, Phone: n.Controller.Phone,
		}},
		PolicyURL: n.DocumentURL, Sensitive: len(special) > 0, SPICat: special, PIIPrincipal: e.Private, Verification: e.verification(given),
		Services: []KantaraService{{n.Service.Name, []KantaraPurpose{{
			Purpose: n.Title, PurposeCategory: []string{e.Purpose}, Type: strings.ToUpper(string(e.Type)), PIICategory: e.DataCategories,
			PrimaryPurpose: true, Termination: e.ValidUntil.Format(time.RFC3339) + "; retention " + n.Retention,
			ThirdPartyDisclosure: len(e.Recipients) > 0, ThirdPartyName: strings.Join(e.Recipients, ", "),
		}}}},
	}
}
