// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// gathering is a community of n consumers c0… and m producers p0…, confirmed on one day of June.
func gathering(t testing.TB, n, m int) *contracttest.Suite {
	t.Helper()
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	priced := terms
	priced.Tariff, priced.DisputeDays = tariff, 0
	s.Submit(t, organiser, "settlement:CreateCommunity", priced, nil)
	for i := range n {
		joinOn(t, s, fmt.Sprintf("c%d", i), settlement.Consumption, 100+i)
	}
	for i := range m {
		joinOn(t, s, fmt.Sprintf("p%d", i), settlement.Production, 200+i)
	}
	return s
}

// joinOn adds a member that is measured on the one day.
func joinOn(t testing.TB, s *contracttest.Suite, id string, direction settlement.Direction, point int) {
	t.Helper()
	member := membership(id, direction)
	member.From, member.To = day, "2025-06-02"
	join(t, s, member, point)
}

// crowdReadings are those of the day: consumers (i+1) kWh per interval, producers 10 kWh.
func crowdReadings(n, m int) (all []settlement.Reading) {
	for i := range n {
		all = append(all, flat(fmt.Sprintf("c%d", i), day, 96, int64(i+1)*kWh))
	}
	for i := range m {
		all = append(all, flat(fmt.Sprintf("p%d", i), day, 96, 10*kWh))
	}
	return all
}

func deliverTo(t testing.TB, s *contracttest.Suite, all ...settlement.Reading) {
	t.Helper()
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(all...))
}

// watcher is an organisation that may see no load profile. It keeps every public value that it ever saw.
type watcher struct{ figures []int64 }

// look reads the whole public state, all events and the given answers.
func (w *watcher) look(t testing.TB, s *contracttest.Suite, answers ...any) {
	t.Helper()
	for _, key := range s.Keys() {
		w.read(s.Value("", key))
	}
	for _, event := range s.Events {
		w.read(event.Payload)
	}
	for _, answer := range answers {
		text, err := json.Marshal(answer)
		require.NoError(t, err)
		w.read(text)
	}
	slices.Sort(w.figures)
	w.figures = slices.Compact(w.figures)
}

func (w *watcher) read(text []byte) {
	var value any
	if json.Unmarshal(text, &value) == nil {
		w.walk(value)
	}
}

func (w *watcher) walk(value any) {
	switch v := value.(type) {
	case float64:
		w.figures = append(w.figures, int64(v))
	case []any:
		for _, element := range v {
			w.walk(element)
		}
	case map[string]any:
		for _, member := range v {
			w.walk(member)
		}
	}
}

// learned reports whether a figure, or the difference of two, is the secret.
func (w *watcher) learned(secret int64) bool {
	for _, a := range w.figures {
		if a == secret {
			return true
		}
		for _, b := range w.figures {
			if a-b == secret {
				return true
			}
		}
	}
	return false
}

func on(run settlement.RunID) settlement.SettleDayRequest {
	return settlement.SettleDayRequest{CommunityID: "sunny", Day: day, Run: run}
}

func TestTwoRunsOfADayTellNothingOfAMember(t *testing.T) {
	const secret = 3_141_592
	for sentence, history := range map[string]func(*testing.T, *contracttest.Suite, *watcher){
		"a member joins late": func(t *testing.T, s *contracttest.Suite, w *watcher) {
			deliverTo(t, s, crowdReadings(5, 5)...)
			w.look(t, s, settled(t, s, on(settlement.Provisional)))
			joinOn(t, s, "late", settlement.Consumption, 300)
			deliverTo(t, s, flat("late", day, 96, secret/96))
			w.look(t, s, settled(t, s, settleFinal))
		},
		"a reading is corrected": func(t *testing.T, s *contracttest.Suite, w *watcher) {
			deliverTo(t, s, crowdReadings(5, 5)...)
			w.look(t, s, settled(t, s, settleFinal))
			corrected := flat("c2", day, 96, 3*kWh)
			corrected.Version, corrected.Values[71] = 2, 3*kWh+secret
			deliverTo(t, s, corrected)
			w.look(t, s, settled(t, s, on("correction-1")))
		},
		"a member's end is moved before the day": func(t *testing.T, s *contracttest.Suite, w *watcher) {
			gone := membership("gone", settlement.Consumption)
			gone.From = "2025-05-31"
			join(t, s, gone, 400)
			deliverTo(t, s, append(crowdReadings(5, 5), flat("gone", day, 96, secret/96))...)
			w.look(t, s, settled(t, s, settleFinal))
			s.Submit(t, organiser, "settlement:EndMember", settlement.EndMemberRequest{CommunityID: "sunny", MemberID: "gone", To: day}, nil)
			w.look(t, s, settled(t, s, on("correction-1")))
		},
		"a missing interval is filled": func(t *testing.T, s *contracttest.Suite, w *watcher) {
			all := crowdReadings(5, 5)
			all[3].Values[10], all[3].Quality = 0, quality(96, 10)
			deliverTo(t, s, all...)
			w.look(t, s, settled(t, s, on(settlement.Provisional)))
			filled := flat("c3", day, 96, 4*kWh)
			filled.Version, filled.Values[10] = 2, secret
			deliverTo(t, s, filled)
			w.look(t, s, settled(t, s, settleFinal))
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, w := gathering(t, 5, 5), &watcher{}
			history(t, s, w)
			insider := &watcher{figures: slices.Clone(w.figures)}
			for _, run := range contracttest.Answer[settlement.RunPage](
				t, s.Submit(t, auditor, "settlement:ListRuns", `{"communityId":"sunny"}`, nil)).Runs {
				insider.look(t, s, totalsOf(t, s, auditor, on(run.Run)))
			}
			told := false
			for _, value := range []int64{secret, secret / 96, secret / 96 * 96, 11*kWh + secret} {
				require.False(t, w.learned(value), "the city learns %d", value)
				told = told || insider.learned(value)
			}
			require.True(t, told, "who may read the totals could tell")
			require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "settlement:RunTotals", settleFinal, nil).Code)
		})
	}
}

// quality is that of a day with one missing interval.
func quality(intervals, missing int) string {
	letters := []byte(fmt.Sprintf("%0*d", intervals, 0))
	for i := range letters {
		letters[i] = settlement.Measured
	}
	letters[missing] = settlement.Missing
	return string(letters)
}

func TestWhatOneHouseholdConsumesOfItsOwnIsNoPublicFigure(t *testing.T) {
	for sentence, point := range map[string]int{"of a consumer of the crowd": 104, "of two producers at one connection": 103} {
		t.Run(sentence, func(t *testing.T) {
			s, w := gathering(t, 5, 4), &watcher{}
			joinOn(t, s, "prosumer", settlement.Production, point)
			own := flat("prosumer", day, 96, 0)
			var secret int64
			for i := range own.Values {
				own.Values[i] = int64(i) * 77_777
				secret += min(own.Values[i], int64(point-99)*kWh)
			}
			deliverTo(t, s, append(crowdReadings(5, 4), own)...)
			w.look(t, s, settled(t, s, settleFinal))
			require.Equal(t, secret, totalsOf(t, s, auditor, settleFinal).SelfConsumed, "the collection has it")
			require.False(t, w.learned(secret))
		})
	}
}

func TestACorrectionOfAMonthTellsNothingOfAMember(t *testing.T) {
	for member, secret := range map[string]int64{"c2": 1_500_000, "p1": 2_718_281} {
		s, w := gathering(t, 5, 5), &watcher{}
		deliverTo(t, s, crowdReadings(5, 5)...)
		settled(t, s, settleFinal)
		w.look(t, s, s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil))
		s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
		corrected := flat(member, day, 96, 10*kWh)
		if member == "c2" {
			corrected = flat(member, day, 96, 3*kWh)
		}
		corrected.Version = 2
		corrected.Values[71] += secret
		deliverTo(t, s, corrected)
		settled(t, s, on("correction-1"))
		closing := closing("correction-1")
		answer := contracttest.Answer[settlement.Period](
			t, s.Submit(t, organiser, "settlement:ClosePeriod", closing, nil),
		)
		w.look(
			t, s, answer,
			contracttest.Answer[settlement.Period](t, s.Submit(t, outsider, "settlement:GetPeriod", closing, nil)),
		)
		require.False(t, w.learned(secret))
		require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "settlement:PeriodTotals", closing, nil).Code)
		totals := contracttest.Answer[settlement.PhaseTotals](
			t, s.Submit(t, organiser, "settlement:PeriodTotals", closing, nil),
		)
		require.Equal(t, secret, totals.Consumption+totals.Production, "the collection has the difference")
	}
}

func TestAnAnswerOrRefusalNamesNoMemberDayIntervalOrValue(t *testing.T) {
	const second, third = "2025-06-02", "2025-06-03"
	tell := []string{`"member-a"`, "member-a", day, second, third, "interval", "75", "1000001", "1000000"}
	reading := flat("member-a", day, 96, 500_000)
	reading.Values[75] = 1_000_001
	gap := flat("member-a", second, 96, 500_000)
	gap.Quality, gap.Values[75] = quality(96, 75), 0
	short := flat("member-a", third, 95, 500_000)
	for sentence, row := range map[string]struct {
		plausibility settlement.Plausibility
		before, then []settlement.Reading
		code         fault.Code
	}{
		"a flagged reading":                       {settlement.Flag, nil, []settlement.Reading{reading}, ""},
		"a flagged one that is stored already":    {settlement.Flag, []settlement.Reading{reading}, []settlement.Reading{reading}, ""},
		"an implausible one":                      {settlement.Reject, nil, []settlement.Reading{reading}, fault.Implausible},
		"an implausible one among others":         {settlement.Reject, nil, []settlement.Reading{reading, gap}, ""},
		"a day with too few values":               {settlement.Reject, nil, []settlement.Reading{short}, fault.WrongIntervalCount},
		"the same day twice":                      {settlement.Reject, nil, []settlement.Reading{gap, gap}, fault.DuplicateField},
		"another reading of a day that is stored": {settlement.Flag, []settlement.Reading{flat("member-a", day, 96, 1)}, []settlement.Reading{reading}, fault.AlreadyExists},
		"a correction of what does not exist": {settlement.Flag, nil, []settlement.Reading{{
			MemberID: "member-a", Day: day, Version: 2, Values: reading.Values, Salt: salt,
		}}, fault.IllegalTransition},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := consented(t)
			s.Now = s.Now.AddDate(0, 0, 1)
			flagged := terms
			flagged.Plausibility = row.plausibility
			s.Submit(t, organiser, "settlement:CreateCommunity", flagged, nil)
			join(t, s, membership("member-a", settlement.Consumption), 1)
			s.Submit(t, operator, "settlement:ConfirmMember", settlement.ConfirmMemberRequest{CommunityID: "sunny", MemberID: "member-a", LimitWatts: 4000}, known(neighbour(), 1))
			if row.before != nil {
				deliverTo(t, s, row.before...)
			}
			answer, refusal := s.Call(t, operator, "settlement:SubmitMeterDays", submit, readings(row.then...))
			said := string(answer)
			if row.code == "" {
				require.Nil(t, refusal)
			} else {
				require.Equal(t, row.code, refusal.Code)
				said = refusal.JSON()
			}
			for _, word := range tell {
				require.NotContains(t, said, word)
			}
			_, refusal = s.Call(
				t, operator, "settlement:CheckMeterDays", settlement.CheckMeterDaysRequest{CommunityID: "sunny"},
				readings(row.then...),
			)
			if row.code == fault.DuplicateField {
				require.Equal(t, "meterDays/1", refusal.Details["field"], "the query names the place")
				return
			}
			require.Contains(t, fmt.Sprint(checked(t, s, row.then...)), "member-a", "the query names the reading")
			require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "settlement:CheckMeterDays",
				settlement.CheckMeterDaysRequest{CommunityID: "sunny"}, readings(row.then...)).Code)
		})
	}
}

func TestTheRefusalOfARunNamesNothingThatCheckDayNames(t *testing.T) {
	s := community(t)
	gap := flat("b", day, 96, 2000)
	gap.Quality, gap.Values[40] = quality(96, 40), 0
	deliverTo(t, s, flat("a", day, 96, 1000), gap)
	refusal := s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil)
	require.Equal(t, fault.DayIncomplete, refusal.Code)
	require.Equal(t, map[string]string{"field": "day"}, refusal.Details)
	require.NotContains(t, refusal.Message, "40")
	findings := contracttest.Answer[settlement.Findings](
		t, s.Submit(t, organiser, "settlement:CheckDay", settleFinal, nil),
	)
	require.Len(t, findings.Findings, 2)
	require.Equal(t, "p", findings.Findings[0].MemberID)
	require.Equal(t, 40, *findings.Findings[1].Interval)
	require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "settlement:CheckDay", settleFinal, nil).Code)
}

func TestTheRefusalOfSharesOfADayNamesNothingInThem(t *testing.T) {
	s := billableBy(t, settlement.AllocationKey{Type: "dynamic"})
	request := settlement.SubmitKeyDayRequest{CommunityID: "sunny"}
	bad := settlement.KeyDay{
		Day: day, Version: 1, Consumers: []string{"a", "b"},
		Shares: [][][]int64{slices.Repeat([][]int64{{600_000, 400_000}}, 96)}, Salt: salt,
	}
	bad.Shares[0] = slices.Clone(bad.Shares[0])
	bad.Shares[0][17] = []int64{700_000, 400_000}
	refusal := s.Refuse(t, organiser, "settlement:SubmitKeyDay", request, map[string]any{"keyDay": bad})
	require.Equal(t, fault.OutOfRange, refusal.Code)
	require.Empty(t, refusal.Details)
	require.NotContains(t, refusal.Message, "17")
	why := s.Refuse(t, organiser, "settlement:CheckKeyDay", request, map[string]any{"keyDay": bad})
	require.Equal(t, "shares/0/17", why.Details["field"])
}
