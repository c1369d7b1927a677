// SPDX-License-Identifier: Apache-2.0

package allocation

import (
	"cmp"
	"fmt"
	"slices"
)

// tier is the members of one tier, by their indices in ascending order, and the kernel that divides among them.
type tier struct {
	members []int
	kernel  *Allocator
	in      Interval
}

// inTiers groups members by tier, in ascending order of the tiers.
func inTiers(tiers []int) []tier {
	var groups []tier
	for _, number := range slices.Compact(slices.Sorted(slices.Values(tiers))) {
		var group tier
		for i, t := range tiers {
			if t == number {
				group.members = append(group.members, i)
			}
		}
		groups = append(groups, group)
	}
	return groups
}

// split prepares a kernel for each tier of Priority, with its members' shares.
func (a *Allocator) split() error {
	key := cmp.Or(a.settings.TierKey, Prorata)
	if !rules[key].inner {
		return fmt.Errorf("%w: key %q inside a tier", ErrUnsupported, key)
	}
	if a.settings.Shares != nil && len(a.settings.Shares) != len(a.settings.Tiers) {
		return fmt.Errorf("%w: %d shares for %d tiers", ErrShares, len(a.settings.Shares), len(a.settings.Tiers))
	}
	a.tiers = inTiers(a.settings.Tiers)
	for t := range a.tiers {
		group := &a.tiers[t]
		settings := Settings{Key: key, Rounding: Exact}
		if a.settings.Shares != nil {
			settings.Shares = pick(a.settings.Shares, group.members, make([]int64, len(group.members)))
		}
		var err error
		if group.kernel, err = New(settings); err != nil {
			return err
		}
		group.in = Interval{Production: make([]int64, 1), Consumption: make([]int64, len(group.members))}
	}
	return nil
}

func pick(values []int64, members []int, out []int64) []int64 {
	for i, member := range members {
		out[i] = values[member]
	}
	return out
}

// priority serves the tiers in ascending order from what production is left.
func (a *Allocator) priority(in Interval, produced, _ int64) {
	r := &a.result
	clear(r.Cover)
	for t := range a.tiers {
		group := &a.tiers[t]
		group.in.Production[0] = produced
		pick(in.Consumption, group.members, group.in.Consumption)
		served, err := group.kernel.Allocate(group.in)
		if err != nil { // every part of an interval that fits does so itself
			panic(err)
		}
		for i, member := range group.members {
			r.Cover[member] = served.Cover[i]
			produced -= served.Cover[i]
		}
	}
	copy(r.Share, r.Cover)
}

// place takes from the producers what is covered: shared_j = LR(Σcover, weights P_j), or producers in the order of their tiers, LR inside a tier.
func (a *Allocator) place(production []int64, produced int64) {
	surplus, covered := a.result.Surplus, sum(a.result.Cover)
	if a.producers == nil {
		a.largestRemainder(covered, produced, production, surplus)
	} else {
		a.placeByTier(production, covered)
	}
	for j, p := range production {
		surplus[j] = p - surplus[j]
	}
}

func (a *Allocator) placeByTier(production []int64, covered int64) {
	for t := range a.producers {
		members := a.producers[t].members
		a.left, a.given = resize(a.left, len(members)), resize(a.given, len(members))
		offered := sum(pick(production, members, a.left))
		placed := min(covered, offered)
		a.largestRemainder(placed, offered, a.left, a.given)
		for i, j := range members {
			a.result.Surplus[j] = a.given[i]
		}
		covered -= placed
	}
}

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
