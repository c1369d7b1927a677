// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

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
