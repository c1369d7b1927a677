// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// coverage answers day by day which meter days and runs a period has, to who may read the load profiles. It reads public records only.
func coverage(tx *transaction.Tx, r settlement.CoverageRequest) (settlement.Coverage, error) {
	coverage := settlement.Coverage{Days: []settlement.DayCoverage{}}
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return coverage, err
	}
	if err := mayReadLoadProfiles(tx, community, ""); err != nil {
		return coverage, err
	}
	roster, err := readRoster(tx, community)
	if err != nil {
		return coverage, err
	}
	days, err := settlement.DaysOf(r.Period)
	if err != nil {
		return coverage, err
	}
	for _, day := range days {
		covered, err := cover(tx, community, day, roster.members)
		if err != nil {
			return coverage, err
		}
		if covered.Run != "" || len(settlement.InForce(roster.members, day)) > 0 {
			coverage.Days = append(coverage.Days, covered)
		}
	}
	return coverage, nil
}

// following asks for the run that would follow the newest one.
func following(newest *settlement.Run, day string) settlement.SettleDayRequest {
	if newest == nil {
		return settlement.SettleDayRequest{Day: day, Run: settlement.Final}
	}
	return settlement.SettleDayRequest{Day: day, Run: newest.Run.Next()}
}

// coverKeyDay reads the hash of the newest shares of the day, where the community's key has shares by interval.
func coverKeyDay(tx *transaction.Tx, inputs *settlement.Inputs) error {
	if !inputs.Generation().Key.PerInterval() {
		return nil
	}
	record, _, err := ledger.Get[settlement.KeyDayRecord](tx.Ledger, keyRecordKey(inputs.Community.CommunityID, inputs.Request.Day))
	inputs.KeyDaySHA256 = record.SHA256
	return err
}

func cover(tx *transaction.Tx, community settlement.Community, day string, members []settlement.Member) (settlement.DayCoverage, error) {
	filed, err := metered.filed(tx, community.CommunityID, day)
	if err != nil {
		return settlement.DayCoverage{}, err
	}
	runs, err := ledger.Scan[settlement.Run](tx.Ledger, runsOfDay(community.CommunityID, day))
	if err != nil {
		return settlement.DayCoverage{}, err
	}
	newest := settlement.Newest(runs)
	inputs := settlement.Inputs{Community: community, Request: following(newest, day), Members: settlement.InForce(members, day)}
	inputs.Entries = settlement.OfMembers(settlement.Latest(filed), inputs.Members)
	if err := coverKeyDay(tx, &inputs); err != nil {
		return settlement.DayCoverage{}, err
	}
	if len(inputs.Entries) > 0 || newest != nil { // while nobody is measured, no consent is asked
		if inputs, err = withoutEnded(tx, inputs); err != nil {
			return settlement.DayCoverage{}, err
		}
	}
	covered := inputs.Coverage(newest)
	_, covered.Purged, err = ledger.Get[settlement.Purge](tx.Ledger, purgeKey(community.CommunityID, day))
	return covered, err
}

// purgeMeterDays purges a day's load profiles at all members of the collection, their history included. It purges meter
// days and official values in all versions, shares by interval and the members' results of all runs. The public runs
// with their roots stay, and so do the proofs. Purging again changes nothing.
func purgeMeterDays(tx *transaction.Tx, r settlement.PurgeMeterDaysRequest) (settlement.Purge, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Purge{}, err
	}
	if !isGridOperator(tx, community) {
		return settlement.Purge{}, forbidden(tx, community, "the meter-operator of "+community.GridOperator)
	}
	existing, found, err := ledger.Get[settlement.Purge](tx.Ledger, purgeKey(r.CommunityID, r.Day))
	if err != nil || found {
		return existing, err
	}
	return purge(tx, community, r)
}

func purge(tx *transaction.Tx, community settlement.Community, r settlement.PurgeMeterDaysRequest) (settlement.Purge, error) {
	record := settlement.Purge{Schema: settlement.SchemaVersion, PurgeMeterDaysRequest: r}
	var err error
	if record.PurgedAt, err = tx.Now(); err != nil {
		return record, err
	}
	final, err := phasesOf(tx, r.CommunityID, r.Day[:len("2006-01")], []settlement.Phase{settlement.FinalPhase})
	if err != nil {
		return record, err
	}
	members, err := keptFor(tx, r)
	if err != nil {
		return record, err
	}
	if err := r.Retained(community, members, final[0], record.PurgedAt); err != nil {
		return record, err
	}
	if err := purgeDay(tx, community, r.Day); err != nil {
		return record, err
	}
	if err := ledger.Put(tx.Ledger, purgeKey(r.CommunityID, r.Day), record); err != nil {
		return record, err
	}
	return record, tx.Announce("settlement.MeterDaysPurged", r)
}

// keptFor are the members whose load profiles of the day are kept: those in force, and those with readings whose
// membership was shortened since.
func keptFor(tx *transaction.Tx, r settlement.PurgeMeterDaysRequest) (kept []settlement.Member, err error) {
	members, err := ledger.Scan[settlement.Member](tx.Ledger, membersOf(r.CommunityID))
	if err != nil {
		return nil, err
	}
	filed, err := metered.filed(tx, r.CommunityID, r.Day)
	if err != nil {
		return nil, err
	}
	measured := map[string]bool{}
	for _, entry := range filed {
		measured[entry.MemberID] = true
	}
	for _, member := range members {
		if measured[member.MemberID] || member.InForce(r.Day) {
			kept = append(kept, member)
		}
	}
	return kept, nil
}

func purgeDay(tx *transaction.Tx, community settlement.Community, day string) error {
	if err := metered.purge(tx, community, day); err != nil {
		return err
	}
	if err := official.purge(tx, community, day); err != nil {
		return err
	}
	record, _, err := ledger.Get[settlement.KeyDayRecord](tx.Ledger, keyRecordKey(community.CommunityID, day))
	if err != nil {
		return err
	}
	for version := 1; version <= record.Version; version++ {
		if err := ledger.PurgePrivate(tx.Ledger, community.Collection, keyDayKey(community.CommunityID, day, version)); err != nil {
			return err
		}
	}
	return purgeResults(tx, community, day)
}

// purgeResults purges the members' results of all runs of the day, also of replaced ones. Sums by day, the hashes of the leaves and the record of use stay.
func purgeResults(tx *transaction.Tx, community settlement.Community, day string) error {
	runs, err := ledger.Scan[settlement.Run](tx.Ledger, runsOfDay(community.CommunityID, day))
	if err != nil {
		return err
	}
	for _, run := range runs {
		for _, trace := range run.Traces() { // the results of replaced runs are kept until now
			for number := 0; number*settlement.LeavesPerChunk < trace.Uses; number++ {
				if err := ledger.PurgePrivate(tx.Ledger, community.Collection, chunkKey(trace.ResultsID, number)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// purgesOf reads which of the days were purged.
func purgesOf(tx *transaction.Tx, communityID string, days []string) (map[string]*settlement.Purge, error) {
	keys := make([]ledger.Key, len(days))
	for i, day := range days {
		keys[i] = purgeKey(communityID, day)
	}
	found, err := ledger.GetMany[settlement.Purge](tx.Ledger, keys)
	if err != nil {
		return nil, err
	}
	purges := make(map[string]*settlement.Purge, len(days))
	for i, day := range days {
		purges[day] = found[i]
	}
	return purges, nil
}

// purged turns the absence of private data into PURGED where the day was purged.
func purged(tx *transaction.Tx, communityID, day string, err error) error {
	if err == nil || fault.From(err).Code != fault.PrivateDataNotHere {
		return err
	}
	purge, found, readErr := ledger.Get[settlement.Purge](tx.Ledger, purgeKey(communityID, day))
	if readErr != nil || !found {
		return err
	}
	return purge.Refusal()
}
