// SPDX-License-Identifier: Apache-2.0

// Package soak lets a test have two forms. A short one runs for each change (make test, two minutes at most), and a
// long one proves with many cases (make soak, hours).
package soak

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// On reports whether SMARTB_SOAK asks for the long form.
func On() bool {
	on, _ := strconv.ParseBool(os.Getenv("SMARTB_SOAK"))
	return on
}

// Form returns short, or long in a soak run: how many cases, how many seconds.
func Form[T any](short, long T) T {
	if On() {
		return long
	}
	return short
}

// Seed returns what random cases begin with, another one for each run, and prints it; SMARTB_SEED gives it, so that a failure can be repeated.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("SMARTB_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("SMARTB_SEED is no number: %v", err)
		}
	}
	t.Logf("SMARTB_SEED=%d repeats the cases of this run", seed)
	return seed
}

// Rand returns the numbers of case i of a seed: each case can be repeated alone.
func Rand(seed uint64, i int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(i)))
}
