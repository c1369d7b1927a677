// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"strconv"
	"testing"

	fast "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
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
