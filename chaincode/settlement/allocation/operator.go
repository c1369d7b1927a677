// SPDX-License-Identifier: Apache-2.0

package allocation

import "math/bits"

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
