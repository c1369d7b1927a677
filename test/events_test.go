// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/eventlog"
	"github.com/smartb-suite/smartb/network"
)

// TestEachEventIsLoggedOnceThoughPeerAndConsumerAreRestarted has a consumer log events while communities are founded,
// some of them several in one transaction. The consumer is ended and begun again all the time, and its peer is killed
// meanwhile.
func TestEachEventIsLoggedOnceThoughPeerAndConsumerAreRestarted(t *testing.T) {
	const founded = 60
	ctx := within(t, 4*time.Minute)
	city := connect(t, "city", "steward")
	begin, err := city.Now(ctx)
	require.NoError(t, err)
	path, announced := filepath.Join(t.TempDir(), "events.jsonl"), make(chan struct{})
	consumed := make(chan error, 1)
	go func() { consumed <- consume(ctx, city, path, begin, announced) }()

	organiser := connect(t, "community", "organiser", gathered)
	want := map[string]int{}
	var founding errgroup.Group
	founding.SetLimit(8)
	for i := range founded {
		request := terms(t)
		want[request.CommunityID] = 1
		founding.Go(func() error {
			_, _, err := organiser.Settlement().CreateCommunity(ctx, request)
			return err
		})
		switch i {
		case founded / 3:
			require.NoError(t, net.Kill(ctx, "city", network.Peer))
		case founded * 2 / 3:
			require.NoError(t, net.Start(ctx, "city", network.Peer))
		}
	}
	require.NoError(t, founding.Wait())
	require.Eventually(t, func() bool { return len(logged(t, path)) >= founded }, time.Minute, 100*time.Millisecond)
	close(announced)
	require.NoError(t, <-consumed)
	require.Equal(t, want, logged(t, path))
}

// consume logs events, and begins anew several times a second, until all are announced.
func consume(ctx context.Context, client *gateway.Client, path string, begin gateway.Position, announced <-chan struct{}) error {
	for {
		log, err := eventlog.Open(path, begin)
		if err != nil {
			return err
		}
		run, cancel := context.WithTimeout(ctx, 150*time.Millisecond)
		err = client.Follow(run, log)
		cancel()
		if err := errors.Join(log.Close(), ctx.Err()); err != nil {
			return err
		}
		if !errors.Is(err, context.DeadlineExceeded) { // of the run
			return err
		}
		select {
		case <-announced:
			return nil
		default:
		}
	}
}

// logged counts how often each founding is in the log; the whole lines are in the ledger's order.
func logged(t *testing.T, path string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	times := map[string]int{}
	var last uint64
	for line := range strings.Lines(string(text)) {
		var event gateway.Event
		if json.Unmarshal([]byte(line), &event) != nil || event.TransactionID == "" {
			continue // the first line, or the last one that is being written
		}
		require.GreaterOrEqual(t, event.BlockNumber, last)
		last = event.BlockNumber
		if event.Name == "settlement.CommunityCreated" {
			var community settlement.GetCommunityRequest
			require.NoError(t, event.Decode(&community))
			times[community.CommunityID]++
		}
	}
	return times
}
