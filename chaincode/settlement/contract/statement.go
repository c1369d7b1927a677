// SPDX-License-Identifier: Apache-2.0

package contract

import (
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// loadRun reads a run, or the newest one of the day, and reports whether there is a newer one.
func loadRun(tx *transaction.Tx, r settlement.GetRunRequest) (settlement.Run, error) {
	runs, err := ledger.Scan[settlement.Run](tx.Ledger, runsOfDay(r.CommunityID, r.Day))
	if err != nil {
		return settlement.Run{}, err
	}
	return r.Find(runs)
}

// private reads a private record; one that is absent here is PRIVATE_DATA_NOT_HERE.
func private[T any](tx *transaction.Tx, collection string, key ledger.Key, read func([]byte) (T, error)) (record T, err error) {
	values, err := ledger.GetManyPrivate(tx.Ledger, collection, []ledger.Key{key})
	if err != nil {
		return record, err
	}
	if values[0] == nil {
		return record, fault.New(fault.PrivateDataNotHere, "this peer does not hold the private record %s", key.Type)
	}
	return read(values[0])
}

// getRun answers the public record of a run.
func getRun(tx *transaction.Tx, r settlement.GetRunRequest) (settlement.Run, error) {
	if _, err := load(tx, r.CommunityID); err != nil {
		return settlement.Run{}, err
	}
	return loadRun(tx, r)
}

// runTotals answers the private totals of a run, to who may read the load profiles.
func runTotals(tx *transaction.Tx, r settlement.GetRunRequest) (settlement.RunTotals, error) {
	var totals settlement.RunTotals
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return totals, err
	}
	if err := mayReadLoadProfiles(tx, community, ""); err != nil {
		return totals, err
	}
	run, err := loadRun(tx, r)
	if err != nil {
		return totals, err
	}
	summary, err := private(tx, community.Collection, summaryKey(run.ResultsID), settlement.UnpackSummary)
	if err != nil {
		return totals, err
	}
	totals.Totals = summary.Totals
	return totals, nil
}

// statement answers one member's result of a day and its proof, for the organiser, for auditors and for the resident
// who is the member.
func statement(tx *transaction.Tx, r settlement.StatementRequest) (settlement.Statement, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Statement{}, err
	}
	if err := mayReadStatement(tx, community, r.MemberID); err != nil {
		return settlement.Statement{}, err
	}
	run, err := loadRun(tx, settlement.GetRunRequest{CommunityID: r.CommunityID, Day: r.Day, Run: r.Run})
	if err != nil {
		return settlement.Statement{}, err
	}
	statement, err := prove(tx, community, run, r.MemberID)
	statement.SupersededBy = run.SupersededBy
	return statement, purged(tx, r.CommunityID, r.Day, err)
}

func mayReadStatement(tx *transaction.Tx, community settlement.Community, memberID string) error {
	if tx.Caller.SignedRequest != nil {
		return requireOwn(tx, community, memberID)
	}
	return mayReadAll(tx, community)
}

// requireOwn refuses who does not speak for the resident whom the member's private part names.
func requireOwn(tx *transaction.Tx, community settlement.Community, memberID string) error {
	act, err := consents.Speaker(tx)
	if err != nil {
		return err
	}
	member, err := private(tx, community.Collection, memberPrivateKey(community.CommunityID, memberID), settlement.ReadMemberPrivate)
	if err != nil {
		return err
	}
	if member.Subject != act.Subject {
		return fault.New(fault.Forbidden, "only the resident whom member %s of community %s names as its subject may read this", memberID, community.CommunityID)
	}
	return nil
}

func prove(tx *transaction.Tx, community settlement.Community, run settlement.Run, memberID string) (settlement.Statement, error) {
	var none settlement.Statement
	summary, err := private(tx, community.Collection, summaryKey(run.ResultsID), settlement.UnpackSummary)
	if err != nil {
		return none, err
	}
	number, index, err := summary.Find(memberID)
	if err != nil {
		return none, err
	}
	chunk, err := private(tx, community.Collection, chunkKey(run.ResultsID, number), settlement.UnpackChunk)
	if err != nil {
		return none, err
	}
	own, err := chunk.Only(index)
	if err != nil {
		return none, err
	}
	leaves, err := leavesOf(tx, community, run, own)
	if err != nil {
		return none, err
	}
	statement, err := summary.Statement(leaves[memberID], index)
	if err != nil {
		return none, err
	}
	return statement, statement.Verify(run)
}
