// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
	"github.com/smartb-suite/smartb/gateway-client/audit"
)

// tariff is cheaper at night; households sell without VAT.
var tariff = &billing.Tariff{Currency: "EUR", Lines: []billing.Line{
	{
		LineID: "energy", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: 90_000}, {From: "06:00", Price: 120_000}},
		VAT: billing.VAT{Rate: 2000, ByRole: map[string]int64{household: 0}},
	},
	{LineID: "community", Kind: billing.CommunityFee, Bands: []billing.Band{{From: "00:00", Price: 10_000}}, VAT: billing.VAT{Rate: 2000}},
	{LineID: "grid", Kind: billing.GridFee, Bands: []billing.Band{{From: "00:00", Price: 28_000}}, VAT: billing.VAT{Rate: 2000}},
}}

const household = "household"

// role makes the first producer a household, so that two VAT rates occur.
func role(p point) string {
	if p.direction == settlement.Production && p.column == "1" {
		return household
	}
	return ""
}

// bill closes the month, corrects one day of it, and pays.
func (s *story) bill(ctx context.Context, n *neighbours) error {
	month := s.data.dates()[0][:len("2006-01")]
	final, err := s.closeMonth(ctx, n, month)
	if err != nil {
		return err
	}
	if err := s.proveBill(ctx, n, final); err != nil {
		return err
	}
	if err := s.audit(ctx, n, month); err != nil {
		return err
	}
	mend, err := s.outage(ctx)
	if err == nil {
		err = s.finish(ctx, n, final)
	}
	if mend != nil {
		err = errors.Join(err, mend(ctx))
	}
	if err != nil {
		return err
	}
	fmt.Printf("\nAll of it is on the ledger of four organisations. See for yourself:\n"+
		"   go run ./gateway-client/cmd/smartb period positions %s %s --as community/organiser\n   go run ./network/cmd/network status\n   make down\n", n.CommunityID, month)
	return nil
}

// finish corrects a day, pays and reports.
func (s *story) finish(ctx context.Context, n *neighbours, final settlement.Period) error {
	if err := s.correct(ctx, n, final.Period); err != nil {
		return err
	}
	if err := s.pay(ctx, final); err != nil {
		return err
	}
	return s.report(ctx, final)
}

func (s *story) closeMonth(ctx context.Context, n *neighbours, month string) (settlement.Period, error) {
	s.chapter("The month is closed", "every total is rounded once, both sides of every supply name the same cents, and all positions together are zero")
	contract := s.parties.organiser.Settlement()
	if _, err := contract.GetPeriod(ctx, settlement.GetPeriodRequest{CommunityID: n.CommunityID, Period: month, Phase: settlement.FinalPhase}); err != nil { // not an earlier story's
		request := settlement.ClosePeriodRequest{CommunityID: n.CommunityID, Period: month, Phase: settlement.ProvisionalPhase}
		if _, _, err := contract.ClosePeriod(ctx, request); err != nil {
			return settlement.Period{}, err
		}
	}
	final, receipt, err := contract.FinalizePeriod(ctx, settlement.FinalizePeriodRequest{CommunityID: n.CommunityID, Period: month})
	if err != nil {
		return final, err
	}
	if err := s.awaitEverywhere(ctx, receipt); err != nil {
		return final, err
	}
	fmt.Printf("   %s is %s: %d bills over %d days, root %s…\n", final.Period, final.Phase, final.Leaves, len(final.Days), final.MerkleRoot[:16])
	return final, s.printPositions(ctx, final)
}

func (s *story) printPositions(ctx context.Context, period settlement.Period) error {
	all, err := s.parties.organiser.Settlement().AllPositions(ctx, of(period))
	if err != nil {
		return err
	}
	var receive, pay int64
	for _, position := range all.Positions {
		receive += max(position.Cents, 0)
		pay += max(-position.Cents, 0)
	}
	fmt.Printf("   %s %s are to be received, %s to be paid, the sum is %s\n", euros(receive), all.Currency, euros(pay), euros(all.Sum()))
	return nil
}

func of(period settlement.Period) settlement.GetPeriodRequest {
	return settlement.GetPeriodRequest{CommunityID: period.CommunityID, Period: period.Period, Phase: period.Phase}
}

func euros(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// proveBill has the city verify a bill, and a forged one.
func (s *story) proveBill(ctx context.Context, n *neighbours, final settlement.Period) error {
	s.chapter("A member's bill is verified at the city's peer", "whoever pays can check the bill against a record that no single organisation could have changed")
	member := n.members[key(s.data.points(n.CommunityID)[0])]
	bill, err := s.parties.auditor.Settlement().Bill(ctx, settlement.BillRequest{CommunityID: n.CommunityID, MemberID: member, Period: final.Period, Phase: final.Phase})
	if err != nil {
		return err
	}
	public, err := s.parties.city.Settlement().GetPeriod(ctx, of(final))
	if err != nil {
		return err
	}
	if err := bill.Verify(public); err != nil {
		return err
	}
	for _, item := range bill.Bill.Items {
		fmt.Printf("   %s %-9s %s kWh from %-16s net %s, VAT %s\n", item.Side, item.Line, kWh(item.Energy), item.Counterparty, euros(item.Net), euros(item.VAT))
	}
	fmt.Printf("   member %s pays %s %s: verified against root %s…\n", member[:8], euros(-bill.Bill.Position), bill.Bill.Currency, public.MerkleRoot[:16])
	bill.Bill.Items = slices.Clone(bill.Bill.Items)
	bill.Bill.Items[0].Net++
	if err := bill.Verify(public); err == nil {
		return fmt.Errorf("a forged bill was verified")
	} else {
		fmt.Printf("   the same bill with one cent more: %s\n", err)
	}
	return nil
}

// audit has the auditor recompute all days and bills from the load profiles.
func (s *story) audit(ctx context.Context, n *neighbours, month string) error {
	s.chapter("The auditor recomputes the month from the load profiles", "nothing that the chaincode stored is taken on trust; a digit that differs would be named")
	return s.recomputeMonth(ctx, n, month, settlement.FinalPhase)
}

func (s *story) recomputeMonth(ctx context.Context, n *neighbours, month string, phase settlement.Phase) error {
	auditor, err := audit.New(ctx, s.parties.auditor.Settlement(), n.CommunityID)
	if err != nil {
		return err
	}
	if err := auditor.Period(ctx, month, phase); err != nil {
		return err
	}
	report := auditor.Report
	fmt.Printf("   %d runs with %d results and bills recomputed on this machine, %d places differ; %d days were corrected since\n", report.Days, report.Leaves, len(report.Findings), len(report.Stale))
	if len(report.Findings) > 0 {
		return fmt.Errorf("the audit found: %s", report.Findings[0])
	}
	return nil
}

// correct halves one member's readings of one day.
func (s *story) correct(ctx context.Context, n *neighbours, month string) error {
	s.chapter("One day of one member is corrected", "what is final stays: a correction is a run of that day alone and a difference that adds up to the right bill")
	day, member := s.data.dates()[2], n.members[key(s.data.points(n.CommunityID)[0])]
	reading := settlement.Reading{MemberID: member, Day: day, Version: 2, Salt: randomHex(), Source: "demo: the meter was read again"}
	loadProfiles, err := s.parties.auditor.Settlement().Statement(ctx, settlement.StatementRequest{CommunityID: n.CommunityID, MemberID: member, Day: day, Run: settlement.Final})
	if err != nil {
		return err
	}
	for _, pair := range loadProfiles.Leaf.Intervals {
		reading.Values, reading.Quality = append(reading.Values, pair[0]/2), reading.Quality+"R"
	}
	_, receipt, err := s.parties.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: n.CommunityID}, settlement.Readings{MeterDays: []settlement.Reading{reading}})
	if err != nil {
		return err
	}
	if err := s.parties.organiser.Await(ctx, receipt); err != nil {
		return err
	}
	contract := s.parties.organiser.Settlement()
	if _, receipt, err = contract.SettleDay(ctx, settlement.SettleDayRequest{CommunityID: n.CommunityID, Day: day, Run: "correction-1"}, n.Organiser, n.GridOperator); err != nil {
		return err
	}
	if err := s.parties.operator.Await(ctx, receipt); err != nil {
		return err
	}
	difference, receipt, err := contract.ClosePeriod(ctx, settlement.ClosePeriodRequest{CommunityID: n.CommunityID, Period: month, Phase: "correction-1"})
	if err != nil {
		return err
	}
	if err := s.awaitEverywhere(ctx, receipt); err != nil {
		return err
	}
	fmt.Printf("   %d day of %d changed (%s), %d bills differ\n", len(difference.Days), len(n.runs), day, difference.Leaves)
	if err := s.printPositions(ctx, difference); err != nil {
		return err
	}
	return s.recomputeMonth(ctx, n, month, difference.Phase)
}
