// SPDX-License-Identifier: Apache-2.0

package allocation

import "fmt"

// twoSided prepares the kernel of the production points: the same keys with the sides exchanged.
func (a *Allocator) twoSided() error {
	side := a.settings.Production
	if side == nil {
		return nil
	}
	if !rules[side.Key].producers {
		return fmt.Errorf("%w: key %q of production points", ErrUnsupported, side.Key)
	}
	if a.settings.Rounding != Exact || a.settings.Key.Bilateral() {
		return fmt.Errorf("%w: a key of production points beside rounding %s and key %s", ErrUnsupported, a.settings.Rounding, a.settings.Key)
	}
	var err error
	a.other, err = New(Settings{Key: side.Key, Rounding: Exact, Shares: side.Shares, Tiers: side.Tiers})
	return err
}

// allocateByProducers lets the production points' key divide what is consumed among the producers; the consumers take it by LR on their consumption.
func (a *Allocator) allocateByProducers(in Interval, consumed int64) error {
	placed, err := a.other.Allocate(Interval{Production: in.Consumption, Consumption: in.Production})
	if err != nil {
		return fmt.Errorf("production points: %w", err)
	}
	r := &a.result
	a.largestRemainder(sum(placed.Cover), consumed, in.Consumption, r.Cover)
	copy(r.Share, r.Cover)
	for j, p := range in.Production {
		r.Surplus[j] = p - placed.Cover[j]
	}
	return nil
}
