// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// createCommunity creates a community whose organiser is the caller's organisation. Creating it again with the same
// terms changes nothing.
func createCommunity(tx *transaction.Tx, r settlement.CreateCommunityRequest) (settlement.Community, error) {
	if err := tx.Caller.RequireRole(identity.Organiser); err != nil {
		return settlement.Community{}, err
	}
	created := r.Create(tx.Caller.MSP)
	existing, found, err := ledger.Get[settlement.Community](tx.Ledger, communityKey(r.CommunityID))
	if err != nil {
		return created, err
	}
	if found {
		if existing.Repeats(created) {
			return existing, nil
		}
		return created, fault.Field(fault.AlreadyExists, "communityId", "community %s exists with other terms or another organiser", r.CommunityID)
	}
	if err := reachable(tx, created); err != nil {
		return created, err
	}
	if err := ledger.Put(tx.Ledger, communityKey(r.CommunityID), created); err != nil {
		return created, err
	}
	return created, tx.Announce("settlement.CommunityCreated", settlement.GetCommunityRequest{CommunityID: r.CommunityID})
}

// reachable refuses a community that could never be measured: its grid operator is not in the channel, or its collection
// does not exist.
func reachable(tx *transaction.Tx, community settlement.Community) error {
	members, err := tx.ChannelMembers()
	if err != nil {
		return err
	}
	if !slices.Contains(members, community.GridOperator) {
		return fault.Field(fault.InvalidField, "gridOperator", "%s is not an organisation of this channel", community.GridOperator)
	}
	if err := gridOperator(tx, community); err != nil {
		return err
	}
	if _, err := ledger.ExistsPrivate(tx.Ledger, community.Collection, memberPrivateKey(community.CommunityID, "")); err != nil {
		return fault.Field(fault.InvalidField, "collection", "the chaincode has no collection %s", community.Collection)
	}
	return nil
}

// gridOperator refuses a community whose grid operator is not, or no longer, one of those whose metering points count.
func gridOperator(tx *transaction.Tx, community settlement.Community) error {
	rules, err := governance.Current(tx.Ledger)
	if err == nil && !slices.Contains(rules.GridOperators, community.GridOperator) {
		err = fault.Field(fault.InvalidField, "gridOperator", "%s is not a grid operator by the rules in force", community.GridOperator)
	}
	return err
}

// listCommunities answers a page of all communities.
func listCommunities(tx *transaction.Tx, r settlement.ListCommunitiesRequest) (page settlement.CommunityPage, err error) {
	page.Communities, page.Bookmark, err = ledger.Page[settlement.Community](
		tx.Ledger, allCommunities, r.Size(), r.Bookmark,
	)
	return page, err
}

// getCommunity answers a community.
func getCommunity(tx *transaction.Tx, r settlement.GetCommunityRequest) (settlement.Community, error) {
	return load(tx, r.CommunityID)
}

// changeKey gives a community another key from a local midnight on.
func changeKey(tx *transaction.Tx, r settlement.ChangeKeyRequest) (settlement.Community, error) {
	return change(tx, r.CommunityID, r.From, func(c settlement.Community, at time.Time) (settlement.Community, error) { return c.ChangeKey(r, at) })
}

// changeTariff gives a community another tariff from a local midnight on.
func changeTariff(tx *transaction.Tx, r settlement.ChangeTariffRequest) (settlement.Community, error) {
	return change(tx, r.CommunityID, r.From, func(c settlement.Community, at time.Time) (settlement.Community, error) { return c.ChangeTariff(r, at) })
}

func change(tx *transaction.Tx, communityID, from string, decide func(settlement.Community, time.Time) (settlement.Community, error)) (settlement.Community, error) {
	community, err := organised(tx, communityID)
	if err != nil {
		return community, err
	}
	now, err := tx.Now()
	if err != nil {
		return community, err
	}
	changed, err := decide(community, now)
	if err != nil || changed.Generation == community.Generation {
		return changed, err
	}
	newest := changed.Changes[len(changed.Changes)-1]
	if err := known(tx, communityID, settlement.Named(newest.Key, newest.Tariff), nil); err != nil {
		return changed, err
	}
	if err := ledger.Put(tx.Ledger, communityKey(communityID), changed); err != nil {
		return changed, err
	}
	return changed, tx.Announce("settlement.CommunityChanged", settlement.GenerationAnnouncement{CommunityID: communityID, Generation: changed.Generation, From: from})
}

// organised reads a community whose organiser must be the caller.
func organised(tx *transaction.Tx, communityID string) (settlement.Community, error) {
	community, err := load(tx, communityID)
	if err == nil && !isOrganiser(tx, community) {
		err = forbidden(tx, community, "its organiser "+community.Organiser)
	}
	return community, err
}
