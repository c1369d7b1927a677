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
	days, err := community.Days(r.Period, roster.members)
	if err != nil {
		return coverage, err
	}
	for _, day := range days {
		covered, err := cover(tx, community, day, roster.members)
		if err != nil {
			return coverage, err
		}
		coverage.Days = append(coverage.Days, covered)
	}
	return coverage, nil
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
	inputs := settlement.Inputs{Community: community, Request: settlement.SettleDayRequest{Day: day}, Members: settlement.InForce(members, day)}
	inputs.Entries = settlement.OfMembers(settlement.Latest(filed), inputs.Members)
	if len(inputs.Entries) > 0 { // while nobody is measured, no consent is asked
		if inputs, err = withoutEnded(tx, inputs); err != nil {
			return settlement.DayCoverage{}, err
		}
	}
	covered := inputs.Coverage(settlement.Newest(runs))
	_, covered.Purged, err = ledger.Get[settlement.Purge](tx.Ledger, purgeKey(community.CommunityID, day))
	return covered, err
}
