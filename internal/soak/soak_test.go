// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/internal/soak"
)

func TestEachTestHasAShortAndALongForm(t *testing.T) {
	t.Setenv("SMARTB_SOAK", "")
	require.Equal(t, 150, soak.Form(150, 10_000))
	t.Setenv("SMARTB_SOAK", "1")
	require.Equal(t, 10_000, soak.Form(150, 10_000))
	require.Equal(t, time.Hour, soak.Form(time.Minute, time.Hour))
}

func TestACaseIsRepeatedByItsSeed(t *testing.T) {
	t.Setenv("SMARTB_SEED", "")
	require.NotEqual(t, soak.Seed(t), soak.Seed(t))
	t.Setenv("SMARTB_SEED", "42")
	require.EqualValues(t, 42, soak.Seed(t))
	require.Equal(t, soak.Rand(42, 7).Uint64(), soak.Rand(soak.Seed(t), 7).Uint64())
	require.NotEqual(t, soak.Rand(42, 7).Uint64(), soak.Rand(42, 8).Uint64())
}
