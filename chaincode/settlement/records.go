// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// RecordsPerChunk is how many meter days are put into one private key. A peer spends more on a private key than on the hundred records in it, while who reads one
// member's day reads the chunk, some 30 kB.
const RecordsPerChunk = 100

// ChunkID names a private key with meter days: those of one local day that one transaction stored, RecordsPerChunk to a chunk.
type ChunkID struct {
	Day, TxID string
	Number    int
}

// Place is the place of a record.
type Place struct {
	Chunk ChunkID
	Line  int
}

// Records are a chunk of packed meter days. Each is text without a line's end, so that they are stored as lines.
type Records [][]byte

// File orders what a transaction stores of one local day by member, packs it, and certifies it by a manifest.
func File(communityID, day, txID string, days []MeterDay) (Manifest, []Records) {
	slices.SortFunc(days, func(a, b MeterDay) int { return cmp.Compare(a.MemberID, b.MemberID) })
	manifest := Manifest{Schema: SchemaVersion, CommunityID: communityID, Day: day, TxID: txID, RecordsPerChunk: RecordsPerChunk, Entries: make([]ManifestEntry, len(days))}
	records := make(Records, len(days))
	for i, d := range days {
		records[i] = d.Encode()
		manifest.Entries[i] = ManifestEntry{MemberID: d.MemberID, Version: d.Version, SHA256: Hash(records[i])}
	}
	chunks := slices.Collect(slices.Chunk(records, RecordsPerChunk))
	for _, chunk := range chunks {
		manifest.Chunks = append(manifest.Chunks, Hash(chunk.Encode()))
	}
	return manifest, chunks
}

func (m Manifest) place(entry int) Place {
	return Place{m.Chunk(entry / m.RecordsPerChunk), entry % m.RecordsPerChunk}
}

// Chunk names the private key of Chunks[number].
func (m Manifest) Chunk(number int) ChunkID { return ChunkID{m.Day, m.TxID, number} }

var lineEnd = []byte{'\n'}

// Encode is the chunk as it is stored.
func (r Records) Encode() []byte { return bytes.Join(r, lineEnd) }

// ReadRecords reads a stored chunk.
func ReadRecords(value []byte) Records { return bytes.Split(value, lineEnd) }

// Open reads the record that the entry names from its chunk. A record that is absent from this peer, or another one, is PRIVATE_DATA_NOT_HERE.
func (e ManifestEntry) Open(chunk Records) (day MeterDay, err error) {
	if e.Place.Line >= len(chunk) || Hash(chunk[e.Place.Line]) != e.SHA256 {
		return day, fault.New(fault.PrivateDataNotHere, "this peer does not hold the meter days that the manifest names")
	}
	return UnpackMeterDay(chunk[e.Place.Line])
}

// Versions finds entries by what they certify.
type Versions map[version]ManifestEntry

type version struct {
	member, day string
	number      int
}

// VersionsOf are those of the entries.
func VersionsOf(entries []ManifestEntry) Versions {
	versions := make(Versions, len(entries))
	for _, entry := range entries {
		versions[version{entry.MemberID, entry.Place.Chunk.Day, entry.Version}] = entry
	}
	return versions
}

// Find is the entry of a version of a member's day.
func (v Versions) Find(member, day string, number int) (entry ManifestEntry, found bool) {
	entry, found = v[version{member, day, number}]
	return entry, found
}
