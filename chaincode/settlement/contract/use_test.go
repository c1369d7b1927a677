// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func usesOf(t testing.TB, s *contracttest.Suite, member, month string) settlement.Uses {
	t.Helper()
	request := settlement.UsesRequest{CommunityID: "sunny", MemberID: member, Period: month}
	return contracttest.Answer[settlement.Uses](t, s.Submit(t, organiser, "settlement:Uses", request, nil))
}

// traces are all public traces of uses, by the transaction that recorded them, as an organisation reads them that sees
// no load profile.
func traces(t testing.TB, s *contracttest.Suite, months ...string) map[string]settlement.UsesRoot {
	t.Helper()
	all := map[string]settlement.UsesRoot{}
	put := func(found ...settlement.UsesRoot) {
		for _, trace := range found {
			all[trace.ResultsID] = trace
		}
	}
	community := contracttest.Answer[settlement.Community](
		t, s.Submit(t, outsider, "settlement:GetCommunity", `{"communityId":"sunny"}`, nil),
	)
	for _, run := range contracttest.Answer[settlement.RunPage](t, s.Submit(t, outsider, "settlement:ListRuns", `{"communityId":"sunny"}`, nil)).Runs {
		put(run.Traces()...)
	}
	for _, month := range months {
		for _, phase := range []settlement.Phase{settlement.Preview, settlement.ProvisionalPhase, settlement.FinalPhase} {
			answer, refusal := s.Call(
				t, outsider, "settlement:GetPeriod",
				settlement.GetPeriodRequest{CommunityID: "sunny", Period: month, Phase: phase}, nil,
			)
			if refusal == nil {
				put(contracttest.Answer[settlement.Period](t, answer).Traces(community)...)
			}
		}
		reads := s.Submit(
			t, outsider, "settlement:ListReads", settlement.ListReadsRequest{CommunityID: "sunny", Period: month}, nil,
		)
		for _, record := range contracttest.Answer[settlement.ReadsRecords](t, reads).Records {
			put(record.UsesRoot)
		}
	}
	return all
}

func record(t testing.TB, s *contracttest.Suite, as string, reads ...settlement.Read) settlement.ReadsRecord {
	t.Helper()
	transient := map[string]any{"reads": settlement.Reads{Salt: strings.Repeat("5a", 16), Reads: reads}}
	return contracttest.Answer[settlement.ReadsRecord](
		t, s.Submit(t, as, "settlement:RecordReads", settlement.RecordReadsRequest{CommunityID: "sunny"}, transient),
	)
}

func TestAMemberFindsEveryUseOfItsLoadProfileInOneList(t *testing.T) {
	s := billable(t)
	provisional := settleFinal
	provisional.Run = settlement.Provisional
	settled(t, s, provisional)
	late := flat("b", day, 96, 21*kWh)
	late.Version = 2
	deliverTo(t, s, late)
	s.Now = s.Now.AddDate(0, 0, 1)
	settled(t, s, provisional) // replaces the run before, whose use stays in the list
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(t, organiser, "settlement:SettleDay", settleFinal, nil)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.Preview), nil)
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil)
	s.Now = s.Now.AddDate(0, 0, 31)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
	record(
		t, s, auditor, settlement.Read{MemberID: "a", What: settlement.ReadAudit, Days: []string{day}},
		settlement.Read{MemberID: "b", What: settlement.ReadAudit, Days: []string{day}},
	)
	record(t, s, operator, settlement.Read{MemberID: "b", What: settlement.ReadMeterDays, Days: []string{day}})
	record(
		t, s, organiser, settlement.Read{MemberID: "a", What: settlement.ReadMeterDays, Days: []string{day}},
		settlement.Read{MemberID: "a", What: settlement.ReadBill, Period: "2025-06"},
	)

	month := s.Now.Format("2006-01")
	public := traces(t, s, "2025-06", month)
	found := usesOf(t, s, "a", "2025-06")
	require.Equal(t, settlement.UnseenReads, found.Note)
	found.Uses = append(found.Uses, usesOf(t, s, "a", month).Uses...)
	var list []string
	for _, proven := range found.Uses {
		use := proven.Use
		require.NoError(t, proven.Verify(public[use.RecordID]), "%+v", use)
		require.Equal(t, "a", use.MemberID)
		require.Equal(t, "c-sunny-0", use.ConsentID)
		require.Equal(t, settlement.SharingPurpose, use.Purpose)
		list = append(
			list,
			fmt.Sprintf(
				"%s %s %s %s%s%s%s", use.Activity, use.By, use.LegalBasis, strings.Join(use.Days, " "), use.Run,
				use.Period, use.Phase+settlement.Phase(use.What),
			),
		)

		for _, change := range []func(*settlement.ProvenUse){
			func(p *settlement.ProvenUse) { p.Use.LegalBasis = "eu-gdpr:A6-1-f" },
			func(p *settlement.ProvenUse) { p.Use.Purpose = "dpv:Advertising" },
			func(p *settlement.ProvenUse) { p.Use.By = "CityMSP" },
			func(p *settlement.ProvenUse) { p.Use.MemberID = "b" },
			func(p *settlement.ProvenUse) { p.Use.Salt = strings.Repeat("00", 32) },
		} {
			forged := proven
			change(&forged)
			require.ErrorIs(t, forged.Verify(public[use.RecordID]), settlement.ErrUnproven)
		}
	}
	require.Equal(t, []string{
		"SETTLING CommunityMSP eu-gdpr:A6-1-b 2025-06-01provisional",
		"SETTLING CommunityMSP eu-gdpr:A6-1-b 2025-06-01provisional",
		"SETTLING CommunityMSP eu-gdpr:A6-1-b 2025-06-01final",
		"BILLING CommunityMSP eu-gdpr:A6-1-b 2025-06preview",
		"BILLING CommunityMSP eu-gdpr:A6-1-b 2025-06provisional",
		"AUDITING OversightMSP eu-gdpr:A6-1-c 2025-06-01audit",
		"READING CommunityMSP eu-gdpr:A6-1-b 2025-06-01meter-days",
		"READING CommunityMSP eu-gdpr:A6-1-b 2025-06bill",
	}, list)
}

func TestAResidentReadsTheOwnUsesAndNobodyElsesAlsoAfterThePurge(t *testing.T) {
	s, alice := community(t), contracttest.NewResident(t)
	enter(t, s, alice, "own", 9)
	deliverTo(
		t, s, flat("a", day, 96, 1000), flat("b", day, 96, 2000), flat("own", day, 96, 1234), flat("p", day, 96, 2000),
	)
	settled(t, s, settleFinal)
	ask := settlement.UsesRequest{CommunityID: "sunny", MemberID: "own", Period: "2025-06"}
	answer, refusal := s.Call(t, operator, "settlement:Uses", alice.Sign(t, s, "settlement:Uses", ask), nil)
	require.Nil(t, refusal)
	uses := contracttest.Answer[settlement.Uses](t, answer)
	require.Len(t, uses.Uses, 1)
	require.Equal(t, "c-own", uses.Uses[0].Use.ConsentID)
	require.NoError(t, uses.Uses[0].Verify(traces(t, s)[uses.Uses[0].Use.RecordID]))

	_, refusal = s.Call(
		t, operator, "settlement:Uses", contracttest.NewResident(t).Sign(t, s, "settlement:Uses", ask), nil,
	)
	require.Equal(t, fault.Forbidden, refusal.Code)
	ask.MemberID = "a"
	_, refusal = s.Call(t, operator, "settlement:Uses", alice.Sign(t, s, "settlement:Uses", ask), nil)
	require.Equal(t, fault.Forbidden, refusal.Code)
	s.Peer = "CityMSP"
	require.Equal(t, fault.PrivateDataNotHere, s.Refuse(t, organiser, "settlement:Uses", ask, nil).Code)
}

func TestUsesOutliveThePurgeOfTheirDay(t *testing.T) {
	s := billable(t)
	final := finalized(t, s)
	retained(s)
	s.Submit(
		t, operator, "settlement:PurgeMeterDays", settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}, nil,
	)
	uses := usesOf(t, s, "p", "2025-06").Uses
	require.Len(t, uses, 2)
	require.NoError(t, uses[0].Verify(traces(t, s)[uses[0].Use.RecordID]))
	require.Equal(t, final.ResultsID, uses[1].Use.RecordID)
	require.Equal(t, 3, final.Uses, "organisations have bills and no load profiles")
}

func TestTheRecordOfReadsNamesNobodyInPublic(t *testing.T) {
	s := measured(t)
	before := s.Keys()
	made := record(t, s, auditor, settlement.Read{MemberID: "b", What: settlement.ReadStatement, Days: []string{day}})
	require.Equal(t, 1, made.Uses)
	var added []string
	for _, key := range s.Keys() {
		if !strings.Contains(strings.Join(before, " "), key) {
			added = append(added, key)
		}
	}
	require.Equal(t, []string{"settlement.reads/sunny/" + s.Now.Format("2006-01") + "/" + made.ResultsID}, added)
	for _, word := range []string{`"b"`, day, "statement"} {
		require.NotContains(t, string(s.Value("", added[0])), word)
	}
	for sentence, reads := range map[string]settlement.Reads{
		"a member who does not exist": {Salt: salt, Reads: []settlement.Read{{MemberID: "nobody", What: settlement.ReadStatement, Days: []string{day}}}},
		"no day and no period":        {Salt: salt, Reads: []settlement.Read{{MemberID: "nobody", What: settlement.ReadStatement}}},
		"nothing":                     {Salt: salt},
		"what nobody knows":           {Salt: salt, Reads: []settlement.Read{{MemberID: "nobody", What: "glance", Days: []string{day}}}},
	} {
		refusal := s.Refuse(
			t, auditor, "settlement:RecordReads", settlement.RecordReadsRequest{CommunityID: "sunny"},
			map[string]any{"reads": reads},
		)
		require.NotContains(t, refusal.JSON(), "nobody", sentence)
		require.NotContains(t, refusal.JSON(), "glance", sentence)
	}
}
