// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

func changeKey(from string, key allocation.Key, retroactive bool) settlement.ChangeKeyRequest {
	return settlement.ChangeKeyRequest{CommunityID: "sunny", From: from, Key: settlement.AllocationKey{Type: key}, Rounding: "EXACT", Retroactive: retroactive}
}

func TestAChangeOfTheKeyBeginsAtAMidnightToCome(t *testing.T) {
	s := measured(t)
	require.Equal(t, fault.InvalidField, s.Refuse(t, organiser, "settlement:ChangeKey", changeKey(day, allocation.Static, false), nil).Code)
	changed := contracttest.Answer[settlement.Community](t, s.Submit(t, organiser, "settlement:ChangeKey", changeKey("2026-02-01", allocation.Static, false), nil))
	require.Equal(t, 2, changed.Generation)
	require.Equal(t, `settlement.CommunityChanged {"communityId":"sunny","generation":2,"from":"2026-02-01"}`, lastEvent(t, s))
	events := len(s.Events)
	s.Submit(t, organiser, "settlement:ChangeKey", changeKey("2026-02-01", allocation.Static, false), nil)
	require.Len(t, s.Events, events, "the same change again changes nothing")
	require.Equal(t, allocation.Prorata, settled(t, s, settleFinal).Key, "the day is settled by the key of its own generation")
	require.Equal(t, changed.Terms, contracttest.Answer[settlement.Community](t, s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)).Terms, "creating it again changes nothing")
}

func TestARetroactiveKeyNeedsACorrectionRun(t *testing.T) {
	s := measured(t)
	final := settled(t, s, settleFinal)
	s.Submit(t, organiser, "settlement:ChangeKey", changeKey(day, allocation.Static, true), nil)
	require.Equal(t, final, settled(t, s, settleFinal), "the final run stays")
	correction := settleFinal
	correction.Run = "correction-1"
	run := settled(t, s, correction)
	require.Equal(t, allocation.Static, run.Key)
	require.Equal(t, 2, run.Generation)
	require.Equal(t, final.InputsSHA256, run.InputsSHA256)
	require.NotEqual(t, final.MerkleRoot, run.MerkleRoot)
}

// TestEveryKeySettlesADay founds a community for each key: a and b consume 1000 and 2000 in each interval, p produces 2000.
func TestEveryKeySettlesADay(t *testing.T) {
	half := slices.Repeat([][]int64{{500_000, 500_000}}, 96)
	for key, row := range map[allocation.Key]struct {
		shares       []int64
		keyDay       *settlement.KeyDay
		a, b, shared int64
	}{
		allocation.Prorata:        {nil, nil, 667, 1333, 2000},
		allocation.Static:         {[]int64{250_000, 750_000}, nil, 500, 1500, 2000},
		allocation.StaticRounds:   {[]int64{900_000, 100_000}, nil, 1000, 1000, 2000},
		allocation.StaticRelative: {[]int64{250_000, 250_000}, nil, 1000, 1000, 2000},
		allocation.Hybrid:         {[]int64{250_000, 250_000}, nil, 750, 1250, 2000},
		allocation.Priority:       {nil, nil, 1000, 1000, 2000},
		allocation.Dynamic:        {nil, &settlement.KeyDay{Consumers: []string{"b", "a"}, Shares: [][][]int64{half}}, 1000, 1000, 2000},
		allocation.FullDynamic:    {nil, &settlement.KeyDay{Consumers: []string{"a", "b"}, Producers: []string{"p"}, Shares: [][][]int64{half}}, 1000, 1000, 2000},
	} {
		t.Run(string(key), func(t *testing.T) {
			s := consented(t)
			s.Now = s.Now.AddDate(0, 0, 1)
			keyed := terms
			keyed.Key = settlement.AllocationKey{Type: key, Parameters: &settlement.KeyParameters{Tiers: map[string]int{"a": 1, "b": 2}}}
			if row.shares != nil {
				keyed.Key.Parameters.Shares = map[string]int64{"a": row.shares[0], "b": row.shares[1]}
			}
			s.Submit(t, organiser, "settlement:CreateCommunity", keyed, nil)
			joinAll(t, s)
			measure(t, s, day)
			if row.keyDay != nil {
				require.Equal(t, fault.DayIncomplete, s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil).Code)
				row.keyDay.Day, row.keyDay.Version, row.keyDay.Salt = day, 1, salt
				s.Submit(t, organiser, "settlement:SubmitKeyDay", settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": row.keyDay})
			}
			run := settled(t, s, settleFinal)
			require.Equal(t, key, run.Key)
			require.Equal(t, row.keyDay != nil, run.KeyDaySHA256 != "")
			for member, want := range map[string]int64{"a": row.a, "b": row.b, "p": row.shared} {
				require.Equal(t, want, statementOf(t, s, member, settlement.Final).Leaf.Intervals[7][1], member)
			}
		})
	}
}

// statementOf reads a member's statement of the day and verifies it.
func statementOf(t *testing.T, s *contracttest.Suite, member string, run settlement.RunID) settlement.Statement {
	t.Helper()
	request := settlement.StatementRequest{CommunityID: "sunny", MemberID: member, Day: day, Run: run}
	return contracttest.Answer[settlement.Statement](t, s.Submit(t, auditor, "settlement:Statement", request, nil))
}

func TestAKeyOfADayIsVersionedAndChecked(t *testing.T) {
	s := community(t)
	request, table := settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, slices.Repeat([][]int64{{1}}, 96)
	key := settlement.KeyDay{Day: day, Version: 1, Consumers: []string{"a"}, Shares: [][][]int64{table}, Salt: salt}
	submitKey := func(change func(*settlement.KeyDay)) map[string]any {
		changed := key
		change(&changed)
		return map[string]any{"keyDay": changed}
	}
	s.Submit(t, organiser, "settlement:SubmitKeyDay", request, submitKey(func(*settlement.KeyDay) {}))
	events := len(s.Events)
	s.Submit(t, organiser, "settlement:SubmitKeyDay", request, submitKey(func(*settlement.KeyDay) {}))
	require.Len(t, s.Events, events, "the same again changes nothing")
	for sentence, row := range map[string]struct {
		change func(*settlement.KeyDay)
		code   fault.Code
	}{
		"another key as the same version": {func(k *settlement.KeyDay) { k.Consumers = []string{"b"} }, fault.AlreadyExists},
		"a version left out":              {func(k *settlement.KeyDay) { k.Version = 3 }, fault.AlreadyExists},
		"too few intervals":               {func(k *settlement.KeyDay) { k.Shares = [][][]int64{table[1:]} }, fault.WrongIntervalCount},
		"more than the whole":             {func(k *settlement.KeyDay) { k.Shares = [][][]int64{{{1_000_001}}} }, fault.OutOfRange},
		"a member twice":                  {func(k *settlement.KeyDay) { k.Consumers = []string{"a", "a"} }, fault.DuplicateField},
		"a table too many":                {func(k *settlement.KeyDay) { k.Shares = [][][]int64{table, table} }, fault.InvalidField},
		"no salt":                         {func(k *settlement.KeyDay) { k.Salt = "" }, fault.MissingField},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Equal(t, row.code, s.Refuse(t, organiser, "settlement:SubmitKeyDay", request, submitKey(row.change)).Code)
		})
	}
	s.Submit(t, organiser, "settlement:SubmitKeyDay", request, submitKey(func(k *settlement.KeyDay) { k.Version = 2 }))
	require.Equal(t, []string{"settlement.key/sunny/" + day}, keysOf(s, "key"))
	require.Subset(t, s.PrivateKeys("meterData"), []string{"settlement.keyDay/sunny/" + day + "/1", "settlement.keyDay/sunny/" + day + "/2"})
}

func TestAnEndedMemberIsMeasuredNoMoreAndFreesItsPoint(t *testing.T) {
	s := measured(t)
	s.Submit(t, organiser, "settlement:EndMember", settlement.EndMemberRequest{CommunityID: "sunny", MemberID: "a", To: "2025-06-02"}, nil)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", "2025-06-02", 96, 1))).Code)
	require.Equal(t, 3, settled(t, s, settleFinal).Leaves, "days that were supplied are settled")
	// The next tenant has the same point from the same day on, under another id.
	next := membership("tenant", settlement.Consumption)
	next.From = "2025-06-02"
	join(t, s, next, 0)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:EndMember", settlement.EndMemberRequest{CommunityID: "sunny", MemberID: "a", To: "2025-07-01"}, nil).Code)
	require.Equal(t, fault.NotFound, s.Refuse(t, organiser, "settlement:EndMember", settlement.EndMemberRequest{CommunityID: "sunny", MemberID: "nobody", To: "2025-07-01"}, nil).Code)
}

func TestImplausibleReadingsAreRejectedOrFlagged(t *testing.T) {
	for plausibility, want := range map[settlement.Plausibility]settlement.ReadingStatus{"": settlement.Rejected, settlement.Flag: settlement.Flagged} {
		s := consented(t)
		s.Now = s.Now.AddDate(0, 0, 1)
		limited := terms
		limited.Plausibility = plausibility
		s.Submit(t, organiser, "settlement:CreateCommunity", limited, nil)
		joinAll(t, s)
		s.Submit(t, operator, "settlement:ConfirmMember", settlement.ConfirmMemberRequest{CommunityID: "sunny", MemberID: "a", LimitWatts: 6000}, known(neighbour(), 0))
		most := flat("a", day, 96, 6000*250) // 6 kW for a quarter of an hour are 1.5 kWh
		above := flat("a", "2025-06-02", 96, 6000*250)
		above.Values[5]++
		answer := contracttest.Answer[settlement.SubmitMeterDaysAnswer](t, s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(most, above)))
		require.Equal(t, want == settlement.Flagged, answer.Accepted == 2)
		why := checked(t, s, most, above)
		require.Len(t, why, 1)
		require.Equal(t, want, why[0].Status)
		require.Equal(t, fault.Implausible, why[0].Reason.Code)
		require.Equal(t, "5", why[0].Reason.Details["interval"])
		require.Equal(t, want == settlement.Flagged, len(chunksOf(s, "meterDays")) == 2, "a day is stored or not")
	}
}

func TestIntervalsOfHalfAnHourAndAnHourAndDaysOfAClockChange(t *testing.T) {
	for minutes, days := range map[int]map[string]int{
		15: {"2025-03-30": 92, "2025-06-01": 96, "2025-10-26": 100},
		30: {"2025-03-30": 46, "2025-06-01": 48, "2025-10-26": 50},
		60: {"2025-03-30": 23, "2025-06-01": 24, "2025-10-26": 25},
	} {
		s := consented(t)
		s.Now = s.Now.AddDate(0, 0, 1)
		cut := terms
		cut.IntervalMinutes = minutes
		s.Submit(t, organiser, "settlement:CreateCommunity", cut, nil)
		joinAll(t, s)
		for date, intervals := range days {
			s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", date, intervals, 1000), flat("b", date, intervals, 2000), flat("p", date, intervals, 2000)))
			run := settled(t, s, settlement.SettleDayRequest{CommunityID: "sunny", Day: date, Run: settlement.Final})
			require.Equal(t, intervals, run.Intervals)
			require.Equal(t, fault.WrongIntervalCount, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", date, intervals+1, 1))).Code)
		}
	}
}

func TestATariffIsCheckedWhenACommunityIsCreated(t *testing.T) {
	s := consented(t)
	priced := terms
	priced.Tariff = &billing.Tariff{Currency: "euro", Lines: []billing.Line{}}
	refusal := s.Refuse(t, organiser, "settlement:CreateCommunity", priced, nil)
	require.Equal(t, "tariff/currency", refusal.Details["field"])
	require.True(t, strings.HasPrefix(refusal.Message, "tariff/currency"))
}
