// SPDX-License-Identifier: Apache-2.0

package allocation_test

import (
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

func allocate(t require.TestingT, rounding allocation.Rounding, production, consumption []int64) *allocation.Result {
	return allocateBy(t, allocation.Settings{Key: allocation.Prorata, Rounding: rounding}, allocation.Interval{Production: production, Consumption: consumption})
}

func allocateBy(t require.TestingT, settings allocation.Settings, in allocation.Interval) *allocation.Result {
	a, err := allocation.New(settings)
	require.NoError(t, err)
	r, err := a.Allocate(in)
	require.NoError(t, err)
	return r
}

func TestWorkedExamples(t *testing.T) {
	for sentence, row := range map[string]struct {
		rounding                allocation.Rounding
		production, consumption []int64
		share, cover, surplus   []int64
	}{
		"prorata divides by consumption when production is short": {
			rounding: allocation.Exact, production: []int64{10000}, consumption: []int64{1000, 2000, 4000, 9000},
			share: []int64{625, 1250, 2500, 5625}, cover: []int64{625, 1250, 2500, 5625}, surplus: []int64{0},
		},
		"consumption caps what is covered, not what is offered": {
			rounding: allocation.Exact, production: []int64{100, 200}, consumption: []int64{10, 20},
			share: []int64{100, 200}, cover: []int64{10, 20}, surplus: []int64{90, 180},
		},
		"money-like thirds give the odd unit to the smaller id": {
			rounding: allocation.Exact, production: []int64{100}, consumption: []int64{30, 30, 30},
			share: []int64{34, 33, 33}, cover: []int64{30, 30, 30}, surplus: []int64{10},
		},
		"the Austrian grid operator rounds each member half up and gives out one mWh too many": {
			rounding: allocation.OperatorAT, production: []int64{59000}, consumption: []int64{3000, 0, 21000, 810000, 62000},
			share: []int64{198, 0, 1383, 53337, 4083}, cover: []int64{198, 0, 1383, 53337, 4083}, surplus: []int64{0},
		},
		"the exact rounding conserves the same interval": {
			rounding: allocation.Exact, production: []int64{59000}, consumption: []int64{3000, 0, 21000, 810000, 62000},
			share: []int64{197, 0, 1383, 53337, 4083}, cover: []int64{197, 0, 1383, 53337, 4083}, surplus: []int64{0},
		},
		"without production nobody receives": {
			rounding: allocation.Exact, production: []int64{0, 0}, consumption: []int64{5, 7},
			share: []int64{0, 0}, cover: []int64{0, 0}, surplus: []int64{0, 0},
		},
		"without consumption all is surplus": {
			rounding: allocation.OperatorAT, production: []int64{3, 4}, consumption: []int64{0},
			share: []int64{0}, cover: []int64{0}, surplus: []int64{3, 4},
		},
		"a community without members is nothing": {
			rounding: allocation.Exact, production: []int64{}, consumption: []int64{},
			share: []int64{}, cover: []int64{}, surplus: []int64{},
		},
		"the largest sums stay exact": {
			rounding: allocation.Exact, production: []int64{allocation.MaxTotal}, consumption: []int64{allocation.MaxTotal - 1, 1},
			share: []int64{allocation.MaxTotal - 1, 1}, cover: []int64{allocation.MaxTotal - 1, 1}, surplus: []int64{0},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := allocate(t, row.rounding, row.production, row.consumption)
			require.Equal(t, row.share, r.Share)
			require.Equal(t, row.cover, r.Cover)
			require.Equal(t, row.surplus, r.Surplus)
		})
	}
}

func TestRefusals(t *testing.T) {
	for sentence, row := range map[string]struct {
		key      allocation.Key
		rounding allocation.Rounding
		c        []int64
		want     error
	}{
		"an unknown key":                 {"lottery", allocation.Exact, nil, allocation.ErrUnsupported},
		"an unknown rounding":            {allocation.Prorata, "UP", nil, allocation.ErrUnsupported},
		"a negative energy":              {allocation.Prorata, allocation.Exact, []int64{5, -1}, allocation.ErrTotal},
		"an energy beyond the limit":     {allocation.Prorata, allocation.Exact, []int64{1 << 60}, allocation.ErrTotal},
		"a sum beyond the limit":         {allocation.Prorata, allocation.Exact, []int64{allocation.MaxTotal, 1}, allocation.ErrTotal},
		"a sum that would overflow 2^63": {allocation.Prorata, allocation.Exact, slices.Repeat([]int64{allocation.MaxTotal}, 2000), allocation.ErrTotal},
	} {
		t.Run(sentence, func(t *testing.T) {
			a, err := allocation.New(allocation.Settings{Key: row.key, Rounding: row.rounding})
			if err == nil {
				_, err = a.Allocate(allocation.Interval{Consumption: row.c})
			}
			require.ErrorIs(t, err, row.want)
		})
	}
}

// energies draws sides of very different magnitudes, so that both the 64-bit and the 128-bit division are walked, with many equal values.
func energies(limit int64) *rapid.Generator[[]int64] {
	return rapid.Custom(func(t *rapid.T) []int64 {
		top := rapid.SampledFrom([]int64{1, 3, 1000, 1 << 20, 1 << 33, limit}).Draw(t, "top")
		return rapid.SliceOfN(rapid.Int64Range(0, top), 0, 60).Draw(t, "energies")
	})
}

func product(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }

func sum(values []int64) (s int64) {
	for _, v := range values {
		s += v
	}
	return s
}

// reference is LR by its definition, in big integers, sorted naively.
func reference(total int64, weights []int64) []int64 {
	out := make([]int64, len(weights))
	w := sum(weights)
	if w == 0 {
		return out
	}
	remainders := make([]*big.Int, len(weights))
	order := make([]int, len(weights))
	left := total
	for i := range weights {
		q, r := new(big.Int).QuoRem(product(total, weights[i]), big.NewInt(w), new(big.Int))
		out[i], remainders[i], order[i] = q.Int64(), r, i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(i, j int) int { return remainders[j].Cmp(remainders[i]) })
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

func TestExactHoldsItsInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		production := energies(allocation.MaxTotal/60).Draw(t, "production")
		consumption := energies(allocation.MaxTotal/60).Draw(t, "consumption")
		r := allocate(t, allocation.Exact, production, consumption)
		p, c := sum(production), sum(consumption)
		s := min(p, c)
		require.Equal(t, s, sum(r.Cover), "all that can be shared is shared")
		require.Equal(t, p, sum(r.Cover)+sum(r.Surplus), "production is conserved")
		require.Equal(t, reference(s, consumption), r.Cover, "cover is LR(S, C)")
		require.Equal(t, reference(p, consumption), r.Share, "share is LR(P, C)")
		for i := range consumption {
			require.LessOrEqual(t, r.Cover[i], consumption[i])
		}
		placed := reference(s, production)
		for j := range production {
			require.Equal(t, production[j]-placed[j], r.Surplus[j])
			require.GreaterOrEqual(t, r.Surplus[j], int64(0))
		}
	})
}

func TestEqualClaimsAreDecidedByOrderAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.IntRange(1, 400).Draw(t, "members")
		produced := rapid.Int64Range(1, int64(members)*7-1).Draw(t, "produced")
		r := allocate(t, allocation.Exact, []int64{produced}, slices.Repeat([]int64{7}, members))
		require.True(t, slices.IsSortedFunc(r.Cover, func(a, b int64) int { return int(b - a) }), "smaller ids come first")
		require.LessOrEqual(t, r.Cover[0]-r.Cover[members-1], int64(1))
	})
}

func FuzzExactConservesEnergy(f *testing.F) {
	f.Add(int64(59000), int64(3000), int64(21000), int64(810000))
	f.Add(int64(allocation.MaxTotal), int64(1), int64(1), int64(1))
	f.Add(int64(1)<<52, int64(1)<<51, int64(1)<<50, int64(3))
	f.Fuzz(func(t *testing.T, p, c1, c2, c3 int64) {
		a, err := allocation.New(allocation.Settings{Key: allocation.Prorata, Rounding: allocation.Exact})
		require.NoError(t, err)
		consumption := []int64{c1, c2, c3}
		r, err := a.Allocate(allocation.Interval{Production: []int64{p, c1}, Consumption: consumption})
		if err != nil {
			require.ErrorIs(t, err, allocation.ErrTotal)
			return
		}
		require.Equal(t, p+c1, sum(r.Cover)+sum(r.Surplus))
		require.Equal(t, reference(min(p+c1, sum(consumption)), consumption), r.Cover)
	})
}

// BenchmarkAllocate reports nanoseconds per member and interval; the kernel must not allocate.
func BenchmarkAllocate(b *testing.B) {
	for _, key := range allocation.Keys() {
		for _, members := range []int{10, 1000} {
			b.Run(string(key)+"/members="+strconv.Itoa(members), func(b *testing.B) { benchmark(b, key, allocation.Exact, members) })
		}
	}
	b.Run("DSO_AT/members=1000", func(b *testing.B) { benchmark(b, allocation.Prorata, allocation.OperatorAT, 1000) })
}

// benchmark allocates with as many consumers, and as many producers where a key does not work on each pair of them: there it takes four.
func benchmark(b *testing.B, key allocation.Key, rounding allocation.Rounding, members int) {
	producers := members
	if key == allocation.FullDynamic || key == allocation.StaticRelative {
		producers = 4
	}
	in := allocation.Interval{Production: make([]int64, producers), Consumption: make([]int64, members), Shares: equal(members)}
	seed := uint64(1)
	next := func() int64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int64(seed >> 44)
	}
	for i := range in.Consumption {
		in.Consumption[i] = next()
	}
	for j := range in.Production {
		in.Production[j] = next() * int64(members/producers) / 2
		in.Matrix = append(in.Matrix, in.Shares)
	}
	settings := allocation.Settings{Key: key, Rounding: rounding, Tiers: make([]int, members)}
	for i := range settings.Tiers {
		settings.Tiers[i] = i % 3
	}
	a, err := allocation.New(settings)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Allocate(in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(producers+members), "ns/member-interval")
}
