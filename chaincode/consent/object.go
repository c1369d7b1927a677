package consent

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

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
}

// Validate checks the request by itself.
func (r ObjectRequest) Validate() error {
	if err := request.OneOf("right", r.Right, RightToObject, RightToRestrict); err != nil {
		return err
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

// ObjectAnswer tells what holds now.
type ObjectAnswer struct {
	Subject string `json:"subject"`
	ObjectRequest
	Mark
}

// yields says which rights stop processing on each basis.
//
// An objection stops public tasks and legitimate interests (Art. 21-1), and direct marketing on every basis (Art. 21-3, Mark.Always). A restriction
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
