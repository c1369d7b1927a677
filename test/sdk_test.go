// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNodePrograms runs what docs/tutorials/node.md explains: npm's packages and the exported folder, no Go.
func TestNodePrograms(t *testing.T) {
	needs(t, "node", "npm")
	export := filepath.Join(t.TempDir(), "export")
	in(t, "sdk/node", export, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	in(t, "sdk/node", export, "npm", "test")
}

// TestJavaPrograms runs the same calls by fabric-gateway for Java.
func TestJavaPrograms(t *testing.T) {
	needs(t, "mvn", "java")
	in(t, "sdk/java", filepath.Join(t.TempDir(), "export"), "mvn", "--quiet", "--batch-mode", "test")
}

// TestCaliper runs the benchmark of `make caliper`: nothing fails at a rate that any machine has.
func TestCaliper(t *testing.T) {
	nativeOnly(t, "discovery names the peers by what they are called inside the containers")
	needs(t, "node", "npm")
	in(t, "caliper", "caliper/export", "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	output := in(t, "caliper", "caliper/export", "npm", "run", "bench")
	for _, round := range []string{"read", "write"} {
		require.Regexp(t, `\| `+round+` +\| [1-9][0-9]* +\| 0 +\|`, output, "no call fails")
	}
}

// needs ends a test where a program is missing, with a line that reports it.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("not run: %s is not installed", program)
		}
	}
}

// in runs a command in a folder beside the network's export and returns what it prints.
func in(t *testing.T, folder, export, name string, arguments ...string) string {
	t.Helper()
	export, err := filepath.Abs(export)
	require.NoError(t, err)
	require.NoError(t, net.Export(export))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // the first run fetches packages
	defer cancel()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir, command.Env = folder, append(os.Environ(), "SMARTB_EXPORT="+export)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return string(output)
}
