// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/smartb-suite/smartb/network"
)

// outage kills the orderer that leads, and returns how it comes back.
func (s *story) outage(ctx context.Context) (mend func(context.Context) error, err error) {
	n, err := network.New(network.Options{})
	if err != nil {
		return nil, err
	}
	leader, err := n.Leader(ctx)
	if err != nil {
		return nil, err
	}
	s.chapter("The orderer that leads is killed, as by a power failure", "three organisations order without the fourth; nobody has to be called, and no call fails")
	if err := n.Kill(ctx, leader.Name, network.Orderer); err != nil {
		return nil, err
	}
	begin := time.Now()
	mend = func(ctx context.Context) error {
		return n.Start(context.WithoutCancel(ctx), leader.Name, network.Orderer)
	}
	_, receipt, err := s.consents(ctx)
	if err == nil {
		err = s.awaitEverywhere(ctx, receipt)
	}
	if err != nil {
		return mend, err
	}
	fmt.Printf("   the orderer of %s is gone; another resident's consent is at all peers %.1f s later, in block %d\n", leader.MSP, time.Since(begin).Seconds(), receipt.BlockNumber)
	return mend, nil
}
