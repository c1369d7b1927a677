// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// endMember ends a membership before a local day, and the use of its metering point with it.
func endMember(tx *transaction.Tx, r settlement.EndMemberRequest) (settlement.Member, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return settlement.Member{}, err
	}
	member, private, err := loadMember(tx, community, r.MemberID)
	if err != nil {
		return member, err
	}
	ended, err := member.End(r.To)
	if err != nil || ended == member {
		return ended, err
	}
	if ended.State == settlement.Confirmed {
		if err := takePoint(tx, community, ended, private); err != nil {
			return ended, err
		}
	}
	if err := putMember(tx, ended); err != nil {
		return ended, err
	}
	return ended, announce(tx, "settlement.MemberEnded", ended)
}
