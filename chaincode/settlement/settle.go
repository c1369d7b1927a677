// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/merkle"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// LeavesPerChunk is how many members' results are packed into one private key.
const LeavesPerChunk = 500

// Inputs are all that a run depends on: anyone who settles the same inputs gets the same run, to the byte.
type Inputs struct {
	Community Community
	Request   SettleDayRequest
	// Members are those in force on the day, in byte order of their ids.
	Members []Member
	// Entries and Days are the newest meter day of each member who has one, in byte order of the members.
	Entries []ManifestEntry
	Days    []MeterDay
	// KeyDay has the shares of every interval, for keys that need them, and KeyDaySHA256 the hash of the stored value.
	KeyDay       *KeyDay
	KeyDaySHA256 string
}

// Generation is the community's generation that the run uses.
func (in Inputs) Generation() Generation { return in.Community.On(in.Request.Day, in.Request.Run) }

// Outcome is what a run computes: the public record and the private parts.
type Outcome struct {
	Run     Run
	Summary Summary
	Totals  DayTotals
	Chunks  []Chunk
	// Leaves are the members' results as they are hashed, in byte order of the members; they are not stored.
	Leaves []Leaf
}

// Summary is the private part of a run that names no value of a member: its totals and who has which leaf.
type Summary struct {
	// Salt keeps the hash of the summary, which is in a block, from confirming a guess.
	Salt string
	// Totals are those of a day's run, Billed those of a phase of a period.
	Totals  Totals
	Billed  PeriodTotals
	Members []string
	// Consents are the members' consents, empty for an organisation: anything that the leaves of the record of use are
	// made of.
	Consents []string
	// LeafHashes are the RFC 6962 hashes of the members' leaves in hex.
	LeafHashes []string
}

// InputsHash is the hash that a run's InputsSHA256 names.
func InputsHash(entries []ManifestEntry) string { return hashRows(entries, ManifestEntry.appendRow) }

// Repeat reports whether settling the inputs gives the existing run again. A provisional run also depends on members that have no meter day yet.
func (in Inputs) Repeat(existing Run) bool {
	if InputsHash(in.Entries) != existing.InputsSHA256 || in.Generation().Number != existing.Generation || in.KeyDaySHA256 != existing.KeyDaySHA256 {
		return false
	}
	return existing.Run != Provisional || existing.RosterSHA256 == RosterHash(in.Members)
}

// Complete refuses to settle a day that has not ended at the time. It also refuses a final run or a correction while a
// member has no meter day or a value is missing.
func (in Inputs) Complete(at time.Time) error {
	day, err := in.Community.Day(in.Request.Day)
	if err != nil {
		return err
	}
	if at.Before(day.End) {
		return fault.Field(fault.InvalidField, "day", "%s has not ended yet", in.Request.Day)
	}
	if len(in.Members) == 0 {
		return fault.Field(fault.DayIncomplete, "day", "no member of %s is measured on %s", in.Request.CommunityID, in.Request.Day)
	}
	if in.Request.Run == Provisional {
		return nil
	}
	if in.gap() {
		// The error of a submitted transaction names no member and no interval.
		return fault.Field(fault.DayIncomplete, "day", "not every member has a value in every interval of %s; settlement:CheckDay names what is missing", in.Request.Day)
	}
	return nil
}

// Unmeasured are the members in force without a meter day.
func (in Inputs) Unmeasured() (members []Member) {
	next := 0
	for _, member := range in.Members {
		for next < len(in.Entries) && in.Entries[next].MemberID < member.MemberID {
			next++
		}
		if next == len(in.Entries) || in.Entries[next].MemberID != member.MemberID {
			members = append(members, member)
		}
	}
	return members
}

// WithoutUnmeasured leaves out members without a meter day. A final run or a correction has none but those whose consent had ended, and those were left out.
func (in Inputs) WithoutUnmeasured() Inputs {
	unmeasured := map[string]bool{}
	for _, member := range in.Unmeasured() {
		unmeasured[member.MemberID] = true
	}
	in.Members = slices.DeleteFunc(slices.Clone(in.Members), func(member Member) bool { return unmeasured[member.MemberID] })
	return in
}

// Settle computes the run. resultsID names the place of the private results, by and at who settled when.
func (in Inputs) Settle(resultsID, by string, at time.Time) (Outcome, error) {
	if err := in.Affordable(); err != nil {
		return Outcome{}, err
	}
	day, err := in.Community.Day(in.Request.Day)
	if err != nil {
		return Outcome{}, err
	}
	matrix := newMatrix(in, day.Intervals)
	if err := matrix.allocate(in); err != nil {
		return Outcome{}, err
	}
	leaves, err := in.leaves(matrix)
	if err != nil {
		return Outcome{}, err
	}
	salt, err := in.salt()
	if err != nil {
		return Outcome{}, err
	}
	hashes := hashLeaves(leaves)
	outcome := Outcome{Leaves: leaves, Chunks: in.pack(matrix, leaves, salt), Totals: in.totals(matrix, leaves), Summary: newSummary(salt, matrix, hashes)}
	outcome.Run, err = in.run(matrix, hashes)
	outcome.Totals.Salt, outcome.Totals.ContentSHA256 = salt, in.ContentHash()
	outcome.Run.ResultsID, outcome.Run.SettledBy, outcome.Run.SettledAt = resultsID, by, at
	if err != nil {
		return outcome, err
	}
	uses, err := outcome.Summary.uses(outcome.Run.useOf(by, at, resultsID))
	if err != nil {
		return outcome, err
	}
	outcome.Run.UsesRoot, err = usesRoot(uses)
	return outcome, err
}

// measured are the members of the meter days, in their order. Both lists are in byte order of the members' ids.
func (in Inputs) measured() []Member {
	members, next := make([]Member, len(in.Days)), 0
	for i := range in.Days {
		for in.Members[next].MemberID != in.Days[i].MemberID {
			next++
		}
		members[i] = in.Members[next]
	}
	return members
}

func (in Inputs) run(m *matrix, hashes [][]byte) (Run, error) {
	root, err := merkle.Root(hashes)
	if err != nil {
		return Run{}, err
	}
	return Run{
		Schema: SchemaVersion, CommunityID: in.Community.CommunityID, Day: in.Request.Day, Run: in.Request.Run,
		Generation: in.Generation().Number, Key: in.Generation().Key.Type, Rounding: in.Generation().Rounding,
		Intervals:    m.intervals,
		InputsSHA256: InputsHash(in.Entries), KeyDaySHA256: in.KeyDaySHA256, RosterSHA256: RosterHash(in.Members),
		MerkleRoot: hex.EncodeToString(root), Leaves: len(hashes),
	}, nil
}

func newSummary(salt string, m *matrix, hashes [][]byte) Summary {
	summary := Summary{Salt: salt, Totals: m.totals, LeafHashes: merkle.Encode(hashes)}
	for _, member := range m.members {
		summary.Members, summary.Consents = append(summary.Members, member.MemberID), append(summary.Consents, member.ConsentID)
	}
	return summary
}

// salt is that of the run's private parts. It is made of the salts of all meter days, so that no single member's
// reveals it.
func (in Inputs) salt() (string, error) {
	var salts strings.Builder
	for _, day := range in.Days {
		salts.WriteString(day.Salt)
	}
	return deriveSalt(Hash([]byte(salts.String())), "summary", in.Community.CommunityID, in.Request.Day, string(in.Request.Run))
}

func (in Inputs) leaves(m *matrix) ([]Leaf, error) {
	leaves, pairs := make([]Leaf, len(in.Days)), m.pairs()
	for i, day := range in.Days {
		salt, err := deriveSalt(day.Salt, in.Community.CommunityID, in.Request.Day, string(in.Request.Run))
		if err != nil {
			return nil, err
		}
		leaves[i] = Leaf{
			Schema: SchemaVersion, CommunityID: in.Community.CommunityID, Day: in.Request.Day, Run: in.Request.Run,
			MemberID: day.MemberID, Salt: salt, Intervals: pairs[i],
		}
	}
	return leaves, nil
}

func hashLeaves(leaves []Leaf) [][]byte {
	hashes := make([][]byte, len(leaves))
	var canonical []byte
	for i, leaf := range leaves {
		canonical = leaf.appendCanonical(canonical[:0])
		hashes[i] = merkle.HashLeaf(canonical)
	}
	return hashes
}

func (in Inputs) totals(m *matrix, leaves []Leaf) DayTotals {
	totals := DayTotals{Generation: in.Generation().Number, Pairs: m.tally.pairs}
	for i, member := range m.members {
		of := MemberTotals{MemberID: member.MemberID, Direction: member.Direction, Role: member.Role, Billed: m.tally.billed(m.metered[i])}
		of.Metered, of.Shared = leaves[i].sums()
		totals.Members = append(totals.Members, of)
	}
	return totals
}

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
