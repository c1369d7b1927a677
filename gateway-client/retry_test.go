// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

const (
	mvcc    = peer.TxValidationCode_MVCC_READ_CONFLICT
	phantom = peer.TxValidationCode_PHANTOM_READ_CONFLICT
	valid   = peer.TxValidationCode_VALID
)

func TestInvalidTransactions(t *testing.T) {
	t.Parallel()
	policy, other := peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, peer.TxValidationCode_INVALID_OTHER_REASON
	for name, test := range map[string]struct {
		codes    []peer.TxValidationCode // of the transactions in order; the last stays
		proposed int
		outcome  peer.TxValidationCode
	}{
		"two MVCC conflicts and then valid: the third proposal wins":        {[]peer.TxValidationCode{mvcc, mvcc, valid}, 3, valid},
		"a phantom and then valid: the second proposal wins":                {[]peer.TxValidationCode{phantom, valid}, 2, valid},
		"conflicts for ever: as many proposals as allowed, then the error":  {[]peer.TxValidationCode{mvcc}, 4, mvcc},
		"another reason is not repeated":                                    {[]peer.TxValidationCode{other, valid}, 1, other},
		"a conflict and then another reason is repeated as far as conflict": {[]peer.TxValidationCode{mvcc, other}, 2, other},
		"a policy that somebody's end has set meanwhile: it is read again":  {[]peer.TxValidationCode{policy, valid}, 2, valid},
		"a policy that fails again and again: three proposals":              {[]peer.TxValidationCode{policy}, 3, policy},
	} {
		t.Run(name, func(t *testing.T) {
			ledger := &gatewaytest.Ledger{Validate: func(n int) peer.TxValidationCode { return test.codes[min(n, len(test.codes))-1] }}
			var told retries
			receipt, err := connectTo(t, ledger, told.option(), gateway.WithConflictAttempts(4)).Submit(t.Context(), write, note{"x"}, nil)
			assert.Len(t, ledger.Transactions(), test.proposed)
			assert.Equal(t, ledger.Transactions()[test.proposed-1], receipt.TransactionID)
			assert.Len(t, told.told, test.proposed-1)
			for i, retry := range told.told {
				assert.Equal(t, gateway.Conflict, retry.Reason)
				assert.Equal(t, ledger.Transactions()[i], retry.TransactionID)
				assert.Equal(t, i+1, retry.Attempt)
				assert.Positive(t, retry.Delay)
			}
			if test.outcome == valid {
				require.NoError(t, err)
				return
			}
			invalid := new(client.CommitError)
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, test.outcome, invalid.Code)
			assert.Equal(t, receipt.TransactionID, invalid.TransactionID)
			assert.ErrorContains(t, err, test.outcome.String())
		})
	}
	t.Run("a policy that failed for the organisations that the caller named is not repeated", func(t *testing.T) {
		ledger := &gatewaytest.Ledger{Validate: func(int) peer.TxValidationCode { return policy }}
		_, err := connectTo(t, ledger).Submit(t.Context(), write, nil, nil, gateway.WithEndorsingOrganizations("UtilityMSP"))
		require.Error(t, err)
		assert.Len(t, ledger.Transactions(), 1)
	})
	t.Run("a pending transaction is not replaced", func(t *testing.T) {
		ledger := &gatewaytest.Ledger{Validate: func(int) peer.TxValidationCode { return mvcc }}
		pending, err := connectTo(t, ledger).SubmitAsync(t.Context(), write, nil)
		require.NoError(t, err)
		_, err = pending.Wait(t.Context(), nil)
		invalid := new(client.CommitError)
		require.ErrorAs(t, err, &invalid)
		assert.Len(t, ledger.Transactions(), 1)
	})
}

// processed is the false failure of a healthy BFT network: the transaction was ordered before the last orderer saw it.
func processed() error {
	text := "received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=failed to submit request: request already processed"
	return gatewaytest.Failure(codes.Unavailable, "insufficient number of orderers could successfully process transaction to satisfy quorum requirement", text, text)
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	lost := status.Error(codes.Unavailable, "connection reset")
	for name, test := range map[string]struct {
		order     func(gatewaytest.Submission) (bool, error)
		status    func(int) error
		submitted int // how often the envelope is submitted
	}{
		"UNAVAILABLE, already processed: the commit status tells that all is well": {
			order:     func(gatewaytest.Submission) (bool, error) { return true, processed() },
			submitted: 1,
		},
		"the submission's deadline passes, but it was ordered": {
			order: func(gatewaytest.Submission) (bool, error) {
				return true, status.Error(codes.DeadlineExceeded, "submit timeout expired")
			},
			submitted: 1,
		},
		"ABORTED by one orderer after another has ordered it": {
			order: func(gatewaytest.Submission) (bool, error) {
				return true, status.Error(codes.Aborted, "status=BAD_REQUEST")
			},
			submitted: 1,
		},
		"the submission is lost: the same envelope is submitted again": {
			order: func(s gatewaytest.Submission) (bool, error) {
				if s.Attempt == 1 {
					return false, lost
				}
				return true, nil
			},
			submitted: 2,
		},
		"the submission is lost, then ordered without being acknowledged": {
			order:     func(s gatewaytest.Submission) (bool, error) { return s.Attempt == 2, lost },
			submitted: 2,
		},
		"the submission is acknowledged and lost: the same envelope is submitted again": {
			order:     func(s gatewaytest.Submission) (bool, error) { return s.Attempt == 2, nil },
			submitted: 2,
		},
		"the commit status is lost three times and asked for again": {
			order: func(gatewaytest.Submission) (bool, error) { return true, nil },
			status: func(n int) error {
				return []error{lost, status.Error(codes.Aborted, "unexpected close of commit notification channel"), errors.New("too many requests"), nil}[min(n, 4)-1]
			},
			submitted: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			ledger := &gatewaytest.Ledger{Order: test.order, Status: test.status}
			var told retries
			var answer note
			receipt, err := connectTo(t, ledger, told.option()).Submit(t.Context(), write, note{"once"}, &answer)
			require.NoError(t, err)
			assert.Equal(t, note{"once"}, answer)
			assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
			assert.Len(t, ledger.Calls(), 1, "there is one proposal only")
			require.Len(t, ledger.Submissions(), test.submitted)
			for _, submission := range ledger.Submissions() {
				assert.Equal(t, receipt.TransactionID, submission.TransactionID)
				assert.Equal(t, ledger.Submissions()[0].Envelope, submission.Envelope, "it is the same envelope, signature included")
			}
			assert.Len(t, told.reasons(), test.submitted-1)
			assert.NotContains(t, told.reasons(), gateway.Conflict)
			if test.status != nil {
				assert.Equal(t, 4, ledger.Asked(receipt.TransactionID))
			}
		})
	}
}

func TestSubmissionsThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	tooLarge := "received unsuccessful response from orderer: status=BAD_REQUEST, info=message payload is 99 bytes and exceeds maximum allowed"
	for name, test := range map[string]struct {
		answer    error
		submitted int
	}{
		"what the gateway did not pass on is final":                      {status.Error(codes.PermissionDenied, "no"), 1},
		"what orderers refuse with a client error is tried three times":  {gatewaytest.Failure(codes.Unavailable, "insufficient number", tooLarge), 3},
		"what a Raft orderer refuses with a client error is tried alike": {status.Error(codes.Aborted, tooLarge), 3},
	} {
		t.Run(name, func(t *testing.T) {
			ledger := &gatewaytest.Ledger{Order: func(gatewaytest.Submission) (bool, error) { return false, test.answer }}
			_, err := connectTo(t, ledger).Submit(t.Context(), write, nil, nil)
			failed := new(client.SubmitError)
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, ledger.Calls()[0].TransactionID, failed.TransactionID)
			assert.Len(t, ledger.Submissions(), test.submitted)
			assert.Len(t, ledger.Calls(), 1)
		})
	}
	t.Run("a commit status that may not be seen is final", func(t *testing.T) {
		ledger := &gatewaytest.Ledger{Status: func(int) error { return status.Error(codes.PermissionDenied, "no") }}
		_, err := connectTo(t, ledger).Submit(t.Context(), write, nil, nil)
		failed := new(client.CommitStatusError)
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, 1, ledger.Asked(failed.TransactionID))
	})
}

// collect is what a gateway describes when a peer other than the first did not endorse.
const collect = "failed to collect enough transaction endorsements, see attached details for more info"

func TestPeersThatAreNotReady(t *testing.T) {
	t.Parallel()
	busy := `chaincode response 429, {"code":"BUSY","status":429,"message":"as many calls as it takes"}`
	refusal := `chaincode response 404, {"code":"NOT_FOUND","status":404,"message":"no community c1"}`
	for name, test := range map[string]struct {
		failure       error
		organizations []string
		executed      int // how often, when the third execution would succeed
	}{
		"no endorsing peer known yet":               {status.Error(codes.Unavailable, "failed to find any endorsing peers for org(s): CityMSP"), nil, 3},
		"no endorsement plan yet":                   {status.Error(codes.FailedPrecondition, "no combination of peers can be derived"), nil, 3},
		"the gateway's limit of requests":           {errors.New("too many requests for /gateway.Gateway, exceeding concurrency limit (500)"), nil, 3},
		"answers that differ while one peer lags":   {gatewaytest.Failure(codes.Aborted, collect, "ProposalResponsePayloads do not match"), nil, 3},
		"a refusal after another peer endorsed":     {gatewaytest.Failure(codes.Aborted, collect, refusal), nil, 3},
		"a refusal by one of two named":             {gatewaytest.Failure(codes.Aborted, collect, refusal), []string{"org1", "org2"}, 3},
		"a refusal by all named is final":           {gatewaytest.Failure(codes.Aborted, collect, refusal, refusal), []string{"org1", "org2"}, 1},
		"a busy chaincode server":                   {gatewaytest.Refusal(429, strings.TrimPrefix(busy, "chaincode response 429, ")), nil, 3},
		"a busy chaincode server of one of several": {gatewaytest.Failure(codes.Aborted, collect, busy), []string{"org1"}, 3},
		"a refusal by the first endorser is final":  {gatewaytest.Refusal(404, refusal), nil, 1},
		"a missing right to call is final":          {status.Error(codes.PermissionDenied, "no"), nil, 1},
		"transient data that goes too far is final": {status.Error(codes.FailedPrecondition, "organisation(s) that are not in the distribution policy"), nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			ledger := &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
				if call.Attempt < 3 {
					return nil, test.failure
				}
				return []byte(`{}`), nil
			}}
			var told retries
			var options []gateway.CallOption
			if test.organizations != nil {
				options = append(options, gateway.WithEndorsingOrganizations(test.organizations...))
			}
			_, err := connectTo(t, ledger, told.option()).Submit(t.Context(), write, nil, nil, options...)
			require.Len(t, ledger.Calls(), test.executed)
			assert.Len(t, told.reasons(), test.executed-1)
			for _, call := range ledger.Calls() {
				assert.Equal(t, ledger.Calls()[0].TransactionID, call.TransactionID, "it is the same proposal")
			}
			if test.executed == 3 {
				require.NoError(t, err)
				want := gateway.NotReady
				if strings.Contains(name, "busy") {
					want = gateway.Busy
				}
				assert.Equal(t, want, told.reasons()[0])
				assert.Len(t, ledger.Transactions(), 1)
				return
			}
			failed := new(client.EndorseError)
			require.ErrorAs(t, err, &failed)
			assert.Empty(t, ledger.Submissions())
		})
	}
}

func TestAnswersThatDifferForEverAreGivenUp(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) {
		return nil, gatewaytest.Failure(codes.Aborted, collect, "ProposalResponsePayloads do not match")
	}}
	_, err := connectTo(t, ledger).Submit(t.Context(), write, nil, nil)
	failed := new(client.EndorseError)
	require.ErrorAs(t, err, &failed)
	assert.Len(t, ledger.Calls(), 6)
}

func TestAnEvaluationIsSentAgainToo(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		if call.Attempt < 3 {
			return nil, status.Error(codes.FailedPrecondition, "no peers available to evaluate chaincode smartb in channel smartcity")
		}
		return []byte(`{"text":"there"}`), nil
	}}
	var answer note
	require.NoError(t, connectTo(t, ledger).Evaluate(t.Context(), "notes:Read", nil, &answer))
	assert.Equal(t, note{"there"}, answer)
}

func TestWhenTimeIsOverTheErrorSaysWhatWasWaitedFor(t *testing.T) {
	t.Parallel()
	const limit = 300 * time.Millisecond
	for name, early := range map[string]time.Duration{
		"the client's time is over first": -time.Hour,
		"the peer's time is over first":   20 * time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			over := make(chan struct{})
			t.Cleanup(func() { close(over) })
			var begin time.Time
			ledger := &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
				if call.Attempt == 1 {
					return nil, status.Error(codes.Unavailable, "no endorsing peers")
				}
				select {
				case <-over:
				case <-time.After(time.Until(begin.Add(limit - early))):
				}
				return nil, status.Error(codes.DeadlineExceeded, "evaluate timeout expired")
			}}
			timeouts := gateway.DefaultTimeouts
			timeouts.Evaluate = limit
			client := connectTo(t, ledger, gateway.WithTimeouts(timeouts))
			begin = time.Now()
			err := client.Evaluate(t.Context(), "notes:Read", nil, nil)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorContains(t, err, "no endorsing peers")
		})
	}
}

// strained answers submissions like a BFT network under load, and worse.
func strained(gatewaytest.Submission) (ordered bool, err error) {
	switch chance := rand.IntN(100); {
	case chance < 10:
		return true, processed()
	case chance < 15:
		return true, status.Error(codes.DeadlineExceeded, "submit timeout expired while broadcasting to ordering service")
	case chance < 20:
		return false, status.Error(codes.Unavailable, "no orderers could successfully process transaction")
	case chance < 22:
		return false, nil
	default:
		return true, nil
	}
}

// forgetful loses one commit status in ten.
func forgetful(int) error {
	if rand.IntN(10) == 0 {
		return status.Error(codes.Unavailable, "closing")
	}
	return nil
}

func TestNoFalseFailureReachesTheCaller(t *testing.T) {
	t.Parallel()
	const clients, rounds = 256, 4
	ledger := &gatewaytest.Ledger{Order: strained, Status: forgetful}
	c := connect(t, []*gatewaytest.Peer{ledger.Start(t, "first"), ledger.Start(t, "second")}, nil)
	var group errgroup.Group
	for i := range clients {
		group.Go(func() error { return writeNotes(t.Context(), c, i, rounds) })
	}
	start := time.Now()
	require.NoError(t, group.Wait())
	t.Logf("%d transactions in %s, %d submissions", clients*rounds, time.Since(start), len(ledger.Submissions()))
	assert.Len(t, ledger.Transactions(), clients*rounds, "each call made one transaction")
	assert.Len(t, ledger.Calls(), clients*rounds, "each call made one proposal")
	envelopes := map[string]string{}
	for _, submission := range ledger.Submissions() {
		envelope, seen := envelopes[submission.TransactionID]
		assert.True(t, !seen || envelope == submission.Envelope, "a transaction has one envelope")
		envelopes[submission.TransactionID] = submission.Envelope
	}
}

// writeNotes is what each of many clients does.
func writeNotes(ctx context.Context, c *gateway.Client, writer, rounds int) error {
	for round := range rounds {
		text := fmt.Sprintf("%d/%d", writer, round)
		var answer note
		receipt, err := c.Submit(ctx, write, note{text}, &answer)
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		if answer.Text != text || receipt.BlockNumber == 0 {
			return fmt.Errorf("%s: got %v, %v", text, answer, receipt)
		}
	}
	return nil
}
