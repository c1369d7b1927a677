package consent

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// TestTheStateMachineIsTheSpecificationsAndNothingElse walks every step from every state by every actor.
func TestTheStateMachineIsTheSpecificationsAndNothingElse(t *testing.T) {
	type move struct {
		step Step
		from State
		by   Actor
	}
	legal := map[move]State{
		{StepRequest, None, Controlled}: Requested, {StepGive, None, Resident}: Given,
		{StepGive, Requested, Resident}: Given, {StepGive, Deferred, Resident}: Given,
		{StepRefuse, Requested, Resident}: Refused, {StepRefuse, Deferred, Resident}: Refused,
		{StepDefer, Requested, Resident}: Deferred,
		{StepRenew, Given, Resident}:     Renewed, {StepRenew, Renewed, Resident}: Renewed,
		{StepWithdraw, Given, Resident}: Withdrawn, {StepWithdraw, Renewed, Resident}: Withdrawn,
		{StepRevoke, Given, Controlled}: Revoked, {StepRevoke, Renewed, Controlled}: Revoked,
	}
	states := []State{None, Requested, Given, Refused, Deferred, Renewed, Withdrawn, Revoked, Expired, Invalidated}
	for _, from := range states {
		if from != None && from != Invalidated {
			legal[move{StepInvalidate, from, Overseer}] = Invalidated
		}
	}
	steps := []Step{StepRequest, StepGive, StepRefuse, StepDefer, StepRenew, StepWithdraw, StepRevoke, StepInvalidate}
	for _, from := range states {
		for _, step := range steps {
			for _, by := range []Actor{Resident, Controlled, Overseer} {
				to, err := Next(step, from, by)
				want, allowed := legal[move{step, from, by}]
				if allowed {
					require.NoError(t, err, "%s from %s by %s", step, from, by)
					require.Equal(t, want, to)
					continue
				}
				require.ErrorIs(t, err, fault.IllegalTransition, "%s from %s by %s", step, from, by)
				require.Equal(t, string(by), fault.From(err).Details["actor"])
			}
		}
	}
}

func TestOnlyGivenAndRenewedAllowProcessing(t *testing.T) {
	for _, state := range []State{None, Requested, Refused, Deferred, Withdrawn, Revoked, Expired, Invalidated} {
		require.False(t, state.Active(), state)
	}
	require.True(t, Given.Active())
	require.True(t, Renewed.Active())
}
