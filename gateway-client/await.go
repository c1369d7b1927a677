// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errBehind reports a peer that ended the stream: it is more than one block behind the block that was asked for, or it is gone.
var errBehind = errors.New("the peer does not have it yet")

// Await waits until this client's peer holds the block of the receipt. A commit status speaks for one peer only, and
// another organisation's may be a block behind. Anyone who reads or builds on what another client has just committed,
// awaits that client's receipt first.
func (c *Client) Await(ctx context.Context, receipt Receipt) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeouts.CommitStatus)
	defer cancel()
	_, err := repeat(ctx, c.pace.status.delays(), func() (struct{}, error) {
		return struct{}{}, c.awaitOnce(ctx, receipt.BlockNumber)
	}, func(err error, _ int, _ time.Duration) bool { return errors.Is(err, errBehind) })
	if err != nil {
		return fmt.Errorf("wait for block %d: %w", receipt.BlockNumber, err)
	}
	c.tide.saw(receipt.BlockNumber)
	return nil
}

// awaitOnce waits for the block. A peer waits for its next block, but answers at once that later ones are not found.
func (c *Client) awaitOnce(ctx context.Context, number uint64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	blocks, err := c.blocks(ctx, number)
	if err != nil {
		return err
	}
	if _, open := <-blocks; !open {
		return errBehind
	}
	return nil
}
