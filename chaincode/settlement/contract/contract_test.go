// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func TestCommunityIsCreatedOnce(t *testing.T) {
	s := contracttest.Governed(t)
	created := contracttest.Answer[settlement.Community](t, s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil))
	require.Equal(t, settlement.Community{Schema: 1, Terms: terms, Organiser: "CommunityMSP", Generation: 1}, created)
	require.Equal(t, `settlement.CommunityCreated {"communityId":"sunny"}`, lastEvent(t, s))
	require.Equal(t, []string{"settlement.community/sunny"}, keysOf(s, "community"))

	again := contracttest.Answer[settlement.Community](t, s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil))
	require.Equal(t, created, again)
	require.Len(t, s.Events, 1, "the same again announces nothing")

	other := terms
	other.Name = "Shady street"
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, organiser, "settlement:CreateCommunity", other, nil).Code)
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, "CityMSP/organiser", "settlement:CreateCommunity", terms, nil).Code)
	require.Equal(t, created, contracttest.Answer[settlement.Community](t, s.Submit(t, outsider, "settlement:GetCommunity", `{"communityId":"sunny"}`, nil)))
}

func TestMemberIsPendingUntilTheOperatorConfirmsThePoint(t *testing.T) {
	s := consented(t)
	s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)
	own := private(t, s, 1)
	added := contracttest.Answer[settlement.Member](t, s.Submit(t, organiser, "settlement:AddMember", membership("a", settlement.Consumption), own))
	require.Equal(t, settlement.Pending, added.State)
	require.Equal(t, []string{"settlement.member/sunny/a"}, s.PrivateKeys("meterData"))
	require.NotContains(t, lastEvent(t, s), reference(1))

	s.Submit(t, organiser, "settlement:AddMember", membership("a", settlement.Consumption), own)
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, organiser, "settlement:AddMember", membership("a", settlement.Consumption), private(t, s, 2)).Code)

	confirm := confirmation("sunny", "a")
	confirmed := contracttest.Answer[settlement.Member](t, s.Submit(t, operator, "settlement:ConfirmMember", confirm, known(neighbour(), 1)))
	require.Equal(t, settlement.Confirmed, confirmed.State)
	require.Equal(t, `settlement.MemberConfirmed {"communityId":"sunny","memberId":"a","state":"CONFIRMED"}`, lastEvent(t, s))
	require.Equal(t, []string{"settlement.point/UtilityMSP/" + settlement.PointRef("UtilityMSP", reference(1)) + "/consumption"}, keysOf(s, "point"))

	events := len(s.Events)
	s.Submit(t, operator, "settlement:ConfirmMember", confirm, known(neighbour(), 1))
	require.Len(t, s.Events, events, "confirming again changes nothing")
	require.Equal(t, fault.InvalidField, s.Refuse(t, operator, "settlement:ConfirmMember", confirm, known(neighbour(), 2)).Code)
}

func TestPointIsTakenOnceInACommunityAndDirection(t *testing.T) {
	s := community(t)
	s.Submit(t, organiser, "settlement:AddMember", membership("c", settlement.Consumption), private(t, s, 0))
	s.Submit(t, organiser, "settlement:AddMember", membership("q", settlement.Production), private(t, s, 0))
	require.Equal(t, fault.PointTaken, s.Refuse(t, operator, "settlement:ConfirmMember", confirmation("sunny", "c"), known(neighbour(), 0)).Code)
	s.Submit(t, operator, "settlement:ConfirmMember", confirmation("sunny", "q"), known(neighbour(), 0))
}

func TestMembersArePaged(t *testing.T) {
	s := community(t)
	page := contracttest.Answer[settlement.MemberPage](t, s.Submit(t, auditor, "settlement:ListMembers", `{"communityId":"sunny","pageSize":2}`, nil))
	require.Len(t, page.Members, 2)
	rest := contracttest.Answer[settlement.MemberPage](t, s.Submit(t, auditor, "settlement:ListMembers",
		settlement.ListMembersRequest{CommunityID: "sunny", Listing: request.Listing{PageSize: 2, Bookmark: page.Bookmark}}, nil))
	require.Len(t, rest.Members, 1)
	require.Equal(t, "p", rest.Members[0].MemberID)
	require.Equal(t, reference(2), rest.Members[0].Private.Reference)
	require.Empty(t, rest.Bookmark)

	for sentence, bookmark := range map[string]string{
		"another community's members": base64.RawURLEncoding.EncodeToString([]byte("\x00settlement.member\x00aaa\x00")),
		"all communities":             base64.RawURLEncoding.EncodeToString([]byte("\x00settlement.community\x00")),
		"no base64":                   "\x00settlement.member\x00sunny\x00", "nonsense": "x",
	} {
		for _, list := range []string{"settlement:ListMembers", "settlement:ListRuns"} {
			refusal := s.Refuse(t, organiser, list, settlement.ListMembersRequest{CommunityID: "sunny", Listing: request.Listing{Bookmark: bookmark}}, nil)
			require.Equal(t, fault.InvalidField, refusal.Code, sentence)
			require.Equal(t, "bookmark", refusal.Details["field"])
		}
	}
}

func TestMeterDaysAreStoredPrivatelyAndCertifiedPublicly(t *testing.T) {
	s := measured(t)
	require.Len(t, keysOf(s, "manifest"), 1, "one manifest for the transaction and day")
	require.Len(t, chunksOf(s, "meterDays"), 1, "three meter days lie in one private key")
	require.Equal(t, `settlement.MeterDaysSubmitted {"communityId":"sunny","days":["2025-06-01"]}`, lastEvent(t, s))
}

func TestARepeatedImportChangesNothing(t *testing.T) {
	s := measured(t)
	keys, events := s.Keys(), len(s.Events)
	again := flat("a", day, 96, 1000)
	again.Salt, again.Quality = strings.Repeat("ff", 16), strings.Repeat("M", 96)
	answer := contracttest.Answer[settlement.SubmitMeterDaysAnswer](t, s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(again)))
	require.Equal(t, 1, answer.Unchanged)
	require.Equal(t, keys, s.Keys())
	require.Len(t, s.Events, events)
}

func TestACorrectionIsTheNextVersionAndTheOldOneStays(t *testing.T) {
	s := measured(t)
	correction := flat("a", day, 96, 1500)
	refusal := s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(correction))
	require.Equal(t, fault.AlreadyExists, refusal.Code)
	require.Equal(t, "version", checked(t, s, correction)[0].Reason.Details["field"])
	correction.Version = 3
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(correction)).Code)
	correction.Version = 2
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(correction))
	require.Len(t, chunksOf(s, "meterDays"), 2)
}

func TestOneBadReadingDoesNotSpoilTheOthersUnlessAtomic(t *testing.T) {
	bad := flat("b", day, 96, 2000)
	bad.Values[17] = -1
	batch := readings(flat("a", day, 96, 1000), bad)

	s := community(t)
	atomic := submit
	atomic.Atomic = true
	refusal := s.Refuse(t, operator, "settlement:SubmitMeterDays", atomic, batch)
	require.Equal(t, fault.OutOfRange, refusal.Code)
	require.Empty(t, refusal.Details)

	answer := contracttest.Answer[settlement.SubmitMeterDaysAnswer](t, s.Submit(t, operator, "settlement:SubmitMeterDays", submit, batch))
	require.Equal(t, 1, answer.Accepted)
	require.Equal(t, 1, answer.Rejected)
	why := checked(t, s, flat("a", day, 96, 1000), bad)
	require.Len(t, why, 1)
	require.Equal(t, "b", why[0].MemberID)
	require.Equal(t, "17", why[0].Reason.Details["interval"])
	loadProfiles := contracttest.Answer[settlement.MeterDayPage](t, s.Submit(t, auditor, "settlement:MeterDays", settlement.MeterDaysRequest{CommunityID: "sunny", Day: day}, nil))
	require.Len(t, loadProfiles.MeterDays, 1)
	require.Equal(t, "a", loadProfiles.MeterDays[0].MemberID)
}

func TestBadReadingsAreRefusedWithTheirField(t *testing.T) {
	for sentence, row := range map[string]struct {
		change func(*settlement.Reading)
		code   fault.Code
		field  string
	}{
		"a day with 95 values":           {func(r *settlement.Reading) { r.Values = r.Values[1:] }, fault.WrongIntervalCount, "values"},
		"a clock-change day with 96":     {func(r *settlement.Reading) { r.Day = "2025-03-30" }, fault.WrongIntervalCount, "values"},
		"a negative value":               {func(r *settlement.Reading) { r.Values[3] = -5 }, fault.OutOfRange, "values/3"},
		"more than a gigawatt-hour":      {func(r *settlement.Reading) { r.Values[3] = settlement.MaxEnergy + 1 }, fault.OutOfRange, "values/3"},
		"an unknown member":              {func(r *settlement.Reading) { r.MemberID = "nobody" }, fault.NotFound, "memberId"},
		"a day before the member's":      {func(r *settlement.Reading) { r.Day = "2024-12-31" }, fault.IllegalTransition, "day"},
		"a day that has not ended":       {func(r *settlement.Reading) { r.Day = "2026-01-02" }, fault.InvalidField, "day"},
		"a date that does not exist":     {func(r *settlement.Reading) { r.Day = "2025-02-30" }, fault.InvalidField, "day"},
		"a short salt":                   {func(r *settlement.Reading) { r.Salt = "00" }, fault.InvalidField, "salt"},
		"no salt":                        {func(r *settlement.Reading) { r.Salt = "" }, fault.MissingField, "salt"},
		"version zero":                   {func(r *settlement.Reading) { r.Version = 0 }, fault.OutOfRange, "version"},
		"a quality of another length":    {func(r *settlement.Reading) { r.Quality = "M" }, fault.WrongIntervalCount, "quality"},
		"an unknown quality":             {func(r *settlement.Reading) { r.Quality = strings.Repeat("X", 96) }, fault.InvalidField, "quality"},
		"a missing interval with energy": {func(r *settlement.Reading) { r.Quality = strings.Repeat("-", 96) }, fault.InvalidField, "values/0"},
	} {
		t.Run(sentence, func(t *testing.T) {
			reading := flat("a", day, 96, 1000)
			row.change(&reading)
			s := community(t)
			refusal := s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(reading))
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			require.Empty(t, refusal.Details, "a refusal of what is submitted names nothing")
			why := checked(t, s, reading)
			require.Equal(t, row.code, why[0].Reason.Code)
			require.Equal(t, row.field, why[0].Reason.Details["field"])
		})
	}
}

func TestTheAnswerRepeatsNothingPrivate(t *testing.T) {
	s := community(t)
	point, name, odd := flat("AT0010000000000000001000000123456", day, 96, 1), flat("Hans Meier, Wien 7", day, 96, 1), flat("a\x00b", "yesterday", 96, 1)
	batch := readings(flat("a", day, 96, 1000), point, name, odd)
	answer := s.Submit(t, operator, "settlement:SubmitMeterDays", submit, batch)
	for _, private := range []string{"AT001", "Hans", "yesterday", "1000"} {
		require.NotContains(t, string(answer), private)
	}
	require.JSONEq(t, `{"accepted":1,"unchanged":0,"rejected":3}`, string(answer))
}

func TestARunOfADayThatHasNotEndedIsRefused(t *testing.T) {
	refusal := community(t).Refuse(t, organiser, "settlement:SettleDay", settlement.SettleDayRequest{CommunityID: "sunny", Day: "2199-06-01", Run: settlement.Provisional}, nil)
	require.Equal(t, fault.InvalidField, refusal.Code)
	require.Equal(t, "day", refusal.Details["field"])
}

func TestALateMemberChangesAProvisionalRunAndNoFinalOne(t *testing.T) {
	s := measured(t)
	provisional := settleFinal
	provisional.Run = settlement.Provisional
	require.Zero(t, incomplete(t, s, provisional))
	final := settled(t, s, settleFinal)

	late := measured(t)
	settled(t, late, provisional)
	for _, suite := range []*contracttest.Suite{s, late} {
		join(t, suite, membership("z", settlement.Consumption), 26)
	}
	require.Equal(t, final, settled(t, s, settleFinal), "settling the same readings again changes nothing")
	require.EqualValues(t, 96, incomplete(t, late, provisional), "the late member has no meter day")
	late.Now = late.Now.AddDate(0, 0, -1)
	late.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("z", day, 96, 1)))
	require.Equal(t, fault.StaleTransaction, late.Refuse(t, organiser, "settlement:SettleDay", provisional, nil).Code)
}

func TestAProvisionalRunIsDoneAgainWhenOneMemberTakesThePlaceOfAnother(t *testing.T) {
	s := community(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	provisional := settlement.SettleDayRequest{CommunityID: "sunny", Day: day, Run: settlement.Provisional}
	before := settled(t, s, provisional)
	require.Equal(t, before, settled(t, s, provisional), "nothing changed")
	s.Submit(t, organiser, "settlement:EndMember", settlement.EndMemberRequest{CommunityID: "sunny", MemberID: "a", To: day}, nil)
	join(t, s, membership("c", settlement.Consumption), 8)
	after := settled(t, s, provisional)
	require.Equal(t, before.Leaves, after.Leaves)
	require.NotEqual(t, before.RosterSHA256, after.RosterSHA256)
}

func TestACommunityThatCouldNeverBeMeasuredIsRefused(t *testing.T) {
	s := contracttest.Governed(t)
	for field, change := range map[string]func(*settlement.Terms){
		"gridOperator": func(t *settlement.Terms) { t.GridOperator = "NoSuchMSP" },
		"collection":   func(t *settlement.Terms) { t.Collection = "meterData-nothing" },
	} {
		other := terms
		change(&other)
		refusal := s.Refuse(t, organiser, "settlement:CreateCommunity", other, nil)
		require.Equal(t, fault.InvalidField, refusal.Code)
		require.Equal(t, field, refusal.Details["field"])
	}
}

func TestWhatIsStoredIsKnownWhereItIsAbsent(t *testing.T) {
	s := measured(t)
	s.Forget("meterData", "settlement.meterDays")
	again := flat("a", day, 96, 1000)
	require.Equal(t, fault.PrivateDataNotHere, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(again)).Code, "whether it is the same cannot be told")
	correction := flat("a", day, 96, 1500)
	correction.Version = 2
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(correction))
	s.Forget("meterData")
	correction.Version = 3
	require.Equal(t, fault.PrivateDataNotHere, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(correction)).Code, "whose consent it is cannot be told")
}

func TestADayIsSettledAndEveryStatementIsProven(t *testing.T) {
	s := measured(t)
	run := settled(t, s, settleFinal)
	require.Equal(t, 96, run.Intervals)
	require.Equal(t, 3, run.Leaves)
	require.Equal(t, "CommunityMSP", run.SettledBy)
	require.Equal(t, `settlement.DaySettled {"communityId":"sunny","day":"2025-06-01","run":"final"}`, lastEvent(t, s))
	require.Equal(t, []string{"settlement.run/sunny/" + day + "/final"}, keysOf(s, "run"))

	// P = 2000, C = [1000, 2000]: 666.67 and 1333.33, the odd mWh to the larger remainder.
	for member, want := range map[string]settlement.Pair{"a": {1000, 667}, "b": {2000, 1333}, "p": {2000, 2000}} {
		request := settlement.StatementRequest{CommunityID: "sunny", MemberID: member, Day: day, Run: settlement.Final}
		statement := contracttest.Answer[settlement.Statement](t, s.Submit(t, auditor, "settlement:Statement", request, nil))
		require.NoError(t, statement.Verify(run))
		require.Equal(t, want, *statement.Leaf.Intervals[95])

		forged := *statement.Leaf.Intervals[95]
		forged[1]++
		statement.Leaf.Intervals[95] = &forged
		require.ErrorIs(t, statement.Verify(run), settlement.ErrUnproven)
	}
}

func TestTotalsArePrivateToThoseWhoMayReadTheLoadProfiles(t *testing.T) {
	s := measured(t)
	settled(t, s, settleFinal)
	for as, sees := range map[string]bool{organiser: true, operator: true, auditor: true, outsider: false, "UtilityMSP/steward": false, "CityMSP/auditor": false} {
		if !sees {
			require.Equal(t, fault.Forbidden, s.Refuse(t, as, "settlement:RunTotals", settleFinal, nil).Code, as)
			continue
		}
		totals := totalsOf(t, s, as, settleFinal)
		require.Equal(t, settlement.Totals{Consumers: 2, Producers: 1, Production: 96 * 2000, Consumption: 96 * 3000, Shared: 96 * 2000}, totals.Totals, as)
	}
	s.Peer = "CityMSP"
	require.Equal(t, fault.PrivateDataNotHere, s.Refuse(t, organiser, "settlement:RunTotals", settleFinal, nil).Code, "a peer outside the collection has none to show")
	statement := settlement.StatementRequest{CommunityID: "sunny", MemberID: "a", Day: day, Run: settlement.Final}
	require.Equal(t, fault.PrivateDataNotHere, s.Refuse(t, organiser, "settlement:Statement", statement, nil).Code)
}

func TestSettlingAgainChangesNothingAndNothingChangesAFinalRun(t *testing.T) {
	s := measured(t)
	run := settled(t, s, settleFinal)
	keys, private := s.Keys(), s.PrivateKeys("meterData")
	require.Equal(t, run, settled(t, s, settleFinal))
	require.Equal(t, keys, s.Keys())
	require.Equal(t, private, s.PrivateKeys("meterData"))

	correction := flat("a", day, 96, 1500)
	correction.Version = 2
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(correction))
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil).Code)
	corrected := settlement.SettleDayRequest{CommunityID: "sunny", Day: day, Run: "correction-1"}
	require.NotEqual(t, run.MerkleRoot, settled(t, s, corrected).MerkleRoot)
	corrected.Run = "correction-3"
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:SettleDay", corrected, nil).Code)
	corrected.Run = settlement.Provisional
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:SettleDay", corrected, nil).Code)
}

func TestCommunitiesMayUseTheSameMemberID(t *testing.T) {
	s := measured(t)
	other := terms
	other.CommunityID = "shady"
	s.Submit(t, organiser, "settlement:CreateCommunity", other, nil)
	shady := membership("a", settlement.Consumption)
	shady.CommunityID = "shady"
	join(t, s, shady, 9)
	answer := contracttest.Answer[settlement.SubmitMeterDaysAnswer](t,
		s.Submit(t, operator, "settlement:SubmitMeterDays", settlement.SubmitMeterDaysRequest{CommunityID: "shady"}, readings(flat("a", day, 96, 5))))
	require.Equal(t, 1, answer.Accepted)
	require.Subset(t, s.PrivateKeys("meterData"), []string{"settlement.member/shady/a", "settlement.member/sunny/a"})
	for community, value := range map[string]int64{"sunny": 1000, "shady": 5} {
		own := settlement.MeterDaysRequest{CommunityID: community, Day: day, MemberID: "a"}
		page := contracttest.Answer[settlement.MeterDayPage](t, s.Submit(t, auditor, "settlement:MeterDays", own, nil))
		require.Equal(t, value, page.MeterDays[0].Values[0])
	}
}

func TestAFinalRunNeedsACompleteDay(t *testing.T) {
	s := community(t)
	gap := flat("b", day, 96, 2000)
	gap.Values[40] = 0
	gap.Quality = strings.Repeat("M", 40) + "-" + strings.Repeat("M", 55)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", day, 96, 1000), gap))

	refusal := s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil)
	require.Equal(t, fault.DayIncomplete, refusal.Code)

	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("p", day, 96, 2000)))
	refusal = s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil)
	require.Equal(t, fault.DayIncomplete, refusal.Code)
	require.Equal(t, map[string]string{"field": "day"}, refusal.Details, "the refusal names no member and no interval")
	findings := contracttest.Answer[settlement.Findings](t, s.Submit(t, operator, "settlement:CheckDay", settleFinal, nil)).Findings
	require.Equal(t, []settlement.Finding{{MemberID: "b", Interval: new(40), From: "2025-06-01T10:00", Code: fault.DayIncomplete, Message: "the value is missing"}}, findings)

	provisional := settleFinal
	provisional.Run = settlement.Provisional
	require.EqualValues(t, 1, incomplete(t, s, provisional))
	request := settlement.StatementRequest{CommunityID: "sunny", MemberID: "a", Day: day, Run: settlement.Provisional}
	statement := contracttest.Answer[settlement.Statement](t, s.Submit(t, organiser, "settlement:Statement", request, nil))
	require.Nil(t, statement.Leaf.Intervals[40], "a missing value makes the interval incomplete, never zero")
	require.NotNil(t, statement.Leaf.Intervals[41])

	whole := flat("b", day, 96, 2000)
	whole.Version = 2
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(whole))
	require.Zero(t, incomplete(t, s, provisional), "a provisional run is replaced")
	settled(t, s, settleFinal)
}

func TestPrivateDataThatIsNotHereIsNeverTakenForZero(t *testing.T) {
	s := measured(t)
	s.Forget("meterData")
	require.Equal(t, fault.PrivateDataNotHere, s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil).Code)
}

func TestRunsAreListedByDay(t *testing.T) {
	s := measured(t)
	settled(t, s, settleFinal)
	page := contracttest.Answer[settlement.RunPage](t, s.Submit(t, outsider, "settlement:ListRuns", `{"communityId":"sunny"}`, nil))
	require.Len(t, page.Runs, 1)
	require.Equal(t, fault.NotFound, s.Refuse(t, outsider, "settlement:GetRun", `{"communityId":"sunny","day":"2025-06-02","run":"final"}`, nil).Code)
	require.Equal(t, fault.NotFound, s.Refuse(t, outsider, "settlement:ListRuns", `{"communityId":"moon"}`, nil).Code)
}

func TestRequestsAreReadStrictly(t *testing.T) {
	s := community(t)
	for sentence, row := range map[string]struct {
		name, request string
		code          fault.Code
		field         string
	}{
		"an unknown field":                          {"settlement:GetCommunity", `{"communityId":"sunny","colour":"red"}`, fault.UnknownField, "colour"},
		"a field in other letters":                  {"settlement:GetCommunity", `{"CommunityId":"sunny"}`, fault.UnknownField, "CommunityId"},
		"a field twice":                             {"settlement:GetCommunity", `{"communityId":"sunny","communityId":"moon"}`, fault.DuplicateField, "communityId"},
		"a missing field":                           {"settlement:GetCommunity", `{}`, fault.MissingField, "communityId"},
		"a number for a text":                       {"settlement:GetCommunity", `{"communityId":5}`, fault.InvalidField, "communityId"},
		"an id with a separator":                    {"settlement:GetCommunity", `{"communityId":"sun\u0000ny"}`, fault.InvalidField, "communityId"},
		"an unknown community":                      {"settlement:GetCommunity", `{"communityId":"moon"}`, fault.NotFound, "communityId"},
		"an array":                                  {"settlement:GetCommunity", `["sunny"]`, fault.MalformedRequest, ""},
		"no JSON":                                   {"settlement:GetCommunity", `sunny`, fault.MalformedRequest, ""},
		"an empty request":                          {"settlement:GetCommunity", ``, fault.MalformedRequest, ""},
		"two objects":                               {"settlement:GetCommunity", `{"communityId":"sunny"}{}`, fault.MalformedRequest, ""},
		"ten to the eighteenth":                     {"settlement:ListMembers", `{"communityId":"sunny","pageSize":1000000000000000000}`, fault.OutOfRange, "pageSize"},
		"a fraction":                                {"settlement:ListMembers", `{"communityId":"sunny","pageSize":1.5}`, fault.OutOfRange, "pageSize"},
		"a page too large":                          {"settlement:ListMembers", `{"communityId":"sunny","pageSize":201}`, fault.OutOfRange, "pageSize"},
		"deep nesting":                              {"settlement:GetCommunity", `{"a":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, fault.TooLarge, ""},
		"a megabyte":                                {"settlement:GetCommunity", `{"communityId":"` + strings.Repeat("a", 1<<20) + `"}`, fault.TooLarge, ""},
		"a lower-case first letter":                 {"settlement:getCommunity", `{"communityId":"sunny"}`, fault.UnknownTransaction, ""},
		"a method that is no transaction":           {"settlement:GetName", `{}`, fault.UnknownTransaction, ""},
		"a transaction without its contract":        {"GetCommunity", `{"communityId":"sunny"}`, fault.UnknownTransaction, ""},
		"an unknown time zone":                      {"settlement:CreateCommunity", `{"communityId":"x","name":"x","country":"AT","gridOperator":"UtilityMSP","collection":"meterData","intervalMinutes":15,"timeZone":"Mars/Olympus"}`, fault.InvalidField, "timeZone"},
		"a path for a time zone":                    {"settlement:CreateCommunity", `{"communityId":"x","name":"x","country":"AT","gridOperator":"UtilityMSP","collection":"meterData","intervalMinutes":15,"timeZone":"../etc/passwd"}`, fault.InvalidField, "timeZone"},
		"an interval of seven minutes":              {"settlement:CreateCommunity", `{"communityId":"x","name":"x","country":"AT","gridOperator":"UtilityMSP","collection":"meterData","intervalMinutes":7}`, fault.InvalidField, "intervalMinutes"},
		"another organisation's collection":         {"settlement:CreateCommunity", `{"communityId":"x","name":"x","country":"AT","gridOperator":"UtilityMSP","collection":"org-CityMSP"}`, fault.InvalidField, "collection"},
		"a run that is none":                        {"settlement:SettleDay", `{"communityId":"sunny","day":"2025-06-01","run":"correction-0"}`, fault.InvalidField, "run"},
		"a day with a time":                         {"settlement:SettleDay", `{"communityId":"sunny","day":"2025-06-01T00:00","run":"final"}`, fault.InvalidField, "day"},
		"a member that ends before it begins":       {"settlement:AddMember", `{"communityId":"sunny","memberId":"m","direction":"consumption","factor":100,"from":"2025-02-01","to":"2025-01-31"}`, fault.InvalidField, "to"},
		"a factor of zero":                          {"settlement:AddMember", `{"communityId":"sunny","memberId":"m","direction":"consumption","factor":0,"from":"2025-02-01"}`, fault.OutOfRange, "factor"},
		"a member before the community's first day": {"settlement:AddMember", `{"communityId":"sunny","memberId":"m","direction":"consumption","factor":100,"from":"2024-02-01"}`, fault.InvalidField, "from"},
		"a metering point in public":                {"settlement:ConfirmMember", `{"communityId":"sunny","memberId":"a","pointRef":"AT0010000"}`, fault.UnknownField, "pointRef"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var transient map[string]any
			if strings.HasSuffix(row.name, "AddMember") {
				transient = private(t, s, 9)
			}
			if strings.HasSuffix(row.name, "ConfirmMember") {
				transient = known(neighbour(), 0)
			}
			refusal := s.Refuse(t, "CommunityMSP/organiser,meter-operator", row.name, row.request, transient)
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			require.Equal(t, row.field, refusal.Details["field"])
		})
	}
}

func TestTransientEntriesAreExactlyThoseOfTheTransaction(t *testing.T) {
	s := community(t)
	for sentence, row := range map[string]struct {
		name      string
		request   any
		transient map[string]any
	}{
		"a transaction that takes none":  {"settlement:CreateCommunity", terms, map[string]any{"note": "x"}},
		"the wrong name":                 {"settlement:AddMember", membership("m", settlement.Consumption), map[string]any{"private": settlement.MemberPrivate{}}},
		"one too many":                   {"settlement:AddMember", membership("m", settlement.Consumption), map[string]any{"member": "{}", "more": "{}"}},
		"none where one is needed":       {"settlement:SubmitMeterDays", submit, nil},
		"a query that is given a secret": {"settlement:GetCommunity", `{"communityId":"sunny"}`, map[string]any{"note": "x"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Equal(t, fault.PrivateDataUnexpected, s.Refuse(t, organiser, row.name, row.request, row.transient).Code)
		})
	}
	require.Equal(t, fault.DuplicateField, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit,
		readings(flat("a", day, 96, 1), flat("a", day, 96, 2))).Code)
	refusal := s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, map[string]any{"readings": `{"meterDays":[{"memberId":"a","values":[1000000000000000000]}]}`})
	require.Equal(t, fault.OutOfRange, refusal.Code)
	require.Empty(t, refusal.Details)
}
