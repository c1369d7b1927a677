// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// GuardianReason explains why somebody signs for another.
type GuardianReason string

// The reasons.
const (
	ParentalResponsibility GuardianReason = "PARENTAL_RESPONSIBILITY"
	CourtAppointed         GuardianReason = "COURT_APPOINTED"
	PowerOfAttorney        GuardianReason = "POWER_OF_ATTORNEY"
	OtherGuardian          GuardianReason = "OTHER"
)

var guardianReasons = []GuardianReason{ParentalResponsibility, CourtAppointed, PowerOfAttorney, OtherGuardian}

// maxTerm is the longest term of a guardian.
const maxTerm = 18 * 366 * 24 * time.Hour

// NameGuardianRequest names who signs for the subject until a time: signed by the subject.
type NameGuardianRequest struct {
	// Guardian is another subject; any of its present keys signs.
	Guardian   string         `json:"guardian"`
	Until      time.Time      `json:"until"`
	ReasonCode GuardianReason `json:"reasonCode"`
	// Follows is what the last term of the same guardian was made or ended by: a term that was held back does not come after its end.
	Follows string `json:"follows,omitempty"`
	// Epoch, Rotations and Recovered are the subject's as consent:GetSubject returns them: the next of each ends the
	// guardianship.
	Epoch     int `json:"epoch,omitempty"`
	Rotations int `json:"rotations,omitempty"`
	Recovered int `json:"recovered,omitempty"`
}

// Validate checks the request by itself.
func (r NameGuardianRequest) Validate() error {
	return request.All(request.Thumbprint("guardian", r.Guardian), request.Moment("until", r.Until), request.OneOf("reasonCode", r.ReasonCode, guardianReasons...),
		request.Optional("follows", r.Follows, signedRequestID),
		request.Within("epoch", int64(r.Epoch), 0, maxNumber), request.Within("rotations", int64(r.Rotations), 0, maxNumber),
		request.Within("recovered", int64(r.Recovered), 0, maxNumber))
}

// AcceptGuardianshipRequest takes the office for a subject that has no key, such as a child: signed by the guardian. It counts once the data protection
// authority and another independent organisation, which it names, have approved it.
type AcceptGuardianshipRequest struct {
	Subject    string         `json:"subject"`
	Until      time.Time      `json:"until"`
	ReasonCode GuardianReason `json:"reasonCode"`
	Authority  string         `json:"authority"`
	Witness    string         `json:"witness"`
	// Follows is what the guardian's last term was made or ended by.
	Follows string `json:"follows,omitempty"`
	Epoch   int    `json:"epoch,omitempty"`
}

// Validate checks the request by itself.
func (r AcceptGuardianshipRequest) Validate() error {
	if r.Authority == r.Witness {
		return fault.Field(fault.InvalidField, "witness", "is the authority's organisation; name another")
	}
	return request.All(request.Thumbprint("subject", r.Subject), request.Moment("until", r.Until), request.OneOf("reasonCode", r.ReasonCode, guardianReasons...),
		request.MSP("authority", r.Authority), request.MSP("witness", r.Witness), request.Optional("follows", r.Follows, signedRequestID),
		request.Within("epoch", int64(r.Epoch), 0, maxNumber))
}

// GuardianRequest names a guardianship: an organisation approves it, the subject or the authority ends it.
type GuardianRequest struct {
	// Subject is named by organisations; a resident's signed request may leave its own out.
	Subject  string `json:"subject,omitempty"`
	Guardian string `json:"guardian"`
	// ID is the jti of the signed request that made it.
	ID string `json:"id"`
}

// Validate checks the request by itself.
func (r GuardianRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), request.Thumbprint("guardian", r.Guardian), signedRequestID("id", r.ID))
}

// ApproveGuardianRequest approves a guardian of a subject without a key.
type ApproveGuardianRequest struct {
	Subject  string `json:"subject"`
	Guardian string `json:"guardian"`
	// ID is the jti of the signed request by which the guardian accepted.
	ID string `json:"id"`
	// Signature is the caller's JWS over the ApprovalPayload.
	Signature string `json:"signature"`
}

// Validate checks the request by itself.
func (r ApproveGuardianRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), request.Thumbprint("guardian", r.Guardian), signedRequestID("id", r.ID), signed(r.Signature))
}

// ApprovalPayload is what a member signs to approve a guardian.
type ApprovalPayload struct {
	NetworkID string `json:"networkId"`
	Subject   string `json:"subject"`
	Guardian  string `json:"guardian"`
	ID        string `json:"id"`
}

// Payload is what is signed to approve the guardian in a network.
func (r ApproveGuardianRequest) Payload(networkID string) ApprovalPayload {
	return ApprovalPayload{NetworkID: networkID, Subject: r.Subject, Guardian: r.Guardian, ID: r.ID}
}

// Approval is an organisation's approval of a guardian; written once.
type Approval struct {
	Schema int    `json:"schema"`
	By     string `json:"by"`
	// Signature is the member's JWS over an ApprovalPayload, which readers verify again.
	Signature string    `json:"signature"`
	At        time.Time `json:"at"`
	TxID      string    `json:"txId"`
}

// Office is one term of a guardian.
type Office struct {
	// ID is the jti of the signed request that made it.
	ID         string         `json:"id"`
	From       time.Time      `json:"from"`
	Until      time.Time      `json:"until"`
	ReasonCode GuardianReason `json:"reasonCode"`
	// By is the subject's key that made it, or the guardian's where Authority and Witness have to approve. Makers are the keys that made By.
	By        string  `json:"by"`
	Makers    []Maker `json:"makers,omitempty"`
	Authority string  `json:"authority,omitempty"`
	Witness   string  `json:"witness,omitempty"`
	Evidence  *Proof  `json:"evidence,omitempty"`
	TxID      string  `json:"txId"`
	// Epoch, Rotations and Recovered are the numbers that it belongs to.
	Epoch     int `json:"epoch,omitempty"`
	Rotations int `json:"rotations,omitempty"`
	Recovered int `json:"recovered,omitempty"`
}

// Guardian is who signs for a subject, with all terms; the last counts, and the others prove what was signed then.
type Guardian struct {
	Schema   int      `json:"schema"`
	Subject  string   `json:"subject"`
	Guardian string   `json:"guardian"`
	Offices  []Office `json:"offices"`
}

// Current is the last term.
func (g Guardian) Current() Office { return g.Offices[len(g.Offices)-1] }

// With adds a term.
func (g Guardian) With(subject, guardian string, office Office) Guardian {
	return Guardian{SchemaVersion, subject, guardian, append(slices.Clone(g.Offices), office)}
}

// Office is the term that the subject's own signed request makes; by is the key that signed it.
func (r NameGuardianRequest) Office(by Key, act Action) (Office, error) {
	if err := term(r.Until, act.At); err != nil {
		return Office{}, err
	}
	if r.Guardian == by.Subject {
		return Office{}, fault.Field(fault.InvalidField, "guardian", "is the subject itself")
	}
	return Office{
		ID: act.Named(), From: act.At, Until: seconds(r.Until), ReasonCode: r.ReasonCode, By: act.By,
		Makers: append([]Maker{{by.Key, act.At}}, by.Makers...), Evidence: act.Evidence, TxID: act.TxID, Epoch: r.Epoch, Rotations: r.Rotations,
		Recovered: r.Recovered,
	}, nil
}

// Office is the term that the guardian's signed request asks for.
func (r AcceptGuardianshipRequest) Office(act Action) (Office, error) {
	return Office{
		ID: act.Named(), From: act.At, Until: seconds(r.Until), ReasonCode: r.ReasonCode, By: act.By, Authority: r.Authority, Witness: r.Witness,
		Evidence: act.Evidence, TxID: act.TxID, Epoch: r.Epoch,
	}, term(r.Until, act.At)
}

func term(until, now time.Time) error {
	if !until.After(now) || until.Sub(now) > maxTerm {
		return fault.Field(fault.InvalidPeriod, "until", "expected a time after now and within 18 years")
	}
	return nil
}

// GuardianEnd ends a guardianship, or approves it in the name of an organisation; written once.
type GuardianEnd struct {
	Schema   int       `json:"schema"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Evidence *Proof    `json:"evidence,omitempty"`
	TxID     string    `json:"txId"`
}

// Named is what a later request names that follows the end.
func (e GuardianEnd) Named() string {
	if e.Evidence != nil {
		return e.Evidence.ID
	}
	return e.TxID
}

// OfficeState is a term with all that the ledger states about it.
type OfficeState struct {
	Office
	Ended *GuardianEnd
	// All, Rotated and Recovered are what ends all guardianships of the term's numbers.
	All       *Cutoff
	Rotated   *Rotation
	Recovered *Recovered
	// Approved are the approvals of Authority and Witness; OwnKey is the subject's first key, which ends what others made for a subject without one.
	Approved [2]*Approval
	OwnKey   *Key
	// MakersEnded and MakersRemoved are those of the makers, in their order.
	MakersEnded   []*KeyEnd
	MakersRemoved []*Removal
}

// Follows is what the next term of the guardian names.
func (o OfficeState) Follows() string {
	if o.Ended != nil {
		return o.Ended.Named()
	}
	return o.ID
}

// InOffice reports whether the guardian signs for the subject now: whatever ended the term ends it, whatever the clocks say.
func (o OfficeState) InOffice(now time.Time) bool { return o.within(now) && len(o.ends(now)) == 0 }

// WasInOffice reports whether the guardian signed for the subject at an earlier time. So its last action ended the
// term.
func (o OfficeState) WasInOffice(at time.Time) bool {
	return o.within(at) && !slices.ContainsFunc(o.ends(at), func(ended time.Time) bool { return ended.Before(at) })
}

func (o OfficeState) within(at time.Time) bool {
	return !at.Before(o.From) && at.Before(o.Until) && (o.Authority == "" || o.Approved[0] != nil && o.Approved[1] != nil)
}

// ends are the times of all that ended the term.
func (o OfficeState) ends(now time.Time) (times []time.Time) {
	if o.Ended != nil {
		times = append(times, o.Ended.At)
	}
	if o.All != nil {
		times = append(times, o.All.At)
	}
	if o.Rotated != nil {
		times = append(times, o.Rotated.At)
	}
	if o.Recovered != nil {
		times = append(times, o.Recovered.At)
	}
	if o.Authority != "" && o.OwnKey != nil {
		times = append(times, o.OwnKey.AddedAt)
	}
	for i, maker := range o.Makers {
		if end := o.MakersEnded[i]; end != nil && reaches(end.Since, maker.At) {
			times = append(times, end.At)
		}
		if removal := o.MakersRemoved[i]; removal.effective(now) && reaches(removal.Since, maker.At) {
			times = append(times, removal.Effective)
		}
	}
	return times
}

// GuardianView is a guardian as it is answered.
type GuardianView struct {
	Subject  string `json:"subject"`
	Guardian string `json:"guardian"`
	Office
	InOffice bool `json:"inOffice"`
	// Follows is what the next term of the guardian names.
	Follows string `json:"follows"`
	// Approved are the organisations that approved it.
	Approved []string `json:"approved,omitempty"`
}
