// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/ledger/behaviour"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/internal/soak"
)

// TestTheInMemoryLedgerBehavesAsAPeer runs the shared table on a real peer; the unit tests run it on the in-memory ledger.
func TestTheInMemoryLedgerBehavesAsAPeer(t *testing.T) {
	nativeOnly(t, "containers run no chaincode besides smartb")
	require.NoError(t, deployProbe())
	contracts := map[string]*client.Contract{
		behaviour.MemberA:  rawContract(t, "utility", "steward"),
		behaviour.MemberB:  rawContract(t, "community", "steward"),
		behaviour.Outsider: rawContract(t, "city", "steward"),
	}
	cases := behaviour.Cases
	if soak.On() { // a hundred thousand keys
		cases = slices.Concat(cases, behaviour.LargeCases)
	}
	for _, c := range cases {
		t.Run(c.Sentence, func(t *testing.T) {
			ctx := within(t, soak.Form(time.Minute, 10*time.Minute))
			simulated := map[string]*client.Transaction{}
			for _, step := range c.Steps {
				if step.Commit != "" {
					require.Equal(t, step.Commit, commit(ctx, t, simulated[step.Tx]), "commit of %s", step.Tx)
					continue
				}
				answers, transaction := simulate(ctx, t, contracts[step.As], step, c)
				require.Equal(t, step.Answers, answers, "answers of %s", step.Tx)
				simulated[step.Tx] = transaction
			}
		})
	}
}

// rawContract is Fabric's own client, which submits what smartb's would not: endorsed by too few.
func rawContract(t *testing.T, org, user string) *client.Contract {
	t.Helper()
	return rawGateway(t, org, user).GetNetwork("smartcity").GetContract(probeChaincode.Name)
}

func simulate(ctx context.Context, t *testing.T, contract *client.Contract, step behaviour.Step, c behaviour.Case) ([]string, *client.Transaction) {
	t.Helper()
	request, err := json.Marshal(map[string]any{"ops": step.Ops})
	require.NoError(t, err)
	options := []client.ProposalOption{client.WithArguments(string(request))}
	endorsers := step.Endorsers
	if endorsers == nil {
		endorsers = []string{behaviour.MemberA, behaviour.MemberB}
	}
	options = append(options, client.WithEndorsingOrganizations(endorsers...))
	proposal, err := contract.NewProposal("probe:Perform", options...)
	require.NoError(t, err)
	var answer struct {
		Answers []string `json:"answers"`
	}
	if !commits(c, step.Tx) { // a reader needs no endorsement, and some answers have none
		bytes, err := proposal.EvaluateWithContext(ctx)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(bytes, &answer))
		return answer.Answers, nil
	}
	transaction, err := proposal.EndorseWithContext(ctx)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(transaction.Result(), &answer))
	return answer.Answers, transaction
}

func commits(c behaviour.Case, tx string) bool {
	for _, step := range c.Steps {
		if step.Tx == tx && step.Commit != "" {
			return true
		}
	}
	return false
}

func commit(ctx context.Context, t *testing.T, transaction *client.Transaction) string {
	t.Helper()
	submitted, err := transaction.SubmitWithContext(ctx)
	require.NoError(t, err)
	status, err := submitted.StatusWithContext(ctx)
	require.NoError(t, err)
	receipt := gateway.Receipt{TransactionID: status.TransactionID, BlockNumber: status.BlockNumber}
	for _, org := range []string{"utility", "community", "city"} { // the next step reads at two of them
		require.NoError(t, connect(t, org, "steward").Await(ctx, receipt))
	}
	return peer.TxValidationCode_name[int32(status.Code)]
}
