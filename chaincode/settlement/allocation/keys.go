// SPDX-License-Identifier: Apache-2.0

package allocation

import (
	"math/bits"
	"slices"
)

// prorata gives a = LR(S, weights C) with S = min(ΣP, ΣC); offered is LR(ΣP, weights C).
func (a *Allocator) prorata(in Interval, produced, consumed int64) {
	r := &a.result
	a.largestRemainder(produced, consumed, in.Consumption, r.Share)
	if produced <= consumed {
		copy(r.Cover, r.Share)
	} else {
		copy(r.Cover, in.Consumption)
	}
}

// static offers ⌊k_i·ΣP/10⁶⌋ and gives what each can take of it.
func (a *Allocator) static(shares, consumption []int64, produced int64) {
	r := &a.result
	for i, k := range shares {
		r.Share[i] = part(produced, k, Whole)
		r.Cover[i] = min(consumption[i], r.Share[i])
	}
}

// hybrid is static, then what is left of the production by LR on what is left of the consumption, members without a share included.
func (a *Allocator) hybrid(in Interval, produced, consumed int64) {
	a.static(a.fixed, in.Consumption, produced)
	r := &a.result
	a.left, a.given = resize(a.left, len(in.Consumption)), resize(a.given, len(in.Consumption))
	covered := sum(r.Cover)
	for i, c := range in.Consumption {
		a.left[i] = c - r.Cover[i]
	}
	a.largestRemainder(min(produced, consumed)-covered, consumed-covered, a.left, a.given)
	for i, more := range a.given {
		r.Cover[i] += more
	}
	copy(r.Share, r.Cover)
}

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

// operatorAT reproduces Austria's distribution grid operators, with rhu = round half up and V = Σcover:
//
//	share_i   = rhu(ΣP·C_i / ΣC)
//	cover_i   = min(share_i, C_i)
//	surplus_j = max(0, rhu(P_j − V·P_j/ΣP))
//
// The formula was verified on a published month of a real energy community; it does not conserve energy.
func operatorAT(produced, consumed int64, production, consumption []int64, r *Result) {
	if produced == 0 || consumed == 0 {
		clear(r.Share)
		clear(r.Cover)
		copy(r.Surplus, production)
		return
	}
	var covered int64
	for i, c := range consumption {
		r.Share[i] = roundHalfUp(produced, c, consumed)
		r.Cover[i] = min(r.Share[i], c)
		covered += r.Cover[i]
	}
	unplaced := max(0, produced-covered)
	for j, p := range production {
		r.Surplus[j] = roundHalfUp(p, unplaced, produced)
	}
}

// roundHalfUp returns ⌊a·b/d + 1/2⌋ with a 128-bit product; a, b ≤ MaxTotal, 0 < d, and the quotient fits 63 bits.
func roundHalfUp(a, b, d int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(hi, lo, uint64(d))
	if r >= uint64(d)-r {
		q++
	}
	return int64(q)
}

// Sold are the quantities that are billed: what each producer placed. With OperatorAT, whose roundings do not add up,
// they are LR(Σcover, weights P_j − surplus_j). So what is sold is what is bought; where all of that was rounded away,
// the weights are P_j. out is as long as the production; the call follows Allocate.
func (a *Allocator) Sold(in Interval, out []int64) {
	for j, p := range in.Production {
		out[j] = p - a.result.Surplus[j]
	}
	if a.settings.Rounding == OperatorAT {
		a.unplaced = append(a.unplaced[:0], out...)
		if sum(a.unplaced) == 0 {
			copy(a.unplaced, in.Production)
		}
		a.largestRemainder(sum(a.result.Cover), sum(a.unplaced), a.unplaced, out)
	}
}
