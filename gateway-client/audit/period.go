package audit

import (
	"context"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Period recomputes all days of a period that a phase bills, and the bills themselves: the provisional or final ones of the month. Corrections are
// differences to what was final; their days are audited by Day.
func (a *Auditor) Period(ctx context.Context, month string, phase settlement.Phase) error {
	coverage, err := a.ledger.Coverage(ctx, settlement.CoverageRequest{CommunityID: a.community.CommunityID, Period: month})
	if err != nil {
		return err
	}
	period, err := a.ledger.GetPeriod(ctx, settlement.GetPeriodRequest{CommunityID: a.community.CommunityID, Period: month, Phase: phase})
	if err != nil {
		return err
	}
	current := map[string]settlement.RunID{} // the runs whose curves are the newest ones
	for _, day := range coverage.Days {
		if !day.Stale && !day.Purged {
			current[day.Day] = day.Run
		}
	}
	inputs := settlement.PeriodInputs{
		Community: a.community, Request: settlement.ClosePeriodRequest{CommunityID: a.community.CommunityID, Period: month, Phase: closedAs(phase)},
	}
	for _, day := range period.Days {
		if current[day.Day] != day.Run {
			a.Report.Stale = append(a.Report.Stale, day.Day)
			continue
		}
		outcome, err := a.Day(ctx, day.Day, day.Run)
		if err != nil {
			return err
		}
		a.check(month, "", "days/"+day.Day+"/merkleRoot", day.MerkleRoot, outcome.Run.MerkleRoot)
		inputs.Runs, inputs.Totals = append(inputs.Runs, outcome.Run), append(inputs.Totals, outcome.Totals)
	}
	if len(a.Report.Stale) > 0 || phase.Correction() > 0 {
		return nil
	}
	return a.bills(ctx, inputs, period)
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
	a.checkInt(where, "", "positionsSum", ledger.PositionsSum, ours.PositionsSum)
	if ledger.Totals != nil && ours.Totals != nil {
		a.checkInt(where, "", "totals/production", ledger.Totals.Production, ours.Totals.Production)
		a.checkInt(where, "", "totals/consumption", ledger.Totals.Consumption, ours.Totals.Consumption)
		a.checkInt(where, "", "totals/shared", ledger.Totals.Shared, ours.Totals.Shared)
		a.checkInt(where, "", "totals/net", ledger.Totals.Net, ours.Totals.Net)
		a.checkInt(where, "", "totals/vat", ledger.Totals.VAT, ours.Totals.VAT)
	}
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
