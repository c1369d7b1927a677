// Package allocation divides the energy that a community produced within one interval among its consumers, by an allocation key (clé de
// répartition). It is pure and exact: integers in, integers out, no clock, no floats, no map, so that every peer and every member computes the same
// digits. All energies are int64 in mWh (1e-6 kWh), not negative, and each side's sum is at most MaxTotal.
//
// Members are given in byte order of their ids, always: equal claims are decided by that order.
package allocation

import (
	"errors"
	"fmt"
)

// MaxTotal is the largest sum of one side in one interval, 2^53-1 mWh (9 TWh): every JSON reader keeps such integers exact.
const MaxTotal = 1<<53 - 1

// Key names the rule by which production is divided.
type Key string

// Prorata gives every consumer the same fraction of its consumption (dynamique par défaut): France's legal default (Code de l'énergie, D315-6),
// also Wallonia, Austria and Luxembourg.
const Prorata Key = "prorata"

// Rounding decides what becomes of the fractions of a mWh.
type Rounding string

const (
	// Exact conserves every mWh: fractions go to the largest remainders.
	Exact Rounding = "EXACT"
	// OperatorAT rounds half up for each member, as Austria's distribution operators publish it. The sum may differ from the production by some mWh.
	OperatorAT Rounding = "DSO_AT"
)

// ErrUnsupported reports a key or a rounding that this package does not compute.
var ErrUnsupported = errors.New("unsupported allocation")

// ErrTotal reports an energy that is negative or a side whose sum exceeds MaxTotal.
var ErrTotal = errors.New("energy out of range")

// Result is one interval's outcome. Its slices are as long as the inputs and are reused by the next call.
type Result struct {
	// Share is what each consumer was offered, before its own consumption capped it.
	Share []int64
	// Cover is what each consumer received: the shared energy, autoconsommé.
	Cover []int64
	// Surplus is what each producer could not place within the community.
	Surplus []int64
}

// Allocator computes one interval after another with the same key, without allocating. It is not safe for concurrent use.
type Allocator struct {
	rounding Rounding
	result   Result
	scratch  []uint64
}

// New returns an allocator for the key and the rounding.
func New(key Key, rounding Rounding) (*Allocator, error) {
	if key != Prorata {
		return nil, fmt.Errorf("%w: key %q; supported: %q", ErrUnsupported, key, Prorata)
	}
	if rounding != Exact && rounding != OperatorAT {
		return nil, fmt.Errorf("%w: rounding %q; supported: %q, %q", ErrUnsupported, rounding, Exact, OperatorAT)
	}
	return &Allocator{rounding: rounding}, nil
}

// Allocate divides one interval's production. The result is valid until the next call.
func (a *Allocator) Allocate(production, consumption []int64) (*Result, error) {
	produced, err := total(production)
	if err != nil {
		return nil, fmt.Errorf("production: %w", err)
	}
	consumed, err := total(consumption)
	if err != nil {
		return nil, fmt.Errorf("consumption: %w", err)
	}
	r := &a.result
	r.Share = resize(r.Share, len(consumption))
	r.Cover = resize(r.Cover, len(consumption))
	r.Surplus = resize(r.Surplus, len(production))
	if a.rounding == OperatorAT {
		operatorAT(produced, consumed, production, consumption, r)
	} else {
		a.prorata(produced, consumed, production, consumption)
	}
	return r, nil
}

// prorata gives a = LR(S, weights C) with S = min(ΣP, ΣC), and takes shared_j = LR(S, weights P_j) from the producers.
func (a *Allocator) prorata(produced, consumed int64, production, consumption []int64) {
	r := &a.result
	a.largestRemainder(produced, consumed, consumption, r.Share)
	if produced <= consumed {
		copy(r.Cover, r.Share)
	} else {
		copy(r.Cover, consumption)
	}
	a.largestRemainder(min(produced, consumed), produced, production, r.Surplus)
	for j, p := range production {
		r.Surplus[j] = p - r.Surplus[j]
	}
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

func resize[T any](s []T, n int) []T {
	if s == nil || cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
