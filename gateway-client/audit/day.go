// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"fmt"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Day recomputes a run of a day from the load profiles, if they are still those that it had.
func (a *Auditor) Day(ctx context.Context, day string, run settlement.RunID) error {
	request := settlement.GetRunRequest{CommunityID: a.community.CommunityID, Day: day, Run: run}
	if err := request.Validate(); err != nil {
		return err
	}
	if _, err := a.ledger.GetRun(ctx, request); err != nil { // a day without a run is not stale
		return err
	}
	coverage, err := a.coverage(ctx, day[:len("2006-01")])
	if err != nil {
		return err
	}
	if gone, err := a.gone(ctx, coverage, day, run); err != nil || gone {
		return err
	}
	_, err = a.day(ctx, day, run)
	return err
}

// gone notes a day on which the run's load profiles are not the newest ones any more, or none are there.
func (a *Auditor) gone(ctx context.Context, coverage map[string]settlement.DayCoverage, day string, run settlement.RunID) (bool, error) {
	covered, known := coverage[day]
	if covered.Purged {
		a.Report.Purged = append(a.Report.Purged, day)
		return true, nil
	}
	causes, err := a.causes(ctx, covered, known, day, run)
	if len(causes) > 0 {
		a.Report.Stale = append(a.Report.Stale, day)
		if a.Report.Causes == nil {
			a.Report.Causes = map[string][]settlement.Cause{}
		}
		a.Report.Causes[day] = causes
	}
	return len(causes) > 0, err
}

// causes name what keeps a run from being recomputed: what changed since, or what a newer run of the day had otherwise.
func (a *Auditor) causes(ctx context.Context, covered settlement.DayCoverage, known bool, day string, run settlement.RunID) (causes []settlement.Cause, err error) {
	if !known { // nobody is a member on the day any more
		return []settlement.Cause{settlement.CauseRoster}, nil
	}
	for _, cause := range covered.Causes {
		if hinders(cause, run) {
			causes = append(causes, cause)
		}
	}
	if covered.Run == "" || covered.Run == run {
		return causes, nil
	}
	request := settlement.GetRunRequest{CommunityID: a.community.CommunityID, Day: day, Run: run}
	older, err := a.ledger.GetRun(ctx, request)
	if err != nil {
		return nil, err
	}
	request.Run = covered.Run
	newest, err := a.ledger.GetRun(ctx, request)
	for _, of := range []struct {
		differs bool
		cause   settlement.Cause
	}{
		{older.RosterSHA256 != newest.RosterSHA256, settlement.CauseRoster},
		{older.RosterSHA256 == newest.RosterSHA256 && older.InputsSHA256 != newest.InputsSHA256, settlement.CauseReadings},
		{older.KeyDaySHA256 != newest.KeyDaySHA256, settlement.CauseShares},
		{older.Generation != newest.Generation, settlement.CauseKey},
	} {
		if of.differs && hinders(of.cause, run) && !slices.Contains(causes, of.cause) {
			causes = append(causes, of.cause)
		}
	}
	return causes, err
}

// hinders reports whether a change keeps the run from being recomputed: a retroactive key or tariff counts in
// corrections only, so others are what they were.
func hinders(cause settlement.Cause, run settlement.RunID) bool {
	return cause != settlement.CauseKey && cause != settlement.CauseTariff || run.Before() != ""
}

// day recomputes a run from the load profiles and compares its public record, and where that differs every member's result.
func (a *Auditor) day(ctx context.Context, day string, run settlement.RunID) (settlement.Outcome, error) {
	request := settlement.GetRunRequest{CommunityID: a.community.CommunityID, Day: day, Run: run}
	record, err := a.ledger.GetRun(ctx, request)
	if err != nil {
		return settlement.Outcome{}, err
	}
	totals, err := a.ledger.RunTotals(ctx, request)
	if err != nil {
		return settlement.Outcome{}, err
	}
	inputs, err := a.inputs(ctx, day, run)
	if err != nil {
		return settlement.Outcome{}, err
	}
	outcome, err := inputs.Settle(record.ResultsID, record.SettledBy, record.SettledAt)
	if err != nil {
		return outcome, err
	}
	a.Report.Days++
	a.Report.Leaves += outcome.Run.Leaves
	before := len(a.Report.Findings)
	a.compareRuns(record, outcome)
	a.compareTotals(day, totals.Totals, outcome.Summary.Totals)
	if len(a.Report.Findings) > before {
		a.compareLeaves(ctx, outcome)
	}
	return outcome, nil
}

// inputs are those of the run: what was measured, and the hashes that certify it, computed from the values themselves.
func (a *Auditor) inputs(ctx context.Context, day string, run settlement.RunID) (settlement.Inputs, error) {
	request := settlement.SettleDayRequest{CommunityID: a.community.CommunityID, Day: day, Run: run}
	inputs := settlement.Inputs{Community: a.community, Request: request, Members: settlement.InForce(a.members, day)}
	days, key, err := a.ledger.AllMeterDays(ctx, settlement.MeterDaysRequest{CommunityID: a.community.CommunityID, Day: day})
	if err != nil {
		return inputs, err
	}
	for _, read := range days {
		a.read[read.MemberID] = append(a.read[read.MemberID], day)
	}
	measured, err := a.measured(day, days)
	if err != nil {
		return inputs, err
	}
	for _, member := range inputs.Members {
		d, present := measured[member.MemberID]
		if !present {
			continue
		}
		inputs.Days = append(inputs.Days, d)
		inputs.Entries = append(inputs.Entries, settlement.ManifestEntry{MemberID: d.MemberID, Version: d.Version, SHA256: settlement.Hash(d.Encode())})
	}
	if run != settlement.Provisional {
		inputs = inputs.WithoutUnmeasured()
	}
	if inputs.Generation().Key.PerInterval() && key != nil {
		inputs.KeyDay, inputs.KeyDaySHA256 = key, settlement.Hash(key.Encode())
	}
	return inputs, nil
}

// measured are a day's load profiles by member. Those that the ledger would not have taken are refused: the hashes tell only valid ones apart.
func (a *Auditor) measured(date string, days []settlement.MeterDay) (map[string]settlement.MeterDay, error) {
	day, err := a.community.Day(date)
	if err != nil {
		return nil, err
	}
	measured := map[string]settlement.MeterDay{}
	for _, d := range days {
		err := d.Validate()
		if err == nil && (d.Day != date || len(d.Values) != day.Intervals) {
			err = fmt.Errorf("%d values of %s, expected %d of %s", len(d.Values), d.Day, day.Intervals, date)
		}
		if err != nil {
			return nil, fmt.Errorf("the peer's answer about the load profile of member %q: %w", d.MemberID, err)
		}
		measured[d.MemberID] = d
	}
	return measured, nil
}

func (a *Auditor) compareRuns(ledger settlement.Run, outcome settlement.Outcome) {
	ours, where := outcome.Run, outcome.Run.Day
	a.check(where, "", "inputsSha256", ledger.InputsSHA256, ours.InputsSHA256)
	a.check(where, "", "rosterSha256", ledger.RosterSHA256, ours.RosterSHA256)
	a.check(where, "", "keyDaySha256", ledger.KeyDaySHA256, ours.KeyDaySHA256)
	a.check(where, "", "key", string(ledger.Key), string(ours.Key))
	a.check(where, "", "rounding", string(ledger.Rounding), string(ours.Rounding))
	a.check(where, "", "merkleRoot", ledger.MerkleRoot, ours.MerkleRoot)
	a.check(where, "", "usesRoot", ledger.UsesRoot, ours.UsesRoot)
	for _, field := range []struct {
		name         string
		ledger, ours int
	}{
		{"generation", ledger.Generation, ours.Generation}, {"intervals", ledger.Intervals, ours.Intervals}, {"leaves", ledger.Leaves, ours.Leaves},
	} {
		a.checkInt(where, "", field.name, int64(field.ledger), int64(field.ours))
	}
}

// compareTotals compares the private totals that are beside the members' results.
func (a *Auditor) compareTotals(day string, ledger, ours settlement.Totals) {
	a.checkInt(day, "", "totals/consumers", ledger.Consumers, ours.Consumers)
	a.checkInt(day, "", "totals/producers", ledger.Producers, ours.Producers)
	a.checkInt(day, "", "totals/incomplete", ledger.Incomplete, ours.Incomplete)
	a.checkInt(day, "", "totals/production", ledger.Production, ours.Production)
	a.checkInt(day, "", "totals/consumption", ledger.Consumption, ours.Consumption)
	a.checkInt(day, "", "totals/selfConsumed", ledger.SelfConsumed, ours.SelfConsumed)
	a.checkInt(day, "", "totals/shared", ledger.Shared, ours.Shared)
	a.checkInt(day, "", "totals/surplus", ledger.Surplus, ours.Surplus)
}

// compareLeaves names the members and intervals at which the stored results differ.
func (a *Auditor) compareLeaves(ctx context.Context, outcome settlement.Outcome) {
	run := outcome.Run
	for _, ours := range outcome.Leaves {
		stored, err := a.ledger.Statement(ctx, settlement.StatementRequest{CommunityID: run.CommunityID, MemberID: ours.MemberID, Day: run.Day, Run: run.Run})
		if err != nil {
			a.check(run.Day, ours.MemberID, "statement", err.Error(), "a statement")
			continue
		}
		a.compareLeaf(run.Day, stored.Leaf, ours)
	}
}

func (a *Auditor) compareLeaf(day string, ledger, ours settlement.Leaf) {
	a.check(day, ours.MemberID, "salt", ledger.Salt, ours.Salt)
	a.checkInt(day, ours.MemberID, "intervals", int64(len(ledger.Intervals)), int64(len(ours.Intervals)))
	for i := range min(len(ledger.Intervals), len(ours.Intervals)) {
		l, o := ledger.Intervals[i], ours.Intervals[i]
		if l == nil || o == nil {
			a.check(day, ours.MemberID, fmt.Sprintf("intervals/%d", i), presence(l), presence(o))
			continue
		}
		a.checkInt(day, ours.MemberID, fmt.Sprintf("intervals/%d/metered", i), l[0], o[0])
		a.checkInt(day, ours.MemberID, fmt.Sprintf("intervals/%d/shared", i), l[1], o[1])
	}
}

func presence(pair *settlement.Pair) string {
	if pair == nil {
		return "no value"
	}
	return fmt.Sprintf("%d of %d", pair[1], pair[0])
}
