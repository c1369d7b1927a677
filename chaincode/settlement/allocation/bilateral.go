// SPDX-License-Identifier: Apache-2.0

package allocation

import "math/bits"

// fullDynamic gives s_ij = ⌊k_ij·P_j/10⁶⌋ from producer j to consumer i.
func (a *Allocator) fullDynamic(in Interval, _, _ int64) {
	a.supply(in, func(j int) ([]int64, int64) { return in.Matrix[j], Whole })
}

// staticRelative gives s_ij = ⌊k_i·P_j/Σ_{m≠j} k_m⌋: the share of the injecting connection is dropped and the others are renormalised.
func (a *Allocator) staticRelative(in Interval, _, _ int64) {
	all := sum(a.fixed)
	a.supply(in, func(j int) ([]int64, int64) {
		if own := a.same(j); own >= 0 {
			return a.fixed, all - a.fixed[own]
		}
		return a.fixed, all
	})
}

// same is the consumer at the producer's connection, -1 for none.
func (a *Allocator) same(producer int) int {
	if a.settings.Same == nil {
		return -1
	}
	return a.settings.Same[producer]
}

// supply computes what each producer offers each consumer, nothing to its own connection, and takes back from every consumer what exceeds its
// consumption, by LR on what each producer offered. (How the French grid operator caps is not published; this is our declared rule.)
func (a *Allocator) supply(in Interval, shares func(producer int) (shares []int64, of int64)) {
	r := &a.result
	clear(r.Share)
	a.pairs = resize(a.pairs, len(in.Consumption))
	for i := range a.pairs {
		a.pairs[i] = resize(a.pairs[i], len(in.Production))
		clear(a.pairs[i])
	}
	for j, p := range in.Production {
		k, of := shares(j)
		for i := range in.Consumption {
			if of > 0 && i != a.same(j) {
				a.pairs[i][j] = part(p, k[i], of)
				r.Share[i] += a.pairs[i][j]
			}
		}
	}
	copy(r.Surplus, in.Production)
	for i, c := range in.Consumption {
		r.Cover[i] = min(r.Share[i], c)
		a.take(a.pairs[i], r.Share[i], c)
		for j, s := range a.pairs[i] {
			r.Surplus[j] -= s
		}
	}
}

// take caps one consumer's supplies at its consumption.
func (a *Allocator) take(supplies []int64, offered, consumption int64) {
	if offered <= consumption {
		return
	}
	a.given = resize(a.given, len(supplies))
	a.largestRemainder(offered-consumption, offered, supplies, a.given)
	for j, excess := range a.given {
		supplies[j] -= excess
	}
}

// part is ⌊total·k/of⌋ with a 128-bit product, for k ≤ of.
func part(total, k, of int64) int64 {
	hi, lo := bits.Mul64(uint64(total), uint64(k))
	q, _ := bits.Div64(hi, lo, uint64(of))
	return int64(q)
}

// Pairs are what each producer delivered to each consumer in one interval, by consumer and producer: Σ_j is what the consumer received, Σ_i what the
// producer placed, both exact. For StaticRelative and FullDynamic they are the key's own supplies; for the other keys every consumer in turn gets
// LR(a_i, weights of what each producer has left to place). The result is valid until the next call of any method; it follows Allocate.
func (a *Allocator) Pairs(in Interval) [][]int64 {
	if a.settings.Key.Bilateral() {
		return a.pairs
	}
	a.unplaced = resize(a.unplaced, len(in.Production))
	for j, p := range in.Production {
		a.unplaced[j] = p - a.result.Surplus[j]
	}
	return a.distribute(a.result.Cover, a.unplaced)
}

// Distribute divides rows among columns in proportion, with both margins exact: Σrows = Σcolumns is the caller's duty. It is the rule of Pairs for sums
// over many intervals.
func Distribute(rows, columns []int64) [][]int64 {
	a := new(Allocator)
	left := make([]int64, len(columns))
	copy(left, columns)
	return a.distribute(rows, left)
}

// distribute gives each row in turn LR(row, weights of what the columns have left). A row never exceeds what is left, so no column is overdrawn.
func (a *Allocator) distribute(rows, left []int64) [][]int64 {
	a.pairs = resize(a.pairs, len(rows))
	open := sum(left)
	for i, row := range rows {
		a.pairs[i] = resize(a.pairs[i], len(left))
		a.largestRemainder(row, open, left, a.pairs[i])
		for j, given := range a.pairs[i] {
			left[j] -= given
		}
		open -= row
	}
	return a.pairs
}
