// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// billed is a community whose tariff has two bands and households without VAT; from the 16th on another tariff is in force.
func billed() Community {
	line := func(price int64) *billing.Tariff {
		return &billing.Tariff{Currency: "EUR", Lines: []billing.Line{
			{LineID: "energy", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: price}, {From: "06:00", Price: 2 * price}}, VAT: billing.VAT{Rate: 2000, ByRole: map[string]int64{"household": 0}}},
			{LineID: "fee", Kind: billing.CommunityFee, Bands: []billing.Band{{From: "00:00", Price: 7_777}}, VAT: billing.VAT{Rate: 1900}},
		}}
	}
	c := vienna()
	c.Organiser, c.GridOperator, c.Tariff = "O", "D", line(111_111)
	c.Changes, c.Generation = []Generation{{Number: 2, From: "2025-06-16", Key: c.Key, Rounding: c.Rounding, Tariff: line(99_999)}}, 2
	return c
}

// drawDay makes the sums of a random day of the same seven members.
func drawDay(t *rapid.T, generation int) DayTotals {
	day := DayTotals{Salt: "0a", Generation: generation}
	bought := [2][]int64{}
	for slot := range bought {
		bought[slot] = rapid.SliceOfN(rapid.Int64Range(0, 1<<34), 4, 4).Draw(t, "bought")
	}
	for i := range 4 {
		day.Members = append(day.Members, MemberTotals{
			MemberID: "c" + strconv.Itoa(i), Direction: Consumption, Metered: bought[0][i] + bought[1][i], Shared: bought[0][i] + bought[1][i], Billed: []int64{bought[0][i], bought[1][i]},
		})
	}
	weights := rapid.SliceOfN(rapid.Int64Range(1, 9), 3, 3).Draw(t, "weights")
	sold := [2][]int64{billing.Apportion(sum(bought[0]), weights), billing.Apportion(sum(bought[1]), weights)}
	for j := range 3 {
		day.Members = append(day.Members, MemberTotals{
			MemberID: "p" + strconv.Itoa(j), Direction: Production, Role: []string{"household", "business", "household"}[j],
			Metered: sold[0][j] + sold[1][j], Shared: sold[0][j] + sold[1][j], Billed: []int64{sold[0][j], sold[1][j]},
		})
	}
	return day
}

func closeAs(t *rapid.T, phase Phase, runs []Run, totals []DayTotals, earlier []PeriodOutcome) PeriodOutcome {
	in := PeriodInputs{Community: billed(), Request: ClosePeriodRequest{CommunityID: "c", Period: "2025-06", Phase: phase}, Runs: runs, Totals: totals}
	for _, outcome := range earlier {
		in.Earlier = append(in.Earlier, outcome.Period)
		for _, chunk := range outcome.Chunks {
			in.Billed = append(in.Billed, chunk.Bills...)
		}
	}
	outcome, err := in.Close("tx", time.Unix(0, 0))
	require.NoError(t, err)
	return outcome
}

func positions(outcomes ...PeriodOutcome) map[string]int64 {
	sums := map[string]int64{}
	for _, outcome := range outcomes {
		for _, chunk := range outcome.Chunks {
			for _, bill := range chunk.Bills {
				sums[bill.MemberID] += bill.Position
			}
		}
	}
	maps.DeleteFunc(sums, func(_ string, cents int64) bool { return cents == 0 })
	return sums
}

// TestAnyNumberOfCorrectionsAddsUpToTheBillOfTheNewestRuns corrects random days of a random month again and again.
func TestAnyNumberOfCorrectionsAddsUpToTheBillOfTheNewestRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var runs []Run
		var totals []DayTotals
		for _, day := range []string{"2025-06-14", "2025-06-15", "2025-06-16", "2025-06-17"} {
			generation := 1
			if day >= "2025-06-16" {
				generation = 2
			}
			runs = append(runs, Run{Day: day, Run: Final, MerkleRoot: day})
			totals = append(totals, drawDay(t, generation))
		}
		outcomes := []PeriodOutcome{closeAs(t, ProvisionalPhase, runs, totals, nil)}
		for n := range rapid.IntRange(1, 4).Draw(t, "corrections") {
			changed := rapid.IntRange(0, 3).Draw(t, "day")
			runs, totals = slices.Clone(runs), slices.Clone(totals)
			runs[changed].Run = RunID("correction-" + strconv.Itoa(n+1))
			totals[changed] = drawDay(t, totals[changed].Generation)
			outcomes = append(outcomes, closeAs(t, Phase("correction-"+strconv.Itoa(n+1)), runs, totals, outcomes))
			newest := outcomes[len(outcomes)-1].Period
			require.Len(t, newest.Days, 1, "only the day that changed")
			require.Equal(t, runs[changed].Day, newest.Days[0].Day)
			require.Equal(t, positions(closeAs(t, ProvisionalPhase, runs, totals, nil)), positions(outcomes...))
		}
	})
}

func TestEveryBillOfAMonthIsProvenAndCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		outcome := closeAs(t, ProvisionalPhase, []Run{{Day: "2025-06-14", Run: Final}}, []DayTotals{drawDay(t, 1)}, nil)
		for _, bill := range outcome.Chunks[0].Bills {
			_, index, err := outcome.Summary.Find(bill.MemberID)
			require.NoError(t, err)
			inclusion, err := outcome.Summary.Inclusion(index)
			require.NoError(t, err)
			require.NoError(t, BillStatement{Bill: bill, Inclusion: inclusion}.Verify(outcome.Period))
			bill.Shared++
			require.ErrorIs(t, BillStatement{Bill: bill, Inclusion: inclusion}.Verify(outcome.Period), ErrUnproven)
		}
	})
}

func TestTotalsOfAPeriodStandInItsSummary(t *testing.T) {
	day := DayTotals{Salt: "0a", Generation: 1}
	for i := range 5 {
		day.Members = append(day.Members, MemberTotals{MemberID: "c" + strconv.Itoa(i), Direction: Consumption, Metered: 2, Shared: 1, Billed: []int64{1, 0}})
	}
	for i := range 5 {
		day.Members = append(day.Members, MemberTotals{MemberID: "p" + strconv.Itoa(i), Direction: Production, Metered: 3, Shared: 1, Billed: []int64{1, 0}})
	}
	in := PeriodInputs{Community: billed(), Request: ClosePeriodRequest{Period: "2025-06", Phase: Preview}, Runs: []Run{{Day: "2025-06-14"}}, Totals: []DayTotals{day}}
	outcome, err := in.Close("tx", time.Unix(0, 0))
	require.NoError(t, err)
	require.Equal(t, PeriodTotals{Consumers: 5, Producers: 5, Production: 15, Consumption: 10, Shared: 5}, outcome.Summary.Billed)
	in.Totals[0].Members = day.Members[1:]
	outcome, err = in.Close("tx", time.Unix(0, 0))
	require.Error(t, err, "what is sold is not bought: a run cannot say so")
}

func TestDaysOfAPeriodAreThoseOnWhichSomebodyIsAMember(t *testing.T) {
	c := vienna()
	members := []Member{{State: Confirmed, Membership: Membership{From: "2025-06-29"}}, {State: Pending, Membership: Membership{From: "2025-06-01"}}}
	days, err := c.Days("2025-06", members)
	require.NoError(t, err)
	require.Equal(t, []string{"2025-06-29", "2025-06-30"}, days)
	require.Equal(t, allocation.Prorata, c.On(days[0], Final).Key.Type)
}

// TestEveryStateOfADisputeAndEveryResolution walks all states, arbiters and answers.
func TestEveryStateOfADisputeAndEveryResolution(t *testing.T) {
	type question struct {
		arbiter Arbiter
		state   DisputeState
		accept  bool
	}
	legal := map[question]DisputeState{
		{AuditorArbiter, DisputeRaised, true}:    DisputeAccepted,
		{AuditorArbiter, DisputeRaised, false}:   DisputeDismissed,
		{AuditorArbiter, DisputeAppealed, true}:  DisputeAccepted,
		{AuditorArbiter, DisputeAppealed, false}: DisputeDismissed,
		{AuditorArbiter, DisputeAccepted, false}: DisputeDismissed,
	}
	for _, arbiter := range []Arbiter{GridOperatorArbiter, OrganiserArbiter} {
		legal[question{arbiter, DisputeRaised, true}], legal[question{arbiter, DisputeRaised, false}] = DisputeAccepted, DisputeRejected
	}
	for _, state := range []DisputeState{DisputeRaised, DisputeAccepted, DisputeRejected, DisputeAppealed, DisputeDismissed} {
		for _, arbiter := range []Arbiter{GridOperatorArbiter, OrganiserArbiter, AuditorArbiter} {
			for _, accept := range []bool{true, false} {
				asked := question{arbiter, state, accept}
				resolved, err := Dispute{State: state, RaisedAt: noon}.Resolve(arbiter, accept, "X", noon)
				want, possible := legal[asked]
				require.Equal(t, !possible, err != nil, "%+v", asked)
				if !possible {
					continue
				}
				require.Equal(t, want, resolved.State, "%+v", asked)
				require.Equal(t, want == DisputeRejected, resolved.AppealUntil.After(noon), "%+v", asked)
				require.Equal(t, want == DisputeRejected, resolved.Lasts(noon), "%+v", asked)
			}
		}
		_, err := Dispute{State: state, AppealUntil: noon}.appeal(noon.Add(-1))
		require.Equal(t, state != DisputeRejected && state != DisputeAppealed, err != nil, "appeal of %s", state)
	}
}
