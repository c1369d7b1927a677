// SPDX-License-Identifier: Apache-2.0

package allocation_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

func TestPairsHaveBothMarginsExact(t *testing.T) {
	for _, key := range allocation.Keys() {
		t.Run(string(key), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				settings, in := draw(t, key)
				a, err := allocation.New(settings)
				require.NoError(t, err)
				r, err := a.Allocate(in)
				require.NoError(t, err)
				pairs := a.Pairs(in)
				placed := make([]int64, len(in.Production))
				for i, row := range pairs[:len(in.Consumption)] {
					require.Equal(t, r.Cover[i], sum(row), "what a consumer received")
					for j, energy := range row {
						require.GreaterOrEqual(t, energy, int64(0))
						placed[j] += energy
					}
				}
				for j, p := range in.Production {
					require.Equal(t, p-r.Surplus[j], placed[j], "what a producer placed")
				}
			})
		})
	}
}

func TestDistributeIsProportional(t *testing.T) {
	require.Equal(t, [][]int64{{1, 1}, {2, 2}}, allocation.Distribute([]int64{2, 4}, []int64{3, 3}))
	require.Equal(t, [][]int64{{}, {}}, allocation.Distribute([]int64{0, 0}, nil))
	left := []int64{5, 5}
	allocation.Distribute([]int64{10}, left)
	require.Equal(t, []int64{5, 5}, left, "what is given stays as it is")
}

func TestWhatIsSoldIsWhatIsBought(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := allocation.Interval{
			Production:  energies(1<<40).Draw(t, "production"),
			Consumption: energies(1<<40).Draw(t, "consumption"),
		}
		rounding := rapid.SampledFrom([]allocation.Rounding{allocation.Exact, allocation.OperatorAT}).Draw(t, "rounding")
		a, err := allocation.New(allocation.Settings{Key: allocation.Prorata, Rounding: rounding})
		require.NoError(t, err)
		r, err := a.Allocate(in)
		require.NoError(t, err)
		sold := make([]int64, len(in.Production))
		a.Sold(in, sold)
		require.Equal(t, sum(r.Cover), sum(sold))
	})
}

func TestTheOperatorsRoundingSellsWhatItCovers(t *testing.T) {
	// Three producers of 10 and one consumer of 1: the grid operator rounds every surplus up to 10, so nothing would be sold of the 1 that is covered.
	in := allocation.Interval{Production: []int64{10, 10, 10}, Consumption: []int64{1}}
	a, err := allocation.New(allocation.Settings{Key: allocation.Prorata, Rounding: allocation.OperatorAT})
	require.NoError(t, err)
	_, err = a.Allocate(in)
	require.NoError(t, err)
	sold := make([]int64, 3)
	a.Sold(in, sold)
	require.Equal(t, []int64{1, 0, 0}, sold)
}

func TestPrioritiesAndTwoSides(t *testing.T) {
	for sentence, row := range map[string]struct {
		settings       allocation.Settings
		in             allocation.Interval
		cover, surplus []int64
	}{
		"a fixed key inside tiers leaves what a tier does not take to the next": {
			allocation.Settings{Key: allocation.Priority, TierKey: allocation.Static, Tiers: []int{1, 1, 2}, Shares: []int64{500_000, 500_000, 1_000_000}},
			allocation.Interval{Production: []int64{100}, Consumption: []int64{80, 10, 100}}, []int64{50, 10, 40}, []int64{0},
		},
		"rounds inside a tier": {
			allocation.Settings{Key: allocation.Priority, TierKey: allocation.StaticRounds, Tiers: []int{1, 1, 2}},
			allocation.Interval{Production: []int64{100}, Consumption: []int64{80, 10, 100}}, []int64{80, 10, 10}, []int64{0},
		},
		"the producer of the first tier places first": {
			allocation.Settings{Key: allocation.Prorata, ProducerTiers: []int{2, 1, 2}},
			allocation.Interval{Production: []int64{100, 50, 300}, Consumption: []int64{60, 30}}, []int64{60, 30}, []int64{90, 0, 270},
		},
		"short production is divided by the consumers' key": {
			allocation.Settings{Key: allocation.Static, Shares: []int64{900_000, 100_000}, Production: &allocation.Side{Key: allocation.Static, Shares: []int64{500_000, 500_000}}},
			allocation.Interval{Production: []int64{60, 40}, Consumption: []int64{80, 100}}, []int64{80, 10}, []int64{6, 4},
		},
		"ample production is placed by the producers' key": {
			allocation.Settings{Key: allocation.Prorata, Production: &allocation.Side{Key: allocation.StaticRounds, Shares: []int64{800_000, 200_000}}},
			allocation.Interval{Production: []int64{60, 400}, Consumption: []int64{80, 20}}, []int64{80, 20}, []int64{0, 360},
		},
		"a producers' key of one round may leave consumption open": {
			allocation.Settings{Key: allocation.Prorata, Production: &allocation.Side{Key: allocation.Static, Shares: []int64{800_000, 200_000}}},
			allocation.Interval{Production: []int64{60, 400}, Consumption: []int64{80, 20}}, []int64{64, 16}, []int64{0, 380},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			row.settings.Rounding = allocation.Exact
			r := allocateBy(t, row.settings, row.in)
			require.Equal(t, row.cover, r.Cover, "cover")
			require.Equal(t, row.surplus, r.Surplus, "surplus")
		})
	}
}

func TestTwoSidesAndProducersInTiersHoldTheInvariants(t *testing.T) {
	keys := []allocation.Key{allocation.Prorata, allocation.Static, allocation.StaticRounds, allocation.Hybrid, allocation.Priority}
	rapid.Check(t, func(t *rapid.T) {
		settings, in := draw(t, rapid.SampledFrom(keys).Draw(t, "key"))
		settings.TierKey = rapid.SampledFrom([]allocation.Key{"", allocation.Prorata, allocation.Static, allocation.StaticRounds, allocation.Hybrid}).Draw(t, "tier key")
		for range in.Production {
			settings.ProducerTiers = append(settings.ProducerTiers, rapid.IntRange(1, 3).Draw(t, "producer's tier"))
		}
		if rapid.Bool().Draw(t, "two-sided") {
			settings.Production = &allocation.Side{Key: rapid.SampledFrom(keys).Draw(t, "side"), Shares: fixedShares(t, len(in.Production)), Tiers: settings.ProducerTiers}
		}
		r := allocateBy(t, settings, in)
		require.Equal(t, sum(in.Production), sum(r.Cover)+sum(r.Surplus), "production is conserved")
		for i, c := range in.Consumption {
			require.LessOrEqual(t, r.Cover[i], c)
		}
		for j, p := range in.Production {
			require.LessOrEqual(t, r.Surplus[j], p)
			require.GreaterOrEqual(t, r.Surplus[j], int64(0))
		}
	})
}

// TestOrderIndependence: members may be given in any order; only the last mWh of (nearly) equal claims depends on it.
func TestOrderIndependence(t *testing.T) {
	for _, key := range []allocation.Key{allocation.Prorata, allocation.Static, allocation.StaticRounds, allocation.Hybrid} {
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.IntRange(1, 20).Draw(t, "members")
			in := allocation.Interval{Production: []int64{rapid.Int64Range(0, 1<<40).Draw(t, "produced")}}
			shares := make([]int64, n)
			for i := range n { // multiples of the whole have no remainders, so no claims are equal
				in.Consumption = append(in.Consumption, rapid.Int64Range(0, 1<<20).Draw(t, "consumed"))
				shares[i] = int64(allocation.Whole / n)
			}
			in.Production[0] = in.Production[0] / sum(append([]int64{1}, in.Consumption...)) * sum(in.Consumption)
			order := rapid.Permutation(identity(n)).Draw(t, "order")
			shuffled := allocation.Interval{Production: in.Production, Consumption: make([]int64, n)}
			for to, from := range order {
				shuffled.Consumption[to] = in.Consumption[from]
			}
			settings := allocation.Settings{Key: key, Rounding: allocation.Exact, Shares: shares}
			one := slices.Clone(allocateBy(t, settings, in).Cover)
			other := allocateBy(t, settings, shuffled).Cover
			for to, from := range order {
				require.InDelta(t, one[from], other[to], 1, "only the last mWh of equal claims depends on the order")
			}
		})
	}
}

func identity(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}
