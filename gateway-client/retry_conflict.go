// SPDX-License-Identifier: Apache-2.0

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
		return pending.wait(ctx, answer)
	}
	again := func(err error, attempt int, delay time.Duration) bool {
		conflict := conflictOf(err)
		if conflict == nil || attempt >= c.conflictAttempts || unendorsed(conflict) && (attempt >= unendorsedAttempts || call.organizations != nil) {
			return false
		}
		c.hook(Retry{Reason: Conflict, Transaction: call.name, TransactionID: conflict.TransactionID, Attempt: attempt, Delay: delay, Cause: err})
		return true
	}
	return admitted(ctx, c, call, func() (Receipt, error) { return repeat(ctx, c.pace.conflict.delays(), try, again) })
}

// unendorsedAttempts bounds how often a transaction is proposed whose endorsements did not suffice in the end.
const unendorsedAttempts = 3

// unendorsed reports whether the endorsements did not suffice. Where the call named nobody to endorse it, somebody else
// has written a key meanwhile that its end gave a policy of its own: read again, it is already. Or a peer of another
// organisation through which the proposal went has lied.
func unendorsed(conflict *client.CommitError) bool {
	return conflict.Code == peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE
}

// conflictOf returns the commit error in err's chain if other transactions caused it.
func conflictOf(err error) *client.CommitError {
	var invalid *client.CommitError
	if !errors.As(err, &invalid) {
		return nil
	}
	switch invalid.Code {
	case peer.TxValidationCode_MVCC_READ_CONFLICT, peer.TxValidationCode_PHANTOM_READ_CONFLICT, peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE:
		return invalid
	default:
		return nil
	}
}
