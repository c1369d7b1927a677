// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// TestThreeLyingOrganisationsCannotLicenseTheFourthsData: all others run altered chaincode that writes what it is told. They cannot change the owner's
// records, and what they make up in its name lacks its signature.
func TestThreeLyingOrganisationsCannotLicenseTheFourthsData(t *testing.T) {
	nativeOnly(t, "containers run no chaincode besides smartb")
	ctx, m := within(t, 5*time.Minute), theMarket(t)
	agreement := m.licensed(ctx, t, false, "")
	real, err := m.provider.Licensing().GetAgreement(ctx, licensing.AgreementRequest{AgreementID: agreement})
	require.NoError(t, err)
	require.NoError(t, deployProbe())
	for _, org := range []string{"city", "community", "oversight"} {
		lie(t, org)
	}
	forge := func(writes ...write) error {
		_, err := m.consumer.Submit(ctx, "probe:Forge", map[string]any{"writes": writes}, nil, gateway.WithEndorsingOrganizations("CityMSP", "CommunityMSP", "OversightMSP"))
		return err
	}
	made := real.Agreement
	made.AgreementID = "CommunityMSP/forged-" + random(t)
	provider, consumer := made.Endings(licensing.Action{At: made.Timestamp})
	inForce := made.NewInForce(real.Provider, real.Consumer, licensing.Action{At: made.Timestamp})

	t.Run("cannot change what is the owner's", func(t *testing.T) {
		ended := real.Endings[0]
		ended.State = licensing.Retired
		for _, w := range []write{
			record(t, ended, "licensing.ending", agreement, string(licensing.Provider)), record(t, made, "licensing.agreement", agreement),
			record(t, inForce, "licensing.in-force", agreement), record(t, licensing.Dataset{}, "licensing.dataset", real.Target),
		} {
			require.ErrorContains(t, forge(w), "ENDORSEMENT_POLICY_FAILURE", w.Type)
		}
	})
	t.Run("can make records up, which nobody signed", func(t *testing.T) {
		decision := licensing.Decision{
			Schema: 1, DecisionID: licensing.Ref("CommunityMSP", "d-"+random(t)), AgreementID: made.AgreementID, DatasetID: made.Target, Assigner: made.Assigner, Assignee: made.Assignee,
			Question: licensing.Question{Action: "read", Purpose: "smartb:EnergySharing"}, Permit: true, At: time.Now().UTC(), ValidUntil: time.Now().Add(10 * time.Minute).UTC(),
		}
		require.NoError(t, forge(
			record(t, made, "licensing.agreement", made.AgreementID), record(t, inForce, "licensing.in-force", made.AgreementID),
			record(t, provider, "licensing.ending", made.AgreementID, string(licensing.Provider)),
			record(t, consumer, "licensing.ending", made.AgreementID, string(licensing.Consumer)),
			record(t, decision, "licensing.decision", decision.DecisionID),
		))
		check := func() licensing.AccessCheck { // at the owner's own peer, whose chaincode is the real one
			var answer licensing.AccessCheck
			require.Eventually(t, func() bool {
				return m.delivers.Evaluate(ctx, "licensing:CheckAccess", licensing.CheckAccessRequest{DecisionID: decision.DecisionID}, &answer) == nil
			}, 10*time.Second, 100*time.Millisecond)
			return answer
		}
		require.False(t, check().Valid)
		require.Equal(t, licensing.CauseUnproven, check().Reasons[0].Code)
	})
}

// write is one write of altered chaincode.
type write struct {
	Collection string          `json:"collection"`
	Type       string          `json:"type"`
	Attributes []string        `json:"attributes"`
	Value      json.RawMessage `json:"value"`
	// Removes deletes the public key instead.
	Removes bool `json:"removes,omitempty"`
}

func record(t *testing.T, value any, objectType string, attributes ...string) write {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return write{Type: objectType, Attributes: attributes, Value: text}
}

// lie runs the probe in the place of an organisation's chaincode server, with its address, certificates and name, until the test ends.
func lie(t *testing.T, org string) {
	t.Helper()
	ctx := within(t, time.Minute)
	states, err := net.Status(ctx)
	require.NoError(t, err)
	var environment []string
	for _, state := range states {
		if state.Organisation == org && state.Component == "chaincode" {
			text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(state.PID), "environ"))
			require.NoError(t, err)
			environment = strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
		}
	}
	require.NotEmpty(t, environment, "%s runs no chaincode server", org)
	require.NoError(t, net.Stop(ctx, org, "chaincode"))
	server := exec.Command(filepath.Join(net.StateDir(), "chaincode", "probe", "server"))
	server.Env = environment
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		require.NoError(t, server.Process.Kill())
		_ = server.Wait()                                                     // it was killed
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // the test's own is over
		defer cancel()
		require.NoError(t, net.Start(ctx, org, "chaincode"))
	})
}
