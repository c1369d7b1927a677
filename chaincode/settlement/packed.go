// SPDX-License-Identifier: Apache-2.0

package settlement

import "fmt"

// The forms of packed records, by their first byte. A form that changes gets another number; those up to 16 were used before.
const (
	packedMeterDay = 17 + iota
	packedChunk
	packedSummary
	packedTotals
	packedKeyDay
	packedRoster
	packedFigurePersons
	packedFigurePoints
)

// Encode packs the meter day as it is stored. A day that Validate refuses may be packed like another one.
func (d MeterDay) Encode() []byte {
	p := newPacker(packedMeterDay, 160+4*len(d.Values))
	p.id(d.CommunityID)
	p.id(d.MemberID)
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
	d.CommunityID, d.MemberID, d.Day, d.Version = u.id(), u.id(), u.text(), int(u.int())
	d.Source, d.Quality, d.Salt, d.Values = u.text(), u.text(), u.hex(), u.ints()
	if err := u.end(); err != nil {
		return d, fmt.Errorf("read a meter day: %w", err)
	}
	return d, nil
}

// Encode packs the summary as it is stored.
func (s Summary) Encode() []byte {
	p := newPacker(packedSummary, 128+100*len(s.Members))
	p.hex(s.Salt)
	p.signed(s.figures())
	p.int(int64(len(s.Members)))
	for i, member := range s.Members {
		p.id(member)
		p.hex(s.LeafHashes[i])
		p.id(s.Consents[i])
	}
	return p.done()
}

// UnpackSummary reads a stored summary.
func UnpackSummary(value []byte) (s Summary, err error) {
	u := newUnpacker(value, packedSummary)
	s.Salt = u.hex()
	s.figure(u)
	n := u.count()
	s.Members, s.LeafHashes, s.Consents = make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		s.Members[i], s.LeafHashes[i], s.Consents[i] = u.id(), u.hex(), u.id()
	}
	if err := u.end(); err != nil {
		return s, fmt.Errorf("read a summary: %w", err)
	}
	return s, nil
}

// totals are the summary's figures in the order in which they are packed.
func (s *Summary) totals() []*int64 {
	t, b := &s.Totals, &s.Billed
	return []*int64{
		&t.Consumers, &t.Producers, &t.Incomplete, &t.Production, &t.Consumption, &t.SelfConsumed, &t.Shared, &t.Surplus,
		&b.Consumers, &b.Producers, &b.Production, &b.Consumption, &b.Shared, &b.Net, &b.VAT,
	}
}

func (s *Summary) figures() []int64 {
	totals := s.totals()
	figures := make([]int64, len(totals))
	for i, total := range totals {
		figures[i] = *total
	}
	return figures
}

// figure reads the figures.
func (s *Summary) figure(u *unpacker) {
	figures, totals := u.signed(), s.totals()
	if len(figures) != len(totals) {
		u.fail()
		return
	}
	for i, total := range totals {
		*total = figures[i]
	}
}
