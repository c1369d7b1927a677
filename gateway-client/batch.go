// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/batch"
)

// Batch calls the contract "batch".
type Batch struct{ client *Client }

// Batch returns the contract's typed calls.
func (c *Client) Batch() Batch { return Batch{c} }

// Submit has several calls share one transaction. All are carried out or none: if calls are refused, the error is
// [ErrBatchRefused], and [ContractError].Refused describes which and why. With [WithBatching] a client makes batches by
// itself, and leaves out what is refused.
func (b Batch) Submit(ctx context.Context, request batch.Request) (batch.Answer, Receipt, error) {
	return submit[batch.Answer](ctx, b.client, batchName, request)
}

const batchName = "batch:Submit"
