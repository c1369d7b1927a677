// SPDX-License-Identifier: Apache-2.0

//go:build soak

package loadprofile_test

import (
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestImportersUnderFuzzing runs every fuzz target, an hour in all. Without tag soak, go test only reads their seeds.
func TestImportersUnderFuzzing(t *testing.T) {
	targets := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`).FindAllStringSubmatch(tests(t), -1)
	each := time.Hour / time.Duration(len(targets))
	for _, target := range targets {
		t.Run(target[1], func(t *testing.T) {
			command := exec.CommandContext(t.Context(), "go", "test", "-run", "^$", "-fuzz", "^"+target[1]+"$",
				"-fuzztime", each.String(), "-fuzzminimizetime", "10x", "-parallel", "2", ".")
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s", output)
		})
	}
}
