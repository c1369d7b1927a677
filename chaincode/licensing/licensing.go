// SPDX-License-Identifier: Apache-2.0

// Package licensing is the permission to access data: datasets, offers, negotiations, licences, decisions on access, and the evidence of it. The data stay
// where they are. It decides; it reads and writes nothing, so that everybody can test it and decide again off-chain.
//
// Terms are those of W3C ODRL 2.2, of the Dataspace Protocol 2025-1 (DSP) and of DCAT 3.
package licensing

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// SchemaVersion is the version of the stored records' form; it is in every record so that a later chaincode can read an
// older one.
const SchemaVersion = 1

const maxVersion = 999_999

// Action is who does something, proven by the caller's certificate or signature, and when.
type Action struct {
	// By is the MSP of the organisation or the pseudonym of the resident.
	By   string
	TxID string
	At   time.Time
	// SignedAt is when a resident signed the request, the zero time for organisations.
	SignedAt time.Time
	// Raised is true where the signature said a later time than the transaction's, which counts.
	Raised bool
	// Evidence names what a resident or, where the transaction brings a signature, a member signed.
	Evidence *Evidence
}

// Evidence names a signature that a record rests on. The signature is under a key of its own, and every reader verifies
// it again: what endorsers say of it proves nothing.
type Evidence struct {
	// Signer is the thumbprint of the resident's key and ID the signed request's jti; both are absent for a member's signature.
	Signer string `json:"signer,omitempty"`
	ID     string `json:"id,omitempty"`
	// SHA256 is the hash of the signature in compact form, in lower-case hex.
	SHA256 string `json:"sha256"`
}

// last names the act for requests that follow it: the resident's signed request, or else the transaction.
func (a Action) last() string {
	if a.Evidence != nil && a.Evidence.ID != "" {
		return a.Evidence.ID
	}
	return a.TxID
}

// notBefore raises the act's time to that of the record which it changes. Reports whether it had to: the ledger orders
// what two organisations do, and no clock that is ahead holds up the other side.
func (a Action) notBefore(record time.Time) (Action, bool) {
	if !a.At.Before(record) {
		return a, false
	}
	a.At = record
	return a, true
}

var refPattern = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Ref is how a dataset, an offer, a negotiation or a licence is named everywhere: by its author, an MSP or a resident's pseudonym, and the author's own id.
// Nobody can take an id in another's name.
func Ref(author, id string) string { return author + "/" + id }

// Author is who made what the reference names.
func Author(ref string) string {
	author, _, _ := strings.Cut(ref, "/")
	return author
}

// ref checks a reference.
func ref(field, value string) error {
	return request.Matches(field, value, refPattern, "its author, an MSP or a pseudonym, a slash and the author's own id, such as UtilityMSP/grid-load")
}

// authored refuses a new thing's name that is not its author's.
func authored(field, ref, author string) error {
	if Author(ref) == author {
		return nil
	}
	return fault.Field(fault.InvalidField, field, "%s names what it makes %s/<id>", author, author)
}

var residentPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// IsResident reports whether an owner is a resident, named by the RFC 7638 thumbprint of a key, and no organisation, named by its MSP.
func IsResident(owner string) bool { return residentPattern.MatchString(owner) }

// party checks an owner: the id of an MSP or a resident's pseudonym, which may begin with any letter of base64url.
func party(field, value string) error {
	if IsResident(value) {
		return nil
	}
	return request.MSP(field, value)
}

// absent refuses a member that does not go with the others.
func absent(field, value, with string) error {
	if value != "" {
		return fault.Field(fault.InvalidField, field, "does not go with %s", with)
	}
	return nil
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// PartyRequest lists what a party, an MSP or a resident, takes part in.
type PartyRequest struct {
	Party string `json:"party"`
	request.Listing
}

// Validate checks the request by itself.
func (r PartyRequest) Validate() error { return request.All(party("party", r.Party), r.Check()) }

// Side is a side of a negotiation, a licence or a transfer: the consumer asks for data, the provider gives them.
type Side string

// The sides.
const (
	Consumer Side = "CONSUMER"
	Provider Side = "PROVIDER"
)

// Sides are both.
var Sides = []Side{Consumer, Provider}

// Transition is one row of a state machine. Anything that is not in its table is illegal.
type Transition[S ~string] struct {
	Move string
	From []S
	To   S
	By   []Side
}

// next is the state that a side reaches by a move.
func next[S ~string](table []Transition[S], move string, from S, by Side) (S, error) {
	i := slices.IndexFunc(table, func(t Transition[S]) bool {
		return t.Move == move && slices.Contains(t.By, by) && slices.Contains(t.From, from)
	})
	if i >= 0 {
		return table[i].To, nil
	}
	to := move
	if i := slices.IndexFunc(table, func(t Transition[S]) bool { return t.Move == move }); i >= 0 {
		to = string(table[i].To)
	}
	shown := string(from)
	if from == "" {
		shown = "NONE"
	}
	return from, fault.New(fault.IllegalTransition, "the %s cannot move it from %s to %s", by, shown, to).
		With("from", shown).With("to", to).With("actor", string(by))
}

// The payloads of the contract's events: ids and states, nothing private.

// DatasetAnnouncement reports which dataset changed.
type DatasetAnnouncement struct {
	DatasetID string `json:"datasetId"`
	Version   int    `json:"version"`
}

// DecisionAnnouncement reports what was decided.
type DecisionAnnouncement struct {
	DecisionID  string `json:"decisionId"`
	AgreementID string `json:"agreementId"`
	Permit      bool   `json:"permit"`
}

// DutyAnnouncement reports the state of a rule of a licence .
type DutyAnnouncement struct {
	AgreementID string    `json:"agreementId"`
	Rule        string    `json:"rule"`
	State       DutyState `json:"state"`
}

// TerminationAnnouncement reports how a side left a licence.
type TerminationAnnouncement struct {
	AgreementID string       `json:"agreementId"`
	Side        Side         `json:"side"`
	State       LicenceState `json:"state"`
}

// NegotiationAnnouncement reports which negotiation moved and the state of it .
type NegotiationAnnouncement struct {
	NegotiationID string           `json:"negotiationId"`
	State         NegotiationState `json:"state"`
	AgreementID   string           `json:"agreementId,omitempty"`
}

// OfferAnnouncement reports which offer changed.
type OfferAnnouncement struct {
	OfferID   string `json:"offerId"`
	DatasetID string `json:"datasetId"`
}

// TransferAnnouncement reports the state of a transfer .
type TransferAnnouncement struct {
	TransferID string        `json:"transferId"`
	State      TransferState `json:"state"`
}

// ReasonCode explains why, without words: free text on a ledger can hold anybody's name for ever.
type ReasonCode string

// The reasons.
const (
	NoLongerOffered  ReasonCode = "NO_LONGER_OFFERED"
	NoLongerNeeded   ReasonCode = "NO_LONGER_NEEDED"
	TermsNotAgreed   ReasonCode = "TERMS_NOT_AGREED"
	TermsBreached    ReasonCode = "TERMS_BREACHED"
	PaymentMissing   ReasonCode = "PAYMENT_MISSING"
	TrustLost        ReasonCode = "TRUST_LOST"
	SecurityIncident ReasonCode = "SECURITY_INCIDENT"
	LawChanged       ReasonCode = "LAW_CHANGED"
	ConsentEnded     ReasonCode = "CONSENT_ENDED"
	Mistake          ReasonCode = "MISTAKE"
	OtherReason      ReasonCode = "OTHER"
)

var reasonCodes = []ReasonCode{
	NoLongerOffered, NoLongerNeeded, TermsNotAgreed, TermsBreached, PaymentMissing, TrustLost, SecurityIncident, LawChanged, ConsentEnded, Mistake, OtherReason,
}

func reasons(codes []ReasonCode) error {
	if len(codes) > len(reasonCodes) {
		return fault.Field(fault.OutOfRange, "reasonCode", "at most %d entries", len(reasonCodes))
	}
	for i, code := range codes {
		if err := request.OneOf("reasonCode/"+strconv.Itoa(i), code, reasonCodes...); err != nil {
			return err
		}
	}
	return nil
}

// The kinds.
const (
	OfLicence Kind = "licence"
	OfOffer   Kind = "offer"
	OfDataset Kind = "dataset"
)
