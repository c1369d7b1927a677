// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// EndMemberRequest ends a membership: a move, another tenant, the exchange of a meter. Anyone who follows is a new
// member and never sees an earlier load profile.
type EndMemberRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	// To is the first local day no more. The member's own first day cancels the membership, as if it had never been.
	To string `json:"to"`
	// Retroactive must be true where the member loses a day of a final month. The grid operator or the member must have
	// assented to this end by AssentToEnd.
	Retroactive bool `json:"retroactive,omitempty"`
}

// Validate checks the request by itself.
func (r EndMemberRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), request.ID("memberId", r.MemberID), date("to", r.To))
}

// AssentToEndRequest assents to an end of a membership that takes a day of a final month from the member.
type AssentToEndRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	// To is the first local day no more, as the organiser will name it.
	To string `json:"to"`
}

// Validate checks the request by itself.
func (r AssentToEndRequest) Validate() error {
	return EndMemberRequest{CommunityID: r.CommunityID, MemberID: r.MemberID, To: r.To}.Validate()
}

// EndAssent is the newest assent to an end of the membership.
type EndAssent struct {
	Schema int `json:"schema"`
	AssentToEndRequest
	// By is the grid operator's MSP, or "member" for the resident who is the member.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// AssentByMember is the By of a resident's own assent.
const AssentByMember = "member"

// End sets the member's last day. Days before it are still settled, corrected and billed; an end that was set can only
// be moved to an earlier day.
func (m Member) End(to string) (Member, error) {
	if to < m.From {
		return m, fault.Field(fault.InvalidField, "to", "lies before the member's first day, %s; that day itself cancels the membership", m.From)
	}
	if m.To != "" && to > m.To {
		return m, fault.Field(fault.IllegalTransition, "to", "the member ends on %s already; who comes back is a new member", m.To)
	}
	m.To = to
	return m, nil
}

// Cancelled reports whether the membership ended on its first day: it was never in force.
func (m Member) Cancelled() bool { return m.To != "" && m.To <= m.From }

// Loses reports whether the member has a day of the month that the ended one has not.
func (m Member) Loses(ended Member, period string) (bool, error) {
	days, err := DaysOf(period)
	for _, day := range days {
		if m.InForce(day) && !ended.InForce(day) {
			return true, nil
		}
	}
	return false, err
}

// Allowed refuses an end that takes a day of the final month from the member, unless the request reports it and the
// assent is to exactly this end. The assent is nil where there is none.
func (r EndMemberRequest) Allowed(final string, assent *EndAssent) error {
	if !r.Retroactive {
		return fault.Field(fault.IllegalTransition, "retroactive",
			"%s is final and has bills of the member; let the grid operator or the member assent (AssentToEnd), then say retroactive", final)
	}
	if assent == nil || assent.To != r.To {
		return fault.Field(fault.AssentMissing, "to",
			"%s is final, and neither the grid operator nor the member assented to an end on %s: settlement:AssentToEnd", final, r.To)
	}
	return nil
}
