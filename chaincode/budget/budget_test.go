// SPDX-License-Identifier: Apache-2.0

package budget_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// TestTheServerIsAskedOnceForRoom: at the first step above a tenth, over all calls of a transaction; it refuses or
// lets the work go on to its end.
func TestTheServerIsAskedOnceForRoom(t *testing.T) {
	for room, want := range map[bool]error{true: nil, false: fault.Busy} {
		asked := 0
		work := &budget.Work{Room: func() bool { asked++; return room }}
		steps := budget.New().Counting(work)
		require.True(t, steps.Spend(budget.Shared))
		require.NoError(t, steps.Err())
		require.Zero(t, asked)
		require.Equal(t, room, steps.Spend(1))
		require.Equal(t, room, steps.Spend(1))
		require.Equal(t, 1, asked)
		require.Equal(t, !room, steps.Exhausted())
		require.ErrorIs(t, steps.Err(), want)
	}
}

func TestCallsThatShareATransactionAreCountedTogether(t *testing.T) {
	work := &budget.Work{Room: func() bool { return false }}
	require.True(t, budget.NewShared().Counting(work).Spend(budget.Shared))
	second := budget.NewShared().Counting(work)
	require.False(t, second.Spend(1))
	require.ErrorIs(t, second.Err(), fault.BatchConflict, "by itself it is small")
}
