// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	fast "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func TestAManifestIsRowsOfMemberVersionAndHash(t *testing.T) {
	a, b := meterDay("a", 1), meterDay("b", 2)
	manifest, chunks := File("c", "2025-06-01", "tx", []MeterDay{b, a})
	text, err := json.Marshal(manifest)
	require.NoError(t, err)
	require.JSONEq(t, `{"schema":1,"communityId":"c","day":"2025-06-01","txId":"tx","recordsPerChunk":100,"chunks":["`+Hash(chunks[0].Encode())+`"],
		"entries":[["a",1,"`+Hash(a.Encode())+`"],["b",2,"`+Hash(b.Encode())+`"]]}`, string(text))
	var again Manifest
	require.NoError(t, fast.Unmarshal(text, &again))
	require.Equal(t, manifest, again)
	for _, broken := range []string{`["a",1]`, `["a",1,"x",2]`, `["a","1","x"]`, `{}`, `null`, `[1,1,"x"]`} {
		require.Error(t, fast.Unmarshal([]byte(broken), &ManifestEntry{}), broken)
	}
}

func meterDay(member string, version int) MeterDay {
	return MeterDay{Schema: SchemaVersion, CommunityID: "c", Reading: Reading{MemberID: member, Day: "2025-06-01", Version: version, Values: []int64{1, 2}, Salt: "00ff"}}
}

// BenchmarkManifest reads what a run reads first: the manifest of a thousand members.
func BenchmarkManifest(b *testing.B) {
	var days []MeterDay
	for i := range 1000 {
		days = append(days, meterDay("m"+strconv.Itoa(100_000+i), 1))
	}
	manifest, _ := File("c", "2025-06-01", "tx", days)
	text, err := json.Marshal(manifest)
	require.NoError(b, err)
	for b.Loop() {
		var manifest Manifest
		if err := fast.Unmarshal(text, &manifest); err != nil {
			b.Fatal(err)
		}
	}
}

// certified is an entry whose record is nowhere.
func certified(member string, version int, hash string) ManifestEntry {
	return ManifestEntry{MemberID: member, Version: version, SHA256: hash}
}

func TestWhatIsFiledIsFoundByItsManifest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := make([]MeterDay, rapid.IntRange(1, 3*RecordsPerChunk).Draw(t, "members"))
		for i := range days {
			days[i] = meterDay(fmt.Sprintf("m%03d", i), rapid.IntRange(1, 3).Draw(t, "version"))
		}
		shuffled := rapid.Permutation(days).Draw(t, "order")
		manifest, chunks := File("c", "2025-06-01", "tx", slices.Clone(shuffled))
		stored := map[ChunkID][]byte{}
		require.Len(t, manifest.Chunks, len(chunks))
		for i, chunk := range chunks {
			stored[manifest.Chunk(i)] = chunk.Encode()
			require.Equal(t, Hash(chunk.Encode()), manifest.Chunks[i])
		}
		entries := Entries([]Manifest{manifest})
		require.Len(t, entries, len(days))
		for i, entry := range entries {
			opened, err := entry.Open(ReadRecords(stored[entry.Place.Chunk]))
			require.NoError(t, err)
			require.Equal(t, days[i], opened)
			found, _ := VersionsOf(entries).Find(days[i].MemberID, days[i].Day, days[i].Version)
			require.Equal(t, entry, found)
		}
	})
}

func TestARecordThatIsNotTheCertifiedOneIsNotHere(t *testing.T) {
	manifest, chunks := File("c", "2025-06-01", "tx", []MeterDay{meterDay("a", 1), meterDay("b", 1)})
	entries := Entries([]Manifest{manifest})
	for sentence, chunk := range map[string]Records{
		"an absent chunk":     ReadRecords(nil),
		"another order":       {chunks[0][1], chunks[0][0]},
		"too few lines":       chunks[0][:1],
		"a changed character": {append([]byte{'x'}, chunks[0][0][1:]...), append([]byte{'x'}, chunks[0][1][1:]...)},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := entries[1].Open(chunk)
			require.ErrorIs(t, err, fault.PrivateDataNotHere)
		})
	}
}
