// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

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
