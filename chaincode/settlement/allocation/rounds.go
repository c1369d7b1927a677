// SPDX-License-Identifier: Apache-2.0

package allocation

import (
	"math/bits"
	"slices"
)

// filling orders members by how early they are full when all are filled at a speed in proportion to their shares: by C_i/k_i.
type filling struct{ consumption, shares []int64 }

func (f *filling) compare(i, j int) int {
	if order := compareProducts(f.consumption[i], f.shares[j], f.consumption[j], f.shares[i]); order != 0 {
		return order
	}
	return i - j
}

// staticRounds fills members by their fixed shares (water-filling). In each round every member with C_i·W ≤ R·k_i
// becomes full, where R is the rest and W the shares of those not full. When a round fills nobody, the rest is LR(R,
// k_i). In ascending order of C_i/k_i one pass does all rounds, since filling a member never empties the level of those
// before it.
func (a *Allocator) staticRounds(in Interval, produced, _ int64) {
	r := &a.result
	clear(r.Cover)
	a.order = a.order[:0]
	var open, wanted int64
	for i, k := range a.fixed {
		if k > 0 {
			a.order = append(a.order, i)
			open += k
			wanted += in.Consumption[i]
		}
	}
	a.filling.consumption, a.filling.shares = in.Consumption, a.fixed
	slices.SortFunc(a.order, a.byFill)
	rest := min(produced, wanted)
	next := 0
	for ; next < len(a.order); next++ {
		i := a.order[next]
		if compareProducts(in.Consumption[i], open, rest, a.fixed[i]) > 0 {
			break
		}
		r.Cover[i] = in.Consumption[i]
		rest -= in.Consumption[i]
		open -= a.fixed[i]
	}
	a.rest(rest, open, a.order[next:])
	copy(r.Share, r.Cover)
}

// rest divides what is left among those not full, by LR on their shares.
func (a *Allocator) rest(rest, open int64, members []int) {
	a.left, a.given = resize(a.left, len(a.fixed)), resize(a.given, len(a.fixed))
	clear(a.left)
	for _, i := range members {
		a.left[i] = a.fixed[i]
	}
	a.largestRemainder(rest, open, a.left, a.given)
	for _, i := range members {
		a.result.Cover[i] = a.given[i]
	}
}

// compareProducts compares a·b with c·d, with 128 bits.
func compareProducts(a, b, c, d int64) int {
	hi1, lo1 := bits.Mul64(uint64(a), uint64(b))
	hi2, lo2 := bits.Mul64(uint64(c), uint64(d))
	switch {
	case hi1 != hi2:
		return order(hi1, hi2)
	default:
		return order(lo1, lo2)
	}
}

func order(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}
