// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// endMember ends a membership before a local day, and the use of its metering point with it. Ending it again changes
// nothing.
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
	if err := mayEnd(tx, r, member, ended); err != nil {
		return member, err
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

// mayEnd looks for final months of which the member would lose a day: bills that nobody disputed any more change then.
func mayEnd(tx *transaction.Tx, r settlement.EndMemberRequest, member, ended settlement.Member) error {
	periods, err := ledger.Scan[settlement.Period](tx.Ledger, periodsOf(r.CommunityID))
	if err != nil {
		return err
	}
	for _, period := range periods {
		if period.Phase != settlement.FinalPhase {
			continue
		}
		loses, err := member.Loses(ended, period.Period)
		if err != nil {
			return err
		}
		if !loses {
			continue
		}
		assent, found, err := ledger.Get[settlement.EndAssent](tx.Ledger, endAssentKey(r.CommunityID, r.MemberID))
		if err != nil {
			return err
		}
		if !found {
			return r.Allowed(period.Period, nil)
		}
		return r.Allowed(period.Period, &assent)
	}
	return nil
}

// assentToEnd records that the grid operator, or the resident who is the member, assents to an end of the membership.
// Assenting again changes nothing; another day replaces the one before.
func assentToEnd(tx *transaction.Tx, r settlement.AssentToEndRequest) (settlement.EndAssent, error) {
	assent := settlement.EndAssent{Schema: settlement.SchemaVersion, AssentToEndRequest: r, By: tx.Caller.MSP}
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return assent, err
	}
	if tx.Caller.SignedRequest != nil {
		assent.By = settlement.AssentByMember
		err = requireOwn(tx, community, r.MemberID)
	} else if !isGridOperator(tx, community) {
		err = forbidden(tx, community, "the meter-operator of "+community.GridOperator+" or the resident who is the member")
	}
	if err != nil {
		return assent, err
	}
	member, _, err := loadMember(tx, community, r.MemberID)
	if err != nil {
		return assent, err
	}
	if _, err := member.End(r.To); err != nil {
		return assent, err
	}
	existing, _, err := ledger.Get[settlement.EndAssent](tx.Ledger, endAssentKey(r.CommunityID, r.MemberID))
	if err != nil || existing.To == r.To {
		return existing, err
	}
	if assent.At, err = tx.Now(); err != nil {
		return assent, err
	}
	if err := ledger.Put(tx.Ledger, endAssentKey(r.CommunityID, r.MemberID), assent); err != nil {
		return assent, err
	}
	return assent, tx.Announce("settlement.EndAssented", r)
}
