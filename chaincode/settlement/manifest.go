// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Manifest is the public trace of the meter days of one local day that one transaction stored: who and which version, and the hash of the packed record. It
// is what readers check records against, and where they find them.
type Manifest struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	// TxID is the transaction's: its records are under it.
	TxID string `json:"txId"`
	// RecordsPerChunk is how many are in each private key but the last.
	RecordsPerChunk int `json:"recordsPerChunk"`
	// Chunks are the lower-case hex SHA-256 of the private values, which every peer holds as the hashes of the keys, also one that holds no load profiles.
	Chunks []string `json:"chunks"`
	// Entries are in byte order of their members; so are the records in their chunks.
	Entries []ManifestEntry `json:"entries"`
}

// ManifestEntry names one stored meter day; as JSON it is [memberId, version, sha256].
type ManifestEntry struct {
	MemberID string
	Version  int
	// SHA256 is the lower-case hex hash of the packed record.
	SHA256 string
	// Place is the place of the record, which follows from the manifest and the entry's place in it.
	Place Place
}

// MarshalJSON writes the row that InputsHash hashes. The parser that reads records reads it back; the standard library's does not.
func (e ManifestEntry) MarshalJSON() ([]byte, error) {
	return e.appendRow(make([]byte, 0, 128)), nil
}

func (e ManifestEntry) appendRow(row []byte) []byte {
	row = appendText(append(row, '['), e.MemberID)
	row = append(strconv.AppendInt(append(row, ','), int64(e.Version), 10), ',')
	return append(appendText(row, e.SHA256), ']')
}

var errRow = errors.New("expected [memberId, version, sha256]")

// UnmarshalJSONFrom reads a row.
func (e *ManifestEntry) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	if begin, err := from.ReadToken(); err != nil || begin.Kind() != jsontext.KindBeginArray {
		return errRow
	}
	for _, member := range []any{&e.MemberID, &e.Version, &e.SHA256} {
		if err := json.UnmarshalDecode(from, member); err != nil {
			return fmt.Errorf("%w: %w", errRow, err)
		}
	}
	if end, err := from.ReadToken(); err != nil || end.Kind() != jsontext.KindEndArray {
		return errRow
	}
	return nil
}

// Hash is the lower-case hex SHA-256 of a packed record.
func Hash(value []byte) string {
	sum := sha256.Sum256(value)
	return hex.EncodeToString(sum[:])
}

// Entries are those of all manifests, each with its place.
func Entries(manifests []Manifest) (entries []ManifestEntry) {
	for _, manifest := range manifests {
		for i, entry := range manifest.Entries {
			entry.Place = manifest.place(i)
			entries = append(entries, entry)
		}
	}
	return entries
}

// Latest returns the newest version of every member among a day's entries, in byte order of the members.
func Latest(all []ManifestEntry) []ManifestEntry {
	newest := map[string]ManifestEntry{}
	for _, entry := range all {
		if entry.Version > newest[entry.MemberID].Version {
			newest[entry.MemberID] = entry
		}
	}
	entries := make([]ManifestEntry, 0, len(newest))
	for _, entry := range newest {
		entries = append(entries, entry)
	}
	slices.SortFunc(entries, func(a, b ManifestEntry) int { return cmp.Compare(a.MemberID, b.MemberID) })
	return entries
}

// OfMember keeps the entries of a member, all of them if none is named.
func OfMember(entries []ManifestEntry, memberID string) []ManifestEntry {
	return slices.DeleteFunc(entries, func(entry ManifestEntry) bool { return memberID != "" && entry.MemberID != memberID })
}

// Stranger is a member with an entry that is not among the members, "" for none.
func Stranger(entries []ManifestEntry, members []Member) string {
	known := make(map[string]struct{}, len(members))
	for i := range members {
		known[members[i].MemberID] = struct{}{}
	}
	for i := range entries {
		if _, found := known[entries[i].MemberID]; !found {
			return entries[i].MemberID
		}
	}
	return ""
}

// OfMembers keeps the entries of the members; both are in byte order of the members' ids.
func OfMembers(entries []ManifestEntry, members []Member) []ManifestEntry {
	next := 0
	return slices.DeleteFunc(entries, func(entry ManifestEntry) bool {
		for next < len(members) && members[next].MemberID < entry.MemberID {
			next++
		}
		return next == len(members) || members[next].MemberID != entry.MemberID
	})
}

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
