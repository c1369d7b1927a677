package test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
)

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
