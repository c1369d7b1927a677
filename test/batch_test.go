// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client"
)

// TestARelayGathersSignedRequests has the city relay what many residents sign at the same time, one of them twice and
// one forged. On the ledger there is each consent once, in far fewer transactions, and everybody is told its own
// outcome.
func TestARelayGathersSignedRequests(t *testing.T) {
	ctx, relay := within(t, 2*time.Minute), connect(t, "city", "steward", gathered)
	theNeighbour(ctx, t) // the notice is there
	const residents = 40
	var signedRequests [residents]string
	for i := range signedRequests {
		signedRequests[i] = newResident(t).signed(t)
	}
	forged := signedRequests[0][:len(signedRequests[0])-4] + "AAAA"
	var receipts [residents]gateway.Receipt
	var views [residents]consent.View
	var all errgroup.Group
	for i, compact := range signedRequests {
		all.Go(func() (err error) {
			_, receipts[i], err = relay.Relay(ctx, compact, &views[i])
			return err
		})
	}
	all.Go(func() error {
		if _, _, err := relay.Relay(ctx, forged, nil); err == nil {
			return fmt.Errorf("the forged signed request was carried out")
		}
		return nil
	})
	require.NoError(t, all.Wait())
	transactions := map[string]int{}
	for i, receipt := range receipts {
		transactions[receipt.TransactionID]++
		require.Equal(t, consent.Given, views[i].State)
		require.Equal(t, receipt.TransactionID, views[i].Events[0].TxID, "a consent names the transaction that carried it")
	}
	require.Less(t, len(transactions), residents/2, "signed requests share transactions")
	_, _, err := relay.Relay(ctx, signedRequests[0], nil)
	require.ErrorIs(t, err, gateway.ErrSignedRequestReplayed)
}
