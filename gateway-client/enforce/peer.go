// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// reconnect is how long a broken stream of blocks rests before the next.
const reconnect = 500 * time.Millisecond

// Peer is the ledger as the provider's own peer holds it. No other organisation's peer is ever asked, whatever the profile names: it could lie.
type Peer struct {
	client  *gateway.Client
	mspID   string
	height  atomic.Uint64
	stop    context.CancelFunc
	stopped chan struct{}
}

// Connect makes a peer of a profile of the provider's role processor, and follows its blocks until Close.
func Connect(ctx context.Context, profile gateway.Profile, options ...gateway.Option) (*Peer, error) {
	profile.FallbackPeers = nil
	client, err := gateway.Connect(ctx, profile, options...)
	if err != nil {
		return nil, err
	}
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	p := &Peer{client: client, mspID: profile.MSPID, stop: stop, stopped: make(chan struct{})}
	go p.follow(following)
	return p, nil
}

// Close ends the connection; requests in progress are refused.
func (p *Peer) Close() {
	p.stop()
	<-p.stopped
	p.client.Close()
}

// follow keeps the height. While no stream reports it, it is not known, and nothing is answered from memory.
func (p *Peer) follow(ctx context.Context) {
	defer close(p.stopped)
	for ctx.Err() == nil {
		_ = p.client.FollowBlocks(ctx, p.height.Store) // why it broke changes nothing: requests tell whether the peer answers
		p.height.Store(0)
		select {
		case <-time.After(reconnect):
		case <-ctx.Done():
		}
	}
}

// Height is how many blocks the peer is known to hold, 0 while that is not known.
func (p *Peer) Height() uint64 { return p.height.Load() }

// CheckAccess asks the peer to decide again.
func (p *Peer) CheckAccess(ctx context.Context, decisionID string) (check licensing.AccessCheck, err error) {
	request := licensing.CheckAccessRequest{DecisionID: decisionID}
	err = p.client.Evaluate(ctx, "licensing:CheckAccess", request, &check, gateway.WithEndorsingOrganizations(p.mspID))
	return check, err
}

// SpendUse commits that the uses are spent.
func (p *Peer) SpendUse(ctx context.Context, request licensing.SpendUseRequest) error {
	_, _, err := p.client.Licensing().SpendUse(ctx, request)
	return err
}

// RecordDelivery commits the evidence.
func (p *Peer) RecordDelivery(ctx context.Context, request licensing.RecordDeliveryRequest) error {
	_, _, err := p.client.Licensing().RecordDelivery(ctx, request)
	return err
}

// MSPs reads the organisations from the channel's configuration.
func (p *Peer) MSPs(ctx context.Context) ([]gateway.MSP, error) { return p.client.MSPs(ctx) }
