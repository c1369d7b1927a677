// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// AcknowledgeStopRequest states that the caller's organisation stopped processing (Art. 19).
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
func (r Record) Acknowledge(recordState RecordState, act Action) (Acknowledgement, error) {
	if state := r.State(recordState, act.At); !state.Stopped() {
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

// DecisionRequest names the consent that a resident withdraws or a controller revokes. Both take the same members, so that taking back is as easy as giving
// (Art. 7-3).
type DecisionRequest struct {
	// Subject is whose consent it is; a resident's signed request may leave its own out.
	Subject    string     `json:"subject,omitempty"`
	ConsentID  string     `json:"consentId"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
}

// Validate checks the request by itself.
func (r DecisionRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), request.ID("consentId", r.ConsentID), reason(r.ReasonCode))
}

// AnswerRequest refuses a controller's request, or puts the answer off.
type AnswerRequest struct {
	Request    RequestRef `json:"request"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
}

// Validate checks the request by itself.
func (r AnswerRequest) Validate() error {
	return request.All(r.Request.validate(), reason(r.ReasonCode))
}

func (r RequestRef) validate() error {
	return request.All(request.MSP("request/msp", r.MSP), request.ID("request/id", r.ID))
}

// InvalidateRequest declares a consent invalid from its beginning.
type InvalidateRequest struct {
	Subject    string     `json:"subject"`
	ConsentID  string     `json:"consentId"`
	ReasonCode ReasonCode `json:"reasonCode"`
}

// Validate checks the request by itself.
func (r InvalidateRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), request.ID("consentId", r.ConsentID), requiredReason(r.ReasonCode))
}

// maxNumber bounds what is numbered for a subject.
const maxNumber = 999_999

func number(field string, value int) error { return request.Within(field, int64(value), 1, maxNumber) }

// WithdrawAllRequest withdraws every consent of a subject and ends every guardianship.
type WithdrawAllRequest struct {
	// Subject is named where an organisation asserts that the person wants it, which it may only where the network has too few independent organisations to
	// recover a lost key.
	Subject string `json:"subject,omitempty"`
	// Number counts the subject's WithdrawAll from 1: anything that it ends is what was given since the one before.
	// consent:GetSubject reports the next.
	Number int `json:"number"`
}

// Validate checks the request by itself.
func (r WithdrawAllRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), number("number", r.Number))
}

// Next refuses a number that leaves one out.
func (r WithdrawAllRequest) Next(before *Cutoff) error {
	if r.Number > 1 && before == nil {
		return fault.Field(fault.OutOfRange, "number", "the subject has not withdrawn everything for the time %d yet", r.Number-1)
	}
	return nil
}

// SubjectAnswer reports since when something holds for a subject.
type SubjectAnswer struct {
	Subject    string `json:"subject"`
	Controller string `json:"controller,omitempty"`
	Cutoff
}

// Right is a right by which a resident stops processing that does not rest on consent.
type Right string

// The rights, as DPV terms.
const (
	// RightToObject is Art. 21 GDPR: against one notice's processing.
	RightToObject Right = "eu-gdpr:A21"
	// RightToRestrict is Art. 18 GDPR: against all processing of one controller.
	RightToRestrict Right = "eu-gdpr:A18"
)

// ObjectRequest exercises or takes back a right of the subject.
type ObjectRequest struct {
	Right Right `json:"right"`
	// NoticeID is what is objected to, for eu-gdpr:A21.
	NoticeID string `json:"noticeId,omitempty"`
	// Controller is whose processing is restricted, for eu-gdpr:A18.
	Controller string `json:"controller,omitempty"`
	// Lift takes the objection or restriction back.
	Lift bool `json:"lift,omitempty"`
	// Follows is, with Lift, the jti of the signed request that holds: a lift from before a newer objection lifts nothing.
	Follows string `json:"follows,omitempty"`
}

// Validate checks the request by itself.
func (r ObjectRequest) Validate() error {
	if err := request.OneOf("right", r.Right, RightToObject, RightToRestrict); err != nil {
		return err
	}
	switch {
	case r.Lift:
		if err := signedRequestID("follows", r.Follows); err != nil {
			return err
		}
	case r.Follows != "":
		return fault.Field(fault.InvalidField, "follows", "goes with lift alone: an objection passes always")
	}
	if r.Right == RightToObject {
		return request.All(request.ID("noticeId", r.NoticeID), absent("controller", r.Controller))
	}
	return request.All(request.MSP("controller", r.Controller), absent("noticeId", r.NoticeID))
}

func absent(field, value string) error {
	if value != "" {
		return fault.Field(fault.InvalidField, field, "does not go with this right")
	}
	return nil
}

// Object makes the mark of the act beside the one that is there, nil for none; changed is false where nothing changes.
func (r ObjectRequest) Object(existing *Mark, act Action) (made Mark, changed bool, err error) {
	switch {
	case r.Lift && !existing.Holds():
		return made, false, fault.Field(fault.IllegalTransition, "lift", "nothing holds that could be lifted")
	case r.Lift && existing.Evidence != nil && r.Follows != existing.Evidence.ID:
		return made, false, fault.Field(fault.SignedRequestStale, "follows", "what holds was signed as %s", existing.Evidence.ID)
	case r.Lift:
		return existing.Lift(act), true, nil
	case existing != nil && !existing.Holds() && act.SignedAt.Before(existing.LiftSignedAt):
		return *existing, false, nil // held back: the resident signed the lift later
	default:
		return NewMark(act, ""), true, nil
	}
}

// Objection is what a subject objects to or restricts, as the ledger keeps it.
type Objection struct {
	Subject    string `json:"subject"`
	Right      Right  `json:"right"`
	NoticeID   string `json:"noticeId,omitempty"`
	Controller string `json:"controller,omitempty"`
	Mark
}

// ObjectAnswer reports what holds now.
type ObjectAnswer struct {
	Subject string `json:"subject"`
	ObjectRequest
	Mark
}

// yields describes which rights stop processing on each basis.
//
// An objection stops public tasks and legitimate interests (Art. 21-1), and direct marketing on every basis (Art. 21-3, Notice.DirectMarketing). A restriction
// leaves what Art. 18-2 excepts: consent, the rights of others (vital interests), and duties of law, which stand for important public interest.
var yields = map[Basis]struct{ objection, restriction bool }{
	BasisConsent:            {},
	BasisExplicitConsent:    {},
	BasisContract:           {restriction: true},
	BasisObligation:         {},
	BasisVitalInterest:      {},
	BasisPublicTask:         {objection: true, restriction: true},
	BasisLegitimateInterest: {objection: true, restriction: true},
}
