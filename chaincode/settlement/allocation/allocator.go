// SPDX-License-Identifier: Apache-2.0

package allocation

import (
	"fmt"
	"math/bits"
	"slices"
)

// Settings are what does not change from interval to interval.
type Settings struct {
	Key      Key
	Rounding Rounding
	// Shares are the consumers' fixed shares in ppm, at most Whole together; nil for equal shares. A member with a share of 0 takes no part in the round
	// of fixed shares.
	Shares []int64
	// Tiers are the consumers' tiers for Priority.
	Tiers []int
	// TierKey divides inside a tier of Priority: Prorata (the default), Static, StaticRounds or Hybrid. Shares then are at most Whole in each tier.
	TierKey Key
	// ProducerTiers, if given, make the producers place their energy in the order of their tiers instead of each the same fraction.
	ProducerTiers []int
	// Production, if given, makes the allocation two-sided (Luxembourg): while production is not short of consumption,
	// this side's key decides who places how much. The consumers take it in proportion to their consumption.
	Production *Side
	// Same has for each producer the index of the consumer at the same connection, -1 for none; nil if there is none at all.
	Same []int
}

// Side is the key of the production points in a two-sided allocation: Prorata, Static, StaticRounds, Hybrid or Priority.
type Side struct {
	Key    Key
	Shares []int64
	Tiers  []int
}

// Allocator computes one interval after another with the same settings, without allocating. It is not safe for concurrent use.
type Allocator struct {
	settings Settings
	rule     rule
	result   Result
	// fixed are the settings' shares, or equal ones.
	fixed []int64
	// tiers are the consumers of Priority by tier, producers those of ProducerTiers, both in ascending order.
	tiers, producers []tier
	// other is the production side of a two-sided allocation.
	other *Allocator

	remainders  []uint64
	left, given []int64
	unplaced    []int64
	order       []int
	pairs       [][]int64
	filling     filling
	byFill      func(a, b int) int
}

// New returns an allocator for the settings.
func New(settings Settings) (*Allocator, error) {
	rule, known := rules[settings.Key]
	if !known {
		return nil, fmt.Errorf("%w: key %q; supported: %q", ErrUnsupported, settings.Key, Keys())
	}
	if settings.Rounding != Exact && settings.Rounding != OperatorAT {
		return nil, fmt.Errorf("%w: rounding %q; supported: %q, %q", ErrUnsupported, settings.Rounding, Exact, OperatorAT)
	}
	if settings.Rounding == OperatorAT && settings.Key != Prorata {
		return nil, fmt.Errorf("%w: rounding %s is defined for key %s only", ErrUnsupported, OperatorAT, Prorata)
	}
	a := &Allocator{settings: settings, rule: rule}
	a.byFill = a.filling.compare // one function value for all intervals
	if settings.Key != Priority {
		if err := checkShares(settings.Shares); err != nil {
			return nil, err
		}
	} else if err := a.split(); err != nil {
		return nil, err
	}
	a.producers = inTiers(settings.ProducerTiers)
	return a, a.twoSided()
}

func checkShares(shares []int64) error {
	var sum int64
	for _, k := range shares {
		if k < 0 || k > Whole {
			return fmt.Errorf("%w: a share of %d ppm", ErrShares, k)
		}
		sum += k
	}
	if sum > Whole {
		return fmt.Errorf("%w: they add up to %d ppm, more than the whole", ErrShares, sum)
	}
	return nil
}

// Allocate divides one interval's production. The result is valid until the next call.
func (a *Allocator) Allocate(in Interval) (*Result, error) {
	produced, err := total(in.Production)
	if err != nil {
		return nil, fmt.Errorf("production: %w", err)
	}
	consumed, err := total(in.Consumption)
	if err != nil {
		return nil, fmt.Errorf("consumption: %w", err)
	}
	if err := a.fit(in); err != nil {
		return nil, err
	}
	r := &a.result
	r.Share, r.Cover, r.Surplus = resize(r.Share, len(in.Consumption)), resize(r.Cover, len(in.Consumption)), resize(r.Surplus, len(in.Production))
	if a.settings.Rounding == OperatorAT {
		operatorAT(produced, consumed, in.Production, in.Consumption, r)
		return r, nil
	}
	if a.other != nil && produced >= consumed {
		return r, a.allocateByProducers(in, consumed)
	}
	a.rule.allocate(a, in, produced, consumed)
	if !a.rule.bilateral {
		a.place(in.Production, produced)
	}
	return r, nil
}

// fit checks that shares, tiers and connections are as many as the members, and makes equal shares where none are given.
func (a *Allocator) fit(in Interval) error {
	consumers, producers := len(in.Consumption), len(in.Production)
	switch {
	case a.settings.Shares != nil && len(a.settings.Shares) != consumers:
		return fmt.Errorf("%w: %d shares for %d consumers", ErrShares, len(a.settings.Shares), consumers)
	case a.settings.Key == Priority && len(a.settings.Tiers) != consumers:
		return fmt.Errorf("%w: %d tiers for %d consumers", ErrShares, len(a.settings.Tiers), consumers)
	case a.settings.Same != nil && len(a.settings.Same) != producers:
		return fmt.Errorf("%w: %d connections for %d producers", ErrShares, len(a.settings.Same), producers)
	case a.settings.ProducerTiers != nil && len(a.settings.ProducerTiers) != producers:
		return fmt.Errorf("%w: %d tiers for %d producers", ErrShares, len(a.settings.ProducerTiers), producers)
	}
	if err := a.fitInterval(in); err != nil {
		return err
	}
	if a.settings.Shares != nil {
		a.fixed = a.settings.Shares
	} else if len(a.fixed) != consumers {
		a.fixed = a.equalShares(consumers)
	}
	return nil
}

// fitInterval checks the shares that come with the interval.
func (a *Allocator) fitInterval(in Interval) error {
	switch a.rule.tables {
	case OneTable:
		if len(in.Shares) != len(in.Consumption) {
			return fmt.Errorf("%w: %d shares of the interval for %d consumers", ErrShares, len(in.Shares), len(in.Consumption))
		}
		return checkShares(in.Shares)
	case TablePerProducer:
		if len(in.Matrix) != len(in.Production) {
			return fmt.Errorf("%w: shares of %d producers for %d", ErrShares, len(in.Matrix), len(in.Production))
		}
		for _, row := range in.Matrix {
			if len(row) != len(in.Consumption) {
				return fmt.Errorf("%w: %d shares of a producer for %d consumers", ErrShares, len(row), len(in.Consumption))
			}
			if err := checkShares(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// equalShares are LR(Whole, equal weights).
func (a *Allocator) equalShares(n int) []int64 {
	shares := make([]int64, n)
	a.largestRemainder(Whole, int64(n), slices.Repeat([]int64{1}, n), shares)
	return shares
}

func total(energies []int64) (int64, error) {
	var sum int64
	for _, e := range energies {
		if e < 0 || e > MaxTotal {
			return 0, ErrTotal
		}
		sum += e
		if sum > MaxTotal {
			return 0, ErrTotal
		}
	}
	return sum, nil
}

func sum(values []int64) (s int64) {
	for _, v := range values {
		s += v
	}
	return s
}

func resize[T any](s []T, n int) []T {
	if s == nil || cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// largestRemainder is LR(total, weights): out_i = ⌊total·w_i/W⌋, and the members with the largest remainders total·w_i
// mod W get one more until the sum is total. Equal remainders go to the smaller index. W = Σweights is given by the
// caller; W = 0 gives zeros.
func (a *Allocator) largestRemainder(total, sum int64, weights, out []int64) {
	switch {
	case sum == 0 || total == 0:
		clear(out)
		return
	case total == sum:
		copy(out, weights)
		return
	}
	a.remainders = resize(a.remainders, 2*len(weights))
	remainders := a.remainders[:len(weights)]
	left := total - divide(uint64(total), uint64(sum), weights, out, remainders)
	if left == 0 {
		return
	}
	order := a.remainders[len(weights):]
	copy(order, remainders)
	threshold := nthLargest(order, int(left))
	for _, r := range remainders {
		if r > threshold {
			left--
		}
	}
	for i, r := range remainders {
		switch {
		case r > threshold:
			out[i]++
		case r == threshold && left > 0:
			out[i]++
			left--
		}
	}
}

// divide sets out_i and remainder_i of total·w_i / sum and returns Σout. While the products fit 64 bits the division is a multiplication by the
// reciprocal, corrected to the exact quotient; larger ones are divided with 128 bits.
func divide(total, sum uint64, weights, out []int64, remainders []uint64) int64 {
	var given int64
	if bits.Len64(total)+bits.Len64(sum) > 64 {
		for i, w := range weights {
			hi, lo := bits.Mul64(total, uint64(w))
			q, r := bits.Div64(hi, lo, sum) // hi < sum, since w ≤ sum and total < 2^64
			out[i], remainders[i] = int64(q), r
			given += int64(q)
		}
		return given
	}
	reciprocal := ^uint64(0) / sum
	for i, w := range weights {
		product := total * uint64(w)
		q, _ := bits.Mul64(product, reciprocal) // at most 2 too small
		r := product - q*sum
		for r >= sum {
			q++
			r -= sum
		}
		out[i], remainders[i] = int64(q), r
		given += int64(q)
	}
	return given
}

// nthLargest returns the n-th largest value (from 1) and reorders values. Quickselect with the median of three; after too many uneven partitions it
// sorts, so that no input costs quadratic time.
func nthLargest(values []uint64, n int) uint64 {
	k := len(values) - n // index in ascending order
	lo, hi := 0, len(values)-1
	for budget := 2 * bits.Len(uint(len(values))); hi-lo > 16; budget-- {
		if budget == 0 {
			break
		}
		l, r := partition(values, lo, hi)
		switch {
		case k <= r:
			hi = r
		case k >= l:
			lo = l
		default:
			return values[k]
		}
	}
	slices.Sort(values[lo : hi+1])
	return values[k]
}

// partition is Hoare's: values[lo..r] ≤ pivot ≤ values[l..hi], and all between r and l equal the pivot.
func partition(values []uint64, lo, hi int) (l, r int) {
	pivot := median(values[lo], values[lo+(hi-lo)/2], values[hi])
	l, r = lo, hi
	for l <= r {
		for values[l] < pivot {
			l++
		}
		for values[r] > pivot {
			r--
		}
		if l <= r {
			values[l], values[r] = values[r], values[l]
			l++
			r--
		}
	}
	return l, r
}

func median(a, b, c uint64) uint64 {
	return max(min(a, b), min(max(a, b), c))
}
