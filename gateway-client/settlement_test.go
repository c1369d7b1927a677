// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

// settle settles a day with two organisations that are preferred, and returns what reached the peers.
func settle(t *testing.T, ledger *gatewaytest.Ledger, options ...gateway.Option) (gateway.Receipt, error) {
	t.Helper()
	_, receipt, err := connectTo(t, ledger, options...).Settlement().SettleDay(t.Context(),
		settlement.SettleDayRequest{CommunityID: "sunny", Day: "2025-10-26", Run: settlement.Final}, "CommunityMSP", "UtilityMSP")
	return receipt, err
}

func run(gatewaytest.Call) ([]byte, error) { return []byte(`{}`), nil }

func TestARunIsOneTransaction(t *testing.T) {
	t.Parallel()
	named := []string{"CommunityMSP", "UtilityMSP"}
	t.Run("however long its endorsement takes", func(t *testing.T) {
		t.Parallel()
		ledger := &gatewaytest.Ledger{Execute: func(c gatewaytest.Call) ([]byte, error) {
			time.Sleep(11 * time.Second)
			return run(c)
		}}
		receipt, err := settle(t, ledger)
		require.NoError(t, err)
		require.Len(t, ledger.Calls(), 1, "it is executed once")
		assert.Equal(t, named, ledger.Calls()[0].Organizations)
		assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
	})
	t.Run("however long its commit takes", func(t *testing.T) {
		t.Parallel()
		begin := time.Now()
		ledger := &gatewaytest.Ledger{Execute: run, Status: func(int) error {
			if time.Since(begin) < 11*time.Second {
				return gatewaytest.Failure(codes.Unavailable, "lost")
			}
			return nil
		}}
		receipt, err := settle(t, ledger)
		require.NoError(t, err)
		require.Len(t, ledger.Calls(), 1)
		assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
	})
	t.Run("the same one where a preferred organisation cannot be asked", func(t *testing.T) {
		t.Parallel()
		for _, code := range []codes.Code{codes.Unavailable, codes.Aborted, codes.FailedPrecondition} {
			ledger := &gatewaytest.Ledger{Execute: func(c gatewaytest.Call) ([]byte, error) {
				if len(c.Organizations) > 0 {
					return nil, gatewaytest.Failure(code, "no peers available in UtilityMSP")
				}
				return run(c)
			}}
			receipt, err := settle(t, ledger)
			require.NoError(t, err, code)
			require.Len(t, ledger.Calls(), 2)
			for _, call := range ledger.Calls() {
				assert.Equal(t, receipt.TransactionID, call.TransactionID)
			}
			assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
		}
	})
	t.Run("the same one where its submission is answered with an error", func(t *testing.T) {
		t.Parallel()
		ledger := &gatewaytest.Ledger{Execute: run, Order: func(gatewaytest.Submission) (bool, error) { return true, processed() }}
		receipt, err := settle(t, ledger)
		require.NoError(t, err)
		assert.Equal(t, []string{receipt.TransactionID}, ledger.Transactions())
	})
	t.Run("and none where its commit is not known in time", func(t *testing.T) {
		t.Parallel()
		timeouts := gateway.DefaultTimeouts
		timeouts.CommitStatus = 100 * time.Millisecond
		ledger := &gatewaytest.Ledger{Execute: run, Order: func(gatewaytest.Submission) (bool, error) { return false, nil }}
		_, err := settle(t, ledger, gateway.WithTimeouts(timeouts))
		require.Error(t, err)
		require.Len(t, ledger.Calls(), 1, "nothing is executed anew while the first may commit")
	})
}

// TestLongListsAreReadToTheirEnd: what reads all of a list asks for page after page.
func TestLongListsAreReadToTheirEnd(t *testing.T) {
	t.Parallel()
	c := connectTo(t, &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		answer := `{"currency":"EUR","positions":[{"memberId":"a","cents":5}],"uses":[{"use":{"memberId":"a"}}],"bookmark":"next"}`
		if strings.Contains(call.Arguments[1], `"bookmark":"next"`) {
			answer = `{"currency":"EUR","positions":[{"memberId":"b","cents":-5}],"uses":[{"use":{"memberId":"b"}}]}`
			if strings.Contains(call.Arguments[1], "2025-11") {
				answer = `{"positions":[{"memberId":"b","cents":-4}]}`
			}
		}
		key, err := signedrequest.ReadAnswerKey(call.Transient[signedrequest.AnswerTo])
		if err != nil {
			return nil, err
		}
		sealed, err := key.Seal([]byte(answer))
		return []byte(sealed), err
	}}).Settlement()
	positions, err := c.AllPositions(t.Context(), settlement.GetPeriodRequest{Period: "2025-10"})
	require.NoError(t, err)
	assert.Len(t, positions.Positions, 2)
	assert.Equal(t, "EUR", positions.Currency)
	_, err = c.AllPositions(t.Context(), settlement.GetPeriodRequest{Period: "2025-11"})
	require.ErrorContains(t, err, "add up to 1 cents", "nobody pays by a list that lacks somebody")
	uses, err := c.AllUses(t.Context(), settlement.UsesRequest{})
	require.NoError(t, err)
	assert.Len(t, uses, 2)
}
