// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// standsStill is how long a peer that catches up may take for one block. Anything that is private and no other peer
	// has any more makes it wait some seconds.
	standsStill = 2 * time.Minute
	// tellEvery is how often is told how far a peer is.
	tellEvery = 5 * time.Second
	// farBehind is by how many blocks a component may be behind the others and still count as level: under load each is a few behind some other.
	farBehind = 20
)

// caughtUp waits until each peer has the blocks that the orderers have now, as long as it gets on. One whose ledger was
// lost fetches all of it, and knows neither chaincode nor members before.
func (n *Network) caughtUp(ctx context.Context) error {
	var target uint64
	for _, org := range n.Topology {
		if height, err := n.ordererHeight(ctx, org); err == nil {
			target = max(target, height)
		}
	}
	return n.everywhere(ctx, func(ctx context.Context, org Organisation) error { return n.awaitHeight(ctx, org, target) })
}

func (n *Network) awaitHeight(ctx context.Context, org Organisation, target uint64) error {
	var height uint64
	gotOn, told := time.Now(), time.Now()
	for {
		now, err := n.peerHeight(ctx, org)
		switch {
		case err == nil && now >= target:
			return nil
		case err == nil && now > height:
			height, gotOn = now, time.Now()
		case time.Since(gotOn) > standsStill:
			return errors.Join(fmt.Errorf("the peer stands still with %d of %d blocks; see `network logs %s %s`", height, target, org.Name, Peer), err)
		}
		if time.Since(told) > tellEvery {
			told = time.Now()
			fmt.Fprintf(n.options.Progress, "         %s's peer catches up: %d of %d blocks\n", org.Name, height, target)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * pollInterval):
		}
	}
}

// rejoin brings a peer that was started back into the channel, if its ledger was lost; it fetches the blocks by itself then.
func (n *Network) rejoin(ctx context.Context, c component) error {
	if c.name != Peer || !exists(n.layout.genesis()) {
		return nil
	}
	block, err := n.genesis()
	if err != nil {
		return err
	}
	return n.joinPeer(ctx, c.org, block)
}

// markBehind states of each component with a ledger how far it is behind the others.
func markBehind(all []ComponentStatus) {
	var top uint64
	for _, s := range all {
		top = max(top, s.Height)
	}
	for i, s := range all {
		if s.Height > 0 && s.Height+farBehind < top {
			all[i].Behind = top - s.Height
		}
	}
}
