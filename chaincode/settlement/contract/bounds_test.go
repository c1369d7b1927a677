// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func appealOf(id string, reason settlement.DisputeReason) settlement.RaiseDisputeRequest {
	appeal := dispute(id, reason)
	appeal.Appeal = true
	return appeal
}

// raise raises a dispute by the resident's own signed request.
func raise(t *testing.T, s *contracttest.Suite, r settlement.RaiseDisputeRequest) *fault.Error {
	t.Helper()
	_, refusal := s.Call(t, operator, "settlement:Relay", neighbour().Sign(t, s, "settlement:RaiseDispute", r), nil)
	return refusal
}

func TestARejectionLeavesTimeForItsAppeal(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	s.Now = s.Now.AddDate(0, 0, 29)
	require.Nil(t, raise(t, s, dispute("d", settlement.AboutTariff)))
	s.Now = s.Now.AddDate(0, 0, 3) // the window is over
	rejected := contracttest.Answer[settlement.Dispute](t, s.Submit(t, organiser, "settlement:ResolveDispute", resolve("d", false), nil))
	require.Equal(t, s.Now.AddDate(0, 0, 14), rejected.AppealUntil)
	require.Equal(t, fault.DisputeOpen, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code, "the member can still appeal")

	s.Now = rejected.AppealUntil.Add(-time.Second)
	require.Equal(t, fault.DisputeOpen, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code)
	require.Nil(t, raise(t, s, appealOf("d", settlement.AboutTariff)))
	s.Now = s.Now.AddDate(1, 0, 0)
	require.Equal(t, fault.DisputeOpen, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code, "an appeal lives until the auditor decides")
	s.Submit(t, auditor, "settlement:ResolveDispute", resolve("d", false), nil)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
}

func TestARejectionThatNobodyAppealsAgainstEnds(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	require.Nil(t, raise(t, s, dispute("d", settlement.AboutTariff)))
	s.Submit(t, organiser, "settlement:ResolveDispute", resolve("d", false), nil)
	s.Now = s.Now.AddDate(0, 0, 14)
	require.Equal(t, fault.DisputeWindow, raise(t, s, appealOf("d", settlement.AboutTariff)).Code)
	require.Nil(t, raise(t, s, dispute("e", settlement.AboutTariff)), "its place is free again")
	s.Submit(t, organiser, "settlement:ResolveDispute", resolve("e", false), nil)
	s.Now = s.Now.AddDate(0, 0, 30)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
}

func TestAMemberHasOneDisputeForEachReasonAtOnce(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	reasons := []settlement.DisputeReason{settlement.AboutReadings, settlement.AboutAllocation, settlement.AboutTariff, settlement.AboutMembership}
	raised := 0
	for i := range 20 {
		if refusal := raise(t, s, dispute(fmt.Sprint("d", i), reasons[i%len(reasons)])); refusal != nil {
			require.Equal(t, fault.TooManyOpen, refusal.Code)
			continue
		}
		raised++
	}
	require.Equal(t, len(reasons), raised)
	s.Submit(t, organiser, "settlement:RaiseDispute", dispute("theirs", settlement.AboutTariff), nil) // the organiser's own place
	require.Equal(t, fault.TooManyOpen, s.Refuse(t, organiser, "settlement:RaiseDispute", dispute("theirs-2", settlement.AboutTariff), nil).Code)

	s.Submit(t, organiser, "settlement:ResolveDispute", resolve("d2", false), nil)
	require.Equal(t, fault.TooManyOpen, raise(t, s, dispute("again", settlement.AboutTariff)).Code, "the rejection can be appealed against: it lasts")
	require.Nil(t, raise(t, s, appealOf("d2", settlement.AboutTariff)), "nothing else takes the place that the appeal needs")
	s.Submit(t, auditor, "settlement:ResolveDispute", resolve("d2", true), nil)
	require.Len(t, keysOf(s, "disputeSlot"), len(reasons), "three disputes of the resident and one of the organiser; the accepted one freed its place")
	require.Nil(t, raise(t, s, dispute("again", settlement.AboutTariff)))
}

func TestAnAppealIsAgainstTheSameMembersDispute(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	require.Nil(t, raise(t, s, dispute("d", settlement.AboutTariff)))
	s.Submit(t, organiser, "settlement:ResolveDispute", resolve("d", false), nil)
	other := appealOf("d", settlement.AboutTariff)
	other.MemberID = "b"
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, organiser, "settlement:RaiseDispute", other, nil).Code)
}

func TestAnArbiterThatDoesNothingKeepsNoPeriodFromItsEnd(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	require.Nil(t, raise(t, s, dispute("left", settlement.AboutReadings)))
	require.Nil(t, raise(t, s, dispute("idle", settlement.AboutTariff)))
	s.Submit(t, organiser, "settlement:ResolveDispute", resolve("idle", true), nil)
	s.Now = s.Now.AddDate(0, 0, 29)
	require.Equal(t, fault.Forbidden, s.Refuse(t, auditor, "settlement:ResolveDispute", resolve("left", false), nil).Code, "it is the grid operator's")
	s.Now = s.Now.AddDate(0, 0, 2)
	require.Equal(t, fault.DisputeOpen, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code)
	s.Submit(t, auditor, "settlement:ResolveDispute", resolve("left", false), nil)
	require.Equal(t, fault.DisputeOpen, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code, "accepted, and nothing followed")
	s.Submit(t, auditor, "settlement:ResolveDispute", resolve("idle", false), nil)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
}

func TestACorrectionThatCorrectsNothingRestartsNoClock(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	s.Now = s.Now.AddDate(0, 0, 31)
	again := settleFinal
	for n := 1; n <= 3; n++ {
		again.Run = settlement.RunID(fmt.Sprint("correction-", n))
		require.NotEmpty(t, s.Refuse(t, operator, "settlement:SettleDay", again, nil).Code)
	}
	again.Run = "correction-1"
	require.Equal(t, fault.NothingChanged, s.Refuse(t, operator, "settlement:SettleDay", again, nil).Code)

	same := flat("b", day, 96, 4*kWh)
	first := contracttest.Answer[settlement.MeterDayPage](t, s.Submit(t, auditor, "settlement:MeterDays",
		settlement.MeterDaysRequest{CommunityID: "sunny", Day: day, MemberID: "b"}, nil)).MeterDays[0]
	same.Values, same.Version, same.Salt = first.Values, 2, "ffeeddccbbaa99887766554433221100"
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(same))
	require.Equal(t, fault.NothingChanged, s.Refuse(t, operator, "settlement:SettleDay", again, nil).Code, "the same values under another salt are no new fact")

	unchanged := settlement.ChangeTariffRequest{CommunityID: "sunny", From: day, Retroactive: true, Tariff: tariff}
	changed := contracttest.Answer[settlement.Community](t, s.Submit(t, organiser, "settlement:ChangeTariff", unchanged, nil))
	require.Equal(t, 1, changed.Generation, "the same tariff is no other generation")
	require.Equal(t, fault.NothingChanged, s.Refuse(t, operator, "settlement:SettleDay", again, nil).Code)

	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
	correct(t, s, 3, 10*kWh, "correction-1") // what changed is corrected
	again.Run = "correction-2"
	require.Equal(t, fault.NothingChanged, s.Refuse(t, organiser, "settlement:SettleDay", again, nil).Code)
}

// TestADayOfMembersThatThePeerDoesNotReadIsRefused runs on a peer that ends its scans early: nobody is left out without a word.
func TestADayOfMembersThatThePeerDoesNotReadIsRefused(t *testing.T) {
	s := measured(t)
	s.QueryLimit = 2
	require.Equal(t, fault.TooManyRecords, s.Refuse(t, organiser, "settlement:SettleDay", settleFinal, nil).Code)
	s.QueryLimit = 100_000
	require.Equal(t, 3, settled(t, s, settleFinal).Leaves)
}
