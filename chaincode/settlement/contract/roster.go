package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// standing are a community's confirmed members as they stand.
type standing struct {
	community string
	members   []settlement.Member
	// copied tells whether the ledger has a copy, and marks are the members that changed since.
	copied bool
	marks  []settlement.RosterMark
}

// putMember queues a member's record, and marks a confirmed one as newer than the roster's copy. Each mark is a key of its own, so members join and leave side by
// side.
func putMember(tx *transaction.Tx, member settlement.Member) error {
	if member.State == settlement.Confirmed {
		mark := settlement.RosterMark{Schema: settlement.SchemaVersion, CommunityID: member.CommunityID, MemberID: member.MemberID}
		if err := ledger.Put(tx.Ledger, rosterMarkKey(mark), mark); err != nil {
			return err
		}
	}
	return ledger.Put(tx.Ledger, memberKey(member.CommunityID, member.MemberID), member)
}

// readRoster reads the copy and the marked records, or without a copy all records.
func readRoster(tx *transaction.Tx, community string) (standing, error) {
	s := standing{community: community}
	roster, copied, err := ledger.Get[settlement.Roster](tx.Ledger, rosterKey(community))
	if err != nil {
		return s, err
	}
	s.copied = copied
	if s.marks, err = ledger.Scan[settlement.RosterMark](tx.Ledger, rosterMarksOf(community)); err != nil {
		return s, err
	}
	if !copied {
		s.members, err = confirmed(tx, community)
		return s, err
	}
	copies, err := roster.Read()
	if err != nil {
		return s, err
	}
	keys := make([]ledger.Key, len(s.marks))
	for i, mark := range s.marks {
		keys[i] = memberKey(community, mark.MemberID)
	}
	marked, err := ledger.GetMany[settlement.Member](tx.Ledger, keys)
	s.members = settlement.CurrentMembers(copies, marked)
	return s, err
}

// confirmed are all confirmed members by their own records.
func confirmed(tx *transaction.Tx, community string) ([]settlement.Member, error) {
	members, err := ledger.Scan[settlement.Member](tx.Ledger, membersOf(community))
	return slices.DeleteFunc(members, func(m settlement.Member) bool { return m.State != settlement.Confirmed }), err
}

// copyAnew queues another copy, and the removal of the marks, once it is worth it.
func (s standing) copyAnew(tx *transaction.Tx) error {
	if s.copied && !settlement.RosterOutdated(len(s.members), len(s.marks)) {
		return nil
	}
	for _, mark := range s.marks {
		if err := ledger.Delete(tx.Ledger, rosterMarkKey(mark)); err != nil {
			return err
		}
	}
	return ledger.Put(tx.Ledger, rosterKey(s.community), settlement.NewRoster(s.community, s.members))
}
