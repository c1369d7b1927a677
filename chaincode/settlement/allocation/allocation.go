// SPDX-License-Identifier: Apache-2.0

// Package allocation divides the energy that a community produced within one interval among its consumers, by an allocation key (clé de
// répartition). It is pure and exact: integers in, integers out, no clock, no floats, no map, so that every peer and every member computes the same
// digits. All energies are int64 in mWh (1e-6 kWh), not negative, and each side's sum is at most MaxTotal.
//
// Members are given in byte order of their ids, always: equal claims are decided by that order.
package allocation

import "errors"

// MaxTotal is the largest sum of one side in one interval, 2^53-1 mWh (9 TWh): every JSON reader keeps such integers exact.
const MaxTotal = 1<<53 - 1

// Whole is the sum of all fixed shares, which are given in ppm.
const Whole = 1_000_000

// Rounding decides what becomes of the fractions of a mWh.
type Rounding string

const (
	// Exact conserves every mWh: fractions go to the largest remainders.
	Exact Rounding = "EXACT"
	// OperatorAT rounds half up for each member, as Austria's distribution grid operators publish it. The sum may differ from the production by some mWh.
	OperatorAT Rounding = "DSO_AT"
)

// ErrUnsupported reports a key or a rounding that this package does not compute.
var ErrUnsupported = errors.New("unsupported allocation")

// ErrShares reports shares, tiers or connections that do not fit the members.
var ErrShares = errors.New("shares do not fit the members")

// ErrTotal reports an energy that is negative or a side whose sum exceeds MaxTotal.
var ErrTotal = errors.New("energy out of range")

// Interval is what was metered in one interval, in byte order of the members' ids.
type Interval struct {
	Production, Consumption []int64
	// Shares are the consumers' shares in ppm of this interval, for Dynamic only.
	Shares []int64
	// Matrix has for each producer the consumers' shares in ppm of this interval, for FullDynamic only.
	Matrix [][]int64
}

// Result is one interval's outcome. Its slices are as long as the inputs and are reused by the next call.
type Result struct {
	// Share is what each consumer was offered, before its own consumption capped it. For keys that offer nothing more than what is received it equals Cover.
	Share []int64
	// Cover is what each consumer received: the shared energy, autoconsommé.
	Cover []int64
	// Surplus is what each producer could not place within the community.
	Surplus []int64
}
