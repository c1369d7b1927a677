package consent

import "github.com/smartb-suite/smartb/chaincode/request"

// ReasonCode says why, without words: free text on a ledger can hold anybody's name for ever.
type ReasonCode string

// The reasons. A resident needs none; an authority that invalidates must give one.
const (
	NoLongerWanted   ReasonCode = "NO_LONGER_WANTED"
	TrustLost        ReasonCode = "TRUST_LOST"
	Moved            ReasonCode = "MOVED"
	GivenByMistake   ReasonCode = "GIVEN_BY_MISTAKE"
	ServiceEnded     ReasonCode = "SERVICE_ENDED"
	NoLongerNeeded   ReasonCode = "NO_LONGER_NEEDED"
	NoticeReplaced   ReasonCode = "NOTICE_REPLACED"
	NotInformed      ReasonCode = "NOT_INFORMED"
	NotFreelyGiven   ReasonCode = "NOT_FREELY_GIVEN"
	NotUnambiguous   ReasonCode = "NOT_UNAMBIGUOUS"
	WrongPerson      ReasonCode = "WRONG_PERSON"
	UnlawfulPurpose  ReasonCode = "UNLAWFUL_PURPOSE"
	SecurityIncident ReasonCode = "SECURITY_INCIDENT"
	OtherReason      ReasonCode = "OTHER"
)

var reasonCodes = []ReasonCode{
	NoLongerWanted, TrustLost, Moved, GivenByMistake, ServiceEnded, NoLongerNeeded, NoticeReplaced, NotInformed, NotFreelyGiven, NotUnambiguous,
	WrongPerson, UnlawfulPurpose, SecurityIncident, OtherReason,
}

func reason(value ReasonCode) error {
	if value == "" {
		return nil
	}
	return requiredReason(value)
}

func requiredReason(value ReasonCode) error {
	return request.OneOf("reasonCode", value, reasonCodes...)
}
