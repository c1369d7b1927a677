// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

func announce(tx *transaction.Tx, name string, member settlement.Member) error {
	return tx.Announce(name, settlement.MemberAnnouncement{CommunityID: member.CommunityID, MemberID: member.MemberID, State: member.State})
}

// addMember adds a pending member with the resident's consent; anyone who lives behind it is stored in the community's
// collection. Adding the same member with the same private part again changes nothing.
func addMember(tx *transaction.Tx, r settlement.AddMemberRequest) (settlement.Member, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Member{}, err
	}
	if !isOrganiser(tx, community) {
		return settlement.Member{}, forbidden(tx, community, "its organiser "+community.Organiser)
	}
	private, err := transaction.Private[settlement.MemberPrivate](tx, privateMember)
	if err != nil {
		return settlement.Member{}, err
	}
	return storeMember(tx, community, r, private)
}

func storeMember(tx *transaction.Tx, community settlement.Community, r settlement.AddMemberRequest, private settlement.MemberPrivate) (settlement.Member, error) {
	stored, err := json.Marshal(private)
	if err != nil {
		return settlement.Member{}, fmt.Errorf("encode the private part: %w", err)
	}
	added, err := r.Add(community, settlement.Hash(stored))
	if err != nil {
		return added, err
	}
	existing, found, err := ledger.Get[settlement.Member](tx.Ledger, memberKey(r.CommunityID, r.MemberID))
	if err != nil {
		return added, err
	}
	if found {
		if existing.Membership == added.Membership && existing.PrivateSHA256 == added.PrivateSHA256 {
			return existing, nil
		}
		return added, fault.Field(fault.AlreadyExists, "memberId", "member %s exists with other content; choose another random id", r.MemberID)
	}
	if err := private.Belongs(community.GridOperator); err != nil {
		return added, err
	}
	if added.Retention, err = consented(tx, community, private); err != nil {
		return added, err
	}
	if _, err := ledger.PutPrivate(tx.Ledger, community.Collection, memberPrivateKey(r.CommunityID, r.MemberID), private); err != nil {
		return added, err
	}
	if err := putMember(tx, added); err != nil {
		return added, err
	}
	return added, announce(tx, "settlement.MemberAdded", added)
}

// confirmMember confirms a pending member whose person and metering point are those of the grid operator's own register,
// and takes the point. Confirming it again changes nothing.
func confirmMember(tx *transaction.Tx, r settlement.ConfirmMemberRequest) (settlement.Member, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Member{}, err
	}
	if !isGridOperator(tx, community) {
		return settlement.Member{}, forbidden(tx, community, "the meter-operator of "+community.GridOperator)
	}
	if err := gridOperator(tx, community); err != nil {
		return settlement.Member{}, err
	}
	confirmation, err := transaction.Private[settlement.Confirmation](tx, privateConfirmation)
	if err != nil {
		return settlement.Member{}, err
	}
	member, private, err := loadMember(tx, community, r.MemberID)
	if err != nil {
		return member, err
	}
	if err := confirmation.Confirms(private); err != nil {
		return member, err
	}
	return confirm(tx, community, member, private, r.LimitWatts)
}

// loadMember reads a member and its private part.
func loadMember(tx *transaction.Tx, community settlement.Community, memberID string) (settlement.Member, settlement.MemberPrivate, error) {
	member, found, err := ledger.Get[settlement.Member](tx.Ledger, memberKey(community.CommunityID, memberID))
	if err == nil && !found {
		err = fault.Field(fault.NotFound, "memberId", "no member %s in community %s", memberID, community.CommunityID)
	}
	if err != nil {
		return member, settlement.MemberPrivate{}, err
	}
	hidden, err := private(tx, community.Collection, memberPrivateKey(community.CommunityID, memberID), member.Open)
	return member, hidden, err
}

func confirm(tx *transaction.Tx, community settlement.Community, member settlement.Member, private settlement.MemberPrivate, limit int64) (settlement.Member, error) {
	if member.Cancelled() {
		return member, fault.Field(fault.IllegalTransition, "memberId", "the membership was cancelled; whoever joins after all is added as a new member")
	}
	confirmed := member.Confirm(limit)
	if confirmed == member {
		return confirmed, nil
	}
	if member.State == settlement.Pending {
		if err := takePoint(tx, community, confirmed, private); err != nil {
			return confirmed, err
		}
	}
	if err := putMember(tx, confirmed); err != nil {
		return confirmed, err
	}
	return confirmed, announce(tx, "settlement.MemberConfirmed", confirmed)
}

// takePoint puts the member's use of its metering point among the point's others.
func takePoint(tx *transaction.Tx, community settlement.Community, member settlement.Member, private settlement.MemberPrivate) error {
	key := pointKey(community.GridOperator, settlement.PointRef(community.GridOperator, private.Reference), member.Direction)
	point, _, err := ledger.Get[settlement.Point](tx.Ledger, key)
	if err != nil {
		return err
	}
	use := private.Use(member)
	if err := use.Join(point.Uses); err != nil {
		return err
	}
	return ledger.Put(tx.Ledger, key, point.Put(use))
}

// listMembers answers a page of a community's members, with their private parts where this peer holds them.
func listMembers(tx *transaction.Tx, r settlement.ListMembersRequest) (settlement.MemberPage, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.MemberPage{}, err
	}
	allowed, err := readsLoadProfiles(tx, community)
	if err != nil {
		return settlement.MemberPage{}, err
	}
	if !allowed {
		return settlement.MemberPage{}, forbidden(tx, community, "its organiser, its meter-operator or an auditor")
	}
	return memberPage(tx, community, r.Listing)
}

func memberPage(tx *transaction.Tx, community settlement.Community, listing request.Listing) (settlement.MemberPage, error) {
	page := settlement.MemberPage{Members: []settlement.ListedMember{}}
	members, bookmark, err := ledger.Page[settlement.Member](tx.Ledger, membersOf(community.CommunityID), listing.Size(), listing.Bookmark)
	if err != nil {
		return page, err
	}
	keys := make([]ledger.Key, len(members))
	for i, member := range members {
		keys[i] = memberPrivateKey(member.CommunityID, member.MemberID)
	}
	stored, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return page, err
	}
	for i, member := range members {
		listed := settlement.ListedMember{Member: member}
		if err := listed.Attach(stored[i]); err != nil {
			return page, err
		}
		page.Members = append(page.Members, listed)
	}
	page.Bookmark = bookmark
	return page, nil
}
