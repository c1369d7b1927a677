package gateway

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// Await waits until this client's peer holds the block of the receipt. A commit status speaks for one peer only, and another organisation's may be a
// block behind: who reads or builds on what another client has just committed, awaits that client's receipt first.
func (c *Client) Await(ctx context.Context, receipt Receipt) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeouts.CommitStatus)
	defer cancel()
	blocks, err := c.own.gateway.GetNetwork(c.profile.Channel).FilteredBlockEvents(ctx, client.WithStartBlock(receipt.BlockNumber))
	if err != nil {
		return fmt.Errorf("wait for block %d: %w", receipt.BlockNumber, err)
	}
	if _, open := <-blocks; !open {
		return fmt.Errorf("wait for block %d: %w", receipt.BlockNumber, errors.Join(ctx.Err(), errStreamEnded))
	}
	return nil
}

var errStreamEnded = errors.New("the peer ended the stream of its blocks")
