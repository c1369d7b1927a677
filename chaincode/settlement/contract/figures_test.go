// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// persons are residents, each with an own key.
func persons(t testing.TB, n int) (residents []contracttest.Resident) {
	t.Helper()
	for range n {
		residents = append(residents, contracttest.NewResident(t))
	}
	return residents
}

// quarter is a final June of a community in which each of the consumers and producers is a person of its own.
func quarter(t testing.TB, consumers, producers int) (*contracttest.Suite, []contracttest.Resident) {
	t.Helper()
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	priced := terms
	priced.Tariff, priced.DisputeDays = tariff, 0
	s.Submit(t, organiser, "settlement:CreateCommunity", priced, nil)
	residents := persons(t, consumers+producers)
	var all []settlement.Reading
	for i, resident := range residents {
		id, direction := fmt.Sprintf("m%02d", i), settlement.Consumption
		if i >= consumers {
			direction = settlement.Production
		}
		enterFor(t, s, resident, id, direction, day, 100+i)
		all = append(all, flat(id, day, 96, 10*kWh))
	}
	deliverTo(t, s, all...)
	s.Submit(t, organiser, "settlement:SettleDay", settleFinal, nil)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
	return s, residents
}

// enterFor adds a confirmed member, with an own consent, that is measured on one day of a month.
func enterFor(
	t testing.TB, s *contracttest.Suite, resident contracttest.Resident, id string, direction settlement.Direction,
	day string, point int,
) {
	t.Helper()
	own := membership(id, direction)
	own.From, own.To = day, day[:8]+"02"
	enterAs(t, s, resident, own, point)
}

func published(t testing.TB) *contracttest.Suite {
	t.Helper()
	s, _ := quarter(t, 10, 10)
	return s
}

var publishJune = settlement.PublishFiguresRequest{CommunityID: "sunny", Period: "2025-06"}

func publish(t testing.TB, s *contracttest.Suite, r settlement.PublishFiguresRequest) settlement.Figures {
	t.Helper()
	return contracttest.Answer[settlement.Figures](t, s.Submit(t, organiser, "settlement:PublishFigures", r, nil))
}

func TestAMonthsFiguresArePublishedOnceAndNameNobody(t *testing.T) {
	s, residents := quarter(t, 11, 10)
	figures := publish(t, s, publishJune)
	require.EqualValues(t, 11*96*10, figures.Consumption)
	require.EqualValues(t, 10*96*10, figures.Production)
	require.EqualValues(t, 10*96*10, figures.Shared)
	require.Equal(t, `settlement.FiguresPublished {"communityId":"sunny","period":"2025-06"}`, lastEvent(t, s))
	require.Len(t, keysOf(s, "figureSet"), 2)
	require.Equal(t, figures, publish(t, s, publishJune), "once per month")
	list := contracttest.Answer[settlement.FiguresList](
		t, s.Submit(t, outsider, "settlement:ListFigures", publishJune, nil),
	)
	require.Equal(t, []settlement.Figures{figures}, list.Figures)
	for _, key := range append(keysOf(s, "figureSet"), keysOf(s, "figures")...) {
		for i, resident := range residents {
			require.NotContains(t, string(s.Value("", key)), resident.Subject)
			require.NotContains(t, string(s.Value("", key)), fmt.Sprintf(`"m%02d"`, i))
		}
	}
	next := publishJune
	next.Correction = 1
	require.Equal(
		t, fault.TooFewPersons, s.Refuse(t, organiser, "settlement:PublishFigures", next, nil).Code, "nothing changed",
	)
	next.Correction = 2
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:PublishFigures", next, nil).Code)
	next = settlement.PublishFiguresRequest{CommunityID: "sunny", Period: "2025-07"}
	require.Equal(
		t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:PublishFigures", next, nil).Code,
		"July is not final",
	)
}

func TestFiguresOfMembershipsOfOnePersonAreRefused(t *testing.T) {
	s, w := gathering(t, 12, 12), &watcher{} // all of them the neighbour's
	deliverTo(t, s, crowdReadings(12, 12)...)
	settled(t, s, settleFinal)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
	refusal := s.Refuse(t, organiser, "settlement:PublishFigures", publishJune, nil)
	require.Equal(t, fault.TooFewPersons, refusal.Code)
	w.look(t, s)
	require.False(t, w.learned(12*96*10))
}

// correctSome delivers other readings of so many consumers and producers, settles the day and closes the month's
// correction.
func correctSome(t testing.TB, s *contracttest.Suite, number, consumers, producers int) {
	t.Helper()
	var all []settlement.Reading
	for i := range 20 {
		if i < consumers || i >= 10 && i < 10+producers {
			r := flat(fmt.Sprintf("m%02d", i), day, 96, 10*kWh+int64(number))
			r.Version = 2
			all = append(all, r)
		}
	}
	deliverTo(t, s, all...)
	run := on(settlement.RunID(fmt.Sprintf("correction-%d", number)))
	s.Submit(t, organiser, "settlement:SettleDay", run, nil)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.CorrectionPhase(number)), nil)
}

func TestFiguresAreCorrectedOnceTenPersonsReadingsChanged(t *testing.T) {
	correction := publishJune
	correction.Correction = 1
	for _, row := range []struct {
		consumers, producers int
		code                 fault.Code
	}{{1, 0, fault.TooFewPersons}, {10, 9, fault.TooFewPersons}, {10, 10, ""}} {
		s := published(t)
		publish(t, s, publishJune)
		correctSome(t, s, 1, row.consumers, row.producers)
		if row.code != "" {
			require.Equal(t, row.code, s.Refuse(t, organiser, "settlement:PublishFigures", correction, nil).Code)
			continue
		}
		corrected := publish(t, s, correction)
		require.Equal(t, settlement.CorrectionPhase(1), corrected.Phase)
		require.Len(t, keysOf(s, "figureSet"), 2, "the same persons")
	}
}

func TestAFewProducersAreInFiguresIfEachIsALegalPersonThatAgreed(t *testing.T) {
	s, residents := quarter(t, 10, 2)
	require.Equal(t, fault.TooFewPersons, s.Refuse(t, organiser, "settlement:PublishFigures", publishJune, nil).Code)
	agree := func(i int, agreed bool) {
		s.Submit(
			t,
			operator,
			"settlement:Relay",
			residents[i].Sign(t, s, "settlement:AgreeToFigures", settlement.AgreeToFiguresRequest{
				CommunityID: "sunny", MemberID: fmt.Sprintf("m%02d", i), RegisterNumber: "FN 123456a", Agreed: agreed,
			}),
			nil,
		)
	}
	agree(10, true)
	require.Equal(
		t, fault.TooFewPersons, s.Refuse(t, organiser, "settlement:PublishFigures", publishJune, nil).Code,
		"one of two",
	)
	agree(11, true)
	agree(10, false)
	require.Equal(
		t, fault.TooFewPersons, s.Refuse(t, organiser, "settlement:PublishFigures", publishJune, nil).Code,
		"an agreement that ended",
	)
	agree(10, true)
	require.EqualValues(t, 2*96*10, publish(t, s, publishJune).Production)

	_, refusal := s.Call(
		t,
		operator,
		"settlement:Relay",
		residents[0].Sign(t, s, "settlement:AgreeToFigures", settlement.AgreeToFiguresRequest{
			CommunityID: "sunny", MemberID: "m10", RegisterNumber: "FN 123456a", Agreed: true,
		}),
		nil,
	)
	require.Equal(t, fault.Forbidden, refusal.Code, "nobody agrees for another member")
	require.Equal(
		t,
		fault.Forbidden,
		s.Refuse(t, organiser, "settlement:AgreeToFigures", settlement.AgreeToFiguresRequest{
			CommunityID: "sunny", MemberID: "m10", RegisterNumber: "FN 123456a", Agreed: true,
		}, nil).Code,
		"nor does the organiser",
	)
}

func TestTheSamePersonsInAnotherCommunityAreNoWayRoundTheCrowd(t *testing.T) {
	s, residents := quarter(t, 10, 10)
	publish(t, s, publishJune)
	other := terms
	other.CommunityID, other.Name, other.DisputeDays, other.Tariff = "windy", "Windy street", 0, tariff
	s.Submit(t, organiser, "settlement:CreateCommunity", other, nil)
	var all []settlement.Reading
	for i, resident := range residents { // the same persons but one, at other points
		if i == 0 {
			resident = contracttest.NewResident(t)
		}
		id := fmt.Sprintf("w%02d", i)
		own := membership(id, settlement.Consumption)
		if i >= 10 {
			own.Direction = settlement.Production
		}
		own.CommunityID, own.From, own.To = "windy", day, "2025-06-02"
		enterAs(t, s, resident, own, 500+i)
		all = append(all, flat(id, day, 96, 10*kWh))
	}
	s.Submit(
		t, operator, "settlement:SubmitMeterDays", settlement.SubmitMeterDaysRequest{CommunityID: "windy"},
		readings(all...),
	)
	s.Submit(
		t, organiser, "settlement:SettleDay",
		settlement.SettleDayRequest{CommunityID: "windy", Day: day, Run: settlement.Final}, nil,
	)
	s.Submit(
		t, organiser, "settlement:ClosePeriod",
		settlement.ClosePeriodRequest{CommunityID: "windy", Period: "2025-06", Phase: settlement.ProvisionalPhase}, nil,
	)
	s.Submit(
		t, organiser, "settlement:FinalizePeriod",
		settlement.FinalizePeriodRequest{CommunityID: "windy", Period: "2025-06"}, nil,
	)
	refusal := s.Refuse(
		t, organiser, "settlement:PublishFigures",
		settlement.PublishFiguresRequest{CommunityID: "windy", Period: "2025-06"}, nil,
	)
	require.Equal(t, fault.TooFewPersons, refusal.Code, "one person is another one")
}
