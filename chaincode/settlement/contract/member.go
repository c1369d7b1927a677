package contract

import (
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

func announce(tx *transaction.Tx, name string, member settlement.Member) error {
	return tx.Announce(name, settlement.MemberAnnouncement{CommunityID: member.CommunityID, MemberID: member.MemberID, State: member.State})
}

// AddMember adds a pending member with the resident's consent; who lives behind it is stored in the community's collection. Adding the same member with
// the same private part again changes nothing.
func (*Contract) AddMember(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r settlement.AddMemberRequest) (settlement.Member, error) {
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
		return addMember(tx, community, r, private)
	})
}

func addMember(tx *transaction.Tx, community settlement.Community, r settlement.AddMemberRequest, private settlement.MemberPrivate) (settlement.Member, error) {
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
	if err := consented(tx, community, r, private); err != nil {
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

// ConfirmMember confirms a pending member and takes its metering point. Confirming it again with the same point changes nothing.
func (*Contract) ConfirmMember(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r settlement.ConfirmMemberRequest) (settlement.Member, error) {
		community, err := load(tx, r.CommunityID)
		if err != nil {
			return settlement.Member{}, err
		}
		if !isOperator(tx, community) {
			return settlement.Member{}, forbidden(tx, community, "the meter-operator of "+community.Operator)
		}
		member, found, err := ledger.Get[settlement.Member](tx.Ledger, memberKey(r.CommunityID, r.MemberID))
		if err != nil {
			return member, err
		}
		if !found {
			return member, fault.Field(fault.NotFound, "memberId", "no member %s in community %s", r.MemberID, r.CommunityID)
		}
		return confirm(tx, member, r)
	})
}

func confirm(tx *transaction.Tx, member settlement.Member, r settlement.ConfirmMemberRequest) (settlement.Member, error) {
	confirmed, err := member.Confirm(r.PointRef, r.LimitWatts)
	if err != nil || confirmed == member {
		return confirmed, err
	}
	uses, err := ledger.Scan[settlement.PointUse](tx.Ledger, usesOf(r.PointRef, member.Direction))
	if err != nil {
		return confirmed, err
	}
	use := confirmed.Use()
	if err := use.Join(uses); err != nil {
		return confirmed, err
	}
	if err := ledger.Put(tx.Ledger, pointKey(use, r.PointRef, member.Direction), use); err != nil {
		return confirmed, err
	}
	if err := putMember(tx, confirmed); err != nil {
		return confirmed, err
	}
	return confirmed, announce(tx, "settlement.MemberConfirmed", confirmed)
}

// ListMembers answers a page of a community's members, with their private parts where this peer holds them.
func (*Contract) ListMembers(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r settlement.ListMembersRequest) (settlement.MemberPage, error) {
		community, err := load(tx, r.CommunityID)
		if err != nil {
			return settlement.MemberPage{}, err
		}
		allowed, err := readsCurves(tx, community)
		if err != nil {
			return settlement.MemberPage{}, err
		}
		if !allowed {
			return settlement.MemberPage{}, forbidden(tx, community, "its organiser, its meter-operator or an auditor")
		}
		return memberPage(tx, community, r.Listing)
	})
}

func memberPage(tx *transaction.Tx, community settlement.Community, listing request.Listing) (settlement.MemberPage, error) {
	var page settlement.MemberPage
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
