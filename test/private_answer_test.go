// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// TestACarelessSubmitLeavesCiphertextOnly submits a query for load profiles, as some other SDK may. Named to one
// organisation it gets into every block, and where the answers of two differ, peers could log them.
func TestACarelessSubmitLeavesCiphertextOnly(t *testing.T) {
	ctx, p := within(t, 2*time.Minute), everyone(t)
	community, members := p.found(ctx, t, 1, 1)
	const mark = int64(616161616161)
	p.measure(ctx, t, community, map[string]int64{members[0]: mark, members[1]: 5})
	request := settlement.MeterDaysRequest{CommunityID: community, Day: day}
	page, err := p.operator.Settlement().MeterDays(ctx, request)
	require.NoError(t, err)
	require.Len(t, page.MeterDays, 2, "the client opens the answer")

	_, err = p.operator.Submit(ctx, "settlement:MeterDays", request, nil, gateway.WithEndorsingOrganizations("UtilityMSP"))
	require.ErrorIs(t, err, gateway.ErrPrivateQuery, "the client refuses")

	argument, err := json.Marshal(request)
	require.NoError(t, err)
	key, err := signing.NewAnswerKey()
	require.NoError(t, err)
	jwk, err := key.Public()
	require.NoError(t, err)
	contract := rawGateway(t, "utility", "meter-operator").GetNetwork("smartcity").GetContract("smartb")
	endorse := func(options ...client.ProposalOption) (*client.Transaction, error) {
		proposal, err := contract.NewProposal("settlement:MeterDays", append(options, client.WithBytesArguments(argument))...)
		require.NoError(t, err)
		return proposal.EndorseWithContext(ctx)
	}
	answerTo := client.WithTransient(map[string][]byte{"answerTo": jwk})

	_, err = endorse(client.WithEndorsingOrganizations("UtilityMSP"))
	require.Error(t, err, "without a key there is no answer")
	transaction, err := endorse(answerTo, client.WithEndorsingOrganizations("UtilityMSP"))
	require.NoError(t, err)
	sealed := transaction.Result()
	answer, err := key.Open(sealed)
	require.NoError(t, err)
	require.Contains(t, string(answer), strconv.FormatInt(mark, 10))
	commit, err := transaction.SubmitWithContext(ctx)
	require.NoError(t, err)
	status, err := commit.StatusWithContext(ctx)
	require.NoError(t, err)
	require.Equal(t, peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, status.Code)
	for _, organisations := range [][]string{{"UtilityMSP", "CommunityMSP"}, {"UtilityMSP", "CommunityMSP", "OversightMSP"}} {
		_, err = endorse(answerTo, client.WithEndorsingOrganizations(organisations...))
		require.Error(t, err, "no two answers are the same")
	}
	_, err = endorse(answerTo)
	require.Error(t, err)

	require.Eventually(t, func() bool { return height(ctx, t) > status.BlockNumber }, 20*time.Second, 100*time.Millisecond)
	for _, org := range net.Topology {
		ledger := blocks(ctx, t, org.Name, org.Client().Name, status.BlockNumber+1)
		require.True(t, contains(ledger, string(sealed)), "the ciphertext is in the blocks of %s", org.Name)
		require.False(t, contains(ledger, strconv.FormatInt(mark, 10)), "the load profile is in a block of %s", org.Name)
		text, err := os.ReadFile(filepath.Join(net.StateDir(), org.Name, "log", "peer.log"))
		if os.IsNotExist(err) {
			continue // containers log elsewhere
		}
		require.NoError(t, err)
		require.NotContains(t, string(text), strconv.FormatInt(mark, 10), "the load profile is in the log of %s's peer", org.Name)
		require.NotContains(t, string(text), string(sealed)[:len("eyJhbGciOiJFQ0RILUVT")], "an answer is in the log of %s's peer", org.Name)
	}
}
