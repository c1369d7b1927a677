// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// street is a community of so many consumers, all measured on the day, the i-th with i+1 mWh in each interval.
func street(t *testing.T, consumers int) (*contracttest.Suite, []settlement.Reading) {
	t.Helper()
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	priced := terms
	priced.Tariff, priced.ValidFrom = tariff, day
	s.Submit(t, organiser, "settlement:CreateCommunity", priced, nil)
	var all []settlement.Reading
	for i := range consumers {
		member := membership(fmt.Sprintf("m%03d", i), settlement.Consumption)
		member.From, member.To = day, "2025-06-02"
		join(t, s, member, i)
		all = append(all, flat(member.MemberID, day, 96, int64(i+1)))
	}
	for part := range slices.Chunk(all, settlement.MaxMeterDays) {
		s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(part...))
	}
	return s, all
}

func TestADeliveryOfMoreThanAChunkIsReadAndPurgedWhole(t *testing.T) {
	const consumers = settlement.RecordsPerChunk + 2
	s, _ := street(t, consumers)
	chunks := chunksOf(s, "meterDays")
	require.Len(t, chunks, 2)

	var manifest settlement.Manifest
	require.NoError(t, json.Unmarshal(s.Value("", keysOf(s, "manifest")[0]), &manifest))
	require.Len(t, manifest.Chunks, 2)
	for i, key := range chunks {
		require.Equal(t, manifest.Chunks[i], settlement.Hash(s.Value("meterData", key)), "every peer can compare what is certified with what was written")
	}
	page := contracttest.Answer[settlement.MeterDayPage](t, s.Submit(t, auditor, "settlement:MeterDays", settlement.MeterDaysRequest{CommunityID: "sunny", Day: day}, nil))
	require.Len(t, page.MeterDays, consumers)
	for i, loadProfile := range page.MeterDays {
		require.EqualValues(t, i+1, loadProfile.Values[0], loadProfile.MemberID)
	}
	finalized(t, s)
	last := fmt.Sprintf("m%03d", consumers-1)
	require.EqualValues(t, settlement.Pair{consumers, 0}, *statementOf(t, s, last, settlement.Final).Leaf.Intervals[0])

	retained(s)
	s.Submit(t, operator, "settlement:PurgeMeterDays", settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}, nil)
	require.Empty(t, chunksOf(s, "meterDays"))
}

func TestAllOfficialValuesAreCompared(t *testing.T) {
	const consumers = settlement.LoadProfilesPerPage + 1
	s, official := street(t, consumers)
	settled(t, s, settleFinal)
	for part := range slices.Chunk(official, settlement.MaxMeterDays) {
		s.Submit(t, operator, "settlement:RecordOfficial", settlement.RecordOfficialRequest{CommunityID: "sunny"}, readings(part...))
	}
	ask := settlement.DifferencesRequest{CommunityID: "sunny", Day: day, Run: settlement.Final}
	all := contracttest.Answer[settlement.Differences](t, s.Submit(t, auditor, "settlement:Differences", ask, nil))
	require.Equal(t, 96*consumers, all.Differing, "nobody produced, so nothing was shared")
	members, pages := turned(t, s, "Differences", "members", 0, func(listing request.Listing) any {
		ask.Listing = listing
		return ask
	})
	require.Len(t, members, consumers)
	require.Equal(t, consumers/request.MaxPageSize+1, pages)
}

func TestADeliveryIsOfAMonthAtMost(t *testing.T) {
	s := community(t)
	var all []settlement.Reading
	for i := range settlement.MaxDays + 1 {
		all = append(all, flat("a", time.Date(2025, 6, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), 96, 1))
	}
	refusal := s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(all...))
	require.Equal(t, fault.OutOfRange, refusal.Code)
	require.Empty(t, refusal.Details)
	answer := contracttest.Answer[settlement.SubmitMeterDaysAnswer](t, s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(all[1:]...)))
	require.Equal(t, settlement.MaxDays, answer.Accepted)
}

// TestWhatMeetsAnotherTransactionIsAConflict simulates two transactions on the same state and commits them one after the other: the second must not count.
func TestWhatMeetsAnotherTransactionIsAConflict(t *testing.T) {
	correction, other := flat("a", day, 96, 1), flat("b", day, 96, 1)
	correction.Version, other.Version = 2, 2
	type call struct {
		as, name  string
		request   any
		transient map[string]any
	}
	delivery := func(reading settlement.Reading) call {
		return call{operator, "settlement:SubmitMeterDays", submit, readings(reading)}
	}
	purge := call{operator, "settlement:PurgeMeterDays", settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}, nil}
	official := call{operator, "settlement:RecordOfficial", settlement.RecordOfficialRequest{CommunityID: "sunny"}, readings(flat("a", day, 96, 1))}
	run := call{organiser, "settlement:SettleDay", settlement.SettleDayRequest{CommunityID: "sunny", Day: day, Run: "correction-1"}, nil}
	for sentence, row := range map[string]struct{ first, second call }{
		"a delivery of the same reading":           {delivery(correction), delivery(correction)},
		"a delivery of another member's day":       {delivery(correction), delivery(other)},
		"a purge after a delivery":                 {delivery(correction), purge},
		"a delivery after a purge":                 {purge, delivery(correction)},
		"official values after a purge":            {purge, official},
		"a purge after official values":            {official, purge},
		"a run after a delivery that it overlooks": {delivery(correction), run},
		"a purge after a run":                      {run, purge},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := billable(t)
			finalized(t, s)
			retained(s)
			if row.first.name == run.name || row.second.name == run.name { // which needs something to correct
				earlier := flat("p", day, 96, 1)
				earlier.Version = 2
				s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(earlier))
			}
			var simulated []*memory.Tx
			for _, c := range []call{row.first, row.second} {
				tx, response := s.Simulate(t, c.as, c.name, c.request, c.transient)
				require.EqualValues(t, 200, response.GetStatus(), response.GetMessage())
				simulated = append(simulated, tx)
			}
			require.Equal(t, memory.Valid, s.Commit(simulated[0]))
			require.NotEqual(t, memory.Valid, s.Commit(simulated[1]))
		})
	}
}
