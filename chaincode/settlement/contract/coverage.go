// SPDX-License-Identifier: Apache-2.0

package contract

import (
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
