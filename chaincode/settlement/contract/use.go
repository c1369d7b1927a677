package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// recordReads records what an organiser, a meter operator or an auditor read of members' load profiles, so that each
// member finds it in its list of uses.
func recordReads(tx *transaction.Tx, r settlement.RecordReadsRequest) (settlement.ReadsRecord, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.ReadsRecord{}, err
	}
	if err := mayReadLoadProfiles(tx, community, ""); err != nil {
		return settlement.ReadsRecord{}, err
	}
	reads, err := transaction.Private[settlement.Reads](tx, privateReads)
	if err != nil {
		return settlement.ReadsRecord{}, unread(err)
	}
	return storeReads(tx, community, reads)
}

// unread is a refusal of reads that names none of them.
func unread(err error) error {
	refusal := fault.From(err)
	if refusal.Code == fault.Internal {
		return err
	}
	return fault.New(refusal.Code, "the reads are not of the documented shape, or of a member who does not exist")
}

func storeReads(
	tx *transaction.Tx, community settlement.Community, reads settlement.Reads,
) (settlement.ReadsRecord, error) {
	now, err := tx.Now()
	if err != nil {
		return settlement.ReadsRecord{}, err
	}
	roster, err := readRoster(tx, community)
	if err != nil {
		return settlement.ReadsRecord{}, err
	}
	audits := !isOrganiser(tx, community) && !isGridOperator(tx, community)
	record, uses, err := reads.Record(community.CommunityID, tx.Caller.MSP, tx.TxID(), audits, now, roster.members)
	if err != nil {
		return record, unread(err)
	}
	if _, err := ledger.PutPrivate(tx.Ledger, community.Collection, readsKey(record.ResultsID), uses); err != nil {
		return record, err
	}
	return record, ledger.Put(tx.Ledger, readsRecordKey(record), record)
}

// listReads answers a page of the public traces of the reads that were recorded in a month.
func listReads(tx *transaction.Tx, r settlement.ListReadsRequest) (settlement.ReadsRecords, error) {
	records := settlement.ReadsRecords{Records: []settlement.ReadsRecord{}}
	if _, err := load(tx, r.CommunityID); err != nil {
		return records, err
	}
	found, bookmark, err := ledger.Page[settlement.ReadsRecord](tx.Ledger, readsRecordsOf(r.CommunityID, r.Period), r.Size(), r.Bookmark)
	records.Records, records.Bookmark = append(records.Records, found...), bookmark
	return records, err
}

// uses answers every use of a member's load profile that a month's runs, bills and recorded reads made, each proven: to
// the resident who is the member, to the organiser and to auditors.
func uses(tx *transaction.Tx, r settlement.UsesRequest) (settlement.Uses, error) {
	uses := settlement.Uses{Uses: []settlement.ProvenUse{}, Note: settlement.UnseenReads}
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return uses, err
	}
	if err := mayReadStatement(tx, community, r.MemberID); err != nil {
		return uses, err
	}
	for _, part := range []usesPart{usesByRuns, usesByBills, usesByReads} {
		found, err := part(tx, community, r)
		if err != nil {
			return uses, err
		}
		uses.Uses = append(uses.Uses, found...)
	}
	settlement.SortUses(uses.Uses)
	return uses, nil
}

// usesPart finds the uses of one kind.
type usesPart func(*transaction.Tx, settlement.Community, settlement.UsesRequest) ([]settlement.ProvenUse, error)

func usesByRuns(
	tx *transaction.Tx, community settlement.Community, r settlement.UsesRequest,
) (uses []settlement.ProvenUse, err error) {
	days, err := settlement.DaysOf(r.Period)
	if err != nil {
		return nil, err
	}
	for _, day := range days {
		runs, err := ledger.Scan[settlement.Run](tx.Ledger, runsOfDay(community.CommunityID, day))
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			for _, trace := range run.Traces() {
				found, err := provenUses(tx, community, trace, r.MemberID, run.UsesBy)
				if err != nil {
					return nil, err
				}
				uses = append(uses, found...)
			}
		}
	}
	return uses, nil
}

func usesByBills(
	tx *transaction.Tx, community settlement.Community, r settlement.UsesRequest,
) (uses []settlement.ProvenUse, err error) {
	periods, err := ledger.Scan[settlement.Period](tx.Ledger, phasesOfPeriod(community.CommunityID, r.Period))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{} // what is final was provisional before
	for _, period := range periods {
		for _, trace := range period.Traces(community) {
			if seen[trace.ResultsID] {
				continue
			}
			seen[trace.ResultsID] = true
			found, err := provenUses(tx, community, trace, r.MemberID, period.UsesBy)
			if err != nil {
				return nil, err
			}
			uses = append(uses, found...)
		}
	}
	return uses, nil
}

// provenUses reads the private part of a trace and proves the member's uses in it.
func provenUses(
	tx *transaction.Tx, community settlement.Community, trace settlement.UsesRoot, memberID string,
	by func(settlement.UsesRoot, settlement.Summary, string) ([]settlement.ProvenUse, error),
) ([]settlement.ProvenUse, error) {
	summary, err := private(tx, community.Collection, summaryKey(trace.ResultsID), settlement.UnpackSummary)
	if err != nil {
		return nil, err
	}
	return by(trace, summary, memberID)
}

func usesByReads(
	tx *transaction.Tx, community settlement.Community, r settlement.UsesRequest,
) (uses []settlement.ProvenUse, err error) {
	records, err := ledger.Scan[settlement.ReadsRecord](tx.Ledger, readsRecordsOf(community.CommunityID, r.Period))
	if err != nil {
		return nil, err
	}
	for _, record := range records {
		read, err := private(tx, community.Collection, readsKey(record.ResultsID), settlement.ReadReadUses)
		if err != nil {
			return nil, err
		}
		found, err := read.UsesBy(record, r.MemberID)
		if err != nil {
			return nil, err
		}
		uses = append(uses, found...)
	}
	return uses, nil
}
