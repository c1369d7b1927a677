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

func billOf(t *testing.T, s *contracttest.Suite, party string, phase settlement.Phase) settlement.BillStatement {
	t.Helper()
	request := settlement.BillRequest{CommunityID: "sunny", MemberID: party, Period: "2025-06", Phase: phase}
	return contracttest.Answer[settlement.BillStatement](t, s.Submit(t, auditor, "settlement:Bill", request, nil))
}

func positionsOf(t *testing.T, s *contracttest.Suite, phase settlement.Phase) (map[string]int64, settlement.Positions) {
	t.Helper()
	all := contracttest.Answer[settlement.Positions](t, s.Submit(t, organiser, "settlement:Positions", settlement.PositionsRequest{CommunityID: closing(phase).CommunityID, Period: closing(phase).Period, Phase: phase}, nil))
	cents := map[string]int64{}
	for _, position := range all.Positions {
		cents[position.MemberID] = position.Cents
	}
	return cents, all
}

func TestAMonthIsBilledAndEveryBillIsProven(t *testing.T) {
	s := billable(t)
	period := closed(t, s, settlement.ProvisionalPhase)
	require.Equal(t, `settlement.PeriodClosed {"communityId":"sunny","period":"2025-06","phase":"provisional"}`, lastEvent(t, s))
	require.Equal(t, []settlement.PeriodDay{{Day: day, Run: settlement.Final, MerkleRoot: period.Days[0].MerkleRoot}}, period.Days)
	require.Equal(t, 5, period.Leaves)
	require.Equal(t, s.Now.AddDate(0, 0, 30), period.DisputeUntil)

	// 1,920 kWh are shared: a gets a third of it, b two thirds.
	cents, all := positionsOf(t, s, settlement.ProvisionalPhase)
	require.Equal(t, map[string]int64{
		"a": -(7680 + 1536 + 640 + 128 + 1920 + 384), "b": -2 * (7680 + 1536 + 640 + 128 + 1920 + 384), "p": 23040 + 4608, "msp:CommunityMSP": 1920 + 384, "msp:UtilityMSP": 5760 + 1152,
	}, cents)
	require.Zero(t, all.Sum())
	for party := range cents {
		statement := billOf(t, s, party, settlement.ProvisionalPhase)
		require.NoError(t, statement.Verify(period), party)
		require.Equal(t, cents[party], statement.Bill.Position)
		forged := statement
		forged.Bill.Metered++
		require.ErrorIs(t, forged.Verify(period), settlement.ErrUnproven)
		forged = statement
		forged.Bill.Items = slices.Clone(forged.Bill.Items)
		forged.Bill.Items[0].Net++
		require.ErrorContains(t, forged.Verify(period), "position: the items add up to", "the place is named")
	}
	require.EqualValues(t, 96*10*kWh, billOf(t, s, "a", settlement.ProvisionalPhase).Bill.Metered)

	events := len(s.Events)
	require.Equal(t, period, closed(t, s, settlement.ProvisionalPhase), "closing the same runs again changes nothing")
	require.Len(t, s.Events, events)
}

func TestAnOrganisationReadsTheBillOfItsOwnFees(t *testing.T) {
	s := billable(t)
	finalized(t, s)
	request := settlement.BillRequest{CommunityID: "sunny", MemberID: "msp:UtilityMSP", Period: "2025-06", Phase: settlement.FinalPhase}
	own := contracttest.Answer[settlement.BillStatement](t, s.Submit(t, operator, "settlement:Bill", request, nil))
	require.EqualValues(t, 5760+1152, own.Bill.Position)
	request.MemberID = "msp:CommunityMSP"
	require.Equal(t, fault.Forbidden, s.Refuse(t, operator, "settlement:Bill", request, nil).Code)
}

func TestPhasesFollowEachOther(t *testing.T) {
	s := billable(t)
	refuse := func(phase settlement.Phase) fault.Code {
		return s.Refuse(t, organiser, "settlement:ClosePeriod", closing(phase), nil).Code
	}
	require.Equal(t, fault.PeriodIncomplete, refuse(settlement.ProvisionalPhase), "no day is settled")
	provisional := settleFinal
	provisional.Run = settlement.Provisional
	settled(t, s, provisional)
	require.Equal(t, fault.PeriodIncomplete, refuse(settlement.ProvisionalPhase), "a provisional run binds nobody")
	preview := contracttest.Answer[settlement.Period](t, s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.Preview), nil))
	require.Equal(t, settlement.Provisional, preview.Days[0].Run)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code)
	require.Equal(t, fault.InvalidField, refuse(settlement.FinalPhase))
	require.Equal(t, fault.IllegalTransition, refuse("correction-1"), "there is nothing final to correct")

	closed(t, s, settlement.ProvisionalPhase)
	require.Equal(t, fault.IllegalTransition, refuse(settlement.Preview))
	require.Equal(t, fault.DisputeWindow, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code)
	s.Now = s.Now.AddDate(0, 0, 31)
	final := contracttest.Answer[settlement.Period](t, s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil))
	require.Equal(t, settlement.FinalPhase, final.Phase)
	require.NoError(t, billOf(t, s, "a", settlement.ProvisionalPhase).Verify(final), "the provisional bill is the final one")
	events := len(s.Events)
	s.Submit(t, organiser, "settlement:FinalizePeriod", june, nil)
	require.Len(t, s.Events, events, "finalizing again changes nothing")
	require.Equal(t, fault.IllegalTransition, refuse(settlement.ProvisionalPhase))
	require.Equal(t, fault.IllegalTransition, refuse("correction-1"), "no run is new")
	require.Equal(t, fault.IllegalTransition, refuse("correction-2"))
}

func TestADayWithoutAFinalRunIsNamed(t *testing.T) {
	s := billable(t)
	next := membership("c", settlement.Consumption)
	next.From, next.To = day, "2025-06-03"
	join(t, s, next, 7)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("c", day, 96, 1)))
	settled(t, s, settleFinal)
	refusal := s.Refuse(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil)
	require.Equal(t, fault.PeriodIncomplete, refusal.Code)
	require.Equal(t, "2025-06-02", refusal.Details["day"])
}

// correct submits another reading of b for the day and settles its correction.
func correct(t *testing.T, s *contracttest.Suite, version int, value int64, run settlement.RunID) {
	t.Helper()
	reading := flat("b", day, 96, value)
	reading.Version = version
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(reading))
	request := settleFinal
	request.Run = run
	settled(t, s, request)
}

func TestACorrectionIsADifferenceThatAddsUpToTheNewBill(t *testing.T) {
	s := billable(t)
	final := finalized(t, s)
	before, _ := positionsOf(t, s, settlement.FinalPhase)
	keys := s.Keys()

	correct(t, s, 2, 10*kWh, "correction-1")
	difference := contracttest.Answer[settlement.Period](t, s.Submit(t, organiser, "settlement:ClosePeriod", closing("correction-1"), nil))
	require.Equal(t, []settlement.PeriodDay{{Day: day, Run: "correction-1", MerkleRoot: difference.Days[0].MerkleRoot}}, difference.Days)
	added := slices.DeleteFunc(s.Keys(), func(key string) bool { return slices.Contains(keys, key) })
	require.Len(t, slices.DeleteFunc(added, func(key string) bool { return strings.HasPrefix(key, "settlement.manifest/") }), 2, "the day's run and the difference, nothing else")
	require.Equal(t, final, contracttest.Answer[settlement.Period](t, s.Submit(t, outsider, "settlement:GetPeriod", closing(settlement.FinalPhase), nil)), "what is final stays")

	// a and b now share alike; the whole is the bill of a community that was measured so from the beginning.
	fresh := billable(t)
	correct(t, fresh, 2, 10*kWh, settlement.Provisional)
	closed(t, fresh, settlement.ProvisionalPhase)
	want, _ := positionsOf(t, fresh, settlement.ProvisionalPhase)
	changed, _ := positionsOf(t, s, "correction-1")
	for party, cents := range want {
		require.Equal(t, cents, before[party]+changed[party], party)
	}
	statement := billOf(t, s, "b", "correction-1")
	require.NoError(t, statement.Verify(difference))
	require.ErrorIs(t, statement.Verify(final), settlement.ErrUnproven)
	require.EqualValues(t, -96*10*kWh, statement.Bill.Metered)

	correct(t, s, 3, 20*kWh, "correction-2")
	s.Submit(t, organiser, "settlement:ClosePeriod", closing("correction-2"), nil)
	back, _ := positionsOf(t, s, "correction-2")
	for party, cents := range changed {
		require.Equal(t, -cents, back[party], "the second correction takes back the first: %s", party)
	}
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, organiser, "settlement:ClosePeriod", closing("correction-1"), nil).Code)
}

func TestAProvisionalPeriodIsClosedAgainBeforeItIsFinal(t *testing.T) {
	s := billable(t)
	first := closed(t, s, settlement.ProvisionalPhase)
	correct(t, s, 2, 10*kWh, "correction-1")
	s.Now = s.Now.AddDate(0, 0, 31)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:FinalizePeriod", june, nil).Code, "a newer run is not billed")
	again := contracttest.Answer[settlement.Period](t, s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.ProvisionalPhase), nil))
	require.NotEqual(t, first.MerkleRoot, again.MerkleRoot)
	require.Equal(t, s.Now.AddDate(0, 0, 30), again.DisputeUntil, "the new bills may be disputed as long")
}

func TestPaymentsOfFinalBillsAreConfirmedOnce(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.ProvisionalPhase)
	confirm := settlement.ConfirmPaymentRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.ProvisionalPhase, MemberID: "a"}
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, organiser, "settlement:ConfirmPayment", confirm, nil).Code)
	finalized(t, s)
	confirm.Phase = settlement.FinalPhase
	payment := contracttest.Answer[settlement.Payment](t, s.Submit(t, organiser, "settlement:ConfirmPayment", confirm, nil))
	require.Equal(t, "CommunityMSP", payment.ConfirmedBy)
	require.NotContains(t, lastEvent(t, s), "cents")
	events := len(s.Events)
	s.Submit(t, organiser, "settlement:ConfirmPayment", confirm, nil)
	require.Len(t, s.Events, events)
	_, all := positionsOf(t, s, settlement.FinalPhase)
	for _, position := range all.Positions {
		require.Equal(t, position.MemberID == "a", !position.PaidAt.IsZero(), position.MemberID)
	}
	confirm.MemberID = "nobody"
	require.Equal(t, fault.NotFound, s.Refuse(t, organiser, "settlement:ConfirmPayment", confirm, nil).Code)
}

func TestAMonthFreeOfChargeSettlesEnergyOnly(t *testing.T) {
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	free := terms
	free.FreeOfCharge = true
	s.Submit(t, organiser, "settlement:CreateCommunity", free, nil)
	for i, id := range []string{"a", "p"} {
		member := membership(id, settlement.Consumption)
		member.From, member.To = day, "2025-06-02"
		if id == "p" {
			member.Direction = settlement.Production
		}
		join(t, s, member, i)
	}
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", day, 96, 1000), flat("p", day, 96, 600)))
	period := closed(t, s, settlement.ProvisionalPhase)
	require.Empty(t, period.Currency)
	bill := billOf(t, s, "a", settlement.ProvisionalPhase).Bill
	require.EqualValues(t, 96*600, bill.Shared)
	require.Empty(t, bill.Items)
	require.WithinDuration(t, s.Now, period.ClosedAt, time.Second)
}

func TestAPhaseThatIsNotThereNamesWhatIs(t *testing.T) {
	s := billable(t)
	ask := settlement.GetPeriodRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.FinalPhase}
	require.Contains(t, s.Refuse(t, auditor, "settlement:GetPeriod", ask, nil).Message, "was not closed yet")
	closed(t, s, settlement.Preview)
	require.Contains(t, s.Refuse(t, auditor, "settlement:GetPeriod", ask, nil).Message, "is not final; there is preview")
	closed(t, s, settlement.ProvisionalPhase)
	refusal := s.Refuse(t, auditor, "settlement:GetPeriod", ask, nil)
	require.Equal(t, fault.NotFound, refusal.Code)
	require.Contains(t, refusal.Message, "is not final; there is provisional")
}
