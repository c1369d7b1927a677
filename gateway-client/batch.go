package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Batch calls the contract "batch".
type Batch struct{ client *Client }

// Batch returns the contract's typed calls.
func (c *Client) Batch() Batch { return Batch{c} }

// Submit has several calls share one transaction. Each is accepted or refused by itself; if all are refused, the first refusal is the error. With
// [WithBatching] a client makes batches by itself.
func (b Batch) Submit(ctx context.Context, request transaction.BatchRequest) (transaction.BatchAnswer, Receipt, error) {
	return submit[transaction.BatchAnswer](ctx, b.client, batchName, request)
}

const batchName = "batch:Submit"
