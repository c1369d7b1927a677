// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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
