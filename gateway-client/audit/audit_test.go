// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
	"github.com/smartb-suite/smartb/gateway-client/audit"
)

const day = "2025-06-30"

// ledger is an honest ledger of one day and month; a test changes a digit of what it answers.
type ledger struct {
	community settlement.Community
	members   []settlement.ListedMember
	days      []settlement.MeterDay
	// changed is what changed after the newest run.
	changed []settlement.Cause
	purged  bool
	// newer is a run after that of the outcome.
	newer   *settlement.Run
	outcome settlement.Outcome
	period  settlement.PeriodOutcome
	// final is what was billed before the period, which is a correction then.
	final *settlement.PeriodOutcome
	// instead names whose bill is served for a party's.
	instead map[string]string
}

func (l *ledger) GetCommunity(context.Context, settlement.GetCommunityRequest) (settlement.Community, error) {
	return l.community, nil
}
func (l *ledger) AllMembers(context.Context, string) ([]settlement.ListedMember, error) {
	return l.members, nil
}
func (l *ledger) Coverage(context.Context, settlement.CoverageRequest) (settlement.Coverage, error) {
	newest := l.outcome.Run.Run
	if l.newer != nil {
		newest = l.newer.Run
	}
	return settlement.Coverage{Days: []settlement.DayCoverage{{Day: day, Run: newest, Stale: len(l.changed) > 0, Causes: l.changed, Purged: l.purged}}}, nil
}
func (l *ledger) AllMeterDays(context.Context, settlement.MeterDaysRequest) ([]settlement.MeterDay, *settlement.KeyDay, error) {
	return l.days, nil, nil
}
func (l *ledger) GetRun(_ context.Context, r settlement.GetRunRequest) (settlement.Run, error) {
	if r.Day != day {
		return settlement.Run{}, errors.New("no run of " + r.Day)
	}
	if l.newer != nil && r.Run == l.newer.Run {
		return *l.newer, nil
	}
	return l.outcome.Run, nil
}
func (l *ledger) RunTotals(context.Context, settlement.GetRunRequest) (settlement.RunTotals, error) {
	return settlement.RunTotals{Totals: l.outcome.Summary.Totals}, nil
}
func (l *ledger) PeriodTotals(_ context.Context, r settlement.GetPeriodRequest) (settlement.PhaseTotals, error) {
	return settlement.PhaseTotals{PeriodTotals: l.of(r.Phase).Summary.Billed}, nil
}
func (l *ledger) Statement(_ context.Context, r settlement.StatementRequest) (settlement.Statement, error) {
	for _, leaf := range l.outcome.Leaves {
		if leaf.MemberID == r.MemberID {
			return settlement.Statement{Leaf: leaf}, nil
		}
	}
	return settlement.Statement{}, errors.New("no such leaf")
}
func (l *ledger) of(phase settlement.Phase) settlement.PeriodOutcome {
	if phase == settlement.FinalPhase && l.final != nil {
		return *l.final
	}
	return l.period
}
func (l *ledger) GetPeriod(_ context.Context, r settlement.GetPeriodRequest) (settlement.Period, error) {
	return l.of(r.Phase).Period, nil
}
func (l *ledger) AllPositions(_ context.Context, r settlement.GetPeriodRequest) (settlement.Positions, error) {
	return settlement.NewPositions(l.of(r.Phase).Chunks[0].Bills, nil), nil
}
func (l *ledger) Bill(_ context.Context, r settlement.BillRequest) (settlement.BillStatement, error) {
	party := r.MemberID
	if other, is := l.instead[party]; is {
		party = other
	}
	for i, bill := range l.of(r.Phase).Chunks[0].Bills {
		if bill.MemberID == party {
			inclusion, err := l.of(r.Phase).Summary.Inclusion(i)
			return settlement.BillStatement{Bill: bill, Inclusion: inclusion}, err
		}
	}
	return settlement.BillStatement{}, errors.New("no such bill")
}

func honest(t *testing.T) *ledger {
	t.Helper()
	l := &ledger{community: settlement.Community{Organiser: "CommunityMSP", Generation: 1, Terms: settlement.Terms{
		CommunityID: "c", GridOperator: "UtilityMSP", TimeZone: "Europe/Vienna", IntervalMinutes: 15, ValidFrom: day, Key: settlement.AllocationKey{Type: "prorata"}, Rounding: "EXACT",
		Tariff: &billing.Tariff{Currency: "EUR", Lines: []billing.Line{{LineID: "e", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: 123_456}}, VAT: billing.VAT{Rate: 2000}}}},
	}}}
	for i, id := range []string{"a", "b", "p"} {
		member := settlement.Member{State: settlement.Confirmed, Membership: settlement.Membership{CommunityID: "c", MemberID: id, Direction: settlement.Consumption, Factor: 100, From: day}}
		if id == "p" {
			member.Direction = settlement.Production
		}
		reading := settlement.Reading{MemberID: id, Day: day, Version: 1, Salt: strings.Repeat("0b", 16), Values: slices.Repeat([]int64{int64(i+1) * 333_333}, 96)}
		l.members, l.days = append(l.members, settlement.ListedMember{Member: member, Private: behind(id)}), append(l.days, settlement.MeterDay{Schema: 1, CommunityID: "c", Reading: reading})
	}
	l.settle(t, settlement.Final)
	l.bill(t, settlement.ProvisionalPhase)
	return l
}

// behind is the private part of a member.
func behind(id string) *settlement.MemberPrivate {
	return &settlement.MemberPrivate{
		Subject: "s-" + id, ConsentID: "c-1", Reference: settlement.Reference("UtilityMSP", []byte("secret"), id), Salt: strings.Repeat("0c", 16),
	}
}

// corrected is an honest ledger whose month was final before a member's load profile was corrected.
func corrected(t *testing.T) *ledger {
	t.Helper()
	l := honest(t)
	final := l.period
	final.Period.Phase, l.final = settlement.FinalPhase, &final
	l.days[1].Version, l.days[1].Values = 2, slices.Repeat([]int64{111_111}, 96)
	l.settle(t, "correction-1")
	l.bill(t, settlement.CorrectionPhase(1), final)
	return l
}

// settle settles the load profiles.
func (l *ledger) settle(t *testing.T, run settlement.RunID) {
	t.Helper()
	in := settlement.Inputs{Community: l.community, Request: settlement.SettleDayRequest{CommunityID: "c", Day: day, Run: run}, Days: l.days}
	for i, measured := range l.days {
		in.Members = append(in.Members, l.members[i].Whole(l.community.GridOperator))
		in.Entries = append(in.Entries, settlement.ManifestEntry{MemberID: measured.MemberID, Version: measured.Version, SHA256: settlement.Hash(measured.Encode())})
	}
	var err error
	l.outcome, err = in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
}

// bill bills what is settled, beyond what was billed earlier.
func (l *ledger) bill(t *testing.T, phase settlement.Phase, earlier ...settlement.PeriodOutcome) {
	t.Helper()
	closing := settlement.PeriodInputs{
		Community: l.community, Request: settlement.ClosePeriodRequest{CommunityID: "c", Period: "2025-06", Phase: phase},
		Runs: []settlement.Run{l.outcome.Run}, Totals: []settlement.DayTotals{l.outcome.Totals},
	}
	for _, member := range l.members {
		closing.Members = append(closing.Members, member.Whole(l.community.GridOperator))
	}
	for _, before := range earlier {
		closing.Earlier, closing.Billed = append(closing.Earlier, before.Period), append(closing.Billed, before.Chunks[0].Bills...)
	}
	var err error
	l.period, err = closing.Close("tx", time.Unix(0, 0))
	require.NoError(t, err)
}

func audited(t *testing.T, l *ledger) audit.Report {
	t.Helper()
	auditor, err := audit.New(t.Context(), l, "c")
	require.NoError(t, err)
	phase := settlement.FinalPhase
	if l.final != nil {
		phase = settlement.CorrectionPhase(1)
	}
	require.NoError(t, auditor.Period(t.Context(), "2025-06", phase))
	return auditor.Report
}

// found are the findings as people read them.
func found(t *testing.T, l *ledger) string {
	t.Helper()
	var texts []string
	for _, finding := range audited(t, l).Findings {
		texts = append(texts, finding.String())
	}
	return strings.Join(texts, "\n")
}

func TestAnHonestLedgerHasNoFindings(t *testing.T) {
	report := audited(t, honest(t))
	require.Empty(t, report.Findings)
	require.Equal(t, 1, report.Days)
	require.Equal(t, 6, report.Leaves, "three results, three bills")
}

func TestAnHonestCorrectionHasNoFindings(t *testing.T) {
	l := corrected(t)
	require.NotZero(t, l.period.Chunks[0].Bills[0].Position)
	report := audited(t, l)
	require.Empty(t, report.Findings)
	require.Equal(t, 1, report.Days)
	require.Equal(t, 5, report.Leaves, "three results, and the differences of buyer and seller")
}

func TestAChangedDigitOfACorrectionIsFoundAndNamed(t *testing.T) {
	for sentence, row := range map[string]struct {
		change  func(*ledger)
		finding string
	}{
		"a difference": {func(l *ledger) {
			l.period.Period.MerkleRoot = strings.Repeat("0", 64)
			l.period.Chunks[0].Bills[0].Position++
		}, "2025-06, member b, position"},
		"what was billed before": {func(l *ledger) {
			l.final.Chunks[0].Bills[0].Shared++
		}, "2025-06, member a, final/bill: the ledger has the statement is not proven"},
		"a bill before that nobody lists": {func(l *ledger) {
			l.final.Chunks[0].Bills = l.final.Chunks[0].Bills[1:]
		}, "final/leaves: the ledger has 3, the load profiles give 2"},
		"a party that is listed twice": {func(l *ledger) {
			l.final.Chunks[0].Bills[0].MemberID = "b"
		}, "final/leaves: the ledger has 3, the load profiles give 2"},
		"another's bill with its proof": {func(l *ledger) {
			l.instead = map[string]string{"a": "b"}
		}, "member a, final/bill: the ledger has it is the bill of b"},
		"a day's run": {func(l *ledger) {
			l.period.Period.Days[0].MerkleRoot = "x"
		}, "days/2025-06-30/merkleRoot: the ledger has x"},
	} {
		t.Run(sentence, func(t *testing.T) {
			l := corrected(t)
			row.change(l)
			require.Contains(t, found(t, l), row.finding)
		})
	}
}

func TestAMemberWhoseConsentEndedIsNoFinding(t *testing.T) {
	l := honest(t)
	gone := l.members[0]
	gone.MemberID, gone.Private = "gone", behind("gone")
	l.members = append(l.members, gone) // in force by its days, but the final run went on without it
	require.Empty(t, audited(t, l).Findings)
}

func TestAChangedDigitAnywhereIsFoundAndNamed(t *testing.T) {
	otherRoot := func(l *ledger) { l.outcome.Run.MerkleRoot = strings.Repeat("0", 64) }
	for sentence, row := range map[string]struct {
		change  func(*ledger)
		finding string
	}{
		"a member's shared energy": {func(l *ledger) {
			otherRoot(l)
			l.outcome.Leaves[1].Intervals[17][1]++
		}, "2025-06-30, member b, intervals/17/shared: the ledger has 666667, the load profiles give 666666"},
		"a member's metered energy": {func(l *ledger) {
			otherRoot(l)
			l.outcome.Leaves[0].Intervals[0][0]--
		}, "member a, intervals/0/metered"},
		"an interval without a value": {func(l *ledger) {
			otherRoot(l)
			l.outcome.Leaves[2].Intervals[95] = nil
		}, "member p, intervals/95: the ledger has no value"},
		"a leaf that is not there": {func(l *ledger) {
			otherRoot(l)
			l.outcome.Leaves = l.outcome.Leaves[1:]
		}, "member a, statement: the ledger has no such leaf"},
		"a load profile":       {func(l *ledger) { l.days[1].Values[3]++ }, "inputsSha256"},
		"a member's factor":    {func(l *ledger) { l.members[0].Factor = 99 }, "rosterSha256"},
		"the generation":       {func(l *ledger) { l.outcome.Run.Generation = 2 }, "generation: the ledger has 2, the load profiles give 1"},
		"the number of leaves": {func(l *ledger) { l.outcome.Run.Leaves++ }, "leaves: the ledger has 4"},
		"a record of use":      {func(l *ledger) { l.outcome.Run.UsesRoot = strings.Repeat("0", 64) }, "usesRoot"},
		"a total":              {func(l *ledger) { l.outcome.Summary.Totals.Surplus++ }, "totals/surplus"},
		"a total of a month":   {func(l *ledger) { l.period.Summary.Billed.VAT-- }, "totals/vat"},
		"a price in a bill": {func(l *ledger) {
			l.period.Period.MerkleRoot = strings.Repeat("0", 64)
			l.period.Chunks[0].Bills[0].Items = slices.Clone(l.period.Chunks[0].Bills[0].Items)
			l.period.Chunks[0].Bills[0].Items[0].Net++
		}, "2025-06, member a, items/0/net"},
		"a position": {func(l *ledger) {
			l.period.Period.MerkleRoot = strings.Repeat("0", 64)
			l.period.Chunks[0].Bills[2].Position--
		}, "member p, position"},
		"the run that was billed": {func(l *ledger) {
			l.period.Period.Days = []settlement.PeriodDay{{Day: day, Run: settlement.Final, MerkleRoot: "x"}}
		}, "days/2025-06-30/merkleRoot: the ledger has x"},
	} {
		t.Run(sentence, func(t *testing.T) {
			l := honest(t)
			row.change(l)
			require.Contains(t, found(t, l), row.finding)
		})
	}
}

func TestWhatTheLedgerWouldNotHaveTakenIsRefused(t *testing.T) {
	for sentence, change := range map[string]func(*ledger){
		"an id that is no id":        func(l *ledger) { l.members[0].MemberID = `a",1,"0"],["b` },
		"a point of nobody":          func(l *ledger) { l.members[1].Private.Reference = `"` },
		"a member of nobody":         func(l *ledger) { l.members[1].Private = nil },
		"a negative energy":          func(l *ledger) { l.days[1].Values[5] = -1 },
		"more values than the day":   func(l *ledger) { l.days[0].Values = append(l.days[0].Values, 1) },
		"another day's load profile": func(l *ledger) { l.days[0].Day = "2025-06-29" },
	} {
		l := honest(t)
		change(l)
		auditor, err := audit.New(t.Context(), l, "c")
		if err == nil {
			err = auditor.Period(t.Context(), "2025-06", settlement.FinalPhase)
		}
		require.ErrorContains(t, err, "the peer's answer about", sentence)
	}
}

func TestADayWithoutARunIsNotStale(t *testing.T) {
	for date, cause := range map[string]string{"2030-01-01": "no run of 2030-01-01", "2025": "day"} {
		auditor, err := audit.New(t.Context(), honest(t), "c")
		require.NoError(t, err)
		require.ErrorContains(t, auditor.Day(t.Context(), date, settlement.Final), cause)
		require.Empty(t, auditor.Report.Stale)
	}
}

func TestADayWhoseInputsChangedIsStaleAndTheCauseIsNamed(t *testing.T) {
	newer := func(change func(*settlement.Run)) func(*ledger) {
		return func(l *ledger) {
			run := l.outcome.Run
			run.Run = "correction-1"
			change(&run)
			l.newer = &run
		}
	}
	changed := func(causes ...settlement.Cause) func(*ledger) { return func(l *ledger) { l.changed = causes } }
	for sentence, row := range map[string]struct {
		change func(*ledger)
		causes []settlement.Cause
		purged []string
		days   int
	}{
		"nothing changed":              {func(*ledger) {}, nil, []string{}, 1},
		"later readings without a run": {changed(settlement.CauseReadings), []settlement.Cause{settlement.CauseReadings}, []string{}, 0},
		"a member that was ended":      {changed(settlement.CauseRoster), []settlement.Cause{settlement.CauseRoster}, []string{}, 0},
		"a key that counts in corrections only": {
			changed(settlement.CauseKey, settlement.CauseTariff), nil, []string{}, 1,
		},
		"purged load profiles": {func(l *ledger) { l.purged = true }, nil, []string{day}, 0},
		"a correction of other readings": {
			newer(func(r *settlement.Run) { r.InputsSHA256 = "other" }), []settlement.Cause{settlement.CauseReadings}, []string{}, 0,
		},
		"a correction of another roster": {
			newer(func(r *settlement.Run) { r.InputsSHA256, r.RosterSHA256 = "other", "other" }), []settlement.Cause{settlement.CauseRoster}, []string{}, 0,
		},
		"a correction of other shares": {
			newer(func(r *settlement.Run) { r.KeyDaySHA256 = "other" }), []settlement.Cause{settlement.CauseShares}, []string{}, 0,
		},
		"a correction of the same, by another key": {newer(func(r *settlement.Run) { r.Generation++ }), nil, []string{}, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			l := honest(t)
			row.change(l)
			auditor, err := audit.New(t.Context(), l, "c")
			require.NoError(t, err)
			require.NoError(t, auditor.Day(t.Context(), day, settlement.Final))
			want := audit.Report{Days: row.days, Leaves: 3 * row.days, Findings: []audit.Finding{}, Stale: []string{}, Purged: row.purged}
			if row.causes != nil {
				want.Stale, want.Causes = []string{day}, map[string][]settlement.Cause{day: row.causes}
			}
			require.Equal(t, want, auditor.Report)
			report := audited(t, l)
			require.Equal(t, want.Stale, report.Stale)
			require.Equal(t, row.purged, report.Purged)
			require.Empty(t, report.Findings)
		})
	}
}

func TestACancelledMemberDoesNotStopAnAudit(t *testing.T) {
	l := honest(t)
	wrong := l.members[0]
	wrong.MemberID, wrong.To = "wrong", wrong.From
	pending := wrong
	pending.MemberID, pending.State = "waits", settlement.Pending
	l.members = append(l.members, wrong, pending)
	report := audited(t, l)
	require.Empty(t, report.Findings)
	require.Equal(t, 1, report.Days)
}
