package consent

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// DecisionRequest names the consent that a resident withdraws or a controller revokes. Both take the same members, so that taking back is as easy as giving
// (Art. 7-3).
type DecisionRequest struct {
	// Subject is whose consent it is; a resident's signed request may leave the own out.
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
	// Number counts the subject's WithdrawAll from 1: what it ends is what was given since the one before. consent:GetSubject tells the next.
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

// SubjectAnswer tells since when something holds for a subject.
type SubjectAnswer struct {
	Subject    string `json:"subject"`
	Controller string `json:"controller,omitempty"`
	Cutoff
}
