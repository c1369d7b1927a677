package consent

import "time"

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
	// Ledger is where the consent stands.
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
