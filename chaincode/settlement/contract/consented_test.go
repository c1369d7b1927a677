// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func TestJoiningNeedsTheResidentsConsent(t *testing.T) {
	for sentence, row := range map[string]struct {
		prepare func(*testing.T, *contracttest.Suite)
		change  func(*settlement.MemberPrivate)
		code    fault.Code
		field   string
	}{
		"with a consent": {},
		"with one that does not exist": {
			change: func(p *settlement.MemberPrivate) { p.ConsentID = "c-2" }, code: fault.NotFound, field: "consentId",
		},
		"with somebody else's": {
			change: func(p *settlement.MemberPrivate) {
				p.Subject = contracttest.NewResident(t).Subject
			},
			code: fault.NotFound, field: "consentId",
		},
		"without naming the resident": {
			change: func(p *settlement.MemberPrivate) { p.Subject = "" }, code: fault.MissingField, field: "subject",
		},
		"after a withdrawal": {
			prepare: func(t *testing.T, s *contracttest.Suite) {
				neighbour().Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-sunny-1"})
			}, code: fault.ProcessingDenied, field: "consentId",
		},
		"after its end": {
			prepare: func(_ *testing.T, s *contracttest.Suite) { s.Now = s.Now.AddDate(1, 0, 0) }, code: fault.ProcessingDenied, field: "consentId",
		},
		"under a suspended notice": {
			prepare: func(t *testing.T, s *contracttest.Suite) {
				s.Submit(t, "OversightMSP/authority", "consent:SuspendNotice", consent.NoticeRequest{NoticeID: "energy-sharing"}, nil)
			}, code: fault.ProcessingDenied, field: "consentId",
		},
		"for another purpose": {
			prepare: func(t *testing.T, s *contracttest.Suite) {
				other(t, s, func(n *consent.NoticeContent) { n.Purpose = "dpv:Marketing" })
			},
			change: func(p *settlement.MemberPrivate) { p.ConsentID = "other" }, code: fault.ProcessingDenied, field: "consentId",
		},
		"that leaves the grid operator out": {
			prepare: func(t *testing.T, s *contracttest.Suite) {
				r := giveAt(s, "other", "sunny", 1)
				r.Recipients = nil
				neighbour().Do(t, s, "consent:Give", r)
			},
			change: func(p *settlement.MemberPrivate) { p.ConsentID = "other" }, code: fault.ProcessingDenied, field: "consentId",
		},
		"under a notice that leaves open what happens to supplied days": {
			prepare: func(t *testing.T, s *contracttest.Suite) {
				other(t, s, func(n *consent.NoticeContent) { n.LawfulBases = n.LawfulBases[:2] })
			},
			change: func(p *settlement.MemberPrivate) { p.ConsentID = "other" }, code: fault.InvalidField, field: "consentId",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := consented(t)
			s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)
			s.Now = s.Now.Add(time.Minute)
			member, hidden := membership("a", settlement.Consumption), hidden(t, s, neighbour(), "sunny", 1)
			s.Now = s.Now.Add(time.Minute)
			if row.prepare != nil {
				row.prepare(t, s)
			}
			if row.change != nil {
				row.change(&hidden)
			}
			transient := map[string]any{"member": hidden}
			if row.code == "" {
				s.Submit(t, organiser, "settlement:AddMember", member, transient)
				return
			}
			refusal := s.Refuse(t, organiser, "settlement:AddMember", member, transient)
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			require.Equal(t, row.field, refusal.Details["field"])
			if hidden.Subject != "" {
				require.NotContains(t, refusal.JSON(), hidden.Subject, "the pseudonym is private here")
			}
		})
	}
}

// other publishes a changed notice and gives the consent "other" under it.
func other(t *testing.T, s *contracttest.Suite, change func(*consent.NoticeContent)) {
	t.Helper()
	notice := sharing(t)
	notice.NoticeID = "other"
	change(&notice)
	s.Submit(t, "CommunityMSP/steward", "consent:PublishNotice", notice, nil)
	r := giveAt(s, "other", "sunny", 1)
	r.NoticeID = "other"
	neighbour().Do(t, s, "consent:Give", r)
}

// TestAWithdrawalEndsTheMeteringAfterItsDay: bob withdraws at noon of the second day. This day is still metered,
// settled and corrected, the third goes on without him, and what was settled before stays as it is.
func TestAWithdrawalEndsTheMeteringAfterItsDay(t *testing.T) {
	s, bob := community(t), contracttest.NewResident(t)
	enter(t, s, bob, "bob", 9)
	date := func(offset int) string { return s.Now.AddDate(0, 0, offset).Format(time.DateOnly) }
	first, second, third := date(0), date(1), date(2)
	on := func(run settlement.RunID, date string) settlement.SettleDayRequest {
		return settlement.SettleDayRequest{CommunityID: "sunny", Day: date, Run: run}
	}
	measure := func(date string, members ...string) settlement.SubmitMeterDaysAnswer {
		var all []settlement.Reading
		for _, member := range members {
			all = append(all, flat(member, date, 96, 1000))
		}
		return contracttest.Answer[settlement.SubmitMeterDaysAnswer](t, s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(all...)))
	}
	s.Now = s.Now.AddDate(0, 0, 1)
	measure(first, "a", "b", "bob", "p")
	before := settled(t, s, on(settlement.Final, first))
	require.Equal(t, 4, before.Leaves)

	bob.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-bob"})
	s.Now = s.Now.AddDate(0, 0, 2)
	require.Equal(t, fault.DayIncomplete, s.Refuse(t, organiser, "settlement:SettleDay", on(settlement.Final, second), nil).Code, "the day of the withdrawal is still his")
	require.Zero(t, measure(second, "a", "b", "bob", "p").Rejected)
	require.Equal(t, 4, settled(t, s, on(settlement.Final, second)).Leaves)

	answer := measure(third, "a", "b", "bob", "p")
	require.Equal(t, 3, answer.Accepted)
	why := checked(t, s, flat("bob", third, 96, 1000))
	require.Equal(t, fault.ProcessingDenied, why[0].Reason.Code)
	require.Equal(t, "WITHDRAWN", why[0].Reason.Details["reason"])
	require.Equal(t, "c-bob", why[0].Reason.Details["consentId"])
	after := settled(t, s, on(settlement.Final, third))
	require.Equal(t, 3, after.Leaves, "the others go on")
	require.Zero(t, incomplete(t, s, on(settlement.Final, third)))
	coverage := contracttest.Answer[settlement.Coverage](t, s.Submit(t, auditor, "settlement:Coverage", settlement.CoverageRequest{CommunityID: "sunny", Period: third[:7]}, nil))
	require.Contains(t, coverage.Days, settlement.DayCoverage{Day: third, Members: 3, Present: 3, Missing: []string{}, Run: settlement.Final}, "nothing of his is missing")

	again := flat("bob", first, 96, 500)
	again.Version = 2
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(again))
	require.Equal(t, 4, settled(t, s, on("correction-1", first)).Leaves, "a supplied day is corrected on the basis of the contract")
	statement := contracttest.Answer[settlement.Statement](t, s.Submit(t, auditor, "settlement:Statement",
		settlement.StatementRequest{CommunityID: "sunny", MemberID: "bob", Day: first, Run: settlement.Final}, nil))
	require.NoError(t, statement.Verify(before), "and proven as before")
}
