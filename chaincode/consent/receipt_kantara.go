package consent

import (
	"strings"
	"time"
)

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
	// Verification is where the consent stands.
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
