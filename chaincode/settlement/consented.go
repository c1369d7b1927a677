// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Anything that a resident consents to who joins a community, as terms of the taxonomy of purposes and of data
// categories.
const (
	SharingPurpose = "smartb:EnergySharing"
	LoadProfile    = "smartb:LoadCurve"
)

// Consented refuses a consent to somebody else than the organiser. One whose notice does not say that days already
// supplied are still settled, billed and kept on other bases after a withdrawal: the contract (Art. 6-1b GDPR) and the
// duty to keep accounts (Art. 6-1c).
func (c Community) Consented(record consent.Record, notice consent.Notice) error {
	if record.Controller != c.Organiser {
		return fault.Field(fault.InvalidField, "consentId", "the consent is to another controller than the organiser")
	}
	for _, basis := range []consent.Basis{consent.BasisContract, consent.BasisObligation} {
		if !notice.Names(basis) {
			return fault.Field(fault.InvalidField, "consentId", "notice %s does not name the basis eu-gdpr:%s, on which days already supplied are billed and kept",
				notice.NoticeID, basis)
		}
	}
	return nil
}

// Metered refuses a local day that begins when the member's consent has ended: a withdrawal ends the metering after
// the day on which it was made. ending is nil while the consent is in force.
func (m Member) Metered(day Day, ending *consent.Termination) error {
	if !ending.Before(day.Start) {
		return nil
	}
	return fault.Field(fault.ProcessingDenied, "memberId", "the consent of member %s ended at %s and is %s; only days that began before are metered",
		m.MemberID, ending.At.Format(time.RFC3339), ending.State).
		With("reason", string(ending.State)).With("consentId", m.ConsentID)
}

// WithoutEnded leaves out the unmeasured members whose consent ended before the day: the others go on without them.
// endings are in their order.
func (in Inputs) WithoutEnded(unmeasured []Member, endings []*consent.Termination) (Inputs, error) {
	if len(unmeasured) == 0 {
		return in, nil
	}
	day, err := in.Community.Day(in.Request.Day)
	if err != nil {
		return in, err
	}
	gone := map[string]bool{}
	for i, member := range unmeasured {
		gone[member.MemberID] = endings[i].Before(day.Start)
	}
	in.Members = slices.DeleteFunc(slices.Clone(in.Members), func(m Member) bool { return gone[m.MemberID] })
	return in, nil
}
