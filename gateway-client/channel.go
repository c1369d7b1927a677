// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// errStreamEnded reports a stream of blocks that the peer ended.
var errStreamEnded = errors.New("the peer ended the stream of blocks")

// Height asks how many blocks of the channel its own organisation's peer holds.
func (c *Client) Height(ctx context.Context) (uint64, error) {
	info := new(common.BlockchainInfo)
	err := c.askPeer(ctx, "qscc", "GetChainInfo", info)
	return info.GetHeight(), err
}

// FollowBlocks calls seen with the height of its own organisation's peer, at once and after each block that the peer
// commits. It returns, never without an error, when the stream breaks or ctx ends. A stream that died without a word is
// noticed after the keep-alive of the connection only: who rests on it bounds for how long.
func (c *Client) FollowBlocks(ctx context.Context, seen func(height uint64)) error {
	height, err := c.Height(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	blocks, err := c.blocks(ctx, max(height, 1)-1)
	if err != nil {
		return fmt.Errorf("follow blocks: %w", err)
	}
	for block := range blocks {
		seen(block.GetNumber() + 1)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errStreamEnded
}

// blocks streams its own organisation's peer's blocks from a number on.
func (c *Client) blocks(ctx context.Context, from uint64) (<-chan *peer.FilteredBlock, error) {
	unsigned, err := c.own.gateway.GetNetwork(c.profile.Channel).NewFilteredBlockEventsRequest(client.WithStartBlock(from))
	if err != nil {
		return nil, err
	}
	sealed, err := c.seal(ctx, unsigned)
	if err != nil {
		return nil, err
	}
	request, err := c.own.gateway.NewSignedFilteredBlockEventsRequest(sealed.bytes, sealed.signature)
	if err != nil {
		return nil, err
	}
	return request.Events(ctx)
}

// askPeer evaluates a query about the channel that Fabric itself answers, at its own organisation's peer and no other.
// The channel's name is its first argument.
func (c *Client) askPeer(ctx context.Context, chaincode, query string, answer proto.Message, arguments ...string) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeouts.Evaluate)
	defer cancel()
	contract := c.own.gateway.GetNetwork(c.profile.Channel).GetContract(chaincode)
	proposal, err := contract.NewProposal(query, client.WithArguments(append([]string{c.profile.Channel}, arguments...)...), client.WithEndorsingOrganizations(c.profile.MSPID))
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	sealed, err := c.seal(ctx, proposal)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	signed, err := c.own.gateway.NewSignedProposal(sealed.bytes, sealed.signature)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	text, err := signed.EvaluateWithContext(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", query, ended(ctx, err))
	}
	if err := proto.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s: the answer cannot be read: %w", query, err)
	}
	return nil
}
