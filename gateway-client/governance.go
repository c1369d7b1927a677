package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/governance"
)

// Governance calls the contract "governance".
type Governance struct{ client *Client }

// Governance returns the contract's typed calls.
func (c *Client) Governance() Governance { return Governance{c} }

// Approve approves rules in the name of the caller's organisation; the caller is its administrator.
func (g Governance) Approve(ctx context.Context, request governance.ApproveRequest) (governance.ApproveAnswer, Receipt, error) {
	return submit[governance.ApproveAnswer](ctx, g.client, "governance:Approve", request)
}

// Get reads the record in force.
func (g Governance) Get(ctx context.Context) (governance.Record, error) {
	return evaluate[governance.Record](ctx, g.client, "governance:Get", governance.GetRequest{})
}
