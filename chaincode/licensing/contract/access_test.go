// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

func TestAnAccessIsDecidedByTheLicence(t *testing.T) {
	s := licensed(t, policy(untilNewYear))
	d := decide(t, s, ask("CommunityMSP/d-1"))
	require.True(t, d.Permit)
	require.Empty(t, d.Reasons)
	require.Equal(t, s.Now.Add(15*time.Minute), d.ValidUntil)
	require.Equal(t, odrl.Permit, d.Report.Rules[0].ControlState)
	require.Equal(t, odrl.Satisfied, d.Report.Rules[0].Constraints[0].SatisfactionState)
	checked := check(t, s, "CommunityMSP/d-1")
	require.True(t, checked.Valid)
	require.Equal(t, "CommunityMSP", checked.Assignee)
	require.Equal(t, "UtilityMSP/grid-load", checked.DatasetID)

	other := ask("CommunityMSP/d-2")
	other.Purpose = "dpv:Marketing"
	d = decide(t, s, other)
	require.False(t, d.Permit, "a denial is recorded, too")
	require.Equal(t, []licensing.Cause{licensing.CausePolicy}, codes(d.Reasons))
	require.Equal(t, []licensing.Cause{licensing.CausePolicy, licensing.CauseDenied}, codes(check(t, s, "CommunityMSP/d-2").Reasons))

	require.Equal(t, fault.AlreadyExists, s.Refuse(t, processor, "licensing:RequestAccess", ask("CommunityMSP/d-1"), nil).Code)
	require.Equal(t, fault.Forbidden, s.Refuse(t, "CityMSP/processor", "licensing:RequestAccess", ask("CommunityMSP/d-3"), nil).Code)
	require.Equal(t, fault.Forbidden, s.Refuse(t, consumer, "licensing:RequestAccess", ask("CommunityMSP/d-3"), nil).Code, "another role")
	withSubjects := ask("CommunityMSP/d-3")
	withSubjects.Subjects = []string{contracttest.NewResident(t).Subject}
	require.Equal(t, fault.InvalidField, s.Refuse(t, processor, "licensing:RequestAccess", withSubjects, nil).Code)

	s.Now = s.Now.Add(15 * time.Minute)
	require.Equal(t, []licensing.Cause{licensing.CauseExpired}, codes(check(t, s, "CommunityMSP/d-1").Reasons))
	s.Now = time.Date(2026, 12, 31, 23, 50, 0, 0, time.UTC)
	require.Equal(t, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), decide(t, s, ask("CommunityMSP/d-4")).ValidUntil, "the policy's date")
	s.Now = s.Now.Add(10 * time.Minute)
	require.Equal(t, licensing.Expired, agreement(t, s, "CommunityMSP/a-1").State)
	require.Equal(t, []licensing.Cause{licensing.Cause(licensing.Expired), licensing.CausePolicy}, codes(decide(t, s, ask("CommunityMSP/d-5")).Reasons), "every reason is told")
	require.False(t, check(t, s, "CommunityMSP/d-4").Valid)
}

func TestWhatEndsALicenceEndsTheNextAccess(t *testing.T) {
	for sentence, row := range map[string]struct {
		as, name string
		request  any
		state    licensing.LicenceState
		cause    licensing.Cause
	}{
		"the owner retires it":    {provider, "RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, licensing.Retired, licensing.Cause(licensing.Retired)},
		"the consumer retires it": {consumer, "RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, licensing.Retired, licensing.Cause(licensing.Retired)},
		"the owner suspends it":   {provider, "SuspendAgreement", licensing.SuspendAgreementRequest{AgreementID: "CommunityMSP/a-1"}, licensing.Suspended, licensing.Cause(licensing.Suspended)},
		"the owner retires the dataset": {
			provider, "RetireDataset", licensing.RetireDatasetRequest{DatasetID: "UtilityMSP/grid-load"}, licensing.Active, licensing.CauseDatasetRetired,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := licensed(t, policy())
			require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)
			s.Submit(t, row.as, "licensing:"+row.name, row.request, nil)
			require.Equal(t, row.state, agreement(t, s, "CommunityMSP/a-1").State)
			require.Equal(t, []licensing.Cause{row.cause}, codes(decide(t, s, ask("CommunityMSP/d-2")).Reasons))
			require.Equal(t, []licensing.Cause{row.cause}, codes(check(t, s, "CommunityMSP/d-1").Reasons), "a permit of before ends, too")
		})
	}
}

func TestASuspensionIsLiftedAndARetirementIsNot(t *testing.T) {
	s := licensed(t, policy())
	suspend, resume := licensing.SuspendAgreementRequest{AgreementID: "CommunityMSP/a-1"}, licensing.ResumeAgreementRequest{AgreementID: "CommunityMSP/a-1", Follows: "x"}
	require.Equal(t, fault.Forbidden, s.Refuse(t, consumer, "licensing:SuspendAgreement", suspend, nil).Code)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, provider, "licensing:ResumeAgreement", resume, nil).Code)
	s.Submit(t, provider, "licensing:SuspendAgreement", suspend, nil)
	require.Equal(t, fault.SignedRequestStale, s.Refuse(t, provider, "licensing:ResumeAgreement", resume, nil).Code, "another suspension")
	resume.Follows = agreement(t, s, "CommunityMSP/a-1").Endings[0].ID
	s.Submit(t, provider, "licensing:ResumeAgreement", resume, nil)
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)
	retire := licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1", End: licensing.End{ReasonCode: []licensing.ReasonCode{licensing.TermsBreached}}}
	require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:RetireAgreement", retire, nil).Code)
	s.Submit(t, provider, "licensing:RetireAgreement", retire, nil)
	standing := agreement(t, s, "CommunityMSP/a-1").Endings[0]
	again := contracttest.Answer[licensing.Termination](t, s.Submit(t, provider, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil))
	require.Equal(t, standing, again, "an equal second end writes nothing")
	s.Submit(t, consumer, "licensing:RetireAgreement", retire, nil) // an end passes always
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, provider, "licensing:ResumeAgreement", resume, nil).Code)
	require.Equal(t, []licensing.ReasonCode{licensing.TermsBreached}, agreement(t, s, "CommunityMSP/a-1").Endings[0].ReasonCode)
}

func TestPersonalDataNeedTheConsentOfEverySubjectServed(t *testing.T) {
	s := offered(t, policy())
	people := consented(t, s, 2)
	stranger := contracttest.NewResident(t)
	r := ask("CommunityMSP/d-1")
	r.AgreementID, r.Subjects = "CommunityMSP/a-2", []string{people[0].Subject, stranger.Subject, people[1].Subject}
	d := decide(t, s, r)
	require.True(t, d.Permit, "at least one consents")
	require.Equal(t, []bool{true, false, true}, []bool{d.Subjects[0].Permit, d.Subjects[1].Permit, d.Subjects[2].Permit})
	require.Equal(t, consent.NoConsent, d.Subjects[1].Reasons[0].Code)
	checked := check(t, s, "CommunityMSP/d-1")
	require.True(t, checked.Valid)
	require.False(t, checked.Undivided, "an undivided file needs all of them")
	require.Equal(t, []string{people[0].Subject, people[1].Subject}, checked.Subjects)

	s.Now = s.Now.Add(time.Second)
	people[0].Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-0"})
	require.Equal(t, []string{people[1].Subject}, check(t, s, "CommunityMSP/d-1").Subjects, "a withdrawal ends the permit of before")
	people[1].Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	require.Equal(t, []licensing.Cause{licensing.CauseConsent}, codes(check(t, s, "CommunityMSP/d-1").Reasons))
	r.DecisionID = "CommunityMSP/d-2"
	d = decide(t, s, r)
	require.Equal(t, []licensing.Cause{licensing.CauseConsent}, codes(d.Reasons), "a licence without consent gives nothing")
	r.DecisionID, r.Subjects = "CommunityMSP/d-3", nil
	require.Equal(t, fault.MissingField, s.Refuse(t, processor, "licensing:RequestAccess", r, nil).Code)

	t.Run("and they read every access to their data", func(t *testing.T) {
		request := licensing.ListDecisionsRequest{Subject: people[0].Subject}
		answer := s.Submit(t, outsider, "licensing:ListDecisions", people[0].Sign(t, s, "licensing:ListDecisions", request), nil)
		page := contracttest.Answer[licensing.DecisionPage](t, answer)
		require.Equal(t, []string{"CommunityMSP/d-2", "CommunityMSP/d-1"}, []string{page.Decisions[0].DecisionID, page.Decisions[1].DecisionID}, "newest first")
		require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:ListDecisions", people[1].Sign(t, s, "licensing:ListDecisions", request), nil).Code)
		require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:ListDecisions", request, nil).Code)
		s.Submit(t, auditor, "licensing:ListDecisions", request, nil)
	})
}

func TestALimitedNumberOfUsesIsExact(t *testing.T) {
	s := licensed(t, policy(threeTimes))
	require.Equal(t, []licensing.Cause{licensing.CauseUsesExhausted}, codes(decide(t, s, ask("CommunityMSP/d-0")).Reasons), "a use without a ticket")
	for i := range 3 {
		free := contracttest.Answer[licensing.Tickets](t, s.Submit(t, processor, "licensing:FreeTickets", licensing.FreeTicketsRequest{AgreementID: "CommunityMSP/a-1"}, nil))
		r := ask(fmt.Sprintf("d-%d", i+1))
		r.Tickets = free.Tickets
		require.True(t, decide(t, s, r).Permit)
		r.DecisionID = "CommunityMSP/again"
		require.Equal(t, fault.TicketTaken, s.Refuse(t, processor, "licensing:RequestAccess", r, nil).Code)
	}
	free := contracttest.Answer[licensing.Tickets](t, s.Submit(t, processor, "licensing:FreeTickets", licensing.FreeTicketsRequest{AgreementID: "CommunityMSP/a-1"}, nil))
	require.Empty(t, free.Tickets)
	require.Equal(t, []string{"/permission/0"}, free.Exhausted)
	beyond := ask("CommunityMSP/d-5")
	beyond.Tickets = []licensing.Ticket{{Rule: "/permission/0", Index: 3}}
	require.Equal(t, []licensing.Cause{licensing.CausePolicy}, codes(decide(t, s, beyond).Reasons), "there is no fourth ticket")
	elsewhere := ask("CommunityMSP/d-6")
	elsewhere.Tickets = []licensing.Ticket{{Rule: "/permission/7", Index: 0}}
	require.False(t, decide(t, s, elsewhere).Permit)

	t.Run("and served once", func(t *testing.T) {
		require.True(t, check(t, s, "CommunityMSP/d-1").ServedOnce)
		served := licensing.RecordDeliveryRequest{DecisionID: "CommunityMSP/d-1", Digest: fmt.Sprintf("%064x", 1), Bytes: 12}
		unspent := s.Refuse(t, delivers, "licensing:RecordDelivery", served, nil)
		require.Equal(t, string(licensing.CauseUnspent), unspent.Details["reason"])
		spend := licensing.SpendUseRequest{DecisionID: "CommunityMSP/d-1"}
		require.Equal(t, fault.Forbidden, s.Refuse(t, processor, "licensing:SpendUse", spend, nil).Code)
		s.Submit(t, delivers, "licensing:SpendUse", spend, nil)
		require.Equal(t, fault.Forbidden, s.Refuse(t, processor, "licensing:RecordDelivery", served, nil).Code)
		s.Submit(t, delivers, "licensing:RecordDelivery", served, nil)
		require.Equal(t, []licensing.Cause{licensing.CauseServed}, codes(check(t, s, "CommunityMSP/d-1").Reasons))
		require.Equal(t, fault.DecisionServed, s.Refuse(t, delivers, "licensing:SpendUse", spend, nil).Code)
		page := contracttest.Answer[licensing.DeliveryPage](t, s.Submit(t, processor, "licensing:ListDeliveries", licensing.ListDeliveriesRequest{DecisionID: "CommunityMSP/d-1"}, nil))
		require.Equal(t, served.Digest, page.Deliveries[0].Digest)
	})
}

// TestTwoTakersOfOneTicket simulates both before either commits.
func TestTwoTakersOfOneTicket(t *testing.T) {
	s := licensed(t, policy(threeTimes))
	r := ask("CommunityMSP/d-1")
	r.Tickets = []licensing.Ticket{{Rule: "/permission/0", Index: 1}}
	first, response := s.Simulate(t, processor, "licensing:RequestAccess", r, nil)
	require.EqualValues(t, 200, response.GetStatus())
	r.DecisionID = "CommunityMSP/d-2"
	second, response := s.Simulate(t, processor, "licensing:RequestAccess", r, nil)
	require.EqualValues(t, 200, response.GetStatus())
	r.DecisionID, r.Tickets = "CommunityMSP/d-3", []licensing.Ticket{{Rule: "/permission/0", Index: 2}}
	other, _ := s.Simulate(t, processor, "licensing:RequestAccess", r, nil)
	require.Equal(t, "VALID", s.Commit(first))
	require.Equal(t, "MVCC_READ_CONFLICT", s.Commit(second))
	require.Equal(t, "VALID", s.Commit(other), "other tickets do not conflict")
}

func TestAnIntervalCountsFromTheLastPermit(t *testing.T) {
	s := licensed(t, policy(daily))
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)
	require.True(t, check(t, s, "CommunityMSP/d-1").Valid, "its own permit does not end it")
	s.Now = s.Now.Add(23 * time.Hour)
	require.False(t, decide(t, s, ask("CommunityMSP/d-2")).Permit)
	s.Now = s.Now.Add(time.Hour)
	require.True(t, decide(t, s, ask("CommunityMSP/d-3")).Permit)
}

func TestAPermissionWaitsForItsDuty(t *testing.T) {
	s := licensed(t, rules(`{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ServiceProvision"}`, nil, duty))
	require.False(t, decide(t, s, ask("CommunityMSP/d-1")).Permit, "unpaid")
	claim := licensing.ClaimDutyRequest{DutyRequest: licensing.DutyRequest{AgreementID: "CommunityMSP/a-1", Rule: "pay"}, Reference: "transfer-17"}
	require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:ClaimDuty", claim, nil).Code)
	s.Submit(t, consumer, "licensing:ClaimDuty", claim, nil)
	require.False(t, decide(t, s, ask("CommunityMSP/d-2")).Permit, "a claim is no payment")
	require.Equal(t, fault.Forbidden, s.Refuse(t, consumer, "licensing:ConfirmDuty", claim.DutyRequest, nil).Code)
	s.Submit(t, provider, "licensing:ConfirmDuty", claim.DutyRequest, nil)
	require.True(t, decide(t, s, ask("CommunityMSP/d-3")).Permit)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, consumer, "licensing:ClaimDuty", claim, nil).Code)
	s.Submit(t, provider, "licensing:ReportBreach", licensing.ReportBreachRequest{DutyRequest: claim.DutyRequest, ReasonCode: []licensing.ReasonCode{licensing.PaymentMissing}}, nil)
	require.False(t, decide(t, s, ask("CommunityMSP/d-4")).Permit)
	duties := contracttest.Answer[licensing.DutyPage](t, s.Submit(t, outsider, "licensing:ListDuties", licensing.ListOfAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil))
	require.Equal(t, licensing.Breached, duties.Duties[0].State)
	require.Equal(t, "transfer-17", duties.Duties[0].Reference)
	claim.Rule = "/permission/0"
	require.Equal(t, fault.NotFound, s.Refuse(t, consumer, "licensing:ClaimDuty", claim, nil).Code)
}

func TestATransferLastsAsLongAsItsLicence(t *testing.T) {
	s := licensed(t, policy())
	decide(t, s, ask("CommunityMSP/d-1"))
	begin := licensing.RequestTransferRequest{TransferID: "CommunityMSP/s-1", DecisionID: "CommunityMSP/d-1"}
	require.Equal(t, fault.Forbidden, s.Refuse(t, delivers, "licensing:RequestTransfer", begin, nil).Code)
	s.Submit(t, processor, "licensing:RequestTransfer", begin, nil)
	move := licensing.TransferRequest{TransferID: "CommunityMSP/s-1"}
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, processor, "licensing:StartTransfer", move, nil).Code, "the provider starts it")
	view := func() licensing.TransferView {
		return contracttest.Answer[licensing.TransferView](t, s.Submit(t, outsider, "licensing:GetTransfer", licensing.GetTransferRequest{TransferID: "CommunityMSP/s-1"}, nil))
	}
	require.False(t, view().Valid)
	s.Submit(t, delivers, "licensing:StartTransfer", move, nil)
	s.Now = s.Now.Add(time.Hour)
	require.True(t, view().Valid, "longer than the decision that began it")
	s.Submit(t, processor, "licensing:SuspendTransfer", move, nil)
	s.Submit(t, processor, "licensing:StartTransfer", move, nil)
	s.Submit(t, consumer, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil)
	require.False(t, view().Valid)
	require.Equal(t, []licensing.Cause{licensing.Cause(licensing.Retired)}, codes(view().Reasons))
	s.Submit(t, delivers, "licensing:SuspendTransfer", move, nil)
	require.Equal(t, fault.ProcessingDenied, s.Refuse(t, delivers, "licensing:StartTransfer", move, nil).Code)
	s.Submit(t, delivers, "licensing:TerminateTransfer", move, nil)
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, delivers, "licensing:CompleteTransfer", move, nil).Code)
}
