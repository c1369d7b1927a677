package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// GetRequest names a consent, or a controller's request.
type GetRequest struct {
	// Subject is whose consent it is; a resident's signed request may leave the own out.
	Subject string `json:"subject,omitempty"`
	// Controller is whose request it is; absent for a consent.
	Controller string `json:"controller,omitempty"`
	ConsentID  string `json:"consentId"`
}

// Validate checks the request by itself.
func (r GetRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), request.Optional("controller", r.Controller, request.MSP),
		request.ID("consentId", r.ConsentID))
}

// History is a consent's events, newest first, with the ends that come from elsewhere: WithdrawAll, Erase, Expire.
type History struct {
	ConsentID string  `json:"consentId"`
	State     State   `json:"state"`
	Events    []Event `json:"events"`
}

// ListBySubjectRequest asks for a page of a subject's consents, ordered by controller.
type ListBySubjectRequest struct {
	// Subject is named by the authority; a resident's signed request names its own.
	Subject string `json:"subject,omitempty"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListBySubjectRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), r.Check())
}

// ListByControllerRequest asks for a page of a controller's consents, all or for one purpose or one notice; within a notice, what ends first comes first.
type ListByControllerRequest struct {
	Controller string `json:"controller"`
	Purpose    string `json:"purpose,omitempty"`
	NoticeID   string `json:"noticeId,omitempty"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListByControllerRequest) Validate() error {
	return request.All(request.MSP("controller", r.Controller), request.Optional("purpose", r.Purpose, request.Term), request.Optional("noticeId", r.NoticeID, request.ID), r.Check())
}

// ListExpiringRequest asks which consents in force end before a time; within a notice, what ends first comes first.
type ListExpiringRequest struct {
	Controller string    `json:"controller"`
	Before     time.Time `json:"before"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListExpiringRequest) Validate() error {
	return request.All(request.MSP("controller", r.Controller), request.Moment("before", r.Before), r.Check())
}

// Page is a page of consents and, after them, of controllers' requests that are not answered by a consent.
type Page struct {
	// Recoveries stand on the first page of a subject's consents: who announced that another key shall speak for the subject, and until when a present key
	// can cancel it.
	Recoveries []Recovery `json:"recoveries,omitempty"`
	Consents   []View     `json:"consents"`
	Bookmark   string     `json:"bookmark"`
}

// AcknowledgeStopRequest says that the caller's organisation stopped processing (Art. 19).
type AcknowledgeStopRequest struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
}

// Validate checks the request by itself.
func (r AcknowledgeStopRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), request.ID("consentId", r.ConsentID))
}

// Acknowledgement is one organisation's.
type Acknowledgement struct {
	Schema    int       `json:"schema"`
	Subject   string    `json:"subject"`
	ConsentID string    `json:"consentId"`
	MSP       string    `json:"msp"`
	At        time.Time `json:"at"`
	TxID      string    `json:"txId"`
}

// Acknowledge makes the acknowledgement of an organisation that processed under the consent.
func (r Record) Acknowledge(standing Standing, act Act) (Acknowledgement, error) {
	if state := r.State(standing, act.At); !state.Stopped() {
		return Acknowledgement{}, fault.New(fault.IllegalTransition, "consent %s is %s; only a stop can be acknowledged", r.ConsentID, state.shown())
	}
	return Acknowledgement{Schema: SchemaVersion, Subject: r.Subject, ConsentID: r.ConsentID, MSP: act.By, At: act.At, TxID: act.TxID}, nil
}

// ListUnacknowledgedRequest asks who has not acknowledged a stop.
type ListUnacknowledgedRequest struct {
	Controller string `json:"controller"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListUnacknowledgedRequest) Validate() error {
	return request.All(request.MSP("controller", r.Controller), r.Check())
}

// Unacknowledged is a stopped consent and the organisations that have not acknowledged it.
type Unacknowledged struct {
	Subject   string   `json:"subject"`
	ConsentID string   `json:"consentId"`
	State     State    `json:"state"`
	Missing   []string `json:"missing"`
}

// UnacknowledgedPage is a page of them.
type UnacknowledgedPage struct {
	Consents []Unacknowledged `json:"consents"`
	Bookmark string           `json:"bookmark"`
}

// WasGiven reports whether the consent was ever given: only then somebody may have processed.
func (r Record) WasGiven() bool {
	return slices.ContainsFunc(r.Events, func(event Event) bool { return event.State.Active() })
}

// Parties are the organisations of the channel that processed under the consent: the controller and those recipients that are members.
func (r Record) Parties(members []string) []string {
	parties := []string{r.Controller}
	for _, recipient := range r.Recipients {
		if recipient != r.Controller && slices.Contains(members, recipient) {
			parties = append(parties, recipient)
		}
	}
	return parties
}
