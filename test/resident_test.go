// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// TestAResidentReadsTheOwnSignedRequest: who holds the key that the member's private part names reads its result, through any organisation that holds load profiles,
// without a certificate.
func TestAResidentReadsTheOwnSignedRequest(t *testing.T) {
	ctx, p := within(t, 2*time.Minute), everyone(t)
	own := consents(ctx, t)
	stranger, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)

	community, members := p.found(ctx, t, 1, 1)
	membership, private := own.member(t, community, settlement.Consumption, random(t))
	require.NoError(t, p.relay(ctx, own.agrees(t, community, private)))
	require.NoError(t, p.enter(ctx, membership, private))
	p.measure(ctx, t, community, map[string]int64{membership.MemberID: 500, members[0]: 1000, members[1]: 900})
	run, receipt, err := p.organiser.Settlement().SettleDay(ctx, settlement.SettleDayRequest{CommunityID: community, Day: day, Run: settlement.Final})
	require.NoError(t, err)
	require.NoError(t, p.operator.Await(ctx, receipt))

	request := settlement.StatementRequest{CommunityID: community, MemberID: membership.MemberID, Day: day, Run: settlement.Final}
	answer, err := connect(t, "utility", "processor", gateway.WithResidentKey(own.key)).Settlement().Statement(ctx, request)
	require.NoError(t, err)
	require.NoError(t, answer.Verify(run))
	require.Equal(t, settlement.Pair{500, 300}, *answer.Leaf.Intervals[0])

	_, err = connect(t, "utility", "processor", gateway.WithResidentKey(stranger)).Settlement().Statement(ctx, request)
	require.ErrorIs(t, err, gateway.ErrForbidden, "another resident")
	request.MemberID = members[0]
	_, err = connect(t, "oversight", "auditor", gateway.WithResidentKey(own.key)).Settlement().Statement(ctx, request)
	require.ErrorIs(t, err, gateway.ErrForbidden, "the relay's own right does not help the resident to another member's statement")
}
