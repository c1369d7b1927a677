// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

func TestAResidentReadsTheOwnStatementOnly(t *testing.T) {
	s, resident := community(t), contracttest.NewResident(t)
	enter(t, s, resident, "own", 9)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", day, 96, 1000), flat("b", day, 96, 2000), flat("own", day, 96, 1000), flat("p", day, 96, 2000)))
	run := settled(t, s, settleFinal)

	relay := operator
	ask := func(member string, change func(*signing.Claims)) ([]byte, *fault.Error) {
		claims := signing.Claims{
			Network: contracttest.Network, Channel: "smartcity", Transaction: "settlement:Statement", IssuedAt: s.Now, Valid: 5 * time.Minute,
			AnswerTo: s.AnswerTo(t),
			Request:  settlement.StatementRequest{CommunityID: "sunny", MemberID: member, Day: day, Run: settlement.Final},
		}
		change(&claims)
		compact, err := signing.Sign(resident.Key, claims)
		require.NoError(t, err)
		before := s.Keys()
		answer, refusal := s.Call(t, relay, "settlement:Statement", map[string]string{"signedRequest": compact}, nil)
		require.Equal(t, before, s.Keys())
		return answer, refusal
	}
	unchanged := func(*signing.Claims) {}

	t.Run("through a relay that could not read it by itself", func(t *testing.T) {
		answer, refusal := ask("own", unchanged)
		require.Nil(t, refusal)
		own := contracttest.Answer[settlement.Statement](t, answer)
		require.Equal(t, "own", own.Leaf.MemberID)
		require.NoError(t, own.Verify(run))
	})
	for sentence, row := range map[string]struct {
		member string
		change func(*signing.Claims)
		code   fault.Code
	}{
		"not another member's":                {"a", unchanged, fault.Forbidden},
		"not that of a member nobody knows":   {"nobody", unchanged, fault.PrivateDataNotHere},
		"not as guardian of somebody":         {"own", func(c *signing.Claims) { c.For = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }, fault.Forbidden},
		"not by a statement for another call": {"own", func(c *signing.Claims) { c.Transaction = "settlement:GetRun" }, fault.SignedRequestMisplaced},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, refusal := ask(row.member, row.change)
			require.ErrorIs(t, refusal, row.code)
		})
	}
	t.Run("not through an organisation outside of the collection", func(t *testing.T) {
		relay = outsider
		_, refusal := ask("own", unchanged)
		require.ErrorIs(t, refusal, fault.Forbidden)
		require.Contains(t, refusal.Message, "relay through, an organisation that does")
		relay = operator
	})
	t.Run("not at a peer that lost it", func(t *testing.T) {
		s.Forget(contracttest.MeterData.Name)
		_, refusal := ask("own", unchanged)
		require.ErrorIs(t, refusal, fault.PrivateDataNotHere)
	})
}
