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
func (r ObjectRequest) Object(existing *Mark, act Act) (made Mark, changed bool, err error) {
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

// ObjectAnswer tells what holds now.
type ObjectAnswer struct {
	Subject string `json:"subject"`
	ObjectRequest
	Mark
}

// yields says which rights stop processing on each basis.
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
