//go:build soak

package loadprofile_test

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestImportersUnderFuzzing runs every fuzz target, an hour in all. Without tag soak, go test only reads their seeds.
func TestImportersUnderFuzzing(t *testing.T) {
	source, err := os.ReadFile("fuzz_test.go")
	require.NoError(t, err)
	targets := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`).FindAllSubmatch(source, -1)
	each := time.Hour / time.Duration(len(targets))
	for _, target := range targets {
		t.Run(string(target[1]), func(t *testing.T) {
			command := exec.CommandContext(t.Context(), "go", "test", "-run", "^$", "-fuzz", "^"+string(target[1])+"$",
				"-fuzztime", each.String(), "-fuzzminimizetime", "10x", "-parallel", "2", ".")
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s", output)
		})
	}
}
