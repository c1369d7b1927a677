// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
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
