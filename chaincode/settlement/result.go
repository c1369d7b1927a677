package settlement

import (
	"fmt"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Result is what a run stores of one member: what was shared. The rest of the leaf follows from the meter day, which lies beside it in the collection.
type Result struct {
	MemberID string
	// Version is that of the meter day, Factor the member's when the day was settled.
	Version int
	Factor  int64
	// Shared are the energies by interval in mWh, -1 where the interval is incomplete.
	Shared []int64
}

// Chunk is a private part of a run: the results of up to LeavesPerChunk members.
type Chunk struct {
	Results []Result
}

// pack makes the results of all leaves, and packs them into chunks.
func (in Inputs) pack(leaves []Leaf) []Chunk {
	results := make([]Result, len(leaves))
	for i, member := range in.measured() {
		results[i] = Result{MemberID: member.MemberID, Version: in.Days[i].Version, Factor: member.Factor, Shared: make([]int64, len(leaves[i].Intervals))}
		for t, pair := range leaves[i].Intervals {
			results[i].Shared[t] = -1
			if pair != nil {
				results[i].Shared[t] = pair[1]
			}
		}
	}
	var chunks []Chunk
	for part := range slices.Chunk(results, LeavesPerChunk) {
		chunks = append(chunks, Chunk{part})
	}
	return chunks
}

// Leaf is the result's leaf in the run, made from the meter day that it came of.
func (r Result) Leaf(run SettleDayRequest, day MeterDay) (Leaf, error) {
	if day.MemberID != r.MemberID || day.Version != r.Version || len(day.Values) != len(r.Shared) {
		return Leaf{}, fmt.Errorf("version %d of the meter day of member %s does not belong to the result", day.Version, day.MemberID)
	}
	salt, err := deriveSalt(day.Salt, run.CommunityID, run.Day, string(run.Run))
	if err != nil {
		return Leaf{}, err
	}
	leaf := Leaf{
		Schema: SchemaVersion, CommunityID: run.CommunityID, Day: run.Day, Run: run.Run, MemberID: r.MemberID, Salt: salt, Intervals: make([]*Pair, len(r.Shared)),
	}
	for i, shared := range r.Shared {
		if shared >= 0 {
			leaf.Intervals[i] = &Pair{part(day.Values[i], r.Factor), shared}
		}
	}
	return leaf, nil
}

// part is what of a metered energy takes part.
func part(metered, factor int64) int64 { return metered * factor / 100 } // at most MaxEnergy·100, far below 2^63

// Find returns the result of the leaf at the index in the run.
func (c Chunk) Find(index int) (Result, error) {
	if at := index % LeavesPerChunk; at < len(c.Results) {
		return c.Results[at], nil
	}
	return Result{}, fault.New(fault.Internal, "the run's private results do not hold leaf %d", index)
}

// Encode packs the chunk as it is stored.
func (c Chunk) Encode() []byte {
	p := newPacker(packedChunk, 64+len(c.Results)*(80+3*100))
	p.int(int64(len(c.Results)))
	for _, result := range c.Results {
		p.text(result.MemberID)
		p.int(int64(result.Version))
		p.int(result.Factor)
		p.int(int64(len(result.Shared)))
		for _, shared := range result.Shared {
			p.int(shared + 1)
		}
	}
	return p.done()
}

// UnpackChunk reads a stored chunk.
func UnpackChunk(value []byte) (c Chunk, err error) {
	u := newUnpacker(value, packedChunk)
	c.Results = make([]Result, u.count())
	for i := range c.Results {
		c.Results[i] = Result{MemberID: u.text(), Version: int(u.int()), Factor: u.int(), Shared: u.ints()}
		for t := range c.Results[i].Shared {
			c.Results[i].Shared[t]--
		}
	}
	if err := u.end(); err != nil {
		return c, fmt.Errorf("read results: %w", err)
	}
	return c, nil
}
