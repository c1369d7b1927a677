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
)

// replaced are the terms with a change.
func replaced(of settlement.Terms, change func(*settlement.Terms)) settlement.ReplaceTermsRequest {
	change(&of)
	return settlement.ReplaceTermsRequest{Terms: of}
}

// founded is a community without members.
func founded(t *testing.T) *contracttest.Suite {
	t.Helper()
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)
	return s
}

func TestTermsAreReplacedUntilTheFirstFinalRun(t *testing.T) {
	s := measured(t)
	statics := replaced(terms, func(t *settlement.Terms) { t.Key = settlement.AllocationKey{Type: allocation.Static} })
	first := settled(t, s, settleAgain)
	again := contracttest.Answer[settlement.Community](t, s.Submit(t, organiser, "settlement:ReplaceTerms", statics, nil))
	require.Equal(t, 2, again.Generation)
	require.Equal(t, `settlement.TermsReplaced {"communityId":"sunny","generation":2,"from":"2025-01-01"}`, lastEvent(t, s))
	events := len(s.Events)
	s.Submit(t, organiser, "settlement:ReplaceTerms", statics, nil)
	require.Len(t, s.Events, events, "the same terms again change nothing")

	require.Equal(t, []settlement.Cause{settlement.CauseKey}, covered(t, s).Causes, "the provisional run is by the terms before")
	refusal := s.Refuse(t, organiser, "settlement:ClosePeriod", closing(settlement.Preview), nil)
	require.Equal(t, fault.PeriodIncomplete, refusal.Code)
	require.Equal(t, day, refusal.Details["day"])
	second := settled(t, s, settleAgain)
	require.Equal(t, allocation.Static, second.Key)
	require.NotEqual(t, first.MerkleRoot, second.MerkleRoot)

	settled(t, s, settleFinal)
	back := s.Refuse(t, organiser, "settlement:ReplaceTerms", replaced(terms, func(*settlement.Terms) {}), nil)
	require.Equal(t, fault.IllegalTransition, back.Code)
	require.Contains(t, back.Message, "ChangeKey")
}

func TestWhatMembersConsentedToIsNotReplaced(t *testing.T) {
	changes := map[string]func(*settlement.Terms){
		"country":  func(t *settlement.Terms) { t.Country, t.TimeZone = "FR", "Europe/Paris" },
		"timeZone": func(t *settlement.Terms) { t.Country, t.TimeZone = "AT", "Europe/Vienna" },
	}
	before := founded(t)
	for field, change := range changes {
		before.Submit(t, organiser, "settlement:ReplaceTerms", replaced(terms, change), nil)
		require.NotEmpty(t, field)
	}
	spain := terms
	spain.CommunityID, spain.Country, spain.TimeZone = "sunny", "ES", "Europe/Madrid"
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(t, organiser, "settlement:CreateCommunity", spain, nil)
	s.Submit(t, organiser, "settlement:AddMember", membership("a", settlement.Consumption), private(t, s, 1))
	for field, change := range map[string]func(*settlement.Terms){
		"country":      func(t *settlement.Terms) { t.Country, t.TimeZone = "FR", "Europe/Paris" },
		"timeZone":     func(t *settlement.Terms) { t.TimeZone = "Atlantic/Canary" },
		"collection":   func(t *settlement.Terms) { t.Collection = "meterData-2" },
		"gridOperator": func(t *settlement.Terms) { t.GridOperator = "CityMSP" },
		"validFrom":    func(t *settlement.Terms) { t.ValidFrom = "2025-01-02" },
	} {
		refusal := s.Refuse(t, organiser, "settlement:ReplaceTerms", replaced(spain, change), nil)
		require.Equal(t, fault.IllegalTransition, refusal.Code, field)
		require.Equal(t, field, refusal.Details["field"])
	}
	s.Submit(t, organiser, "settlement:ReplaceTerms", replaced(spain, func(t *settlement.Terms) { t.IntervalMinutes, t.Name = 30, "Sol" }), nil)
}

func TestTheIntervalStaysOnceReadingsAreStored(t *testing.T) {
	s := measured(t)
	refusal := s.Refuse(t, organiser, "settlement:ReplaceTerms", replaced(terms, func(t *settlement.Terms) { t.IntervalMinutes = 30 }), nil)
	require.Equal(t, fault.IllegalTransition, refusal.Code)
	require.Equal(t, "intervalMinutes", refusal.Details["field"])
}

func TestACommunityLiesInItsCountry(t *testing.T) {
	s := consented(t)
	for sentence, row := range map[string]struct {
		country, zone, field string
	}{
		"a country that there is none of":  {"XX", "Europe/Vienna", "country"},
		"the United Kingdom by its nation": {"UK", "Europe/London", "country"},
		"a zone of another country":        {"FR", "Europe/Vienna", "timeZone"},
		"no zone of anybody":               {"AT", "UTC", "timeZone"},
	} {
		t.Run(sentence, func(t *testing.T) {
			wrong := terms
			wrong.Country, wrong.TimeZone = row.country, row.zone
			refusal := s.Refuse(t, organiser, "settlement:CreateCommunity", wrong, nil)
			require.Equal(t, fault.InvalidField, refusal.Code)
			require.Equal(t, row.field, refusal.Details["field"])
		})
	}
	for _, country := range []string{"AT", "BE", "DE", "ES", "FR", "IT", "LU"} {
		right := terms
		right.CommunityID, right.Country, right.TimeZone = "in-"+country, country, settlement.ZonesOf(country)[0]
		s.Submit(t, organiser, "settlement:CreateCommunity", right, nil)
	}
}

func TestNamesOfNoMemberAreRefused(t *testing.T) {
	s := measured(t)
	misspelt := settlement.AllocationKey{Type: allocation.Static, Parameters: &settlement.KeyParameters{Shares: map[string]int64{"a": 400_000, "bb": 600_000}}}
	change := changeKey("2026-02-01", allocation.Static, false)
	change.Key = misspelt
	own := *tariff
	own.Lines = slices.Clone(tariff.Lines)
	own.Lines[0].Producers = map[string]int64{"pp": 1}
	key := settlement.KeyDay{Day: day, Version: 1, Consumers: []string{"a", "bb"}, Shares: [][][]int64{slices.Repeat([][]int64{{1, 1}}, 96)}, Salt: salt}
	for field, row := range map[string]struct {
		name      string
		request   any
		transient map[string]any
	}{
		"key/parameters/shares/bb":    {"settlement:ChangeKey", change, nil},
		"tariff/lines/0/producers/pp": {"settlement:ChangeTariff", settlement.ChangeTariffRequest{CommunityID: "sunny", From: "2026-02-01", Tariff: &own}, nil},
		"consumers/1":                 {"settlement:CheckKeyDay", settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": key}},
	} {
		refusal := s.Refuse(t, organiser, row.name, row.request, row.transient)
		require.Equal(t, fault.InvalidField, refusal.Code, field)
		require.Equal(t, field, refusal.Details["field"])
	}
	refusal := s.Refuse(t, organiser, "settlement:ReplaceTerms", replaced(terms, func(t *settlement.Terms) { t.Key = misspelt }), nil)
	require.Equal(t, "key/parameters/shares/bb", refusal.Details["field"])
}

// TestADayIsNotSettledByNamesOfNobody founds a community with shares: its members come later, and one of them never does.
func TestADayIsNotSettledByNamesOfNobody(t *testing.T) {
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	misspelt := replaced(terms, func(t *settlement.Terms) {
		t.Key = settlement.AllocationKey{Type: allocation.Static, Parameters: &settlement.KeyParameters{Shares: map[string]int64{"a": 400_000, "bb": 600_000}}}
	})
	s.Submit(t, organiser, "settlement:CreateCommunity", misspelt.Terms, nil)
	joinAll(t, s)
	measure(t, s, day)
	refusal := s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil)
	require.Equal(t, fault.InvalidField, refusal.Code)
	require.Equal(t, "key/parameters/shares/bb", refusal.Details["field"])
	misspelt.Key.Parameters.Shares = map[string]int64{"a": 400_000, "b": 600_000}
	s.Submit(t, organiser, "settlement:ReplaceTerms", misspelt, nil)
	settled(t, s, settleFinal)
}

func TestAMonthWithoutATariffIsNotClosed(t *testing.T) {
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	unpriced := terms
	unpriced.ValidFrom = day
	s.Submit(t, organiser, "settlement:CreateCommunity", unpriced, nil)
	for i, id := range []string{"a", "b", "p"} {
		member := membership(id, settlement.Consumption)
		member.From, member.To = day, "2025-06-02"
		join(t, s, member, i)
	}
	measure(t, s, day)
	settled(t, s, settleFinal)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.Preview), nil)
	refusal := s.Refuse(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil)
	require.Equal(t, fault.TariffMissing, refusal.Code)
	require.Equal(t, "tariff", refusal.Details["field"])

	free := settlement.ChangeTariffRequest{CommunityID: "sunny", From: day, Retroactive: true}
	require.Equal(t, fault.MissingField, s.Refuse(t, organiser, "settlement:ChangeTariff", free, nil).Code)
	free.FreeOfCharge, free.Tariff = true, tariff
	require.Equal(t, "freeOfCharge", s.Refuse(t, organiser, "settlement:ChangeTariff", free, nil).Details["field"])
	free.Tariff = nil
	s.Submit(t, organiser, "settlement:ChangeTariff", free, nil)
	require.Equal(t, []settlement.Cause{settlement.CauseTariff}, covered(t, s).Causes)
	correction := settleFinal
	correction.Run = "correction-1"
	settled(t, s, correction)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil)
}
