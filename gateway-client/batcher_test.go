// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// carry is a chaincode that echoes each call's request, but refuses those whose text names a code.
func carry(call gatewaytest.Call) ([]byte, error) {
	if call.Arguments[0] != "batch:Submit" {
		if strings.Contains(call.Arguments[1], string(fault.Forbidden)) {
			return nil, gatewaytest.Refusal(403, fault.New(fault.Forbidden, "as asked for").JSON())
		}
		return []byte(call.Arguments[1]), nil
	}
	var request batch.Request
	if err := json.Unmarshal([]byte(call.Arguments[1]), &request); err != nil {
		return nil, err
	}
	var answer batch.Answer
	refused := fault.New(fault.BatchRefused, "some")
	refused.Refused = map[int]*fault.Error{}
	for i, c := range request.Calls {
		answer.Answers = append(answer.Answers, c.Request)
		for _, code := range []fault.Code{fault.Forbidden, fault.BatchConflict} {
			if strings.Contains(string(c.Request), string(code)) {
				refused.Refused[i] = fault.New(code, "as asked for")
			}
		}
	}
	if len(refused.Refused) > 0 {
		return nil, gatewaytest.Refusal(refused.Status, refused.JSON())
	}
	return json.Marshal(answer)
}

// at is what the client submitted at once, in the order of the texts.
func at(t *testing.T, client *gateway.Client, texts ...string) (answers []note, receipts []gateway.Receipt, errs []error) {
	t.Helper()
	answers, receipts, errs = make([]note, len(texts)), make([]gateway.Receipt, len(texts)), make([]error, len(texts))
	var all sync.WaitGroup
	for i, text := range texts {
		all.Go(func() { receipts[i], errs[i] = client.Submit(t.Context(), write, note{text}, &answers[i]) })
	}
	all.Wait()
	return answers, receipts, errs
}

// names are the transactions that were proposed.
func names(ledger *gatewaytest.Ledger) map[string]int {
	times := map[string]int{}
	for _, call := range ledger.Calls() {
		times[call.Arguments[0]]++
	}
	return times
}

func TestCallsAtTheSameTimeShareATransaction(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: carry}
	answers, receipts, errs := at(t, connectTo(t, ledger, gateway.WithBatching(3, time.Minute)), "a", "b", "c")
	for i, text := range []string{"a", "b", "c"} {
		require.NoError(t, errs[i])
		assert.Equal(t, note{text}, answers[i], "everybody gets the own answer")
		assert.Equal(t, receipts[0], receipts[i])
	}
	assert.Equal(t, map[string]int{"batch:Submit": 1}, names(ledger))
}

func TestNobodyWaitsLongForOthers(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: carry}
	answers, _, errs := at(t, connectTo(t, ledger, gateway.WithBatching(3, time.Millisecond)), "a")
	require.NoError(t, errs[0])
	assert.Equal(t, note{"a"}, answers[0])
	assert.Equal(t, map[string]int{write: 1}, names(ledger), "who is alone has a transaction of its own")
}

func TestWhatSharedATransactionEndsForEachByItself(t *testing.T) {
	t.Parallel()
	whole := gatewaytest.Refusal(400, fault.New(fault.MalformedRequest, "not JSON").JSON())
	for name, test := range map[string]struct {
		ledger   *gatewaytest.Ledger
		texts    []string
		proposed map[string]int
		failed   []error // by text
	}{
		"a refusal is the refused one's, and the others go on together": {
			&gatewaytest.Ledger{Execute: carry}, []string{"a", "b", "FORBIDDEN"}, map[string]int{"batch:Submit": 2}, []error{nil, nil, gateway.ErrForbidden},
		},
		"the last one goes on alone": {
			&gatewaytest.Ledger{Execute: carry}, []string{"a", "FORBIDDEN"}, map[string]int{"batch:Submit": 1, write: 1}, []error{nil, gateway.ErrForbidden},
		},
		"all are refused": {
			&gatewaytest.Ledger{Execute: carry}, []string{"FORBIDDEN", "FORBIDDEN too"}, map[string]int{"batch:Submit": 1}, []error{gateway.ErrForbidden, gateway.ErrForbidden},
		},
		"who conflicts with another one is submitted alone": {
			&gatewaytest.Ledger{Execute: carry}, []string{"a", "b", "BATCH_CONFLICT"}, map[string]int{"batch:Submit": 2, write: 1}, []error{nil, nil, nil},
		},
		"a batch that is refused as a whole is taken apart": {
			&gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
				if call.Arguments[0] == "batch:Submit" {
					return nil, whole
				}
				return carry(call)
			}}, []string{"a", "FORBIDDEN"}, map[string]int{"batch:Submit": 1, write: 2}, []error{nil, gateway.ErrForbidden},
		},
		"a conflict with others is repeated together": {
			&gatewaytest.Ledger{Execute: carry, Validate: func(n int) peer.TxValidationCode { return []peer.TxValidationCode{mvcc, valid}[min(n, 2)-1] }},
			[]string{"a", "b"}, map[string]int{"batch:Submit": 2}, []error{nil, nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers, _, errs := at(t, connectTo(t, test.ledger, gateway.WithBatching(len(test.texts), time.Minute)), test.texts...)
			assert.Equal(t, test.proposed, names(test.ledger))
			for i, text := range test.texts {
				if test.failed[i] != nil {
					require.ErrorIs(t, errs[i], test.failed[i])
					assert.ErrorContains(t, errs[i], write, "the error names the call")
					continue
				}
				require.NoError(t, errs[i])
				assert.Equal(t, note{text}, answers[i])
			}
		})
	}
}

// TestACallOfUnknownFateIsNotSubmittedAgain: the batch was ordered, but nobody reports its fate.
func TestACallOfUnknownFateIsNotSubmittedAgain(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: carry, Status: func(int) error { return gatewaytest.Failure(codes.Unavailable, "the peer is gone") }}
	limits := gateway.DefaultTimeouts
	limits.CommitStatus = 300 * time.Millisecond
	_, _, errs := at(t, connectTo(t, ledger, gateway.WithBatching(2, time.Minute), gateway.WithTimeouts(limits)), "a", "b")
	for _, err := range errs {
		require.Error(t, err)
	}
	assert.Equal(t, map[string]int{"batch:Submit": 1}, names(ledger))
}

func TestACallerLeavesWhenItsTimeIsUp(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	ledger := &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		close(begun)
		<-release
		return carry(call)
	}}
	client := connectTo(t, ledger, gateway.WithBatching(2, 20*time.Millisecond))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	_, err := client.Submit(ctx, write, note{"a"}, nil)
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "may still commit")
	close(release)
}

func TestACallerWhoLeavesWhileWaitingIsNotSubmitted(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: carry}
	client := connectTo(t, ledger, gateway.WithBatching(2, 100*time.Millisecond))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := client.Submit(ctx, write, note{"a"}, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotContains(t, err.Error(), "may still commit")
	time.Sleep(300 * time.Millisecond)
	assert.Empty(t, ledger.Calls())
}

func TestLongRequestsShareATransactionAsFarAsTheLedgerReads(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: carry}
	long := strings.Repeat("x", 90<<10)
	_, _, errs := at(t, connectTo(t, ledger, gateway.WithBatching(64, 50*time.Millisecond)), long, long, long, long, strings.Repeat("y", 210<<10))
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Equal(t, map[string]int{"batch:Submit": 2, write: 1}, names(ledger), "two and two, and the longest by itself")
}

// TestResidentsCallsShareATransaction: each call carries its own signed request, the transaction none.
func TestResidentsCallsShareATransaction(t *testing.T) {
	t.Parallel()
	key, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	ledger := &gatewaytest.Ledger{Execute: carry}
	client := connectTo(t, ledger, gateway.WithBatching(2, time.Minute), gateway.WithResidentKey(key))
	_, _, errs := at(t, client, "a", "b")
	for _, err := range errs {
		require.NoError(t, err)
	}
	assert.Equal(t, map[string]int{"batch:Submit": 1}, names(ledger))
	_, _, err = client.Batch().Submit(t.Context(), batch.Request{})
	require.ErrorIs(t, err, gateway.ErrMalformedCall)
}

func TestWhatCannotShareATransactionDoesNot(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]gateway.CallOption{
		"transient data":      gateway.WithTransient(map[string][]byte{"x": []byte("1")}),
		"named organisations": gateway.WithEndorsingOrganizations("org1"),
	} {
		t.Run(name, func(t *testing.T) {
			ledger := &gatewaytest.Ledger{Execute: carry}
			client := connectTo(t, ledger, gateway.WithBatching(2, time.Minute))
			_, err := client.Submit(t.Context(), write, note{"a"}, nil, option)
			require.NoError(t, err)
			assert.Equal(t, map[string]int{write: 1}, names(ledger))
		})
	}
}

func TestTheExerciseOfARightSharesATransactionWithItsLikeOnly(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Execute: carry}
	c := connectTo(t, ledger, gateway.WithBatching(2, time.Minute), gateway.WithRights("notes:Leave"))
	key, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 2 {
		for _, name := range []string{"notes:Write", "notes:Leave"} {
			all.Go(func() {
				_, _, err := c.Relay(t.Context(), signed(t, key, name), nil)
				assert.NoError(t, err)
			})
		}
	}
	all.Wait()
	require.Len(t, ledger.Calls(), 2)
	for _, call := range ledger.Calls() {
		var request batch.Request
		require.NoError(t, json.Unmarshal([]byte(call.Arguments[1]), &request))
		require.Len(t, request.Calls, 2)
		var names []string
		for _, c := range request.Calls {
			claims, err := claimsOf(gatewaytest.Call{Arguments: []string{"", string(c.Request)}})
			require.NoError(t, err)
			names = append(names, claims.Transaction)
		}
		assert.Equal(t, names[0], names[1])
	}
}

// ExampleWithBatching is a relay that carries the signed requests of many residents.
func ExampleWithBatching() {
	ctx := context.Background()
	profile, err := gateway.LoadProfile(gateway.ProfileFor("city", "steward"))
	if err != nil {
		return
	}
	relay, err := gateway.Connect(ctx, profile, gateway.WithBatching(32, 10*time.Millisecond))
	if err != nil {
		return
	}
	defer relay.Close()
	var all sync.WaitGroup
	for _, signedRequest := range []string{"…", "…"} { // as they come in
		all.Go(func() {
			if _, err := relay.Submit(ctx, "consent:Relay", map[string]string{"signedRequest": signedRequest}, nil); err != nil {
				fmt.Println(err)
			}
		})
	}
	all.Wait()
}
