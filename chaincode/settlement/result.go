// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Result is what a run stores of one member: what was shared, as the difference from the proportional part. The rest of
// the leaf follows from the meter day, which is beside it in the collection.
type Result struct {
	MemberID  string
	Direction Direction
	// Version is that of the meter day, Factor the member's when the day was settled.
	Version int
	Factor  int64
	// Over is by how many mWh what was shared exceeds the proportional part of its interval; 0 where the interval is incomplete.
	Over []int64
}

// Chunk is a private part of a run: the results of up to LeavesPerChunk members, and what they are measured against.
type Chunk struct {
	// Salt keeps the hash of the chunk, which is in a block, from confirming a guess at the sums in it.
	Salt                    string
	Consumption, Production Proportions
	Results                 []Result
}

// Proportions are by interval what all members of one direction metered and what they shared of it, in mWh. With
// prorata and EXACT a part is the proportional one or 1 mWh more, so that a result is a bit for each interval. Other
// keys, roundings and connections that are measured both ways take what they need.
type Proportions struct {
	// Metered is -1 where the interval is incomplete.
	Metered, Shared []int64
}

func newProportions(intervals int) Proportions {
	return Proportions{slices.Repeat([]int64{-1}, intervals), make([]int64, intervals)}
}

// proportional is the part of an energy in the interval, rounded down. An energy whose connection consumed of its own production may be larger than
// what all together metered beyond that; no part is larger than all that was shared.
func (p Proportions) proportional(interval int, energy int64) int64 {
	all, metered := p.Shared[interval], p.Metered[interval]
	if energy >= metered {
		return all
	}
	high, low := bits.Mul64(uint64(energy), uint64(all))
	quotient, _ := bits.Div64(high, low, uint64(metered)) // energy < metered: it is below all
	return int64(quotient)
}

func (c Chunk) side(direction Direction) Proportions {
	if direction == Production {
		return c.Production
	}
	return c.Consumption
}

// pack makes the results of all leaves, and packs them into chunks.
func (in Inputs) pack(m *matrix, leaves []Leaf, salt string) []Chunk {
	whole := Chunk{Salt: salt, Consumption: m.consumed, Production: m.produced, Results: make([]Result, len(leaves))}
	over := grid[int64](len(leaves), m.intervals)
	for i, member := range m.members {
		whole.Results[i] = Result{MemberID: member.MemberID, Direction: member.Direction, Version: in.Days[i].Version, Factor: member.Factor, Over: over[i]}
		of := whole.side(member.Direction)
		for t, pair := range leaves[i].Intervals {
			if pair != nil {
				over[i][t] = pair[1] - of.proportional(t, pair[0])
			}
		}
	}
	var chunks []Chunk
	for results := range slices.Chunk(whole.Results, LeavesPerChunk) {
		chunks = append(chunks, Chunk{salt, whole.Consumption, whole.Production, results})
	}
	return chunks
}

// Leaf is the leaf of a result of the chunk, made from the meter day that it came of.
func (c Chunk) Leaf(r Result, run SettleDayRequest, day MeterDay) (Leaf, error) {
	of := c.side(r.Direction)
	if day.MemberID != r.MemberID || day.Version != r.Version || len(day.Values) != len(r.Over) || len(r.Over) != len(of.Metered) {
		return Leaf{}, fmt.Errorf("version %d of the meter day of member %s does not belong to the result", day.Version, day.MemberID)
	}
	salt, err := deriveSalt(day.Salt, run.CommunityID, run.Day, string(run.Run))
	if err != nil {
		return Leaf{}, err
	}
	leaf := Leaf{
		Schema: SchemaVersion, CommunityID: run.CommunityID, Day: run.Day, Run: run.Run, MemberID: r.MemberID, Salt: salt, Intervals: make([]*Pair, len(r.Over)),
	}
	for t, over := range r.Over {
		if of.Metered[t] >= 0 {
			metered := part(day.Values[t], r.Factor)
			leaf.Intervals[t] = &Pair{metered, of.proportional(t, metered) + over}
		}
	}
	return leaf, nil
}

// part is what of a metered energy takes part.
func part(metered, factor int64) int64 { return metered * factor / 100 } // at most MaxEnergy·100, far below 2^63

// Only is the chunk with nothing but the result of the leaf at the index in the run.
func (c Chunk) Only(index int) (Chunk, error) {
	at := index % LeavesPerChunk
	if at >= len(c.Results) {
		return c, fault.New(fault.Internal, "the run's private results do not hold leaf %d", index)
	}
	c.Results = c.Results[at : at+1]
	return c, nil
}

// Encode packs the chunk as it is stored.
func (c Chunk) Encode() []byte {
	p := newPacker(packedChunk, 2048+len(c.Results)*80)
	p.hex(c.Salt)
	for _, side := range []Proportions{c.Consumption, c.Production} {
		p.signed(side.Metered)
		p.ints(side.Shared)
	}
	p.int(int64(len(c.Results)))
	for _, r := range c.Results {
		p.id(r.MemberID)
		p.int(r.Direction.code())
		p.int(int64(r.Version))
		p.int(r.Factor)
		p.signed(r.Over)
	}
	return p.done()
}

// UnpackChunk reads a stored chunk.
func UnpackChunk(value []byte) (c Chunk, err error) {
	u := newUnpacker(value, packedChunk)
	c.Salt = u.hex()
	for _, side := range []*Proportions{&c.Consumption, &c.Production} {
		if side.Metered, side.Shared = u.signed(), u.ints(); len(side.Metered) != len(side.Shared) {
			return c, fmt.Errorf("read results: %w", errPacked)
		}
	}
	c.Results = make([]Result, u.count())
	for i := range c.Results {
		c.Results[i] = Result{MemberID: u.id(), Direction: directionOf(u.int()), Version: int(u.int()), Factor: u.int(), Over: u.signed()}
	}
	if err := u.end(); err != nil {
		return c, fmt.Errorf("read results: %w", err)
	}
	return c, nil
}

// Pair is what one member metered and what of it was shared in one interval, in mWh: [c, a] for a consumer, [p, shared] for a producer.
type Pair [2]int64

// Leaf is one member's result of one day in one run: a leaf of the run's Merkle tree. Its members are in the order of
// RFC 8785, so that its plain encoding is its canonical one. Ids, dates and hex need no escaping and all numbers are
// integers below 2^53. Anything that a stranger puts into a statement instead is refused by Verify before it is hashed.
type Leaf struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	// Intervals has one pair per interval, nil where the interval is incomplete.
	Intervals []*Pair `json:"intervals"`
	MemberID  string  `json:"memberId"`
	Run       RunID   `json:"run"`
	// Salt is the lower-case hex HMAC-SHA-256 under the meter day's salt of communityId|day|run: without it a hash would tell a guessed load profile.
	Salt   string `json:"salt"`
	Schema int    `json:"schema"`
}

// Canonical is the leaf's encoding after RFC 8785, the bytes that are hashed. It is written by hand because a run spends most of its time here.
func (l Leaf) Canonical() []byte { return l.appendCanonical(make([]byte, 0, 256+24*len(l.Intervals))) }

func (l Leaf) appendCanonical(b []byte) []byte {
	b = append(b, `{"communityId":"`...)
	b = append(b, l.CommunityID...)
	b = append(b, `","day":"`...)
	b = append(b, l.Day...)
	b = append(b, `","intervals":`...)
	b = appendPairs(b, l.Intervals)
	b = append(b, `,"memberId":"`...)
	b = append(b, l.MemberID...)
	b = append(b, `","run":"`...)
	b = append(b, l.Run...)
	b = append(b, `","salt":"`...)
	b = append(b, l.Salt...)
	b = append(b, `","schema":`...)
	b = strconv.AppendInt(b, int64(l.Schema), 10)
	return append(b, '}')
}

// MarshalJSON is Canonical.
func (l Leaf) MarshalJSON() ([]byte, error) { return l.Canonical(), nil }

func appendPairs(b []byte, pairs []*Pair) []byte {
	b = append(b, '[')
	for i, pair := range pairs {
		if i > 0 {
			b = append(b, ',')
		}
		if pair == nil {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, pair[0], 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, pair[1], 10)
		b = append(b, ']')
	}
	return append(b, ']')
}

// sums are what was metered and shared in the complete intervals.
func (l Leaf) sums() (metered, shared int64) {
	for _, pair := range l.Intervals {
		if pair != nil {
			metered += pair[0]
			shared += pair[1]
		}
	}
	return metered, shared
}

// deriveSalt is the lower-case hex HMAC-SHA-256 of the parts, joined by "|", under a salt in hex.
func deriveSalt(salt string, parts ...string) (string, error) {
	key, err := hex.DecodeString(salt)
	if err != nil {
		return "", fmt.Errorf("read a salt: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.Join(parts, "|")))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

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
