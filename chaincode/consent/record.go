// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// Type describes how the will was expressed (DPV: dpv:ExpressedConsent, dpv:ExplicitlyExpressedConsent).
type Type string

// The types; special categories need explicit consent (Art. 9-2a).
const (
	Expressed Type = "expressed"
	Explicit  Type = "explicit"
)

// Scope is what a consent allows to whom.
type Scope struct {
	Controller string `json:"controller"`
	Purpose    string `json:"purpose"`
	// IncludeNarrower lets the consent cover purposes that are narrower in the taxonomy it was given under.
	IncludeNarrower bool     `json:"includeNarrower"`
	DataCategories  []string `json:"dataCategories"`
	Recipients      []string `json:"recipients"`
	LawfulBasis     string   `json:"lawfulBasis"`
	Type            Type     `json:"type"`
	// Object is what the consent is about; a consent without one is not about any community or dataset.
	Object Object `json:"object,omitzero"`
}

// ConsentRef names a resident's consent: an id is the subject's own, so that nobody else's consent is under it.
type ConsentRef struct { //nolint:revive // the name is read beside RequestRef
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
}

// RequestRef names a controller's request: an id is the controller's own.
type RequestRef struct {
	MSP string `json:"msp"`
	ID  string `json:"id"`
}

// Proof names the signed request that something rests on: whose key signed it, its jti, and the lower-case hex SHA-256 of its compact form.
type Proof struct {
	Signer string `json:"signer"`
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

// Event is one step of a consent (ISO/IEC TS 27560 section "event"). Events are only ever appended.
type Event struct {
	Type  Step  `json:"type"`
	State State `json:"state"`
	// At is the transaction's time; SignedAt is when the resident signed, where a resident acted, and at most the transaction's time.
	At         time.Time `json:"at"`
	SignedAt   time.Time `json:"signedAt,omitzero"`
	ValidUntil time.Time `json:"validUntil,omitzero"`
	// By is the MSP of the organisation or the thumbprint of the resident's or guardian's key.
	By         string     `json:"by"`
	TxID       string     `json:"txId"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
	// Evidence names the signed request; absent where an organisation acted.
	Evidence *Proof `json:"evidence,omitempty"`
	// Guardian is the guardian who signed for the subject.
	Guardian string `json:"guardian,omitempty"`
	// AssertedBy is the organisation that states that the resident wants it, where no signed request does.
	AssertedBy string `json:"assertedBy,omitempty"`
	// Raised is true where a clock was wrong and At or SignedAt is another time than the transaction's or the signature's.
	Raised bool `json:"raised,omitempty"`
}

// Record is a consent as it was given and renewed (ISO/IEC TS 27560 consent record), or a controller's request for one.
// Nothing in it names a person. The ends of a consent are under keys of their own: see RecordState.
type Record struct {
	Schema int `json:"schema"`
	// ConsentID is the subject's own id of a consent, the controller's own id of a request.
	ConsentID       string `json:"consentId"`
	Subject         string `json:"subject"`
	NoticeID        string `json:"noticeId"`
	NoticeVersion   int    `json:"noticeVersion"`
	NoticeSHA256    string `json:"noticeSha256"`
	TaxonomyVersion int    `json:"taxonomyVersion"`
	Scope
	ValidFrom  time.Time `json:"validFrom"`
	ValidUntil time.Time `json:"validUntil"`
	// Request is the controller's request that a consent answers.
	Request *RequestRef `json:"request,omitempty"`
	// Epoch is how often the subject had withdrawn everything before; the next time ends the consent.
	Epoch int `json:"epoch,omitempty"`
	// PrivateSHA256 is the hash of the salted private part, PrivateID the random id of its key: the transaction that
	// brought the hash, which may have brought several, and the consent.
	PrivateSHA256 string `json:"privateSha256,omitempty"`
	PrivateID     string `json:"privateId,omitempty"`
	// FormerPrivateIDs are the keys of private parts that a renewal replaced; they are to be purged, too.
	FormerPrivateIDs []string `json:"formerPrivateIds,omitempty"`
	Events           []Event  `json:"events"`
}

// Ref names the consent.
func (r Record) Ref() ConsentRef { return ConsentRef{r.Subject, r.ConsentID} }

// Asked reports whether the record is a controller's request, not a consent.
func (r Record) Asked() bool { return len(r.Events) > 0 && r.Events[0].Type == StepRequest }

// Follows is what the next request about the consent names: the id of the last signed request.
func (r Record) Follows() string {
	if last := r.last(); last.Evidence != nil {
		return last.Evidence.ID
	}
	return r.last().TxID
}

// Action is who does something, proven by the caller's certificate or signature, and when.
type Action struct {
	Actor Actor
	// By is the MSP or the thumbprint of the signing key.
	By   string
	TxID string
	At   time.Time
	// Subject is whose rights are exercised; empty for organisations.
	Subject string
	// SignedAt is when the resident signed, at most At; zero for organisations. Raised is true where the signature said a later time.
	SignedAt time.Time
	Raised   bool
	// Guardian is the guardian who signed for the subject; empty where the subject did.
	Guardian string
	// Evidence names the signed request; nil for organisations.
	Evidence *Proof
}

// Named is what a later request names that follows the act.
func (a Action) Named() string {
	if a.Evidence != nil {
		return a.Evidence.ID
	}
	return a.TxID
}

// last is the newest event.
func (r Record) last() Event { return r.Events[len(r.Events)-1] }

// event is what the act's step leaves.
func (a Action) event(step Step, to State, reason ReasonCode) Event {
	return Event{
		Type: step, State: to, At: a.At, SignedAt: a.SignedAt, By: a.By, TxID: a.TxID, ReasonCode: reason, Evidence: a.Evidence, Guardian: a.Guardian,
		Raised: a.Raised,
	}
}

// begin appends the event of a step by which processing is asked for or allowed; anything that is stored before stays
// as it is.
func (r Record) begin(step Step, from State, act Action) (Record, error) {
	to, err := Next(step, from, act.Actor)
	if err != nil {
		return r, err
	}
	event := act.event(step, to, "")
	event.ValidUntil = r.ValidUntil
	if len(r.Events) > 0 && event.At.Before(r.last().At) { // the ledger has the order
		event.At, event.Raised = r.last().At, true
	}
	r.Events = append(slices.Clone(r.Events), event)
	return r, nil
}

// View is a record as it is answered: with the effective state at the transaction's time.
type View struct {
	Record
	State State `json:"state"`
	// Follows is what the next request about it names.
	Follows string `json:"follows,omitempty"`
	// Unproven is true where the consent, or what ended it, does not rest on a request that the resident signed: nobody
	// should believe the consent. Auditors should ask who wrote it. Of the lists, ListByController looks.
	Unproven bool `json:"unproven,omitempty"`
}

// View adds the effective state.
func (r Record) View(recordState RecordState, now time.Time) View {
	return View{Record: r, State: r.State(recordState, now), Follows: recordState.follows(r), Unproven: recordState.Unproven || recordState.EndUnproven}
}

// GetRequest names a consent, or a controller's request.
type GetRequest struct {
	// Subject is whose consent it is; a resident's signed request may leave its own out.
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
	// Recoveries are on the first page of a subject's consents: who announced that another key shall speak for the
	// subject, and until when a present key can cancel it.
	Recoveries []Recovery `json:"recoveries,omitempty"`
	Consents   []View     `json:"consents"`
	Bookmark   string     `json:"bookmark"`
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

// The payloads of the contract's events: ids and states, nothing private.

// RecordAnnouncement reports which consent changed and the state of it .
type RecordAnnouncement struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
	NoticeID  string `json:"noticeId"`
	State     State  `json:"state"`
}

// StopAnnouncement reports who stopped.
type StopAnnouncement struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
	MSP       string `json:"msp"`
}

// SubjectAnnouncement reports whose standing changed.
type SubjectAnnouncement struct {
	Subject    string `json:"subject"`
	Controller string `json:"controller,omitempty"`
}

// UseAnnouncement reports which consents uses were recorded.
type UseAnnouncement struct {
	TxID     string `json:"txId"`
	Consents int    `json:"consents"`
	Leaves   int64  `json:"leaves"`
}

// KeyAnnouncement reports which key of a subject changed.
type KeyAnnouncement struct {
	Subject string `json:"subject"`
	Key     string `json:"key"`
}

// GuardianAnnouncement reports whose guardian changed.
type GuardianAnnouncement struct {
	Subject  string `json:"subject"`
	Guardian string `json:"guardian"`
}
