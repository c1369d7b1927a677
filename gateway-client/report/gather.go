// SPDX-License-Identifier: Apache-2.0

package report

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Ledger is what a report reads; gateway.Settlement has it.
type Ledger interface {
	GetCommunity(context.Context, settlement.GetCommunityRequest) (settlement.Community, error)
	GetPeriod(context.Context, settlement.GetPeriodRequest) (settlement.Period, error)
	PeriodTotals(context.Context, settlement.GetPeriodRequest) (settlement.PhaseTotals, error)
	GetRun(context.Context, settlement.GetRunRequest) (settlement.Run, error)
	RunTotals(context.Context, settlement.GetRunRequest) (settlement.RunTotals, error)
	AllPositions(context.Context, settlement.GetPeriodRequest) (settlement.Positions, error)
	Bill(context.Context, settlement.BillRequest) (settlement.BillStatement, error)
}

// Gather reads what a report of a period shows, as its organiser or an auditor.
func Gather(ctx context.Context, ledger Ledger, of settlement.GetPeriodRequest) (data Data, err error) {
	if data.Community, err = ledger.GetCommunity(ctx, settlement.GetCommunityRequest{CommunityID: of.CommunityID}); err != nil {
		return data, err
	}
	if data.Period, err = ledger.GetPeriod(ctx, of); err != nil {
		return data, err
	}
	totals, err := ledger.PeriodTotals(ctx, of)
	if err != nil {
		return data, err
	}
	data.Totals = totals.PeriodTotals
	for _, day := range data.Period.Days {
		request := settlement.GetRunRequest{CommunityID: of.CommunityID, Day: day.Day, Run: day.Run}
		run, err := ledger.GetRun(ctx, request)
		if err != nil {
			return data, err
		}
		totals, err := ledger.RunTotals(ctx, request)
		if err != nil {
			return data, err
		}
		data.Days = append(data.Days, NewDay(run, totals.Totals))
	}
	positions, err := ledger.AllPositions(ctx, of)
	if err != nil {
		return data, err
	}
	for _, position := range positions.Positions {
		bill, err := ledger.Bill(ctx, settlement.BillRequest{CommunityID: of.CommunityID, MemberID: position.MemberID, Period: of.Period, Phase: of.Phase})
		if err != nil {
			return data, err
		}
		data.Bills = append(data.Bills, bill.Bill)
	}
	return data, nil
}
