package settlement

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	fast "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
)

func TestAManifestIsRowsOfMemberVersionAndHash(t *testing.T) {
	hash := strings.Repeat("0f", 32)
	manifest := NewManifest("c", "2025-06-01", []ManifestEntry{{"b", 2, hash}, {"a", 1, hash}})
	text, err := json.Marshal(manifest)
	require.NoError(t, err)
	require.JSONEq(t, `{"schema":1,"communityId":"c","day":"2025-06-01","entries":[["a",1,"`+hash+`"],["b",2,"`+hash+`"]]}`, string(text))
	var again Manifest
	require.NoError(t, fast.Unmarshal(text, &again))
	require.Equal(t, manifest, again)
	for _, broken := range []string{`["a",1]`, `["a",1,"x",2]`, `["a","1","x"]`, `{}`, `null`, `[1,1,"x"]`} {
		require.Error(t, fast.Unmarshal([]byte(broken), &ManifestEntry{}), broken)
	}
}

// BenchmarkManifest reads what a run reads first: the manifest of a thousand members.
func BenchmarkManifest(b *testing.B) {
	var entries []ManifestEntry
	for i := range 1000 {
		entries = append(entries, ManifestEntry{"m" + strconv.Itoa(100_000+i), 1, strings.Repeat("0f", 32)})
	}
	text, err := json.Marshal(NewManifest("c", "2025-06-01", entries))
	require.NoError(b, err)
	for b.Loop() {
		var manifest Manifest
		if err := fast.Unmarshal(text, &manifest); err != nil {
			b.Fatal(err)
		}
	}
}
