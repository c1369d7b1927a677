package consent

import "github.com/smartb-suite/smartb/chaincode/request"

// DecisionRequest names the consent that a resident withdraws, refuses or defers, or that a controller revokes. All take the same two members, so that
// taking back is as easy as giving (Art. 7-3).
type DecisionRequest struct {
	ConsentID  string     `json:"consentId"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
}

// Validate checks the request by itself.
func (r DecisionRequest) Validate() error {
	return request.All(request.ID("consentId", r.ConsentID), reason(r.ReasonCode))
}

// InvalidateRequest declares a consent invalid from its beginning.
type InvalidateRequest struct {
	ConsentID  string     `json:"consentId"`
	ReasonCode ReasonCode `json:"reasonCode"`
}

// Validate checks the request by itself.
func (r InvalidateRequest) Validate() error {
	return request.All(request.ID("consentId", r.ConsentID), requiredReason(r.ReasonCode))
}

// WithdrawAllRequest withdraws every consent that the subject has given until now.
type WithdrawAllRequest struct{}

// Validate accepts every WithdrawAllRequest.
func (WithdrawAllRequest) Validate() error { return nil }

// SubjectAnswer tells since when something holds for a subject.
type SubjectAnswer struct {
	Subject    string `json:"subject"`
	Controller string `json:"controller,omitempty"`
	Cutoff
}
