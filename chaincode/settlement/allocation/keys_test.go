// SPDX-License-Identifier: Apache-2.0

package allocation_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

func TestWorkedExamplesOfTheKeys(t *testing.T) {
	four := allocation.Interval{Production: []int64{10000}, Consumption: []int64{1000, 2000, 4000, 9000}}
	six := allocation.Interval{Production: []int64{60}, Consumption: []int64{39, 18, 13, 12, 7, 5}}
	// A injects 1000 at its own connection, B takes 300, C 900; the keys are A .5, B .3, C .2.
	injector := allocation.Interval{Production: []int64{1000}, Consumption: []int64{0, 300, 900}}
	shares := []int64{500_000, 300_000, 200_000}
	for sentence, row := range map[string]struct {
		settings allocation.Settings
		in       allocation.Interval
		share    []int64
		cover    []int64
		surplus  []int64
	}{
		"static: equal shares, the rest is surplus":  {allocation.Settings{Key: allocation.Static}, four, []int64{2500, 2500, 2500, 2500}, []int64{1000, 2000, 2500, 2500}, []int64{2000}},
		"static-rounds: the rest is given out again": {allocation.Settings{Key: allocation.StaticRounds}, four, []int64{1000, 2000, 3500, 3500}, []int64{1000, 2000, 3500, 3500}, []int64{0}},
		"prorata":                           {allocation.Settings{Key: allocation.Prorata}, four, []int64{625, 1250, 2500, 5625}, []int64{625, 1250, 2500, 5625}, []int64{0}},
		"hybrid: static, then prorata":      {allocation.Settings{Key: allocation.Hybrid}, four, []int64{1000, 2000, 2875, 4125}, []int64{1000, 2000, 2875, 4125}, []int64{0}},
		"static with six members":           {allocation.Settings{Key: allocation.Static}, six, []int64{10, 10, 10, 10, 9, 9}, []int64{10, 10, 10, 10, 7, 5}, []int64{8}},
		"static-rounds with six members":    {allocation.Settings{Key: allocation.StaticRounds}, six, []int64{12, 12, 12, 12, 7, 5}, []int64{12, 12, 12, 12, 7, 5}, []int64{0}},
		"static does not know the injector": {allocation.Settings{Key: allocation.Static, Shares: shares}, injector, []int64{500, 300, 200}, []int64{0, 300, 200}, []int64{500}},
		"static-relative drops the injector's share": {
			allocation.Settings{Key: allocation.StaticRelative, Shares: shares, Same: []int{0}}, injector, []int64{0, 600, 400}, []int64{0, 300, 400}, []int64{300},
		},
		"static-rounds fills the injector with nothing": {
			allocation.Settings{Key: allocation.StaticRounds, Shares: shares}, injector, []int64{0, 300, 700}, []int64{0, 300, 700}, []int64{0},
		},
		"dynamic takes the interval's shares": {
			allocation.Settings{Key: allocation.Dynamic},
			allocation.Interval{Production: []int64{1000}, Consumption: []int64{900, 900}, Shares: []int64{250_000, 750_000}},
			[]int64{250, 750}, []int64{250, 750}, []int64{0},
		},
		"full-dynamic takes back what exceeds the consumption from each supplier": {
			allocation.Settings{Key: allocation.FullDynamic},
			allocation.Interval{Production: []int64{100, 300}, Consumption: []int64{200, 1000}, Matrix: [][]int64{{1_000_000, 0}, {500_000, 500_000}}},
			[]int64{250, 150}, []int64{200, 150}, []int64{20, 30},
		},
		"priority serves the lower tier first": {
			allocation.Settings{Key: allocation.Priority, Tiers: []int{2, 1, 2, 1}},
			allocation.Interval{Production: []int64{100}, Consumption: []int64{50, 30, 50, 30}}, []int64{20, 30, 20, 30}, []int64{20, 30, 20, 30}, []int64{0},
		},
		"fixed shares below the whole leave a rest": {
			allocation.Settings{Key: allocation.Static, Shares: []int64{100_000, 0}},
			allocation.Interval{Production: []int64{1000}, Consumption: []int64{500, 500}}, []int64{100, 0}, []int64{100, 0}, []int64{900},
		},
		"rounds give out all, whatever the shares add up to": {
			allocation.Settings{Key: allocation.StaticRounds, Shares: []int64{100_000, 0}},
			allocation.Interval{Production: []int64{1000}, Consumption: []int64{500, 500}}, []int64{500, 0}, []int64{500, 0}, []int64{500},
		},
		"hybrid serves members without a share in its second step": {
			allocation.Settings{Key: allocation.Hybrid, Shares: []int64{100_000, 0}},
			allocation.Interval{Production: []int64{1000}, Consumption: []int64{500, 500}}, []int64{500, 500}, []int64{500, 500}, []int64{0},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			row.settings.Rounding = allocation.Exact
			r := allocateBy(t, row.settings, row.in)
			require.Equal(t, row.share, r.Share, "share")
			require.Equal(t, row.cover, r.Cover, "cover")
			require.Equal(t, row.surplus, r.Surplus, "surplus")
		})
	}
}

func TestSharesThatDoNotFit(t *testing.T) {
	two := allocation.Interval{Production: []int64{1}, Consumption: []int64{1, 1}}
	for sentence, row := range map[string]struct {
		settings allocation.Settings
		in       allocation.Interval
		want     error
	}{
		"more than the whole":                      {allocation.Settings{Key: allocation.Static, Shares: []int64{600_000, 400_001}}, two, allocation.ErrShares},
		"a negative share":                         {allocation.Settings{Key: allocation.Static, Shares: []int64{-1, 1}}, two, allocation.ErrShares},
		"too few shares":                           {allocation.Settings{Key: allocation.StaticRounds, Shares: []int64{1}}, two, allocation.ErrShares},
		"priority without tiers":                   {allocation.Settings{Key: allocation.Priority}, two, allocation.ErrShares},
		"dynamic without the interval's":           {allocation.Settings{Key: allocation.Dynamic}, two, allocation.ErrShares},
		"full-dynamic without a producer's":        {allocation.Settings{Key: allocation.FullDynamic}, two, allocation.ErrShares},
		"connections of another number":            {allocation.Settings{Key: allocation.StaticRelative, Same: []int{0, 1}}, two, allocation.ErrShares},
		"the grid operator's rounding, other keys": {allocation.Settings{Key: allocation.Static, Rounding: allocation.OperatorAT}, two, allocation.ErrUnsupported},
	} {
		t.Run(sentence, func(t *testing.T) {
			if row.settings.Rounding == "" {
				row.settings.Rounding = allocation.Exact
			}
			a, err := allocation.New(row.settings)
			if err == nil {
				_, err = a.Allocate(row.in)
			}
			require.ErrorIs(t, err, row.want)
		})
	}
}

// fixedShares draws shares in ppm that are at most the whole together, some of them zero.
func fixedShares(t *rapid.T, n int) []int64 {
	shares, left := make([]int64, n), int64(allocation.Whole)
	for i := range shares {
		shares[i] = rapid.Int64Range(0, left).Draw(t, "share")
		left -= shares[i]
	}
	return shares
}

// equal are LR(10⁶, equal weights).
func equal(n int) []int64 { return reference(allocation.Whole, slices.Repeat([]int64{1}, n)) }

// draw makes settings and an interval for a key.
func draw(t *rapid.T, key allocation.Key) (allocation.Settings, allocation.Interval) {
	in := allocation.Interval{
		Production:  energies(allocation.MaxTotal/60).Draw(t, "production"),
		Consumption: energies(allocation.MaxTotal/60).Draw(t, "consumption"),
	}
	settings := allocation.Settings{Key: key, Rounding: allocation.Exact}
	if rapid.Bool().Draw(t, "own shares") {
		settings.Shares = fixedShares(t, len(in.Consumption))
	}
	in.Shares = fixedShares(t, len(in.Consumption))
	for range in.Consumption {
		settings.Tiers = append(settings.Tiers, rapid.IntRange(1, 3).Draw(t, "tier"))
	}
	for range in.Production {
		settings.Same = append(settings.Same, rapid.IntRange(-1, len(in.Consumption)-1).Draw(t, "same"))
		in.Matrix = append(in.Matrix, fixedShares(t, len(in.Consumption)))
	}
	return settings, in
}

func TestEveryKeyHoldsTheInvariants(t *testing.T) {
	for _, key := range allocation.Keys() {
		t.Run(string(key), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { invariants(t, key) })
		})
	}
}

// FuzzEveryKey looks for inputs by coverage where the property draws them at random.
func FuzzEveryKey(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { invariants(t, rapid.SampledFrom(allocation.Keys()).Draw(t, "key")) }))
}

// invariants are those of every key.
func invariants(t *rapid.T, key allocation.Key) {
	settings, in := draw(t, key)
	r := allocateBy(t, settings, in)
	produced, consumed := sum(in.Production), sum(in.Consumption)
	require.Equal(t, produced, sum(r.Cover)+sum(r.Surplus), "production is conserved")
	require.LessOrEqual(t, sum(r.Cover), min(produced, consumed))
	for i, c := range in.Consumption {
		require.LessOrEqual(t, r.Cover[i], c)
		require.LessOrEqual(t, r.Cover[i], r.Share[i])
		require.GreaterOrEqual(t, r.Cover[i], int64(0))
	}
	for j, p := range in.Production {
		require.LessOrEqual(t, r.Surplus[j], p)
		require.GreaterOrEqual(t, r.Surplus[j], int64(0))
	}
	require.Equal(t, r, allocateBy(t, settings, in), "the same input gives the same result")
}

// naiveRounds is static-rounds by its definition: all members that a round fills leave it at once.
func naiveRounds(produced int64, consumption, shares []int64) []int64 {
	cover, open := make([]int64, len(consumption)), []int{}
	var wanted int64
	for i, k := range shares {
		if k > 0 {
			open = append(open, i)
			wanted += consumption[i]
		}
	}
	rest := min(produced, wanted)
	for {
		var whole int64
		for _, i := range open {
			whole += shares[i]
		}
		var still []int
		before := rest
		for _, i := range open {
			if product(consumption[i], whole).Cmp(product(before, shares[i])) <= 0 {
				cover[i] = consumption[i]
				rest -= consumption[i]
			} else {
				still = append(still, i)
			}
		}
		if len(still) == len(open) {
			break
		}
		open = still
	}
	weights := make([]int64, len(consumption))
	for _, i := range open {
		weights[i] = shares[i]
	}
	for i, last := range reference(rest, weights) {
		cover[i] += last
	}
	return cover
}

func TestStaticRoundsIsItsDefinitionAndNeverLessThanOneRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settings, in := draw(t, allocation.StaticRounds)
		if settings.Shares == nil {
			settings.Shares = equal(len(in.Consumption))
		}
		r := allocateBy(t, settings, in)
		require.Equal(t, naiveRounds(sum(in.Production), in.Consumption, settings.Shares), slices.Clone(r.Cover))
		settings.Key = allocation.Static
		require.GreaterOrEqual(t, sum(r.Cover), sum(allocateBy(t, settings, in).Cover))
	})
}

func TestPriorityServesNobodyBeforeALowerTierIsFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settings, in := draw(t, allocation.Priority)
		r := allocateBy(t, settings, in)
		for i := range in.Consumption {
			for j := range in.Consumption {
				if settings.Tiers[i] < settings.Tiers[j] && r.Cover[j] > 0 {
					require.Equal(t, in.Consumption[i], r.Cover[i])
				}
			}
		}
	})
}
