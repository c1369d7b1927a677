// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Period recomputes all days that a phase of a month rests on, and its bills. Those of a correction are differences to
// what the phases before billed, which is taken from the ledger with its proofs. Whether it was right was to be found
// by the audit of those phases.
func (a *Auditor) Period(ctx context.Context, month string, phase settlement.Phase) error {
	coverage, err := a.coverage(ctx, month)
	if err != nil {
		return err
	}
	periods, err := a.phases(ctx, month, phase)
	if err != nil {
		return err
	}
	last := len(periods) - 1
	inputs := settlement.PeriodInputs{
		Community: a.community, Request: settlement.ClosePeriodRequest{CommunityID: a.community.CommunityID, Period: month, Phase: closedAs(phase)}, Earlier: periods[:last], Members: a.members,
	}
	days := settlement.Billed(periods)
	slices.SortFunc(days, func(x, y settlement.PeriodDay) int { return cmp.Compare(x.Day, y.Day) })
	for _, day := range days {
		gone, err := a.gone(ctx, coverage, day.Day, day.Run)
		if err != nil {
			return err
		}
		if gone {
			continue
		}
		outcome, err := a.day(ctx, day.Day, day.Run)
		if err != nil {
			return err
		}
		a.check(month, "", "days/"+day.Day+"/merkleRoot", day.MerkleRoot, outcome.Run.MerkleRoot)
		inputs.Runs, inputs.Totals = append(inputs.Runs, outcome.Run), append(inputs.Totals, outcome.Totals)
	}
	if len(a.Report.Stale)+len(a.Report.Purged) > 0 {
		return nil
	}
	before := len(a.Report.Findings)
	if inputs.Billed, err = a.billed(ctx, inputs.Earlier); err != nil || len(a.Report.Findings) > before {
		return err // nothing to take a difference to
	}
	return a.bills(ctx, inputs, periods[last])
}

// coverage is that of a month by day.
func (a *Auditor) coverage(ctx context.Context, month string) (map[string]settlement.DayCoverage, error) {
	coverage, err := a.ledger.Coverage(ctx, settlement.CoverageRequest{CommunityID: a.community.CommunityID, Period: month})
	if err != nil {
		return nil, err
	}
	days := map[string]settlement.DayCoverage{}
	for _, day := range coverage.Days {
		days[day.Day] = day
	}
	return days, nil
}

// phases are those that a phase is a difference to, from the final one on, and the phase itself.
func (a *Auditor) phases(ctx context.Context, month string, phase settlement.Phase) (periods []settlement.Period, err error) {
	for _, phase := range append(phase.Before(), phase) {
		period, err := a.ledger.GetPeriod(ctx, settlement.GetPeriodRequest{CommunityID: a.community.CommunityID, Period: month, Phase: phase})
		if err != nil {
			return nil, err
		}
		periods = append(periods, period)
	}
	return periods, nil
}

// billed are all bills of the periods, each proven to belong to its public record.
func (a *Auditor) billed(ctx context.Context, periods []settlement.Period) (bills []settlement.Bill, err error) {
	for _, period := range periods {
		parties, err := a.ledger.AllPositions(ctx, settlement.GetPeriodRequest{CommunityID: period.CommunityID, Period: period.Period, Phase: period.Phase})
		if err != nil {
			return nil, err
		}
		a.checkInt(period.Period, "", string(period.Phase)+"/leaves", int64(period.Leaves), int64(distinct(parties.Positions)))
		for _, party := range parties.Positions {
			stored, err := a.ledger.Bill(ctx, settlement.BillRequest{CommunityID: period.CommunityID, MemberID: party.MemberID, Period: period.Period, Phase: period.Phase})
			if err == nil {
				err = stored.Verify(period)
			}
			if err == nil && stored.Bill.MemberID != party.MemberID {
				err = fmt.Errorf("it is the bill of %s", stored.Bill.MemberID)
			}
			if err != nil {
				a.check(period.Period, party.MemberID, string(period.Phase)+"/bill", err.Error(), "a proven bill")
			}
			bills = append(bills, stored.Bill)
		}
	}
	return bills, nil
}

func distinct(positions []settlement.Position) int {
	parties := map[string]bool{}
	for _, position := range positions {
		parties[position.MemberID] = true
	}
	return len(parties)
}

// closedAs is the phase whose bills a period holds: what is final was closed provisionally.
func closedAs(phase settlement.Phase) settlement.Phase {
	if phase == settlement.FinalPhase {
		return settlement.ProvisionalPhase
	}
	return phase
}

func (a *Auditor) bills(ctx context.Context, inputs settlement.PeriodInputs, ledger settlement.Period) error {
	outcome, err := inputs.Close(ledger.ResultsID, ledger.ClosedAt)
	if err != nil {
		return err
	}
	ours, where := outcome.Period, ledger.Period
	a.Report.Leaves += ours.Leaves
	before := len(a.Report.Findings)
	a.check(where, "", "merkleRoot", ledger.MerkleRoot, ours.MerkleRoot)
	a.checkInt(where, "", "leaves", int64(ledger.Leaves), int64(ours.Leaves))
	a.check(where, "", "usesRoot", ledger.UsesRoot, ours.UsesRoot)
	a.checkInt(where, "", "uses", int64(ledger.Uses), int64(ours.Uses))
	totals, err := a.ledger.PeriodTotals(ctx, settlement.GetPeriodRequest{CommunityID: ledger.CommunityID, Period: ledger.Period, Phase: ledger.Phase})
	if err != nil {
		return err
	}
	a.comparePeriodTotals(where, totals.PeriodTotals, outcome.Summary.Billed)
	if len(a.Report.Findings) == before {
		return nil
	}
	for _, chunk := range outcome.Chunks {
		for _, bill := range chunk.Bills {
			stored, err := a.ledger.Bill(ctx, settlement.BillRequest{CommunityID: ledger.CommunityID, MemberID: bill.MemberID, Period: ledger.Period, Phase: ledger.Phase})
			if err != nil {
				a.check(where, bill.MemberID, "bill", err.Error(), "a bill")
				continue
			}
			a.compareBills(where, stored.Bill, bill)
		}
	}
	return nil
}

// comparePeriodTotals compares the private totals that are beside the bills.
func (a *Auditor) comparePeriodTotals(where string, ledger, ours settlement.PeriodTotals) {
	a.checkInt(where, "", "totals/consumers", ledger.Consumers, ours.Consumers)
	a.checkInt(where, "", "totals/producers", ledger.Producers, ours.Producers)
	a.checkInt(where, "", "totals/production", ledger.Production, ours.Production)
	a.checkInt(where, "", "totals/consumption", ledger.Consumption, ours.Consumption)
	a.checkInt(where, "", "totals/shared", ledger.Shared, ours.Shared)
	a.checkInt(where, "", "totals/net", ledger.Net, ours.Net)
	a.checkInt(where, "", "totals/vat", ledger.VAT, ours.VAT)
}

func (a *Auditor) compareBills(where string, ledger, ours settlement.Bill) {
	member := ours.MemberID
	a.checkInt(where, member, "metered", ledger.Metered, ours.Metered)
	a.checkInt(where, member, "shared", ledger.Shared, ours.Shared)
	a.checkInt(where, member, "position", ledger.Position, ours.Position)
	a.check(where, member, "salt", ledger.Salt, ours.Salt)
	a.checkInt(where, member, "items", int64(len(ledger.Items)), int64(len(ours.Items)))
	for i := range min(len(ledger.Items), len(ours.Items)) {
		l, o := ledger.Items[i], ours.Items[i]
		at := fmt.Sprintf("items/%d/", i)
		a.check(where, member, at+"line", l.Line, o.Line)
		a.check(where, member, at+"counterparty", l.Counterparty, o.Counterparty)
		a.checkInt(where, member, at+"energy", l.Energy, o.Energy)
		a.checkInt(where, member, at+"net", l.Net, o.Net)
		a.checkInt(where, member, at+"vat", l.VAT, o.VAT)
	}
}
