// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client"
)

// TestALiarIsNotBelievedWhileTheOwnPeerIsDown has the city permit everything: no client takes that for the ledger's answer.
func TestALiarIsNotBelievedWhileTheOwnPeerIsDown(t *testing.T) {
	nativeOnly(t, "containers run no chaincode besides smartb")
	ctx := within(t, 3*time.Minute)
	require.NoError(t, deployProbe())
	subject, err := newResident(t).key.Thumbprint()
	require.NoError(t, err)
	request := consent.CheckRequest{
		Subject: subject, Controller: "CommunityMSP", Purpose: "smartb:EnergySharing", DataCategories: []string{"smartb:LoadCurve"}, Recipient: "UtilityMSP",
	}
	t.Cleanup(func() { restart(t, "utility") }) // after the lie has ended
	lie(t, "city")
	require.NoError(t, net.Stop(ctx, "utility", "peer"))
	for others := 1; others <= 3; others++ { // the city, then the community and the oversight
		p := profile(t, "utility", "processor")
		slices.SortFunc(p.FallbackPeers, func(a, b gateway.Peer) int { return strings.Compare(a.MSPID, b.MSPID) })
		p.FallbackPeers = p.FallbackPeers[:others]
		require.Equal(t, "CityMSP", p.FallbackPeers[0].MSPID)
		verdict, err := open(t, p).Consent().Check(ctx, request)
		if others < 3 {
			require.ErrorIs(t, err, gateway.ErrUnconfirmed, "%d other organisations", others)
			continue
		}
		require.NoError(t, err)
		require.False(t, verdict.Allowed, "the two honest ones agree")
	}
}

// TestOthersMustAgreeWhileTheOwnOrganisationIsDown: a gateway whose chaincode is gone would ask any other organisation, and a client without a peer one
// other gateway. Neither is believed alone.
func TestOthersMustAgreeWhileTheOwnOrganisationIsDown(t *testing.T) {
	for _, component := range []string{"chaincode", "peer"} {
		t.Run("the "+component+" is stopped", func(t *testing.T) {
			ctx := within(t, 2*time.Minute)
			alone := profile(t, "oversight", "auditor")
			alone.FallbackPeers = alone.FallbackPeers[:1]
			client, lonely := connect(t, "oversight", "auditor"), open(t, alone)
			want, err := client.Governance().Get(ctx)
			require.NoError(t, err)
			require.NoError(t, net.Stop(ctx, "oversight", component))
			t.Cleanup(func() { restart(t, "oversight") })

			begin := time.Now()
			got, err := client.Governance().Get(ctx)
			require.NoError(t, err)
			require.Equal(t, want, got)
			t.Logf("two others agreed %.1f s after the %s was stopped", time.Since(begin).Seconds(), component)
			_, err = lonely.Governance().Get(ctx)
			require.ErrorIs(t, err, gateway.ErrUnconfirmed)
		})
	}
}
