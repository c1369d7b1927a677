// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// cancelling ends a membership on its first day, in a month that may be final.
func cancelling(id string) settlement.EndMemberRequest {
	r := ending(id, day)
	r.Retroactive = true
	return r
}

func assenting(id string) settlement.AssentToEndRequest {
	return settlement.AssentToEndRequest{CommunityID: "sunny", MemberID: id, To: day}
}

func TestAnEndInAFinalMonthIsRetroactiveAndAssentedTo(t *testing.T) {
	s := billable(t)
	finalized(t, s)
	refusal := s.Refuse(t, organiser, "settlement:EndMember", ending("b", day), nil)
	require.Equal(t, fault.IllegalTransition, refusal.Code)
	require.Equal(t, "retroactive", refusal.Details["field"])
	require.Equal(t, fault.AssentMissing, s.Refuse(t, organiser, "settlement:EndMember", cancelling("b"), nil).Code)

	other := assenting("b")
	other.To = "2025-06-02"
	s.Submit(t, operator, "settlement:AssentToEnd", other, nil)
	require.Equal(t, fault.AssentMissing, s.Refuse(t, organiser, "settlement:EndMember", cancelling("b"), nil).Code, "it is to another day")
	require.Equal(t, fault.Forbidden, s.Refuse(t, organiser, "settlement:AssentToEnd", assenting("b"), nil).Code)
	assent := contracttest.Answer[settlement.EndAssent](t, s.Submit(t, operator, "settlement:AssentToEnd", assenting("b"), nil))
	require.Equal(t, "UtilityMSP", assent.By)
	s.Submit(t, organiser, "settlement:EndMember", cancelling("b"), nil)
	s.Submit(t, organiser, "settlement:EndMember", cancelling("b"), nil)

	require.Equal(t, []settlement.Cause{settlement.CauseRoster}, covered(t, s).Causes)
	correction := settleFinal
	correction.Run = "correction-1"
	require.Equal(t, 2, settled(t, s, correction).Leaves)
	require.Empty(t, covered(t, s).Causes)
	s.Submit(t, organiser, "settlement:ClosePeriod", closing("correction-1"), nil)
	before := billOf(t, s, "b", settlement.FinalPhase).Bill.Position
	require.Equal(t, -before, billOf(t, s, "b", "correction-1").Bill.Position, "the member gets all of it back")
}

func TestAMemberAssentsToTheOwnEndBySignedRequest(t *testing.T) {
	s := billable(t)
	finalized(t, s)
	_, refusal := s.Call(t, operator, "settlement:Relay", contracttest.NewResident(t).Sign(t, s, "settlement:AssentToEnd", assenting("b")), nil)
	require.NotNil(t, refusal, "nobody assents for another")
	_, refusal = s.Call(t, operator, "settlement:Relay", neighbour().Sign(t, s, "settlement:AssentToEnd", assenting("b")), nil)
	require.Nil(t, refusal)
	s.Submit(t, organiser, "settlement:EndMember", cancelling("b"), nil)
}

func TestAnEndInAMonthThatIsNotFinalNeedsNobody(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	s.Submit(t, organiser, "settlement:EndMember", ending("b", day), nil)
	require.Equal(t, []settlement.Cause{settlement.CauseRoster}, covered(t, s).Causes)
}

func TestACancelledMemberWasNeverThere(t *testing.T) {
	s := community(t)
	s.Submit(t, organiser, "settlement:AddMember", membership("wrong", settlement.Consumption), private(t, s, 9))
	s.Submit(t, organiser, "settlement:EndMember", ending("wrong", "2025-01-01"), nil)
	require.Equal(t, fault.IllegalTransition,
		s.Refuse(t, operator, "settlement:ConfirmMember", confirmation("sunny", "wrong"), known(neighbour(), 9)).Code)
	join(t, s, membership("right", settlement.Consumption), 9)

	s.Submit(t, organiser, "settlement:EndMember", ending("right", "2025-01-01"), nil)
	join(t, s, membership("again", settlement.Consumption), 9)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("right", day, 96, 1))).Code)
	require.Equal(t, fault.InvalidField, s.Refuse(t, organiser, "settlement:EndMember", ending("again", "2024-12-31"), nil).Code)
	measure(t, s, day)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("again", day, 96, 1)))
	require.Equal(t, 4, settled(t, s, settleFinal).Leaves)
}
