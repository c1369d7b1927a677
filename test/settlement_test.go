// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

func TestADayIsSettledAndAStatementIsProvenAtAPeerWithoutLoadProfiles(t *testing.T) {
	ctx, p := within(t, 2*time.Minute), everyone(t)
	community, members := p.found(ctx, t, 2, 1)
	p.measure(ctx, t, community, map[string]int64{members[0]: 1000, members[1]: 2000, members[2]: 2000})

	request := settlement.SettleDayRequest{CommunityID: community, Day: day, Run: settlement.Final}
	run, receipt, err := p.organiser.Settlement().SettleDay(ctx, request)
	require.NoError(t, err)
	require.Equal(t, receipt.TransactionID, run.ResultsID)
	require.Equal(t, 3, run.Leaves)

	require.NoError(t, p.city.Await(ctx, receipt))
	view, err := p.city.Settlement().GetRun(ctx, settlement.GetRunRequest(request))
	require.NoError(t, err)
	require.Equal(t, run.MerkleRoot, view.MerkleRoot)
	_, err = p.city.Settlement().RunTotals(ctx, settlement.GetRunRequest(request))
	require.ErrorIs(t, err, gateway.ErrForbidden)
	totals, err := p.organiser.Settlement().RunTotals(ctx, settlement.GetRunRequest(request))
	require.NoError(t, err)
	require.Equal(t, settlement.Totals{Consumers: 2, Producers: 1, Production: 96 * 2000, Consumption: 96 * 3000, Shared: 96 * 2000}, totals.Totals)

	for i, want := range []settlement.Pair{{1000, 0}, {2000, 0}, {2000, 2000}} {
		statement, err := p.auditor.Settlement().Statement(ctx, settlement.StatementRequest{CommunityID: community, MemberID: members[i], Day: day, Run: settlement.Final})
		require.NoError(t, err)
		require.NoError(t, statement.Verify(view))
		got := *statement.Leaf.Intervals[0]
		require.Equal(t, want[0], got[0])
		if i < 2 { // who of the two gets the odd mWh depends on their random ids, and both fractions differ
			require.InDelta(t, float64(got[0])*2/3, float64(got[1]), 1)
		} else {
			require.Equal(t, want, got)
		}
		statement.Leaf.Intervals[0][1]++
		require.ErrorIs(t, statement.Verify(view), settlement.ErrUnproven)
	}

	again, _, err := p.operator.Settlement().SettleDay(ctx, request)
	require.NoError(t, err)
	require.Equal(t, run, again, "settling again changes nothing")
}

func TestAPrivateAnswerCannotBeSubmitted(t *testing.T) {
	ctx, p := within(t, time.Minute), everyone(t)
	community, members := p.found(ctx, t, 1, 1)
	p.measure(ctx, t, community, map[string]int64{members[0]: 1000, members[1]: 500})
	request := settlement.SettleDayRequest{CommunityID: community, Day: day, Run: settlement.Final}
	_, _, err := p.organiser.Settlement().SettleDay(ctx, request)
	require.NoError(t, err)
	month := day[:len("2006-01")]
	_, _, err = p.organiser.Settlement().ClosePeriod(ctx, settlement.ClosePeriodRequest{CommunityID: community, Period: month, Phase: settlement.Preview})
	require.NoError(t, err)

	contract := rawGateway(t, "community", "organiser").GetNetwork("smartcity").GetContract("smartb")
	for name, argument := range map[string]string{
		"settlement:Statement":   `{"communityId":"` + community + `","memberId":"` + members[0] + `","day":"` + day + `","run":"final"}`,
		"settlement:RunTotals":   `{"communityId":"` + community + `","day":"` + day + `","run":"final"}`,
		"settlement:MeterDays":   `{"communityId":"` + community + `","day":"` + day + `"}`,
		"settlement:Differences": `{"communityId":"` + community + `","day":"` + day + `","run":"final"}`,
		"settlement:Bill":        `{"communityId":"` + community + `","memberId":"` + members[0] + `","period":"` + month + `","phase":"preview"}`,
		"settlement:Proof":       `{"communityId":"` + community + `","memberId":"` + members[0] + `","period":"` + month + `","phase":"preview"}`,
		"settlement:Positions":   `{"communityId":"` + community + `","period":"` + month + `","phase":"preview"}`,
		"settlement:ListMembers": `{"communityId":"` + community + `"}`,
	} {
		key, err := signing.NewAnswerKey()
		require.NoError(t, err)
		jwk, err := key.Public()
		require.NoError(t, err)
		answerTo := client.WithTransient(map[string][]byte{"answerTo": jwk})
		sealed, err := contract.Evaluate(name, client.WithArguments(argument), answerTo)
		require.NoError(t, err, "%s answers when it is evaluated", name)
		answer, err := key.Open(sealed)
		require.NoError(t, err)
		require.True(t, json.Valid(answer), name)
		_, err = contract.Submit(name, client.WithArguments(argument), answerTo)
		require.ErrorContains(t, err, "ProposalResponsePayloads do not match", "%s: two organisations' answers never match", name)
	}
}

func TestRefusalsReachTheCallerWithTheirCode(t *testing.T) {
	ctx, p := within(t, time.Minute), everyone(t)
	community, members := p.found(ctx, t, 1, 1)
	settle := settlement.SettleDayRequest{CommunityID: community, Day: day, Run: settlement.Final}
	submit := func(reading settlement.Reading) error {
		_, _, err := p.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: community},
			settlement.Readings{MeterDays: []settlement.Reading{reading}})
		return err
	}
	change := func(do func(*settlement.Reading)) error {
		reading := flat(t, members[0], 1000)
		do(&reading)
		return submit(reading)
	}
	for sentence, row := range map[string]struct {
		err   error
		code  error
		field string
	}{
		// An error of private input names no member, day or value: settlement:CheckMeterDays returns them to those who
		// may read.
		"an unknown member":            {change(func(r *settlement.Reading) { r.MemberID = "nobody" }), gateway.ErrNotFound, ""},
		"a day with 95 values":         {change(func(r *settlement.Reading) { r.Values = r.Values[1:] }), gateway.ErrWrongIntervalCount, ""},
		"a negative value":             {change(func(r *settlement.Reading) { r.Values[7] = -1 }), gateway.ErrOutOfRange, ""},
		"ten to the eighteenth":        {change(func(r *settlement.Reading) { r.Values[7] = 1e18 }), gateway.ErrOutOfRange, ""},
		"settling before the data":     {second(p.organiser.Settlement().SettleDay(ctx, settle)), gateway.ErrDayIncomplete, "day"},
		"settling as another":          {second(p.auditor.Settlement().SettleDay(ctx, settle)), gateway.ErrForbidden, ""},
		"an unknown field":             {p.city.Evaluate(ctx, "settlement:GetCommunity", map[string]string{"communityId": community, "colour": "red"}, nil), gateway.ErrUnknownField, "colour"},
		"a lower-case first letter":    {p.city.Evaluate(ctx, "settlement:getCommunity", map[string]string{"communityId": community}, nil), gateway.ErrUnknownTransaction, ""},
		"an unknown community":         {p.city.Evaluate(ctx, "settlement:GetCommunity", map[string]string{"communityId": "moon"}, nil), gateway.ErrNotFound, "communityId"},
		"a transient entry for a read": {second2(p.city.Submit(ctx, "settlement:ListRuns", map[string]string{"communityId": community}, nil, gateway.WithTransient(map[string][]byte{"x": {1}}))), gateway.ErrPrivateDataUnexpected, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.ErrorIs(t, row.err, row.code)
			var refusal *gateway.ContractError
			require.ErrorAs(t, row.err, &refusal)
			require.Equal(t, row.field, refusal.Details["field"])
		})
	}
}

func second(_ settlement.Run, _ gateway.Receipt, err error) error { return err }

func second2(_ gateway.Receipt, err error) error { return err }

// TestSettlementGoesOnWithAnyTwoOfTheThreeThatHoldTheLoadProfiles kills the peer of each in turn, the organiser's own
// among them. Load profiles are submitted before; nobody but the grid operator's own peer may take it in.
func TestSettlementGoesOnWithAnyTwoOfTheThreeThatHoldTheLoadProfiles(t *testing.T) {
	for _, org := range []string{"oversight", "community", "utility"} {
		t.Run(org+"'s peer is killed", func(t *testing.T) {
			ctx, p := within(t, 4*time.Minute), everyone(t)
			community, members := p.found(ctx, t, 1, 1)
			submit := func() { p.measure(ctx, t, community, map[string]int64{members[0]: 1000, members[1]: 500}) }
			if org != "oversight" {
				submit()
			}
			require.NoError(t, net.Kill(ctx, org, "peer"))
			t.Cleanup(func() { restart(t, org) })
			if org == "oversight" {
				submit()
			}
			begin := time.Now()
			run, _, err := p.organiser.Settlement().SettleDay(ctx, settlement.SettleDayRequest{CommunityID: community, Day: day, Run: settlement.Final})
			require.NoError(t, err)
			require.Equal(t, 2, run.Leaves)
			t.Logf("settled %.1f s after the peer was killed", time.Since(begin).Seconds())
			if org != "community" {
				return
			}
			statement, err := p.organiser.Settlement().Statement(ctx, settlement.StatementRequest{CommunityID: community, MemberID: members[0], Day: day, Run: settlement.Final})
			require.NoError(t, err)
			require.NoError(t, statement.Verify(run))
		})
	}
}

// restart brings a peer back and waits until its gateway finds endorsers again.
func restart(t *testing.T, org string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	require.NoError(t, net.Start(ctx, org, "peer"))
	require.NoError(t, net.Up(ctx))
}
