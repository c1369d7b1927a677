package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Type says how the will was expressed (DPV: dpv:ExpressedConsent, dpv:ExplicitlyExpressedConsent).
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

// Guardian signs for the subject until a time; then the rights are the subject's own (Art. 8).
type Guardian struct {
	// Key is the thumbprint of the guardian's key.
	Key   string    `json:"key"`
	Until time.Time `json:"until"`
	// NamedBy is the subject's own key or the controller: whom only a controller named acts on this record and on nothing else of the subject.
	NamedBy Actor `json:"namedBy"`
}

// InOffice reports whether the key is the guardian's and the office has not ended.
func (g *Guardian) InOffice(key string, now time.Time) bool {
	return g != nil && g.Key == key && now.Before(g.Until)
}

// ConsentRef names a resident's consent: an id is the subject's own, so that nobody else's consent stands under it.
type ConsentRef struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
}

// Ref names the record.
func (r Record) Ref() ConsentRef { return ConsentRef{r.Subject, r.ConsentID} }

// Event is one step of a consent (ISO/IEC TS 27560 section "event"). Events are only ever appended.
type Event struct {
	Type  Step  `json:"type"`
	State State `json:"state"`
	// At is the transaction's time; SignedAt is when the resident signed, where a resident acted.
	At         time.Time `json:"at"`
	SignedAt   time.Time `json:"signedAt,omitzero"`
	ValidUntil time.Time `json:"validUntil,omitzero"`
	// By is the MSP of the organisation or the thumbprint of the resident's or guardian's key.
	By         string     `json:"by"`
	TxID       string     `json:"txId"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
}

// Record is a consent as it stands on the ledger (ISO/IEC TS 27560 consent record). Nothing in it names a person. Its state is that of its events.
type Record struct {
	Schema          int    `json:"schema"`
	ConsentID       string `json:"consentId"`
	Subject         string `json:"subject"`
	NoticeID        string `json:"noticeId"`
	NoticeVersion   int    `json:"noticeVersion"`
	NoticeSHA256    string `json:"noticeSha256"`
	TaxonomyVersion int    `json:"taxonomyVersion"`
	Scope
	ValidFrom  time.Time `json:"validFrom"`
	ValidUntil time.Time `json:"validUntil"`
	Guardian   *Guardian `json:"guardian,omitempty"`
	// PrivateSHA256 is the hash of the salted private part, PrivateID the random id of its key: the transaction that
	// brought the hash, which may have brought several, and the consent.
	PrivateSHA256 string `json:"privateSha256,omitempty"`
	PrivateID     string `json:"privateId,omitempty"`
	// FormerPrivateIDs are the keys of private parts that a renewal replaced; they are to be purged, too.
	FormerPrivateIDs []string `json:"formerPrivateIds,omitempty"`
	Events           []Event  `json:"events"`
}

// Act is who does something, proven by the caller's certificate or signature, and when.
type Act struct {
	Actor Actor
	// By is the MSP or the thumbprint of the signing key.
	By   string
	TxID string
	At   time.Time
	// SignedAt is when the resident signed; zero for organisations.
	SignedAt time.Time
	// Guardian is true where a guardian signed for the subject.
	Guardian bool
}

// at is the time that counts for a cut-off: the later of the ledger's and the resident's clock, so that neither a relay's clock set back nor a
// resident's slow clock leaves anything standing.
func (a Act) at() time.Time { return later(a.At, a.SignedAt) }

// last is the newest event.
func (r Record) last() Event { return r.Events[len(r.Events)-1] }

// step appends the event of a step; what is stored before stays as it is.
func (r Record) step(step Step, standing Standing, act Act, reason ReasonCode) (Record, error) {
	from := None
	if len(r.Events) > 0 {
		from = r.State(standing, act.At)
	}
	to, err := Next(step, from, act.Actor)
	if err != nil {
		return r, err
	}
	if len(r.Events) > 0 && act.At.Before(r.last().At) {
		if to.Active() || to == Deferred {
			return r, fault.New(fault.StaleTransaction, "the transaction's time lies before the consent's last event, %s", r.last().At.Format(time.RFC3339))
		}
		act.At = r.last().At // what ends processing is never refused for a clock that is slow
	}
	event := Event{Type: step, State: to, At: act.At, SignedAt: act.SignedAt, By: act.By, TxID: act.TxID, ReasonCode: reason}
	if to == Requested || to.Active() {
		event.ValidUntil = r.ValidUntil
	}
	r.Events = append(slices.Clone(r.Events), event)
	return r, nil
}

// Step is a step that changes nothing but the state: refuse, defer, withdraw, revoke, invalidate.
func (r Record) Step(step Step, standing Standing, act Act, reason ReasonCode) (Record, error) {
	return r.step(step, standing, act, reason)
}

// View is a record as it is answered: with the effective state at the transaction's time.
type View struct {
	Record
	State State `json:"state"`
}

// View adds the effective state.
func (r Record) View(standing Standing, now time.Time) View { return View{r, r.State(standing, now)} }
