// SPDX-License-Identifier: Apache-2.0

package allocation

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
