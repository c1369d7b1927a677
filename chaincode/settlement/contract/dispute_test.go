// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func resolve(id string, accept bool) settlement.ResolveDisputeRequest {
	return settlement.ResolveDisputeRequest{CommunityID: "sunny", Period: "2025-06", DisputeID: id, Accept: accept}
}

func TestDisputesAreResolvedByWhoeverIsConcerned(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	s.Submit(t, organiser, "settlement:RaiseDispute", dispute("d1", settlement.AboutReadings), nil)
	require.Equal(t, `settlement.DisputeRaised {"communityId":"sunny","period":"2025-06","disputeId":"d1","state":"OPEN"}`, lastEvent(t, s))
	events := len(s.Events)
	s.Submit(t, organiser, "settlement:RaiseDispute", dispute("d1", settlement.AboutReadings), nil)
	require.Len(t, s.Events, events, "raising it again changes nothing")
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, organiser, "settlement:RaiseDispute", dispute("d1", settlement.AboutTariff), nil).Code)
	require.Equal(t, fault.Forbidden, s.Refuse(t, organiser, "settlement:ResolveDispute", resolve("d1", true), nil).Code, "readings are the grid operator's")
	s.Submit(t, operator, "settlement:ResolveDispute", resolve("d1", false), nil)

	appeal := dispute("d1", settlement.AboutReadings)
	appeal.Appeal = true
	s.Submit(t, organiser, "settlement:RaiseDispute", appeal, nil)
	require.Equal(t, fault.Forbidden, s.Refuse(t, operator, "settlement:ResolveDispute", resolve("d1", false), nil).Code, "an appeal is the auditor's")
	resolved := contracttest.Answer[settlement.Dispute](t, s.Submit(t, auditor, "settlement:ResolveDispute", resolve("d1", false), nil))
	require.Equal(t, settlement.DisputeDismissed, resolved.State)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:RaiseDispute", appeal, nil).Code, "the auditor's word is the last")

	s.Submit(t, organiser, "settlement:RaiseDispute", dispute("d2", settlement.AboutTariff), nil)
	require.Equal(t, fault.Forbidden, s.Refuse(t, operator, "settlement:ResolveDispute", resolve("d2", true), nil).Code)
	require.Equal(t, fault.NotFound, s.Refuse(t, operator, "settlement:ResolveDispute", resolve("d3", true), nil).Code)
	list := contracttest.Answer[settlement.Disputes](t, s.Submit(t, outsider, "settlement:ListDisputes", settlement.ListDisputesRequest{CommunityID: june.CommunityID, Period: june.Period}, nil))
	require.Len(t, list.Disputes, 2)
}

func TestAPeriodIsFinalWhenItsDisputesAre(t *testing.T) {
	s := billable(t)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:RaiseDispute", dispute("early", settlement.AboutTariff), nil).Code)
	closed(t, s, settlement.ProvisionalPhase)
	s.Submit(t, organiser, "settlement:RaiseDispute", dispute("d", settlement.AboutReadings), nil)
	s.Now = s.Now.AddDate(0, 0, 31)
	require.Equal(t, fault.DisputeWindow, s.Refuse(t, organiser, "settlement:RaiseDispute", dispute("late", settlement.AboutReadings), nil).Code)
	require.Equal(t, fault.DisputeOpen, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code)
	s.Submit(t, operator, "settlement:ResolveDispute", resolve("d", true), nil)
	require.Equal(t, fault.DisputeOpen, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code, "an accepted dispute leads to a correction")

	s.Now = s.Now.AddDate(0, 0, 1)
	correct(t, s, 2, 10*kWh, "correction-1")
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil)
	s.Now = s.Now.AddDate(0, 0, 31)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
	require.Equal(t, fault.DisputeWindow, s.Refuse(t, organiser, "settlement:RaiseDispute", dispute("over", settlement.AboutReadings), nil).Code)
}

func TestAResidentDisputesTheOwnBillByAStatement(t *testing.T) {
	s, resident := billable(t), contracttest.NewResident(t)
	own := membership("own", settlement.Consumption)
	own.From, own.To = day, "2025-06-02"
	enterAs(t, s, resident, own, 9)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("own", day, 96, kWh)))
	closed(t, s, settlement.ProvisionalPhase)

	relay := func(member string) (*fault.Error, map[string]string) {
		request := dispute("mine", settlement.AboutReadings)
		request.MemberID = member
		signed := resident.Sign(t, s, "settlement:RaiseDispute", request)
		_, refusal := s.Call(t, operator, "settlement:Relay", signed, nil)
		return refusal, signed
	}
	refusal, _ := relay("a")
	require.Equal(t, fault.Forbidden, refusal.Code, "not another member's bill")
	refusal, signed := relay("own")
	require.Nil(t, refusal)
	require.Equal(t, []string{"settlement.dispute/sunny/2025-06/mine"}, keysOf(s, "dispute"))
	_, replayed := s.Call(t, operator, "settlement:Relay", signed, nil)
	require.Equal(t, fault.SignedRequestReplayed, replayed.Code)
}
