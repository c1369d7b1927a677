package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// proposeUntilValid makes a transaction and, if it was ordered and found invalid because others changed what it had read, a new one. The invalid one is
// in a block for ever and did nothing, so the new one cannot do the work twice.
func (c *Client) proposeUntilValid(ctx context.Context, call *call, answer any) (Receipt, error) {
	try := func() (Receipt, error) {
		pending, err := c.send(ctx, call)
		if err != nil {
			return Receipt{}, err
		}
		return pending.Wait(ctx, answer)
	}
	again := func(err error, attempt int, delay time.Duration) bool {
		conflict := conflictOf(err)
		if conflict == nil || attempt >= c.conflictAttempts {
			return false
		}
		c.hook(Retry{Reason: Conflict, Transaction: call.name, TransactionID: conflict.TransactionID, Attempt: attempt, Delay: delay, Cause: err})
		return true
	}
	return repeat(ctx, c.pace.conflict.delays(), try, again)
}

// conflictOf returns the commit error in err's chain if other transactions caused it.
func conflictOf(err error) *client.CommitError {
	var invalid *client.CommitError
	if !errors.As(err, &invalid) {
		return nil
	}
	switch invalid.Code {
	case peer.TxValidationCode_MVCC_READ_CONFLICT, peer.TxValidationCode_PHANTOM_READ_CONFLICT:
		return invalid
	default:
		return nil
	}
}
