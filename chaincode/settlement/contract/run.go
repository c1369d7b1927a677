// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// settleDay computes a run of a day and stores its public record and, packed into few private keys, the members' results. Settling the same inputs
// again changes nothing.
func settleDay(tx *transaction.Tx, r settlement.SettleDayRequest) (settlement.Run, error) {
	if err := tx.Prefetch(append(runKeys(r), communityKey(r.CommunityID))...); err != nil {
		return settlement.Run{}, err
	}
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Run{}, err
	}
	if !isOrganiser(tx, community) && !isGridOperator(tx, community) {
		return settlement.Run{}, forbidden(tx, community, "its organiser or its meter-operator")
	}
	roster, err := readRoster(tx, community)
	if err != nil {
		return settlement.Run{}, err
	}
	inputs, err := gather(tx, community, roster.members, r)
	if err != nil {
		return settlement.Run{}, err
	}
	existing, before, err := place(tx, r)
	if err != nil {
		return settlement.Run{}, err
	}
	return settle(tx, inputs, roster, existing, before)
}

// gather reads the members in force and the newest meter day of each, checked against the manifests.
func gather(tx *transaction.Tx, community settlement.Community, members []settlement.Member, r settlement.SettleDayRequest) (settlement.Inputs, error) {
	inputs := settlement.Inputs{Community: community, Request: r, Members: settlement.InForce(members, r.Day)}
	if err := inputs.Affordable(); err != nil {
		return inputs, err
	}
	if err := gatherKeyDay(tx, &inputs); err != nil {
		return inputs, purged(tx, r.CommunityID, r.Day, err)
	}
	filed, err := metered.filed(tx, r.CommunityID, r.Day)
	if err != nil {
		return inputs, err
	}
	if stranger := settlement.Stranger(filed, members); stranger != "" { // only members are measured, and no record of a member is ever removed
		return inputs, fault.New(fault.TooManyRecords, "this peer does not read all members of community %s: it has a meter day of one that it does not list", r.CommunityID)
	}
	inputs.Entries = settlement.OfMembers(settlement.Latest(filed), inputs.Members)
	inputs.Days, err = metered.open(tx, community, inputs.Entries)
	if err != nil {
		return inputs, purged(tx, r.CommunityID, r.Day, err)
	}
	return withoutEnded(tx, inputs)
}

// place reads the run's predecessors, refuses a run out of order, and returns the run of the same id and the one before, nil where there is none.
func place(tx *transaction.Tx, r settlement.SettleDayRequest) (existing, before *settlement.Run, err error) {
	runs, err := ledger.GetMany[settlement.Run](tx.Ledger, runKeys(r))
	if err != nil {
		return nil, nil, err
	}
	before = runs[len(runs)-1]
	return runs[0], before, r.Order(runs[1], before)
}

// runKeys are those of the run, of the final one, and of the one before a correction.
func runKeys(r settlement.SettleDayRequest) []ledger.Key {
	keys := []ledger.Key{runKey(r.CommunityID, r.Day, r.Run), runKey(r.CommunityID, r.Day, settlement.Final)}
	if before := r.Run.Before(); before != "" {
		keys = append(keys, runKey(r.CommunityID, r.Day, before))
	}
	return keys
}

func settle(tx *transaction.Tx, inputs settlement.Inputs, roster standing, existing, before *settlement.Run) (settlement.Run, error) {
	now, err := tx.Now()
	if err != nil {
		return settlement.Run{}, err
	}
	if existing != nil {
		if inputs.Repeat(*existing) {
			return *existing, nil
		}
		if err := existing.Replaceable(now); err != nil {
			return *existing, err
		}
	}
	err = inputs.Changes(before, func(run settlement.Run) (settlement.DayTotals, error) {
		totals, err := dayTotals(tx, inputs.Community, []settlement.Run{run})
		if err != nil {
			return settlement.DayTotals{}, err
		}
		return totals[0], nil
	})
	if err != nil {
		return settlement.Run{}, err
	}
	if err := complete(tx, inputs, roster.members, now); err != nil {
		return settlement.Run{}, err
	}
	outcome, err := inputs.Settle(tx.TxID(), tx.Caller.MSP, now)
	if err != nil {
		return settlement.Run{}, unnamed(err, queryDay)
	}
	if existing != nil {
		outcome.Run.Replaced = existing.Traces()
	}
	if err := store(tx, inputs.Community.Collection, outcome); err != nil {
		return settlement.Run{}, err
	}
	if err := roster.copyAnew(tx); err != nil {
		return settlement.Run{}, err
	}
	return outcome.Run, tx.Announce("settlement.DaySettled", inputs.Request)
}

// complete refuses inputs that lack readings, or whose key or tariff names nobody.
func complete(tx *transaction.Tx, inputs settlement.Inputs, members []settlement.Member, now time.Time) error {
	if err := inputs.Complete(now); err != nil {
		return err
	}
	generation := inputs.Generation()
	return known(tx, inputs.Community.CommunityID, settlement.Named(generation.Key, generation.Tariff), members)
}

func store(tx *transaction.Tx, collection string, outcome settlement.Outcome) error {
	run := outcome.Run
	if _, err := ledger.PutPrivate(tx.Ledger, collection, summaryKey(run.ResultsID), outcome.Summary); err != nil {
		return err
	}
	if _, err := ledger.PutPrivate(tx.Ledger, collection, totalsKey(run.ResultsID), outcome.Totals); err != nil {
		return err
	}
	for i, chunk := range outcome.Chunks {
		if _, err := ledger.PutPrivate(tx.Ledger, collection, chunkKey(run.ResultsID, i), chunk); err != nil {
			return err
		}
	}
	return ledger.Put(tx.Ledger, runKey(run.CommunityID, run.Day, run.Run), run)
}

// checkDay answers a page of what is missing or implausible in a day's readings, and what the computation would refuse.
func checkDay(tx *transaction.Tx, r settlement.CheckDayRequest) (settlement.Findings, error) {
	var findings settlement.Findings
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return findings, err
	}
	if err := mayReadLoadProfiles(tx, community, ""); err != nil {
		return findings, err
	}
	roster, err := readRoster(tx, community)
	if err != nil {
		return findings, err
	}
	inputs, err := gather(tx, community, roster.members, r.SettleDayRequest)
	if err != nil {
		return findings, err
	}
	all, err := inputs.Findings()
	if err != nil {
		return findings, err
	}
	if _, err := inputs.Settle(tx.TxID(), tx.Caller.MSP, time.Time{}); err != nil {
		refusal := fault.From(err)
		all = append(all, settlement.Finding{Code: refusal.Code, Message: refusal.Message})
	}
	return r.Page(all)
}

// listRuns answers a page of a community's runs.
func listRuns(tx *transaction.Tx, r settlement.ListRunsRequest) (settlement.RunPage, error) {
	if _, err := load(tx, r.CommunityID); err != nil {
		return settlement.RunPage{}, err
	}
	runs, bookmark, err := ledger.Page[settlement.Run](tx.Ledger, runsOf(r.CommunityID), r.Size(), r.Bookmark)
	return settlement.RunPage{Runs: runs, Bookmark: bookmark}, err
}
