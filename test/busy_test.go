package test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
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

// TestQueriesOfOneMemberStopNobody: 500 at a time at another organisation's server, each as long as a query may take. Blocks go on being committed, and a
// resident withdraws at the first attempt.
func TestQueriesOfOneMemberStopNobody(t *testing.T) {
	nativeOnly(t, "with its limits, a chaincode server in a container does not stand the siege yet")
	ctx := within(t, 3*time.Minute)
	alice := consents(ctx, t)
	var repeated atomic.Int64
	utility := connect(t, "utility", "steward", gateway.WithStatementKey(alice.key), gateway.WithRetryHook(func(gateway.Retry) { repeated.Add(1) }))
	attacker := connect(t, "city", "processor")
	attack, stop := context.WithCancel(ctx)
	question := licensing.SimulateRequest{
		Policy: entangled(), Target: "x", Assignee: "y", Question: licensing.Question{Action: "read", Purpose: "smartb:EnergySharing"},
	}
	var asked, complex atomic.Int64
	var callers errgroup.Group
	for range 500 {
		callers.Go(func() error {
			for attack.Err() == nil {
				err := attacker.Evaluate(attack, "licensing:Simulate", question, nil, gateway.WithEndorsingOrganizations("UtilityMSP"))
				asked.Add(1)
				if errors.Is(err, gateway.ErrTooComplex) {
					complex.Add(1)
				}
			}
			return nil
		})
	}
	defer func() { stop(); _ = callers.Wait() }()
	time.Sleep(3 * time.Second)

	begin := time.Now()
	view, withdrawn, err := utility.Consent().Withdraw(ctx, consent.DecisionRequest{ConsentID: alice.consentID})
	require.NoError(t, err)
	require.Equal(t, consent.Withdrawn, view.State)
	require.NoError(t, utility.Await(ctx, withdrawn))
	t.Logf("withdrawn and committed at the utility's peer after %s; the attacker had %d answers, %d of them TOO_COMPLEX", time.Since(begin).Round(time.Millisecond),
		asked.Load(), complex.Load())
	require.Zero(t, repeated.Load(), "the withdrawal passes at the first attempt")
	require.Positive(t, complex.Load())
}
