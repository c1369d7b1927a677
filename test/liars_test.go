package test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/gateway-client"
)

// liars are two organisations that run altered chaincode: as many as endorse a transaction.
type liars struct{ client *gateway.Client }

// twoLiars has the city and the community run altered chaincode until the test ends.
func twoLiars(t *testing.T) liars {
	t.Helper()
	nativeOnly(t, "containers run no chaincode besides smartb")
	require.NoError(t, deployProbe())
	lie(t, "city")
	lie(t, "community")
	return liars{connect(t, "city", "steward")}
}

// forge writes what the two like. The ledger takes it unless a key's own policy forbids it.
func (l liars) forge(ctx context.Context, t *testing.T, writes ...write) error {
	t.Helper()
	receipt, err := l.client.Submit(ctx, "probe:Forge", map[string]any{"writes": writes}, nil, gateway.WithEndorsingOrganizations("CityMSP", "CommunityMSP"))
	if err == nil {
		require.NoError(t, connect(t, "utility", "steward").Await(ctx, receipt))
	}
	return err
}

// TestTwoLiarsCannotGovern has two organisations forge a vote, a version, a rollback and the founding itself: the ledger refuses it, or no reader believes it.
func TestTwoLiarsCannotGovern(t *testing.T) {
	ctx := within(t, 5*time.Minute)
	honest := connect(t, "utility", "steward").Governance()
	before, err := honest.Get(ctx)
	require.NoError(t, err)
	founded, err := honest.GetFounding(ctx)
	require.NoError(t, err)
	rules := before.Rules
	rules.Version, rules.Authorities, rules.Auditors = before.Version+1, []string{"CityMSP"}, []string{"CityMSP"}
	signature, err := connect(t, "city", "admin").SignMember(governance.VoteType, rules.Payload(networkID(t)))
	require.NoError(t, err)
	l := twoLiars(t)

	t.Run("the founding record cannot be written again", func(t *testing.T) {
		forged := founded.Founding
		forged.Rules = rules
		require.ErrorContains(t, l.forge(ctx, t, record(t, forged, "governance.founding")), "ENDORSEMENT_POLICY_FAILURE")
	})
	t.Run("the rules in force cannot be written, neither forward nor back", func(t *testing.T) {
		forged := governance.Record{Schema: 1, Rules: rules, ApprovedBy: []string{"CityMSP", "CommunityMSP", "UtilityMSP"}, Since: time.Now().UTC()}
		require.ErrorContains(t, l.forge(ctx, t, record(t, forged, "governance")), "ENDORSEMENT_POLICY_FAILURE")
		first := governance.Record{Schema: 1, Rules: founded.Founding.Rules, Since: time.Now().UTC()}
		require.ErrorContains(t, l.forge(ctx, t, record(t, first, "governance")), "ENDORSEMENT_POLICY_FAILURE")
	})
	t.Run("votes in the names of others are written, and not counted", func(t *testing.T) {
		for _, msp := range []string{"UtilityMSP", "OversightMSP"} {
			vote := governance.Vote{Schema: 1, Rules: rules, Ballot: governance.Ballot{MSP: msp, Signature: signature, At: time.Now().UTC()}}
			require.NoError(t, l.forge(ctx, t, record(t, vote, "governance.vote", strconv.Itoa(rules.Version), msp, "0")))
		}
		own := governance.Vote{Schema: 1, Rules: rules, Ballot: governance.Ballot{MSP: "CityMSP", Signature: signature, At: time.Now().UTC()}}
		require.NoError(t, l.forge(ctx, t, record(t, own, "governance.vote", strconv.Itoa(rules.Version), "CityMSP", "0")))
		var answer governance.ApproveAnswer
		community := connect(t, "community", "admin")
		vote, err := community.SignMember(governance.VoteType, rules.Payload(networkID(t)))
		require.NoError(t, err)
		request := governance.ApproveRequest{Rules: rules, Signature: vote}
		_, err = community.Submit(ctx, "governance:Approve", request, &answer, gateway.WithEndorsingOrganizations("UtilityMSP", "OversightMSP"))
		require.NoError(t, err)
		require.Equal(t, []string{"CityMSP", "CommunityMSP"}, answer.ApprovedBy)
		require.False(t, answer.Effective)
	})
	after, err := honest.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, before, after)
}
