// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// The bounds of a run (docs/explanation/adr/0032). Every endorser computes it, and its private records travel in messages of 4 MB at most; 10,000 members pass.
const (
	// maxRunMembers keeps the copy of the roster and the run's summary small enough.
	maxRunMembers = 15_000
	// maxRunSteps bounds the computation: a step for each member and interval, and one for each pair of consumer and producer where pairs are computed.
	maxRunSteps = 20_000_000
	// maxTotals bounds the bytes of the members' sums: some for the member, seven for each slot of the tariff.
	maxTotals                 = 4_000_000
	bytesOfMember, bytesOfSum = 70, 7
	// maxPairSums bounds the sums of pairs, by slot.
	maxPairSums = 500_000
	// maxItems bounds the items of the bills that share a private record, where producers sell on their own.
	maxItems = 22_000
)

// Affordable refuses a run that is too much for one transaction, by the counts alone: before anything is read or computed.
func (in Inputs) Affordable() error {
	day, err := in.Community.Day(in.Request.Day)
	if err != nil {
		return err
	}
	w := work{intervals: day.Intervals, slots: 1}
	for _, member := range in.Members {
		if member.Direction == Consumption {
			w.consumers++
		} else {
			w.producers++
		}
	}
	generation := in.Generation()
	w.ownPairs = generation.Key.Type.Bilateral()
	if tariff := generation.Tariff; tariff != nil {
		w.slots, w.sellers = len(tariff.Slots()), sellingLines(tariff)
	}
	return w.check()
}

// work are the counts that a run's cost follows from.
type work struct {
	consumers, producers, intervals, slots int
	// ownPairs is true for keys that supply by pairs; sellers are the lines under which producers sell on their own.
	ownPairs bool
	sellers  int
}

func (w work) check() error {
	members, pairs := w.consumers+w.producers, w.consumers*w.producers
	steps := members * w.intervals
	if w.ownPairs || w.sellers > 0 {
		steps += pairs * w.intervals
	}
	switch {
	case members > maxRunMembers:
		return fault.New(fault.TooComplex, "a run has at most %d members, not %d; divide the community", maxRunMembers, members)
	case steps > maxRunSteps:
		return fault.New(fault.TooComplex, "a run of %d consumers, %d producers and %d intervals takes %d steps, more than %d; divide the community, or choose a key without pairs",
			w.consumers, w.producers, w.intervals, steps, maxRunSteps)
	case members*(bytesOfMember+bytesOfSum*w.slots) > maxTotals:
		return fault.New(fault.TooComplex, "the sums of %d members in %d slots of the tariff are too many for a private record; choose a tariff with fewer bands", members, w.slots)
	case w.sellers == 0:
		return nil
	case pairs*w.slots > maxPairSums:
		return fault.New(fault.TooComplex, "the sums of %d pairs in %d slots of the tariff are more than %d; choose a tariff with fewer bands, or without own prices of producers",
			pairs, w.slots, maxPairSums)
	case w.items() > maxItems:
		return fault.New(fault.TooComplex, "the bills of %d pairs under %d lines have more items than a private record holds; choose a tariff without own prices of producers", pairs, w.sellers)
	}
	return nil
}

// items are those of the fullest record of bills: the sellers' for each buyer, and the buyers' for each seller.
func (w work) items() int {
	return w.sellers * (min(w.producers, LeavesPerChunk)*w.consumers + min(w.consumers, LeavesPerChunk)*w.producers)
}

func sellingLines(tariff *billing.Tariff) (lines int) {
	for _, line := range tariff.Lines {
		if len(line.Producers) > 0 {
			lines++
		}
	}
	return lines
}
