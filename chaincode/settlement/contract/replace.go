// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// replaceTerms replaces a community's terms until a day is settled finally. The same terms again change nothing.
func replaceTerms(tx *transaction.Tx, r settlement.ReplaceTermsRequest) (settlement.Community, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return community, err
	}
	use, err := inUse(tx, r.CommunityID)
	if err != nil {
		return community, err
	}
	replaced, err := community.Replace(r, use)
	if err != nil || replaced.Repeats(community) {
		return replaced, err
	}
	if err := reachable(tx, replaced); err != nil {
		return replaced, err
	}
	if err := known(tx, r.CommunityID, settlement.Named(r.Key, r.Tariff), nil); err != nil {
		return replaced, err
	}
	if err := ledger.Put(tx.Ledger, communityKey(r.CommunityID), replaced); err != nil {
		return replaced, err
	}
	announcement := settlement.GenerationAnnouncement{CommunityID: r.CommunityID, Generation: replaced.Generation, From: replaced.ValidFrom}
	return replaced, tx.Announce("settlement.TermsReplaced", announcement)
}

// inUse reads what rests on a community's terms.
func inUse(tx *transaction.Tx, communityID string) (use settlement.InUse, err error) {
	runs, err := ledger.Scan[settlement.Run](tx.Ledger, runsOf(communityID))
	if err != nil {
		return use, err
	}
	for _, run := range runs {
		if run.Run != settlement.Provisional && use.Final == "" {
			use.Final = run.Day
		}
	}
	members, err := ledger.Scan[settlement.Member](tx.Ledger, membersOf(communityID))
	if err != nil {
		return use, err
	}
	for _, member := range members {
		if use.FirstMember == "" || member.From < use.FirstMember {
			use.FirstMember = member.From
		}
	}
	for _, prefix := range []ledger.Key{manifestsOfAll(communityID), keyRecordsOf(communityID)} {
		stored, err := ledger.Scan[any](tx.Ledger, prefix)
		if err != nil {
			return use, err
		}
		use.Measured = use.Measured || len(stored) > 0
	}
	return use, nil
}

// known refuses names of members that the community does not have, pending ones included. Those of the roster need no
// look; anyone who left is known all the same.
func known(tx *transaction.Tx, communityID string, named []settlement.MemberName, roster []settlement.Member) error {
	there := make(map[string]bool, len(roster))
	for _, member := range roster {
		there[member.MemberID] = true
	}
	var open []settlement.MemberName
	var keys []ledger.Key
	for _, name := range named {
		if !there[name.MemberID] {
			open, keys = append(open, name), append(keys, memberKey(communityID, name.MemberID))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	members, err := ledger.GetMany[settlement.Member](tx.Ledger, keys)
	if err != nil {
		return err
	}
	for i, member := range members {
		if member == nil {
			return open[i].Unknown(communityID)
		}
	}
	return nil
}
