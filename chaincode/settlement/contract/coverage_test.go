// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// covered is the coverage of the day.
func covered(t *testing.T, s *contracttest.Suite) settlement.DayCoverage {
	t.Helper()
	for _, c := range coverage(t, s) {
		if c.Day == day {
			return c
		}
	}
	return settlement.DayCoverage{}
}

func TestCoverageNamesWhatChangedAfterTheNewestRun(t *testing.T) {
	dearer := &billing.Tariff{Currency: "EUR", Lines: slices.Clone(tariff.Lines)}
	dearer.Lines[0].Bands = []billing.Band{{From: "00:00", Price: 150_000}}
	for sentence, row := range map[string]struct {
		change func(*testing.T, *contracttest.Suite)
		causes []settlement.Cause
	}{
		"nothing": {func(*testing.T, *contracttest.Suite) {}, nil},
		"a reading": {func(t *testing.T, s *contracttest.Suite) {
			later := flat("b", day, 96, 10*kWh)
			later.Version = 2
			s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(later))
		}, []settlement.Cause{settlement.CauseReadings}},
		"the allocation key": {func(t *testing.T, s *contracttest.Suite) {
			s.Submit(t, organiser, "settlement:ChangeKey", changeKey(day, allocation.Static, true), nil)
		}, []settlement.Cause{settlement.CauseKey}},
		"the tariff": {func(t *testing.T, s *contracttest.Suite) {
			s.Submit(t, organiser, "settlement:ChangeTariff", settlement.ChangeTariffRequest{CommunityID: "sunny", From: day, Tariff: dearer, Retroactive: true}, nil)
		}, []settlement.Cause{settlement.CauseTariff}},
		"both, and they changed back": {func(t *testing.T, s *contracttest.Suite) {
			s.Submit(t, organiser, "settlement:ChangeKey", changeKey(day, allocation.Static, true), nil)
			s.Submit(t, organiser, "settlement:ChangeTariff", settlement.ChangeTariffRequest{CommunityID: "sunny", From: day, Tariff: dearer, Retroactive: true}, nil)
			s.Submit(t, organiser, "settlement:ChangeTariff", settlement.ChangeTariffRequest{CommunityID: "sunny", From: day, Tariff: tariff, Retroactive: true}, nil)
			s.Submit(t, organiser, "settlement:ChangeKey", changeKey(day, allocation.Prorata, true), nil)
		}, nil},
		"a member that joined": {func(t *testing.T, s *contracttest.Suite) {
			late := membership("late", settlement.Consumption)
			late.From, late.To = day, "2025-06-02"
			join(t, s, late, 40)
		}, []settlement.Cause{settlement.CauseRoster}},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := billable(t)
			require.Equal(t, settlement.DayCoverage{Day: day, Members: 3, Present: 3, Missing: []string{}}, covered(t, s))
			settled(t, s, settleFinal)
			row.change(t, s)
			require.Equal(t, row.causes, covered(t, s).Causes)
			require.Equal(t, row.causes != nil, covered(t, s).Stale)
		})
	}
}

func TestCoverageSeesOtherSharesOfTheIntervals(t *testing.T) {
	s := billableBy(t, settlement.AllocationKey{Type: "dynamic"})
	share := func(version int, a, b int64) {
		key := settlement.KeyDay{
			Day: day, Version: version, Consumers: []string{"a", "b"}, Shares: [][][]int64{slices.Repeat([][]int64{{a, b}}, 96)}, Salt: salt,
		}
		s.Submit(t, organiser, "settlement:SubmitKeyDay", settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": key})
	}
	share(1, 500_000, 500_000)
	settled(t, s, settleFinal)
	require.False(t, covered(t, s).Stale)
	share(2, 400_000, 600_000)
	require.Equal(t, []settlement.Cause{settlement.CauseShares}, covered(t, s).Causes)
}

func TestTheNewestRunIsTheDefaultAndAnOlderOneSaysSo(t *testing.T) {
	s := billable(t)
	newest := settlement.GetRunRequest{CommunityID: "sunny", Day: day}
	require.Equal(t, fault.NotFound, s.Refuse(t, outsider, "settlement:GetRun", newest, nil).Code)
	final := settled(t, s, settleFinal)
	ask := func(of settlement.GetRunRequest) settlement.Run {
		return contracttest.Answer[settlement.Run](t, s.Submit(t, outsider, "settlement:GetRun", of, nil))
	}
	require.Equal(t, final, ask(newest))
	correct(t, s, 2, 10*kWh, "correction-1")
	require.EqualValues(t, "correction-1", ask(newest).Run)
	require.Empty(t, ask(newest).SupersededBy)
	older := newest
	older.Run = settlement.Final
	require.EqualValues(t, "correction-1", ask(older).SupersededBy)
	older.Run = "correction-2"
	refusal := s.Refuse(t, outsider, "settlement:GetRun", older, nil)
	require.Equal(t, fault.NotFound, refusal.Code)
	require.Contains(t, refusal.Message, "the newest one is correction-1")

	statement := statementOf(t, s, "b", "")
	require.EqualValues(t, "correction-1", statement.Leaf.Run)
	require.Empty(t, statement.SupersededBy)
	superseded := statementOf(t, s, "b", settlement.Final)
	require.EqualValues(t, "correction-1", superseded.SupersededBy)
	require.NoError(t, superseded.Verify(final), "what was true stays provable")
	totals := contracttest.Answer[settlement.RunTotals](t, s.Submit(t, auditor, "settlement:RunTotals", newest, nil))
	require.EqualValues(t, 96*20*kWh, totals.Consumption)
	proof := settlement.ProofRequest{CommunityID: "sunny", MemberID: "b", Day: day}
	require.Equal(t, ask(newest).MerkleRoot, contracttest.Answer[settlement.Proof](t, s.Submit(t, auditor, "settlement:Proof", proof, nil)).MerkleRoot)
}

// TestTheStatementsOfAMonthAddUpToItsBills takes the newest run of each day and all phases of the month.
func TestTheStatementsOfAMonthAddUpToItsBills(t *testing.T) {
	s := billable(t)
	finalized(t, s)
	correct(t, s, 2, 7*kWh, "correction-1")
	s.Submit(t, organiser, "settlement:ClosePeriod", closing("correction-1"), nil)
	correct(t, s, 3, 9*kWh, "correction-2")
	s.Submit(t, organiser, "settlement:ClosePeriod", closing("correction-2"), nil)
	for _, member := range []string{"a", "b", "p"} {
		var metered, shared int64
		for _, phase := range []settlement.Phase{settlement.FinalPhase, "correction-1", "correction-2"} {
			if cents, _ := positionsOf(t, s, phase); phase != settlement.FinalPhase && cents[member] == 0 {
				continue // a correction has bills of those only whom it changes
			}
			bill := billOf(t, s, member, phase).Bill
			metered, shared = metered+bill.Metered, shared+bill.Shared
		}
		ofDay, sharedOfDay := statementOf(t, s, member, "").Totals()
		require.Equal(t, ofDay, metered, member)
		require.Equal(t, sharedOfDay, shared, member)
	}
}
