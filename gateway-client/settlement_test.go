package gateway_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/smartb-suite/smartb/chaincode/settlement"
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
