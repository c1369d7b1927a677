// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"
	"strings"

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

// unread is an error about reads that names none of them.
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

// uses answers a page of the proven uses of a member's load profile in a month. The resident who is the member, the
// organiser and auditors may ask. Uses by runs come first, then those by bills, then recorded reads. Within a page they
// are in the order of their times.
func uses(tx *transaction.Tx, r settlement.UsesRequest) (settlement.Uses, error) {
	page := settlement.Uses{Uses: []settlement.ProvenUse{}, Note: settlement.UnseenReads}
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return page, err
	}
	if err := mayReadStatement(tx, community, r.MemberID); err != nil {
		return page, err
	}
	walk := usesWalk{tx: tx, community: community, request: r, found: page.Uses}
	page.Bookmark, err = walk.from(r.Bookmark)
	page.Uses = walk.found
	settlement.SortUses(page.Uses)
	return page, err
}

const (
	// mostUsesWeight bounds what one page reads: a private record of a use weighs one, and more where it is of many.
	mostUsesWeight = 60
	// leavesOfWeight and readsOfWeight are how many leaves of a run, and how many recorded reads, weigh one more.
	leavesOfWeight, readsOfWeight = 2000, 500
	// recordsOfReads is how many records of reads are read at a time.
	recordsOfReads = 10
)

// The bookmarks of the walk through a month's uses name its parts. The part of the runs begins with a day, the part of
// the recorded reads with a bookmark of the ledger.
const (
	usesByRuns  = "runs"
	usesByBills = "bills"
	usesByReads = "reads"
)

// usesWalk gathers the uses of a page.
type usesWalk struct {
	tx        *transaction.Tx
	community settlement.Community
	request   settlement.UsesRequest
	found     []settlement.ProvenUse
	weight    int
}

// full reports whether the page has as many uses as were asked for, or read as much as it may.
func (w *usesWalk) full() bool { return len(w.found) >= w.request.Size() || w.weight >= mostUsesWeight }

// from walks on from a bookmark, and returns the next one.
func (w *usesWalk) from(bookmark string) (string, error) {
	if bookmark == "" {
		bookmark = usesByRuns + ":"
	}
	part, inner, known := strings.Cut(bookmark, ":")
	if !known || !slices.Contains([]string{usesByRuns, usesByBills, usesByReads}, part) {
		return "", fault.Field(fault.InvalidField, "bookmark", "expected what the page before returned")
	}
	if part == usesByRuns {
		if next, err := w.runs(inner); next != "" || err != nil {
			return next, err
		}
	}
	if part != usesByReads {
		if w.full() {
			return usesByBills + ":", nil
		}
		if err := w.bills(); err != nil {
			return "", err
		}
		inner = ""
	}
	return w.reads(inner)
}

func (w *usesWalk) runs(from string) (string, error) {
	days, err := settlement.DaysOf(w.request.Period)
	if err != nil {
		return "", err
	}
	for _, day := range days {
		if day < from {
			continue
		}
		if w.full() {
			return usesByRuns + ":" + day, nil
		}
		if err := w.day(day); err != nil {
			return "", err
		}
	}
	return "", nil
}

// day gathers the uses by the runs of a day.
func (w *usesWalk) day(day string) error {
	runs, err := ledger.Scan[settlement.Run](w.tx.Ledger, runsOfDay(w.community.CommunityID, day))
	if err != nil {
		return err
	}
	for _, run := range runs {
		for _, trace := range run.Traces() {
			if err := w.prove(trace, run.Leaves, run.UsesBy); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *usesWalk) bills() error {
	phases := phasesOfPeriod(w.community.CommunityID, w.request.Period)
	periods, err := ledger.Scan[settlement.Period](w.tx.Ledger, phases)
	if err != nil {
		return err
	}
	seen := map[string]bool{} // what is final was provisional before
	for _, period := range periods {
		for _, trace := range period.Traces(w.community) {
			if seen[trace.ResultsID] {
				continue
			}
			seen[trace.ResultsID] = true
			if err := w.prove(trace, period.Leaves, period.UsesBy); err != nil {
				return err
			}
		}
	}
	return nil
}

// prove reads the private part of a trace and proves the member's uses in it.
func (w *usesWalk) prove(
	trace settlement.UsesRoot, leaves int,
	by func(settlement.UsesRoot, settlement.Summary, string) ([]settlement.ProvenUse, error),
) error {
	summary, err := private(w.tx, w.community.Collection, summaryKey(trace.ResultsID), settlement.UnpackSummary)
	if err != nil {
		return err
	}
	found, err := by(trace, summary, w.request.MemberID)
	w.found = append(w.found, found...)
	w.weight += 1 + leaves/leavesOfWeight
	return err
}

func (w *usesWalk) reads(from string) (string, error) {
	for {
		if w.full() {
			return usesByReads + ":" + from, nil
		}
		records, next, err := ledger.Page[settlement.ReadsRecord](
			w.tx.Ledger, readsRecordsOf(w.community.CommunityID, w.request.Period), recordsOfReads, from,
		)
		if err != nil {
			return "", err
		}
		for _, record := range records {
			if err := w.read(record); err != nil {
				return "", err
			}
		}
		if from = next; from == "" {
			return "", nil
		}
	}
}

func (w *usesWalk) read(record settlement.ReadsRecord) error {
	read, err := private(w.tx, w.community.Collection, readsKey(record.ResultsID), settlement.ReadReadUses)
	if err != nil {
		return err
	}
	found, err := read.UsesBy(record, w.request.MemberID)
	w.found = append(w.found, found...)
	w.weight += 1 + record.Uses/readsOfWeight
	return err
}
