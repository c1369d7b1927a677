// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// differences answers the grid operator's official values beside those of a run: to who may read the load profiles, and
// to a resident its own ones.
func differences(tx *transaction.Tx, r settlement.DifferencesRequest) (settlement.Differences, error) {
	var none settlement.Differences
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return none, err
	}
	if err := mayReadLoadProfiles(tx, community, r.MemberID); err != nil {
		return none, err
	}
	run, err := loadRun(tx, settlement.GetRunRequest{CommunityID: r.CommunityID, Day: r.Day, Run: r.Run})
	if err != nil {
		return none, err
	}
	differences, err := compare(tx, community, run, r.MemberID)
	return r.Page(differences), purged(tx, r.CommunityID, r.Day, err)
}

// mayReadLoadProfiles refuses who may not read all load profiles, or as a resident the member's.
func mayReadLoadProfiles(tx *transaction.Tx, community settlement.Community, memberID string) error {
	if tx.Caller.SignedRequest != nil {
		if memberID == "" {
			return fault.Field(fault.MissingField, "memberId", "a resident names the member that he or she is")
		}
		return requireOwn(tx, community, memberID)
	}
	allowed, err := readsLoadProfiles(tx, community)
	if err == nil && !allowed {
		err = forbidden(tx, community, "its organiser, its meter-operator or an auditor")
	}
	return err
}

func compare(tx *transaction.Tx, community settlement.Community, run settlement.Run, memberID string) (settlement.Differences, error) {
	differences := settlement.Differences{Members: []settlement.MemberDifferences{}}
	filed, err := official.filed(tx, community.CommunityID, run.Day)
	if err != nil {
		return differences, err
	}
	days, err := official.open(tx, community, settlement.OfMember(settlement.Latest(filed), memberID))
	if err != nil {
		return differences, err
	}
	chunks, err := chunksOf(tx, community.Collection, run)
	if err != nil {
		return differences, err
	}
	leaves, err := leavesOf(tx, community, run, chunks...)
	if err != nil {
		return differences, err
	}
	for _, day := range days {
		if leaf, settled := leaves[day.MemberID]; settled {
			differences.Add(day, leaf)
		}
	}
	return differences, nil
}

// chunksOf reads all members' results of a run.
func chunksOf(tx *transaction.Tx, collection string, run settlement.Run) (chunks []settlement.Chunk, err error) {
	for number := 0; number*settlement.LeavesPerChunk < run.Leaves; number++ {
		chunk, err := private(tx, collection, chunkKey(run.ResultsID, number), settlement.UnpackChunk)
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, chunk)
	}
	return chunks, nil
}

// leavesOf makes leaves by member from results and the meter days that they came of.
func leavesOf(tx *transaction.Tx, community settlement.Community, run settlement.Run, chunks ...settlement.Chunk) (map[string]settlement.Leaf, error) {
	filed, err := metered.filed(tx, run.CommunityID, run.Day)
	if err != nil {
		return nil, err
	}
	versions := settlement.VersionsOf(filed)
	var entries []settlement.ManifestEntry
	for _, chunk := range chunks {
		for _, result := range chunk.Results {
			entry, found := versions.Find(result.MemberID, run.Day, result.Version)
			if !found {
				return nil, fault.New(fault.Internal, "no manifest of %s names version %d of member %s", run.Day, result.Version, result.MemberID)
			}
			entries = append(entries, entry)
		}
	}
	days, err := metered.open(tx, community, entries)
	if err != nil {
		return nil, err
	}
	leaves := make(map[string]settlement.Leaf, len(days))
	request := settlement.SettleDayRequest{CommunityID: run.CommunityID, Day: run.Day, Run: run.Run}
	for _, chunk := range chunks {
		for i, result := range chunk.Results {
			if leaves[result.MemberID], err = chunk.Leaf(result, request, days[i]); err != nil {
				return nil, err
			}
		}
		days = days[len(chunk.Results):]
	}
	return leaves, nil
}

// meterDays answers a page of load profiles: to who may read them all, and to a resident its own one.
func meterDays(tx *transaction.Tx, r settlement.MeterDaysRequest) (settlement.MeterDayPage, error) {
	var page settlement.MeterDayPage
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return page, err
	}
	if err := mayReadLoadProfiles(tx, community, r.MemberID); err != nil {
		return page, err
	}
	filed, err := metered.filed(tx, r.CommunityID, r.Day)
	if err != nil {
		return page, err
	}
	entries, bookmark := r.Page(settlement.Latest(filed))
	if page.MeterDays, err = metered.open(tx, community, entries); err != nil {
		return page, purged(tx, r.CommunityID, r.Day, err)
	}
	page.Bookmark = bookmark
	if tx.Caller.SignedRequest != nil {
		return page, nil
	}
	page.KeyDay, err = newestKeyDay(tx, community, r.Day)
	return page, purged(tx, r.CommunityID, r.Day, err)
}
