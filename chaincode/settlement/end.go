// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// EndMemberRequest ends a membership: a move, another tenant, the exchange of a meter. Who follows is a new member and never sees an earlier load profile.
type EndMemberRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	// To is the first local day no more.
	To string `json:"to"`
}

// Validate checks the request by itself.
func (r EndMemberRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), request.ID("memberId", r.MemberID), date("to", r.To))
}

// End sets the member's last day. Days before it are still settled, corrected and billed; an end that was set can only be moved to an earlier day.
func (m Member) End(to string) (Member, error) {
	if to <= m.From {
		return m, fault.Field(fault.InvalidField, "to", "lies not after the member's first day, %s", m.From)
	}
	if m.To != "" && to > m.To {
		return m, fault.Field(fault.IllegalTransition, "to", "the member ends on %s already; who comes back is a new member", m.To)
	}
	m.To = to
	return m, nil
}
