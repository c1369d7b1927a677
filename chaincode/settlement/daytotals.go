// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// DayTotals are the private sums of a run by member: all that closing a period needs of a day.
type DayTotals struct {
	// Salt keeps the hash, which is in a block, from confirming a guess.
	Salt string
	// ContentSHA256 is the hash of what went into the run, whatever the versions and salts: a correction needs another one.
	ContentSHA256 string
	// Generation is the community's generation that the run used.
	Generation int
	// Members are in byte order of their ids.
	Members []MemberTotals
	// Pairs are the energies by slot of the tariff, consumer and producer, both in byte order; only bilateral tariffs have them.
	Pairs [][][]int64
}

// MemberTotals are one member's sums over a day's complete intervals, in mWh.
type MemberTotals struct {
	MemberID  string
	Direction Direction
	Role      string
	Metered   int64
	// Shared is the energy that the member received or placed.
	Shared int64
	// Billed is what of it is bought or sold, by slot of the tariff; without a tariff there is one slot.
	Billed []int64
}

// Encode packs the totals as they are stored.
func (d DayTotals) Encode() []byte {
	p := newPacker(packedTotals, 64+64*len(d.Members))
	p.hex(d.Salt)
	p.hex(d.ContentSHA256)
	p.int(int64(d.Generation))
	p.int(int64(len(d.Members)))
	for _, m := range d.Members {
		p.id(m.MemberID)
		p.int(m.Direction.code())
		p.text(m.Role)
		p.int(m.Metered)
		p.int(m.Shared)
		p.ints(m.Billed)
	}
	p.int(int64(len(d.Pairs)))
	for _, slot := range d.Pairs {
		p.int(int64(len(slot)))
		for _, row := range slot {
			p.ints(row)
		}
	}
	return p.done()
}

// UnpackDayTotals reads stored totals.
func UnpackDayTotals(value []byte) (d DayTotals, err error) {
	u := newUnpacker(value, packedTotals)
	d.Salt, d.ContentSHA256, d.Generation = u.hex(), u.hex(), int(u.int())
	d.Members = make([]MemberTotals, u.count())
	for i := range d.Members {
		m := &d.Members[i]
		m.MemberID, m.Direction, m.Role = u.id(), directionOf(u.int()), u.text()
		m.Metered, m.Shared, m.Billed = u.int(), u.int(), u.ints()
	}
	d.Pairs = make([][][]int64, u.count())
	for slot := range d.Pairs {
		d.Pairs[slot] = make([][]int64, u.count())
		for i := range d.Pairs[slot] {
			d.Pairs[slot][i] = u.ints()
		}
	}
	if err := u.end(); err != nil {
		return d, fmt.Errorf("read a day's totals: %w", err)
	}
	return d, nil
}

// code is the direction as it is packed.
func (d Direction) code() int64 {
	if d == Production {
		return 1
	}
	return 0
}

func directionOf(code int64) Direction {
	if code == 1 {
		return Production
	}
	return Consumption
}

// tally adds up a day by member and slot while the kernel walks through its intervals.
type tally struct {
	// slots are the slots of the intervals.
	slots []int
	// bought and sold are energies by slot and by the member's index within its direction.
	bought, sold [][]int64
	pairs        [][][]int64
	placed       []int64
}

func newTally(slots []int, count, consumers, producers int, bilateral bool) *tally {
	t := &tally{slots: slots, bought: grid[int64](count, consumers), sold: grid[int64](count, producers), placed: make([]int64, producers)}
	if bilateral {
		for range count {
			t.pairs = append(t.pairs, grid[int64](consumers, producers))
		}
	}
	return t
}

func (t *tally) add(interval int, allocator *allocation.Allocator, in allocation.Interval, result *allocation.Result) {
	slot := t.slots[interval]
	for i, energy := range result.Cover {
		t.bought[slot][i] += energy
	}
	allocator.Sold(in, t.placed)
	for j, energy := range t.placed {
		t.sold[slot][j] += energy
	}
	if t.pairs == nil {
		return
	}
	for i, row := range allocator.Pairs(in) {
		for j, energy := range row {
			t.pairs[slot][i][j] += energy
		}
	}
}

// billed are one member's energies by slot.
func (t *tally) billed(c column) []int64 {
	side := t.bought
	if c.direction == Production {
		side = t.sold
	}
	energies := make([]int64, len(side))
	for slot := range side {
		energies[slot] = side[slot][c.index]
	}
	return energies
}
