// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// lifecycleTimeout bounds one step of the lifecycle with all its attempts.
const lifecycleTimeout = time.Minute

// retry repeats what fails only because the network is still finding itself together: orderers without a leader, peers that do not know each other yet
// or are a block behind. It gives up after lifecycleTimeout.
func retry(ctx context.Context, attempt func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, lifecycleTimeout)
	defer cancel()
	for {
		err := attempt(ctx)
		if err == nil || !transient(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("given up: %w", err)
		case <-time.After(2 * pollInterval):
		}
	}
}

func transient(err error) bool {
	switch status.Code(err) {
	case codes.Unavailable, codes.FailedPrecondition, codes.Aborted:
		return true
	default:
		return false
	}
}
