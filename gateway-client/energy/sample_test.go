// SPDX-License-Identifier: Apache-2.0

package energy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func sample(t *testing.T, month string, seed uint64) string {
	t.Helper()
	var text strings.Builder
	require.NoError(t, energy.WriteSample(&text, month, seed, 0))
	return text.String()
}

func TestTheShippedMonthIsWhatTheGeneratorMakes(t *testing.T) {
	shipped, err := os.ReadFile("../../docs/samples/2025-10.csv")
	require.NoError(t, err)
	require.Equal(t, string(shipped), sample(t, "2025-10", 1), "make generate")
}

func TestSamplesHaveSeasonsAndClockChanges(t *testing.T) {
	require.Equal(t, 1+31*96+4, strings.Count(sample(t, "2025-10", 2), "\n"))
	require.Equal(t, 1+31*96-4, strings.Count(sample(t, "2025-03", 2), "\n"))
	produced := func(month string) (sum int64) {
		for _, producer := range read(t, sample(t, month, 3)).Production {
			for _, value := range producer.Values {
				sum += value
			}
		}
		return sum
	}
	winter, summer := produced("2025-01"), produced("2025-07")
	require.Greater(t, summer, 4*winter)
	require.NotEqual(t, sample(t, "2025-01", 1), sample(t, "2025-01", 2), "the seed counts")
	require.Error(t, energy.WriteSample(new(strings.Builder), "October", 1, 0))
}

func TestSamplesOfAnySize(t *testing.T) {
	var text strings.Builder
	require.NoError(t, energy.WriteSample(&text, "2025-02", 1, 100))
	load := read(t, text.String())
	require.Len(t, load.Consumption, 67)
	require.Len(t, load.Production, 33)
	require.NotEqual(t, load.Consumption[0].Values, load.Consumption[1].Values)
	require.Error(t, energy.WriteSample(new(strings.Builder), "2025-02", 1, -1))
}
