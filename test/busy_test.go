// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/internal/soak"
)

// entangled is a policy with as much work as one call may cause.
func entangled() json.RawMessage {
	either := func(left, prefix string) string {
		var parts []string
		for i := range 24 {
			parts = append(parts, fmt.Sprintf(`{"leftOperand":"%s","operator":"isNoneOf","rightOperand":"%s%d"}`, left, prefix, i))
		}
		return `{"or":[` + strings.Join(parts, ",") + `]}`
	}
	side := func(name, percentage string) string {
		return either("industry", "ex:i"+name) + "," + either("product", "ex:p"+name) + `,{"leftOperand":"percentage","operator":"` + percentage + `","rightOperand":"50"}`
	}
	return json.RawMessage(`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","conflict":"invalid","permission":[{"action":"use","constraint":[` +
		side("a", "lt") + `]}],"prohibition":[{"action":"use","constraint":[` + side("b", "gt") + `]}]}`)
}

// siege is 500 queries at a time of one member at another organisation's server, each as long as a query may take, by
// a client that waits for nothing.
type siege struct{ answered, complex, busy atomic.Int64 }

// lay begins the siege, and returns what ends it.
func (s *siege) lay(ctx context.Context, t *testing.T) (lift func()) {
	t.Helper()
	attack, stop := context.WithCancel(ctx)
	question, err := json.Marshal(licensing.SimulateRequest{
		Policy: entangled(), Target: "x", Assignee: "y", Question: licensing.Question{Action: "read", Purpose: "smartb:EnergySharing"},
	})
	require.NoError(t, err)
	attacked := rawGateway(t, "city", "processor").GetNetwork("smartcity").GetContract("smartb")
	var callers errgroup.Group
	for range 500 {
		callers.Go(func() error {
			for attack.Err() == nil {
				_, err := attacked.EvaluateWithContext(attack, "licensing:Simulate",
					client.WithBytesArguments(question), client.WithEndorsingOrganizations("UtilityMSP"))
				s.answered.Add(1)
				switch text := fmt.Sprint(err); {
				case strings.Contains(text, "TOO_COMPLEX"):
					s.complex.Add(1)
				case strings.Contains(text, "BUSY"):
					s.busy.Add(1)
				}
			}
			return nil
		})
	}
	return func() { stop(); _ = callers.Wait() }
}

// TestQueriesOfOneMemberStopNobody: under the siege, blocks go on being committed, and residents withdraw at the
// first attempt.
func TestQueriesOfOneMemberStopNobody(t *testing.T) {
	ctx := within(t, 3*time.Minute)
	besieged := make([]resident, 6)
	for i := range besieged {
		besieged[i] = consents(ctx, t)
	}
	var repeated atomic.Int64
	withdraw := func(r resident) time.Duration {
		hook := gateway.WithRetryHook(func(gateway.Retry) { repeated.Add(1) })
		utility := connect(t, "utility", "steward", gateway.WithResidentKey(r.key), hook)
		begin := time.Now()
		view, withdrawn, err := utility.Consent().Withdraw(ctx, consent.DecisionRequest{ConsentID: r.consentID})
		require.NoError(t, err)
		require.Equal(t, consent.Withdrawn, view.State)
		require.NoError(t, utility.Await(ctx, withdrawn))
		return time.Since(begin)
	}
	peace := withdraw(besieged[0])
	t.Logf("withdrawn and committed at the utility's peer after %s in peace", peace.Round(time.Millisecond))
	var s siege
	lift := sync.OnceFunc(s.lay(ctx, t))
	defer lift()
	time.Sleep(3 * time.Second)

	var longest time.Duration
	for _, r := range besieged[1:] {
		took := withdraw(r)
		longest = max(longest, took)
		t.Logf("after %s under siege", took.Round(time.Millisecond))
	}
	t.Logf("the attacker had %d answers, %d TOO_COMPLEX and %d BUSY", s.answered.Load(), s.complex.Load(), s.busy.Load())
	require.Zero(t, repeated.Load(), "each withdrawal passes at the first attempt")
	require.Less(t, longest, soak.Form(20*time.Second, 3*time.Second), "a machine that does other work is slow")
	require.Positive(t, s.complex.Load())
	require.Positive(t, s.busy.Load())
	lift() // the siege keeps a peer from saying how it is, too
	settledEverywhere(ctx, t)
}
