package consent

import (
	"slices"
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
	// Subject is whose consent it is; a signed request may leave the own out.
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

// Verification tells anybody where on which ledger the consent can be verified.
type Verification struct {
	Channel       string `json:"channel"`
	TransactionID string `json:"transactionId"`
	State         State  `json:"state"`
	NoticeID      string `json:"noticeId"`
	NoticeVersion int    `json:"noticeVersion"`
	NoticeSHA256  string `json:"noticeSha256"`
	PrivateSHA256 string `json:"privateSha256,omitempty"`
}

// Receipt makes the document. Who never gave consent has no receipt.
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
