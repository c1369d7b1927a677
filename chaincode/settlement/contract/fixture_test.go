// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

const (
	organiser = "CommunityMSP/organiser"
	operator  = "UtilityMSP/meter-operator"
	auditor   = "OversightMSP/auditor"
	outsider  = "CityMSP/steward"

	day  = "2025-06-01"
	salt = "00112233445566778899aabbccddeeff"
)

var terms = settlement.Terms{
	CommunityID: "sunny", Name: "Sunny street", Country: "AT", GridOperator: "UtilityMSP", Collection: "meterData", IntervalMinutes: 15,
	TimeZone: "Europe/Vienna", Key: settlement.AllocationKey{Type: "prorata"}, Rounding: "EXACT", DisputeDays: 30, ValidFrom: "2025-01-01",
}

func membership(id string, direction settlement.Direction) settlement.Membership {
	return settlement.Membership{CommunityID: "sunny", MemberID: id, Direction: direction, Factor: 100, From: "2025-01-01"}
}

// neighbour is the resident behind all members, who consents for each community and metering point.
var neighbour = sync.OnceValue(func() contracttest.Resident { return contracttest.NewResident(new(testing.T)) })

// reference is what the grid operator's register has for a metering point.
func reference(point int) string { return fmt.Sprintf("UtilityMSP/%064x", point) }

// objectOf is what a consent to energy sharing in the community at the metering point is about.
func objectOf(community string, point int) consent.Object {
	return consent.Object{CommunityID: community, PointSHA256: settlement.PointPass{Reference: reference(point), Salt: salt}.SHA256()}
}

// given are the consents that were given for members, by suite.
var given sync.Map

// hidden is the private part of the resident's membership, for which the resident consents unless that was done before.
func hidden(t testing.TB, s *contracttest.Suite, resident contracttest.Resident, community string, point int) settlement.MemberPrivate {
	t.Helper()
	p := settlement.MemberPrivate{
		Subject: resident.Subject, ConsentID: fmt.Sprintf("c-%s-%d", community, point), Reference: reference(point), Salt: salt, Address: "1 Sunny street",
	}
	type consentOf struct {
		*contracttest.Suite
		subject, id string
	}
	if _, done := given.LoadOrStore(consentOf{s, p.Subject, p.ConsentID}, true); !done {
		resident.Do(t, s, "consent:Give", giveAt(s, p.ConsentID, community, point))
	}
	return p
}

// private is the transient part of AddMember for the neighbour in community sunny.
func private(t testing.TB, s *contracttest.Suite, point int) map[string]any {
	t.Helper()
	return map[string]any{"member": hidden(t, s, neighbour(), "sunny", point)}
}

// known is the transient part of ConfirmMember: what the grid operator's register has.
func known(resident contracttest.Resident, point int) map[string]any {
	return map[string]any{"confirmation": settlement.Confirmation{Subject: resident.Subject, Reference: reference(point)}}
}

// join adds and confirms the neighbour as a member.
func join(t testing.TB, s *contracttest.Suite, member settlement.Membership, point int) {
	t.Helper()
	joinWith(t, s, neighbour(), member, hidden(t, s, neighbour(), member.CommunityID, point), point)
}

func joinWith(t testing.TB, s *contracttest.Suite, resident contracttest.Resident, member settlement.Membership, private settlement.MemberPrivate, point int) {
	t.Helper()
	s.Submit(t, organiser, "settlement:AddMember", member, map[string]any{"member": private})
	s.Submit(t, operator, "settlement:ConfirmMember", confirmation(member.CommunityID, member.MemberID), known(resident, point))
}

func confirmation(community, member string) settlement.ConfirmMemberRequest {
	return settlement.ConfirmMemberRequest{CommunityID: community, MemberID: member}
}

// enter adds a confirmed consumer with an own consent.
func enter(t testing.TB, s *contracttest.Suite, resident contracttest.Resident, id string, point int) {
	t.Helper()
	enterAs(t, s, resident, membership(id, settlement.Consumption), point)
}

// enterAs adds a confirmed member with an own consent.
func enterAs(t testing.TB, s *contracttest.Suite, resident contracttest.Resident, member settlement.Membership, point int) {
	t.Helper()
	resident.Do(t, s, "consent:Give", giveAt(s, "c-"+member.MemberID, member.CommunityID, point))
	private := settlement.MemberPrivate{Subject: resident.Subject, ConsentID: "c-" + member.MemberID, Reference: reference(point), Salt: salt}
	joinWith(t, s, resident, member, private, point)
}

// flat is a reading with the same value in every interval.
func flat(member, day string, intervals int, value int64) settlement.Reading {
	return settlement.Reading{MemberID: member, Day: day, Version: 1, Values: slices.Repeat([]int64{value}, intervals), Salt: salt}
}

func readings(r ...settlement.Reading) map[string]any {
	return map[string]any{"readings": settlement.Readings{MeterDays: r}}
}

// sharing is the sample notice of the organiser.
func sharing(t testing.TB) consent.NoticeContent {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "samples", "energy-sharing.notice.json"))
	require.NoError(t, err)
	return contracttest.Answer[consent.NoticeContent](t, text)
}

// consented starts a channel on which the organiser may ask for consents to energy sharing.
func consented(t testing.TB) *contracttest.Suite {
	t.Helper()
	s := contracttest.Governed(t)
	s.Submit(t, "OversightMSP/authority", "consent:LoadTaxonomy", string(consent.DPVPurposes), nil)
	s.Submit(t, "CommunityMSP/steward", "consent:PublishNotice", sharing(t), nil)
	s.Events = nil
	return s
}

func give(s *contracttest.Suite, id string) consent.GiveRequest {
	return consent.GiveRequest{Terms: consent.Terms{
		ConsentID: id, NoticeID: "energy-sharing", NoticeVersion: 1, DataCategories: []string{settlement.LoadProfile}, Recipients: []string{"UtilityMSP"},
		Type: consent.Expressed, ValidUntil: s.Now.AddDate(1, 0, 0),
	}}
}

// giveAt is a consent to energy sharing in the community at the metering point.
func giveAt(s *contracttest.Suite, id, community string, point int) consent.GiveRequest {
	r := give(s, id)
	r.Object = objectOf(community, point)
	return r
}

// community starts a channel with a community of the consumers a and b and the producer p, all confirmed.
func community(t testing.TB) *contracttest.Suite {
	t.Helper()
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)
	joinAll(t, s)
	return s
}

// joinAll adds and confirms the consumers a and b and the producer p.
func joinAll(t testing.TB, s *contracttest.Suite) {
	t.Helper()
	for i, id := range []string{"a", "b", "p"} {
		direction := settlement.Consumption
		if id == "p" {
			direction = settlement.Production
		}
		join(t, s, membership(id, direction), i)
	}
}

// measured is a community whose day was submitted: a and b consume 1 and 2, p produces 2 in every interval.
func measured(t testing.TB) *contracttest.Suite {
	t.Helper()
	s := community(t)
	measure(t, s, day)
	return s
}

func measure(t testing.TB, s *contracttest.Suite, day string) {
	t.Helper()
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", day, 96, 1000), flat("b", day, 96, 2000), flat("p", day, 96, 2000)))
}

// tariff charges 12 cent per kWh for energy, 1 to the organiser and 3 to the grid operator, with 20 % VAT; households sell
// without.
var tariff = &billing.Tariff{Currency: "EUR", Lines: []billing.Line{
	{LineID: "energy", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: 120_000}}, VAT: billing.VAT{Rate: 2000, ByRole: map[string]int64{"household": 0}}},
	{LineID: "community", Kind: billing.CommunityFee, Bands: []billing.Band{{From: "00:00", Price: 10_000}}, VAT: billing.VAT{Rate: 2000}},
	{LineID: "grid", Kind: billing.GridFee, Bands: []billing.Band{{From: "00:00", Price: 30_000}}, VAT: billing.VAT{Rate: 2000}},
}}

// priced are terms with a tariff, from the day on.
func priced() settlement.Terms {
	p := terms
	p.Tariff, p.ValidFrom = tariff, day
	return p
}

// billable is a community with a tariff whose members are there on one day of June only. The day is measured: a and b
// consume 10 and 20 kWh in every interval, p produces 20.
func billable(t testing.TB) *contracttest.Suite {
	t.Helper()
	return billableBy(t, terms.Key)
}

// billableBy is the same with another key.
func billableBy(t testing.TB, key settlement.AllocationKey) *contracttest.Suite {
	t.Helper()
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	keyed := priced()
	keyed.Key = key
	s.Submit(t, organiser, "settlement:CreateCommunity", keyed, nil)
	for i, id := range []string{"a", "b", "p"} {
		member := membership(id, settlement.Consumption)
		member.From, member.To = day, "2025-06-02"
		if id == "p" {
			member.Direction = settlement.Production
		}
		join(t, s, member, i)
	}
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", day, 96, 10*kWh), flat("b", day, 96, 20*kWh), flat("p", day, 96, 20*kWh)))
	return s
}

// closed settles the day and closes June.
func closed(t testing.TB, s *contracttest.Suite, phase settlement.Phase) settlement.Period {
	t.Helper()
	s.Submit(t, organiser, "settlement:SettleDay", settleFinal, nil)
	return contracttest.Answer[settlement.Period](t, s.Submit(t, organiser, "settlement:ClosePeriod", closing(phase), nil))
}

// finalized closes June and waits until it is final.
func finalized(t testing.TB, s *contracttest.Suite) settlement.Period {
	t.Helper()
	closed(t, s, settlement.ProvisionalPhase)
	s.Now = s.Now.AddDate(0, 0, 31)
	return contracttest.Answer[settlement.Period](t, s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil))
}

func closing(phase settlement.Phase) settlement.ClosePeriodRequest {
	return settlement.ClosePeriodRequest{CommunityID: "sunny", Period: "2025-06", Phase: phase}
}

func dispute(id string, reason settlement.DisputeReason) settlement.RaiseDisputeRequest {
	return settlement.RaiseDisputeRequest{CommunityID: "sunny", Period: "2025-06", DisputeID: id, MemberID: "a", Reason: reason}
}

const kWh = 1_000_000

var (
	june        = settlement.FinalizePeriodRequest{CommunityID: "sunny", Period: "2025-06"}
	submit      = settlement.SubmitMeterDaysRequest{CommunityID: "sunny"}
	settleFinal = settlement.SettleDayRequest{CommunityID: "sunny", Day: day, Run: settlement.Final}
)

func settled(t *testing.T, s *contracttest.Suite, request settlement.SettleDayRequest) settlement.Run {
	t.Helper()
	return contracttest.Answer[settlement.Run](t, s.Submit(t, organiser, "settlement:SettleDay", request, nil))
}

func lastEvent(t *testing.T, s *contracttest.Suite) string {
	t.Helper()
	require.NotEmpty(t, s.Events)
	event := s.Events[len(s.Events)-1]
	return event.Name + " " + string(event.Payload)
}

// chunksOf are the private keys of one type.
func chunksOf(s *contracttest.Suite, objectType string) []string {
	return ofType(s.PrivateKeys("meterData"), objectType)
}

// keysOf are the public keys of one type.
func keysOf(s *contracttest.Suite, objectType string) []string { return ofType(s.Keys(), objectType) }

func ofType(all []string, objectType string) (keys []string) {
	for _, key := range all {
		if strings.HasPrefix(key, "settlement."+objectType+"/") {
			keys = append(keys, key)
		}
	}
	return keys
}

// checked is CheckMeterDays' answer about the readings.
func checked(t testing.TB, s *contracttest.Suite, r ...settlement.Reading) []settlement.ReadingResult {
	t.Helper()
	answer := s.Submit(t, operator, "settlement:CheckMeterDays", settlement.CheckMeterDaysRequest{CommunityID: "sunny"}, readings(r...))
	return contracttest.Answer[settlement.ReadingResults](t, answer).Readings
}

func totalsOf(t testing.TB, s *contracttest.Suite, as string, run settlement.SettleDayRequest) settlement.RunTotals {
	t.Helper()
	return contracttest.Answer[settlement.RunTotals](t, s.Submit(t, as, "settlement:RunTotals", run, nil))
}

// incomplete settles the day and counts its incomplete intervals.
func incomplete(t *testing.T, s *contracttest.Suite, run settlement.SettleDayRequest) int64 {
	t.Helper()
	settled(t, s, run)
	return totalsOf(t, s, auditor, run).Incomplete
}
