// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// askTicket is ask with a ticket of the only rule.
func askTicket(id string, index int64) licensing.RequestAccessRequest {
	r := ask(id)
	r.Tickets = []licensing.Ticket{{Rule: "/permission/0", Index: index}}
	return r
}

func uses(t *testing.T, s *contracttest.Suite) licensing.RuleUses {
	t.Helper()
	request := licensing.UsesRequest{AgreementID: "CommunityMSP/a-1"}
	answer := contracttest.Answer[licensing.Uses](t, s.Submit(t, outsider, "licensing:GetUses", request, nil))
	require.Len(t, answer.Uses, 1)
	return answer.Uses[0]
}

func freeOf(t *testing.T, s *contracttest.Suite) licensing.Tickets {
	t.Helper()
	request := licensing.FreeTicketsRequest{AgreementID: "CommunityMSP/a-1"}
	return contracttest.Answer[licensing.Tickets](t, s.Submit(t, processor, "licensing:FreeTickets", request, nil))
}

func spend(id string) licensing.SpendUseRequest { return licensing.SpendUseRequest{DecisionID: id} }

func TestAReservedUseIsFreeAgainUnlessItWasSpent(t *testing.T) {
	s := licensed(t, policy(threeTimes))
	for i := range int64(3) {
		require.True(t, decide(t, s, askTicket(fmt.Sprintf("d-%d", i), i)).Permit)
	}
	s.Submit(t, delivers, "licensing:SpendUse", spend("CommunityMSP/d-1"), nil)
	require.Equal(t, licensing.RuleUses{Rule: "/permission/0", Limit: 3, Used: 1, Reserved: 2}, uses(t, s))
	require.Empty(t, freeOf(t, s).Tickets, "reserved uses count as taken")
	exhausted := decide(t, s, ask("d-none"))
	require.Equal(t, []licensing.Cause{licensing.CauseUsesExhausted}, codes(exhausted.Reasons))
	require.Equal(t, fault.TicketTaken, s.Refuse(t, processor, "licensing:RequestAccess", askTicket("CommunityMSP/d-3", 0), nil).Code)

	s.Now = s.Now.Add(15 * time.Minute)
	require.Equal(t, licensing.RuleUses{Rule: "/permission/0", Limit: 3, Used: 1, Left: 2}, uses(t, s))
	require.NotEqual(t, int64(1), freeOf(t, s).Tickets[0].Index)
	late := s.Refuse(t, delivers, "licensing:SpendUse", spend("CommunityMSP/d-0"), nil)
	require.Equal(t, string(licensing.CauseExpired), late.Details["reason"])
	require.True(t, decide(t, s, askTicket("CommunityMSP/d-4", 0)).Permit)
	require.Equal(t, fault.TicketTaken, s.Refuse(t, processor, "licensing:RequestAccess", askTicket("CommunityMSP/d-5", 1), nil).Code)
	s.Now = s.Now.Add(-15 * time.Minute) // a clock that is behind
	again := s.Refuse(t, delivers, "licensing:SpendUse", spend("CommunityMSP/d-0"), nil)
	require.Equal(t, string(licensing.CauseUsesExhausted), again.Details["reason"], "its use is another decision's now")
	s.Submit(t, delivers, "licensing:SpendUse", spend("CommunityMSP/d-4"), nil)
	require.Equal(t, int64(2), uses(t, s).Used)
}

func TestASpentUseSaysOnWhat(t *testing.T) {
	s := licensed(t, policy(threeTimes))
	require.True(t, decide(t, s, askTicket("CommunityMSP/d-1", 2)).Permit)
	r := spend("CommunityMSP/d-1")
	r.Representation = "no digest"
	require.Equal(t, fault.InvalidField, s.Refuse(t, delivers, "licensing:SpendUse", r, nil).Code)
	r.Representation = sha256Hex("today")
	s.Submit(t, delivers, "licensing:SpendUse", r, nil)
	checked := check(t, s, "CommunityMSP/d-1")
	require.Equal(t, []licensing.Cause{licensing.CauseServed}, codes(checked.Reasons))
	require.True(t, checked.Delivers())
	require.Equal(t, r.Representation, checked.Representation)
	require.Equal(t, fault.DecisionServed, s.Refuse(t, delivers, "licensing:SpendUse", r, nil).Code)

	s.Submit(t, provider, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil)
	require.False(t, check(t, s, "CommunityMSP/d-1").Delivers(), "the end ends the rest of the answer, too")
}

func TestADecisionWithoutALimitSpendsNothing(t *testing.T) {
	s := licensed(t, policy())
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)
	require.Equal(t, fault.InvalidField, s.Refuse(t, delivers, "licensing:SpendUse", spend("CommunityMSP/d-1"), nil).Code)
	answer := s.Submit(t, outsider, "licensing:GetUses", licensing.UsesRequest{AgreementID: "CommunityMSP/a-1"}, nil)
	require.JSONEq(t, `{"uses":[]}`, string(answer))
}

// TestWhatWasEndorsedBeforeTheEndSpendsNothingAfterIt holds endorsed transactions back.
func TestWhatWasEndorsedBeforeTheEndSpendsNothingAfterIt(t *testing.T) {
	for sentence, row := range map[string]struct {
		as, name string
		request  any
	}{
		"the owner retires the agreement": {
			provider, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"},
		},
		"the consumer retires the agreement": {
			consumer, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"},
		},
		"the owner withdraws the offer": {
			provider, "licensing:WithdrawOffer", licensing.WithdrawOfferRequest{OfferID: "UtilityMSP/o-1"},
		},
		"the owner retires the dataset": {
			provider, "licensing:RetireDataset", licensing.RetireDatasetRequest{DatasetID: "UtilityMSP/grid-load"},
		},
		"the use is another decision's": {processor, "licensing:RequestAccess", askTicket("CommunityMSP/d-2", 0)},
		"the use is spent":              {delivers, "licensing:SpendUse", spend("CommunityMSP/d-1")},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := licensed(t, policy(threeTimes))
			require.True(t, decide(t, s, askTicket("CommunityMSP/d-1", 0)).Permit)
			held, response := s.Simulate(t, delivers, "licensing:SpendUse", spend("CommunityMSP/d-1"), nil)
			require.EqualValues(t, 200, response.GetStatus())
			if row.name == "licensing:RequestAccess" {
				s.Now = s.Now.Add(15 * time.Minute)
			}
			s.Submit(t, row.as, row.name, row.request, nil)
			require.Equal(t, "MVCC_READ_CONFLICT", s.Commit(held))
		})
	}
}

func TestATransferUnderALimitedNumberOfUsesIsOneUse(t *testing.T) {
	s := licensed(t, policy(threeTimes))
	decide(t, s, askTicket("CommunityMSP/d-1", 0))
	begin := licensing.RequestTransferRequest{TransferID: "CommunityMSP/s-1", DecisionID: "CommunityMSP/d-1"}
	s.Submit(t, processor, "licensing:RequestTransfer", begin, nil)
	s.Submit(t, delivers, "licensing:StartTransfer", licensing.TransferRequest{TransferID: "CommunityMSP/s-1"}, nil)
	s.Now = s.Now.Add(15 * time.Minute)
	request := licensing.GetTransferRequest{TransferID: "CommunityMSP/s-1"}
	view := contracttest.Answer[licensing.TransferView](t, s.Submit(t, outsider, "licensing:GetTransfer", request, nil))
	require.False(t, view.Valid, "it ends with the decision, or it would go on with a use that is free again")
}

// constraint is a policy with one more constraint.
func constraint(left, operator, right string) json.RawMessage {
	return policy(fmt.Sprintf(`{"leftOperand":%q,"operator":%q,"rightOperand":%s}`, left, operator, right))
}

func TestTheRecipientIsTheAssigneeForEveryOperator(t *testing.T) {
	for _, row := range []struct {
		operator, right string
		permit          bool
	}{
		{"eq", `"CityMSP"`, false}, {"eq", `"CommunityMSP"`, true},
		{"neq", `"CityMSP"`, true}, {"neq", `"CommunityMSP"`, false},
		{"isA", `"CityMSP"`, false}, {"isPartOf", `"CityMSP"`, false},
		{"isAnyOf", `["CityMSP","UtilityMSP"]`, false}, {"isAnyOf", `["CityMSP","CommunityMSP"]`, true},
		{"isAllOf", `["CityMSP"]`, false}, {"isAllOf", `["CommunityMSP"]`, true},
		{"hasPart", `["CityMSP"]`, false},
		{"isNoneOf", `["CommunityMSP"]`, false}, {"isNoneOf", `["CityMSP"]`, true},
	} {
		t.Run(row.operator+row.right, func(t *testing.T) {
			s := licensed(t, constraint("recipient", row.operator, row.right))
			require.Equal(t, row.permit, decide(t, s, ask("CommunityMSP/d-1")).Permit)
			require.Equal(t, row.permit, check(t, s, "CommunityMSP/d-1").Valid)
		})
	}
}

func TestWhatTheLedgerKnowsIsNotClaimed(t *testing.T) {
	s := licensed(t, constraint("version", "lteq", `"1"`))
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit, "the dataset's version is 1")
	next := grid()
	next.Version = 2
	s.Submit(t, provider, "licensing:UpdateDataset", licensing.UpdateDatasetRequest{DatasetContent: next}, nil)
	require.False(t, decide(t, s, ask("CommunityMSP/d-2")).Permit)
	require.False(t, check(t, s, "CommunityMSP/d-1").Valid)
	for _, left := range []string{"recipient", "version", "purpose", "dateTime", "count", "smartb:verified"} {
		r := ask("CommunityMSP/d-3")
		r.Context = []licensing.Context{{LeftOperand: left, Value: "1"}}
		refused := s.Refuse(t, processor, "licensing:RequestAccess", r, nil)
		require.Equal(t, fault.InvalidField, refused.Code)
		require.Equal(t, "context/0/leftOperand", refused.Details["field"])
	}
}

func TestAClaimIsNamedAsClaimed(t *testing.T) {
	s := licensed(t, constraint("spatial", "isPartOf", `"AT"`))
	require.False(t, decide(t, s, ask("CommunityMSP/d-1")).Permit, "nothing is claimed")
	r := ask("CommunityMSP/d-2")
	r.Context = []licensing.Context{{LeftOperand: "spatial", Value: "AT-9"}}
	d := decide(t, s, r)
	require.True(t, d.Permit)
	require.Equal(t, r.Context, d.Claimed)
	require.Empty(t, d.Context)
	checked := check(t, s, "CommunityMSP/d-2")
	require.True(t, checked.Valid)
	require.Equal(t, r.Context, checked.Claimed)
}

func TestAPolicyThatDemandsAVerifiedClaimDeniesWithItsReason(t *testing.T) {
	s := licensed(t, policy(
		`{"leftOperand":"industry","operator":"eq","rightOperand":"urn:nace:D35"}`,
		`{"leftOperand":"smartb:verified","operator":"isAllOf","rightOperand":["industry"]}`,
	))
	r := ask("CommunityMSP/d-1")
	r.Context = []licensing.Context{{LeftOperand: "industry", Value: "urn:nace:D35"}}
	d := decide(t, s, r)
	require.False(t, d.Permit)
	unverified := licensing.Reason{Code: licensing.CauseUnverified, Rule: "/permission/0"}
	require.Equal(t, []licensing.Reason{{Code: licensing.CausePolicy}, unverified}, d.Reasons)
}
