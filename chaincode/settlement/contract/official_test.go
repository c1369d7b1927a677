// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func TestOfficialValuesAreShownBesideOurs(t *testing.T) {
	s := measured(t)
	settled(t, s, settleFinal) // a shares 667 of 1000, b 1333 of 2000, p 2000 of 2000
	official := flat("a", day, 96, 667)
	official.Values[3], official.Values[4] = 668, 0
	official.Quality = strings.Repeat("M", 4) + "-" + strings.Repeat("M", 91)
	record := settlement.RecordOfficialRequest{CommunityID: "sunny"}
	s.Submit(t, operator, "settlement:RecordOfficial", record, readings(official, flat("p", day, 96, 2000)))
	require.Equal(t, `settlement.OfficialRecorded {"communityId":"sunny","days":["2025-06-01"]}`, lastEvent(t, s))

	request := settlement.DifferencesRequest{CommunityID: "sunny", Day: day, Run: settlement.Final}
	all := contracttest.Answer[settlement.Differences](t, s.Submit(t, auditor, "settlement:Differences", request, nil))
	require.Len(t, all.Members, 2)
	require.Equal(t, 1, all.Differing)
	require.Equal(t, settlement.MemberDifferences{
		MemberID: "a", Official: 95*667 + 1, Ours: 95 * 667, Intervals: []settlement.IntervalDifference{{Interval: 3, Official: 668, Ours: 667}},
	}, all.Members[0], "an interval without an official value is left out")
	require.EqualValues(t, 1, all.Official-all.Ours)
	request.MemberID = "p"
	require.Zero(t, contracttest.Answer[settlement.Differences](t, s.Submit(t, organiser, "settlement:Differences", request, nil)).Differing)
	require.Equal(t, 1, len(keysOf(s, "officialManifest")))
	require.Len(t, keysOf(s, "manifest"), 1, "official values are no meter days")
}

func TestCoverageNamesWhatIsMissing(t *testing.T) {
	s := billable(t)
	ask := func() settlement.DayCoverage {
		return contracttest.Answer[settlement.Coverage](t, s.Submit(t, auditor, "settlement:Coverage", settlement.CoverageRequest{CommunityID: "sunny", Period: "2025-06"}, nil)).Days[0]
	}
	require.Equal(t, settlement.DayCoverage{Day: day, Members: 3, Present: 3, Missing: []string{}}, ask())
	settled(t, s, settleFinal)
	require.Equal(t, settlement.Final, ask().Run)
	reading := flat("b", day, 96, 1)
	reading.Version = 2
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(reading))
	require.True(t, ask().Stale, "a reading came in after the run")
	require.Equal(t, 1, ask().Corrected)
	late := membership("z", settlement.Consumption)
	late.From, late.To = day, "2025-06-02"
	join(t, s, late, 8)
	require.Equal(t, []string{"z"}, ask().Missing)
}

func TestLoadProfilesArePagedAndPurgedAfterTheirRetention(t *testing.T) {
	s := billable(t)
	request := settlement.MeterDaysRequest{CommunityID: "sunny", Day: day}
	request.Bookmark = "a"
	page := contracttest.Answer[settlement.MeterDayPage](t, s.Submit(t, auditor, "settlement:MeterDays", request, nil))
	require.Len(t, page.MeterDays, 2)
	require.EqualValues(t, 20*kWh, page.MeterDays[0].Values[0])

	purge := settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}
	retained(s)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, operator, "settlement:PurgeMeterDays", purge, nil).Code, "the month is not final")
	final := finalized(t, s)
	statement := statementOf(t, s, "a", settlement.Final)
	bill := billOf(t, s, "a", settlement.FinalPhase)
	run := contracttest.Answer[settlement.Run](t, s.Submit(t, outsider, "settlement:GetRun", settleFinal, nil))

	purged := contracttest.Answer[settlement.Purge](t, s.Submit(t, operator, "settlement:PurgeMeterDays", purge, nil))
	require.Equal(t, day, purged.Day)
	for _, key := range s.PrivateKeys("meterData") {
		require.NotContains(t, key, "meterDays/")
		require.NotContains(t, key, "results/")
	}
	require.NoError(t, statement.Verify(run), "what was kept still verifies")
	require.NoError(t, bill.Verify(final))
	ask := settlement.StatementRequest{CommunityID: "sunny", MemberID: "a", Day: day, Run: settlement.Final}
	require.Equal(t, fault.Purged, s.Refuse(t, organiser, "settlement:Statement", ask, nil).Code)
	request.Bookmark = ""
	require.Equal(t, fault.Purged, s.Refuse(t, auditor, "settlement:MeterDays", request, nil).Code)
	proof := contracttest.Answer[settlement.Proof](t, s.Submit(t, auditor, "settlement:Proof", settlement.ProofRequest{CommunityID: "sunny", MemberID: "a", Day: day, Run: settlement.Final}, nil))
	require.Equal(t, statement.Inclusion, proof.Inclusion, "the path outlives the load profile")
	require.Equal(t, run.MerkleRoot, proof.MerkleRoot)
	events := len(s.Events)
	s.Submit(t, operator, "settlement:PurgeMeterDays", purge, nil)
	require.Len(t, s.Events, events)
}

func TestNothingIsStoredOfAPurgedDay(t *testing.T) {
	s := billable(t)
	finalized(t, s)
	s.Submit(t, operator, "settlement:RecordOfficial", settlement.RecordOfficialRequest{CommunityID: "sunny"}, readings(flat("a", day, 96, 667)))
	retained(s)
	s.Submit(t, operator, "settlement:PurgeMeterDays", settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}, nil)
	keys := s.PrivateKeys("meterData")
	repeated, correction, official := flat("a", day, 96, 10*kWh), flat("a", day, 96, 11*kWh), flat("b", day, 96, 1)
	correction.Version = 2
	for sentence, reading := range map[string]settlement.Reading{"the same reading": repeated, "a correction": correction} {
		require.Equal(t, fault.Purged, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(reading)).Code, sentence)
	}
	require.Equal(t, fault.Purged, s.Refuse(t, operator, "settlement:RecordOfficial", settlement.RecordOfficialRequest{CommunityID: "sunny"}, readings(official)).Code)
	key := settlement.KeyDay{Day: day, Version: 1, Consumers: []string{"a"}, Shares: [][][]int64{slices.Repeat([][]int64{{1}}, 96)}, Salt: salt}
	require.Equal(t, fault.Purged, s.Refuse(t, organiser, "settlement:SubmitKeyDay", settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": key}).Code)
	require.Equal(t, keys, s.PrivateKeys("meterData"), "the purge is final")
	require.Empty(t, chunksOf(s, "official"))
}

func TestAPurgedDayWithSharesByIntervalSaysSo(t *testing.T) {
	s := billableBy(t, settlement.AllocationKey{Type: "dynamic"})
	half := slices.Repeat([][]int64{{500_000, 500_000}}, 96)
	key := settlement.KeyDay{Day: day, Version: 1, Consumers: []string{"a", "b"}, Shares: [][][]int64{half}, Salt: salt}
	s.Submit(t, organiser, "settlement:SubmitKeyDay", settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": key})
	finalized(t, s)
	retained(s)
	s.Submit(t, operator, "settlement:PurgeMeterDays", settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}, nil)
	correction := settleFinal
	correction.Run = "correction-1"
	require.Equal(t, fault.Purged, s.Refuse(t, organiser, "settlement:SettleDay", correction, nil).Code)
	require.Equal(t, fault.Purged, s.Refuse(t, auditor, "settlement:MeterDays", settlement.MeterDaysRequest{CommunityID: "sunny", Day: day}, nil).Code)
}

func TestRetentionIsThatOfTheNotice(t *testing.T) {
	s := billable(t)
	finalized(t, s)
	purge := settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}
	refusal := s.Refuse(t, operator, "settlement:PurgeMeterDays", purge, nil)
	require.Equal(t, fault.RetentionRunning, refusal.Code)
	require.Equal(t, "2028-06-01T22:00:00Z", refusal.Details["until"], "three years after the end of the local day")
	require.Equal(t, "day", refusal.Details["field"])
	s.Now = time.Date(2028, 6, 1, 21, 59, 59, 0, time.UTC)
	require.Equal(t, fault.RetentionRunning, s.Refuse(t, operator, "settlement:PurgeMeterDays", purge, nil).Code)
	s.Now = s.Now.Add(time.Second)
	s.Submit(t, operator, "settlement:PurgeMeterDays", purge, nil)
}

// retained waits until the retention of the day is over.
func retained(s *contracttest.Suite) { s.Now = s.Now.AddDate(4, 0, 0) }
