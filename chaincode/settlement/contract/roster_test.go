// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// settleAgain may be repeated as members change.
var settleAgain = settlement.SettleDayRequest{CommunityID: "sunny", Day: day, Run: settlement.Provisional}

func ending(id, to string) settlement.EndMemberRequest {
	return settlement.EndMemberRequest{CommunityID: "sunny", MemberID: id, To: to}
}

// crowd adds and confirms members named m00, m01, …
func crowd(t testing.TB, s *contracttest.Suite, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		id := fmt.Sprintf("m%02d", i)
		join(t, s, membership(id, settlement.Consumption), i)
	}
}

// TestARunSeesTheMembersAsTheyAre walks through lives of a community: whatever was copied when, runs and coverage count the members whose own records are in force.
func TestARunSeesTheMembersAsTheyAre(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := consented(t)
		s.Now = s.Now.AddDate(0, 0, 1)
		s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)
		members := 0
		r.Repeat(map[string]func(*rapid.T){
			"several join": func(r *rapid.T) {
				joining := rapid.IntRange(1, 3).Draw(r, "joining")
				crowd(t, s, members, members+joining)
				members += joining
			},
			"one waits for its confirmation": func(*rapid.T) {
				s.Submit(t, organiser, "settlement:AddMember", membership(fmt.Sprintf("m%02d", members), settlement.Production), private(t, s, 1000+members))
				members++
			},
			"one leaves": func(r *rapid.T) {
				if members == 0 {
					r.Skip("nobody is there")
				}
				id := fmt.Sprintf("m%02d", rapid.IntRange(0, members-1).Draw(r, "leaving"))
				_, _ = s.Call(t, organiser, "settlement:EndMember", ending(id, rapid.SampledFrom([]string{day, "2025-06-02"}).Draw(r, "to")), nil)
			},
			"one takes the place of another": func(*rapid.T) {
				crowd(t, s, members, members+1)
				members++
				for _, member := range settlement.InForce(listed(t, s), day)[:1] {
					s.Submit(t, organiser, "settlement:EndMember", ending(member.MemberID, day), nil)
				}
			},
			"the grid operator looks at the month": func(r *rapid.T) {
				members := 0
				for _, covered := range coverage(t, s) {
					if covered.Day == day {
						members = covered.Members
					}
				}
				require.Len(r, settlement.InForce(listed(t, s), day), members)
			},
			"": func(r *rapid.T) {
				inForce := settlement.InForce(listed(t, s), day)
				if len(inForce) == 0 {
					return
				}
				run := settled(t, s, settleAgain)
				require.Equal(r, settlement.RosterHash(inForce), run.RosterSHA256)
				totals := totalsOf(t, s, auditor, settleAgain)
				require.EqualValues(r, len(inForce), totals.Consumers+totals.Producers)
			},
		})
	})
}

// consumers settles the day and counts its consumers.
func consumers(t testing.TB, s *contracttest.Suite) int64 {
	t.Helper()
	s.Submit(t, organiser, "settlement:SettleDay", settleAgain, nil)
	return totalsOf(t, s, auditor, settleAgain).Consumers
}

func coverage(t testing.TB, s *contracttest.Suite) []settlement.DayCoverage {
	t.Helper()
	return contracttest.Answer[settlement.Coverage](t, s.Submit(t, operator, "settlement:Coverage", settlement.CoverageRequest{CommunityID: "sunny", Period: "2025-06"}, nil)).Days
}

// listed are the members' own records.
func listed(t testing.TB, s *contracttest.Suite) (members []settlement.Member) {
	t.Helper()
	list := settlement.ListMembersRequest{CommunityID: "sunny"}
	for {
		page := contracttest.Answer[settlement.MemberPage](t, s.Submit(t, organiser, "settlement:ListMembers", list, nil))
		for _, member := range page.Members {
			members = append(members, member.Whole(terms.GridOperator))
		}
		if page.Bookmark == "" {
			return members
		}
		list.Bookmark = page.Bookmark
	}
}

func TestARunCopiesTheRosterOnceATenthOfItChanged(t *testing.T) {
	s := consented(t)
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)
	crowd(t, s, 0, 20)
	require.Len(t, keysOf(s, "rosterMark"), 20)
	require.Empty(t, chunksOf(s, "roster"))
	settled(t, s, settleAgain)
	require.Empty(t, keysOf(s, "rosterMark"))
	require.Equal(t, []string{"settlement.roster/sunny"}, chunksOf(s, "roster"), "nobody else sees who is behind the members")

	s.Submit(t, organiser, "settlement:EndMember", ending("m03", day), nil)
	s.Submit(t, operator, "settlement:ConfirmMember", settlement.ConfirmMemberRequest{CommunityID: "sunny", MemberID: "m07", LimitWatts: 1000}, known(neighbour(), 7))
	require.EqualValues(t, 19, consumers(t, s))
	require.Equal(t, []string{"settlement.rosterMark/sunny/m03", "settlement.rosterMark/sunny/m07"}, keysOf(s, "rosterMark"), "two of twenty are read beside the copy")

	s.Submit(t, organiser, "settlement:EndMember", ending("m04", "2025-06-02"), nil)
	require.EqualValues(t, 19, consumers(t, s))
	require.Len(t, keysOf(s, "rosterMark"), 3, "settling the same again copies nothing")
	s.Submit(t, organiser, "settlement:EndMember", ending("m05", day), nil)
	require.EqualValues(t, 18, consumers(t, s))
	require.Empty(t, keysOf(s, "rosterMark"), "four of twenty are more than a tenth")

	require.Len(t, coverage(t, s), 30)
	for i := range 20 {
		_, _ = s.Call(t, organiser, "settlement:EndMember", ending(fmt.Sprintf("m%02d", i), "2025-06-02"), nil)
	}
	require.Len(t, coverage(t, s), 1, "the month ends with its last member, copied or not")
}

// TestMembersComeAndGoBesideARun takes each pair of transactions that both began before either was committed, the second named one committed last.
func TestMembersComeAndGoBesideARun(t *testing.T) {
	type call struct {
		as, name  string
		request   any
		transient map[string]any
	}
	settle := call{organiser, "settlement:SettleDay", settleAgain, nil}
	otherDay := call{organiser, "settlement:SettleDay", settlement.SettleDayRequest{CommunityID: "sunny", Day: "2025-05-31", Run: settlement.Provisional}, nil}
	add := call{organiser, "settlement:AddMember", membership("new", settlement.Consumption), nil}
	confirm := call{operator, "settlement:ConfirmMember", confirmation("sunny", "waits"), known(neighbour(), 50)}
	end := call{organiser, "settlement:EndMember", ending("m03", day), nil}
	endOther := call{organiser, "settlement:EndMember", ending("m04", day), nil}
	closeJune := call{organiser, "settlement:ClosePeriod", closing(settlement.Preview), nil}
	copied := func(t *testing.T, s *contracttest.Suite) { settled(t, s, settleAgain) }
	outdated := func(t *testing.T, s *contracttest.Suite) {
		copied(t, s)
		for _, id := range []string{"m10", "m11", "m12"} {
			s.Submit(t, organiser, "settlement:EndMember", ending(id, "2025-06-02"), nil)
		}
	}
	for sentence, row := range map[string]struct {
		before        func(*testing.T, *contracttest.Suite)
		first, second call
		conflict      bool
	}{
		"who waits for a confirmation disturbs no run":                  {before: copied, first: add, second: otherDay},
		"a run did not see who was confirmed meanwhile":                 {first: confirm, second: settle, conflict: true},
		"nor who ended meanwhile":                                       {first: end, second: settle, conflict: true},
		"a run that copies does not disturb an end":                     {first: settle, second: end},
		"nor a confirmation":                                            {first: settle, second: confirm},
		"two members end side by side":                                  {first: end, second: endOther},
		"two runs that would both copy do it one after the other":       {first: settle, second: otherDay, conflict: true},
		"runs of different days side by side, once the roster is there": {before: copied, first: settle, second: otherDay},
		"a closing beside a run of another month":                       {before: copied, first: otherDay, second: closeJune},
		"a closing is repeated after a run that copied":                 {before: outdated, first: otherDay, second: closeJune, conflict: true},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := consented(t)
			s.Now = s.Now.AddDate(0, 0, 1)
			s.Submit(t, organiser, "settlement:CreateCommunity", terms, nil)
			s.Submit(t, organiser, "settlement:AddMember", membership("waits", settlement.Consumption), private(t, s, 50))
			fresh := private(t, s, 51)
			crowd(t, s, 0, 20)
			if row.before != nil {
				row.before(t, s)
			}
			var begun []*memory.Tx
			for _, c := range []call{row.first, row.second} {
				if c.name == add.name {
					c.transient = fresh
				}
				tx, response := s.Simulate(t, c.as, c.name, c.request, c.transient)
				require.EqualValues(t, 200, response.GetStatus(), response.GetMessage())
				begun = append(begun, tx)
			}
			require.Equal(t, memory.Valid, s.Commit(begun[0]))
			require.Equal(t, row.conflict, s.Commit(begun[1]) != memory.Valid)
			require.Equal(t, settlement.RosterHash(settlement.InForce(listed(t, s), day)), settled(t, s, settleAgain).RosterSHA256)
		})
	}
}

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
