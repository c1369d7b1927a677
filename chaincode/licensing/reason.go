package licensing

import (
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// ReasonCode says why, without words: free text on a ledger can hold anybody's name for ever.
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
