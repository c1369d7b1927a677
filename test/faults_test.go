// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/network"
	"github.com/smartb-suite/smartb/network/docker"
)

// fault is something that happens to containers under load, and how it is mended.
type fault struct {
	strike, mend func(context.Context) error
}

// TestNothingAcknowledgedIsLostOrDoubled founds communities from many clients of one organisation while containers fail
// and come back. The order is fixed: three of four orderers are a quorum. So the leader is killed while the others are
// sound, before any of them was cut off and has to find back.
func TestNothingAcknowledgedIsLostOrDoubled(t *testing.T) {
	project := containersOnly(t)
	kill := func(org, component string) fault {
		return fault{
			func(ctx context.Context) error { return net.Kill(ctx, org, component) },
			func(ctx context.Context) error { return net.Start(ctx, org, component) },
		}
	}
	leader, err := net.Leader(t.Context())
	require.NoError(t, err)
	for _, row := range []struct {
		sentence string
		fault
	}{
		{"the leading orderer is killed", kill(leader.Name, network.Orderer)},
		{"a peer is killed", kill("oversight", network.Peer)},
		{"the clients' own peer is killed", kill("community", network.Peer)},
		{"a chaincode server is killed", kill("utility", network.Server)},
		{"the clients' own chaincode server is restarted", kill("community", network.Server).atOnce()},
		{"an organisation is cut off from the others", cutOff(project, "city")},
		{"the clients' organisation's orderer is cut off", cutOffOne(project, "community-"+network.Orderer)},
	} {
		t.Run(row.sentence, row.underLoad)
	}
}

// atOnce mends what was struck without a delay: an organisation whose chaincode server stays down endorses nothing for its own clients, who are told so.
func (f fault) atOnce() fault {
	return fault{both(f.strike, f.mend), func(context.Context) error { return nil }}
}

// both does one after the other.
func both(first, second func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := first(ctx); err != nil {
			return err
		}
		return second(ctx)
	}
}

// underLoad strikes after some seconds of load, waits until the others go on, mends and goes on a while.
func (f fault) underLoad(t *testing.T) {
	t.Helper()
	ctx := within(t, 6*time.Minute)
	organiser := connect(t, "community", "organiser")
	l := &load{prefix: "fault-" + random(t)}
	l.create = func(ctx context.Context, key string) (gateway.Receipt, error) {
		request := terms(t)
		request.CommunityID = key
		_, receipt, err := organiser.Settlement().CreateCommunity(ctx, request)
		return receipt, err
	}
	before := height(ctx, t)
	var ended atomic.Bool
	went := make(chan error, 1)
	go func() {
		defer ended.Store(true)
		went <- f.happen(ctx, l)
	}()
	l.run(ctx, 8, 1<<30, func() bool { return !ended.Load() })
	require.NoError(t, <-went)

	require.Empty(t, l.errs, "no client call failed")
	blocks := settledHeights(ctx, t)
	times := creations(ctx, t, "\x00settlement.community\x00"+l.prefix, before)
	for _, key := range l.keys {
		require.Equal(t, 1, times["\x00settlement.community\x00"+key+"\x00"], "%s was acknowledged", key)
	}
	require.Len(t, times, len(l.keys), "nothing is on the ledger that was not acknowledged")
	t.Logf("%d acknowledged, longest gap %.1f s, all at block %d", len(l.keys), l.longestGap().Seconds(), blocks["city/"+network.Peer])
}

// happen demands that what is submitted after the strike goes through before anything is mended.
func (f fault) happen(ctx context.Context, l *load) error {
	const before, struck, after, patience = 2 * time.Second, 5 * time.Second, 3 * time.Second, 90 * time.Second
	time.Sleep(before)
	if err := f.strike(ctx); err != nil {
		return err
	}
	moment := time.Now().Add(struck)
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := l.awaitProgress(waiting, moment); err != nil {
		return errors.Join(err, f.mend(ctx))
	}
	if err := f.mend(ctx); err != nil {
		return err
	}
	time.Sleep(after)
	return nil
}

// cutOff takes an organisation's orderer and peer out of the network in which the organisations meet.
func cutOff(project docker.Project, org string) fault {
	orderer, peer := cutOffOne(project, org+"-"+network.Orderer), cutOffOne(project, org+"-"+network.Peer)
	return fault{both(orderer.strike, peer.strike), both(orderer.mend, peer.mend)}
}

func cutOffOne(project docker.Project, service string) fault {
	do := func(ctx context.Context, args ...string) error {
		id, err := project.ID(ctx, service)
		if err != nil {
			return err
		}
		_, err = docker.Run(ctx, append(append([]string{"network"}, args...), project.Name+"_consortium", id)...)
		return err
	}
	return fault{
		func(ctx context.Context) error { return do(ctx, "disconnect") },
		func(ctx context.Context) error { return do(ctx, "connect", "--alias", service) },
	}
}
