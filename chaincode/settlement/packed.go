package settlement

import "fmt"

// The forms of packed records, by their first byte.
const (
	packedMeterDay = 1 + iota
	packedChunk
	packedSummary
	packedTotals
	packedKeyDay
)

// Encode packs the meter day as it is stored.
func (d MeterDay) Encode() []byte {
	p := newPacker(packedMeterDay, 160+4*len(d.Values))
	p.text(d.CommunityID)
	p.text(d.MemberID)
	p.text(d.Day)
	p.int(int64(d.Version))
	p.text(d.Source)
	p.text(d.Quality)
	p.hex(d.Salt)
	p.ints(d.Values)
	return p.done()
}

// UnpackMeterDay reads a stored meter day.
func UnpackMeterDay(value []byte) (d MeterDay, err error) {
	u := newUnpacker(value, packedMeterDay)
	d.Schema = SchemaVersion
	d.CommunityID, d.MemberID, d.Day, d.Version = u.text(), u.text(), u.text(), int(u.int())
	d.Source, d.Quality, d.Salt, d.Values = u.text(), u.text(), u.hex(), u.ints()
	if err := u.end(); err != nil {
		return d, fmt.Errorf("read a meter day: %w", err)
	}
	return d, nil
}

// Encode packs the chunk as it is stored. What all leaves share stands once; a missing interval is a zero, others are c+1 and a.
func (c Chunk) Encode() []byte {
	p := newPacker(packedChunk, 64+len(c.Leaves)*(80+6*100))
	p.text(c.CommunityID)
	p.text(c.Day)
	p.text(string(c.Run))
	p.int(int64(len(c.Leaves)))
	for _, leaf := range c.Leaves {
		p.text(leaf.MemberID)
		p.hex(leaf.Salt)
		p.int(int64(len(leaf.Intervals)))
		for _, pair := range leaf.Intervals {
			if pair == nil {
				p.int(0)
				continue
			}
			p.int(pair[0] + 1)
			p.int(pair[1])
		}
	}
	return p.done()
}

// UnpackChunk reads a stored chunk.
func UnpackChunk(value []byte) (c Chunk, err error) {
	u := newUnpacker(value, packedChunk)
	c.CommunityID, c.Day, c.Run = u.text(), u.text(), RunID(u.text())
	c.Leaves = make([]Leaf, u.count())
	for i := range c.Leaves {
		c.Leaves[i] = Leaf{Schema: SchemaVersion, CommunityID: c.CommunityID, Day: c.Day, Run: c.Run, MemberID: u.text(), Salt: u.hex()}
		c.Leaves[i].Intervals = make([]*Pair, u.count())
		for t := range c.Leaves[i].Intervals {
			if metered := u.int(); metered > 0 {
				c.Leaves[i].Intervals[t] = &Pair{metered - 1, u.int()}
			}
		}
	}
	if err := u.end(); err != nil {
		return c, fmt.Errorf("read results: %w", err)
	}
	return c, nil
}

// Encode packs the summary as it is stored.
func (s Summary) Encode() []byte {
	p := newPacker(packedSummary, 128+80*len(s.Members))
	p.hex(s.Salt)
	for _, total := range s.Totals.list() {
		p.int(*total)
	}
	p.int(int64(len(s.Members)))
	for i, member := range s.Members {
		p.text(member)
		p.hex(s.LeafHashes[i])
	}
	return p.done()
}

// UnpackSummary reads a stored summary.
func UnpackSummary(value []byte) (s Summary, err error) {
	u := newUnpacker(value, packedSummary)
	s.Salt = u.hex()
	for _, total := range s.Totals.list() {
		*total = u.int()
	}
	n := u.count()
	s.Members, s.LeafHashes = make([]string, n), make([]string, n)
	for i := range n {
		s.Members[i], s.LeafHashes[i] = u.text(), u.hex()
	}
	if err := u.end(); err != nil {
		return s, fmt.Errorf("read a summary: %w", err)
	}
	return s, nil
}

// list are the totals in the order in which they are packed.
func (t *Totals) list() []*int64 {
	return []*int64{&t.Production, &t.Consumption, &t.SelfConsumed, &t.Shared, &t.Surplus}
}
