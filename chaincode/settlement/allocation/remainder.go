// SPDX-License-Identifier: Apache-2.0

package allocation

import (
	"math/bits"
	"slices"
)

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
