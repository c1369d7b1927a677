// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// Ledger is what a guard needs of the ledger, through the provider's own peer: a [Peer], or a fake in tests. It is used by many goroutines at a time.
type Ledger interface {
	// CheckAccess decides again whether a decision holds. An unknown one is [gateway.ErrNotFound].
	CheckAccess(ctx context.Context, decisionID string) (licensing.AccessCheck, error)
	// SpendUse spends the uses that a decision reserves, before the answer is served. A second time is
	// [gateway.ErrDecisionServed]; that of a decision that no longer holds is [gateway.ErrProcessingDenied].
	SpendUse(ctx context.Context, request licensing.SpendUseRequest) error
	// RecordDelivery commits the evidence that an answer is about to be served. That of a decision that no longer holds is
	// [gateway.ErrProcessingDenied].
	RecordDelivery(ctx context.Context, request licensing.RecordDeliveryRequest) error
	// MSPs are the channel's organisations.
	MSPs(ctx context.Context) ([]gateway.MSP, error)
	// Height is how many blocks the peer is known to hold, 0 while that is not known. It costs nothing.
	Height() uint64
}
