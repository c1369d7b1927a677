// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package report_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestABrowserOpensTheReport asks Chromium, without a network, what it made of the page. SMARTB_REPORT_PNG keeps what it draws.
func TestABrowserOpensTheReport(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not here: apt-get install chromium")
	}
	folder := t.TempDir()
	file, picture := filepath.Join(folder, "report.html"), filepath.Join(folder, "report.png")
	require.NoError(t, os.WriteFile(file, []byte(written(t, month())), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	browse := func(arguments ...string) []byte {
		arguments = append([]string{
			"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + filepath.Join(folder, "profile"),
		}, arguments...)
		var stderr bytes.Buffer
		command := exec.CommandContext(ctx, chromium, append(arguments, "file://"+file)...)
		command.Stderr = &stderr
		output, err := command.Output()
		require.NoError(t, err, "%s", stderr.String())
		return output
	}
	document := string(browse("--dump-dom"))
	require.Contains(t, document, "<title>Sunny street &lt;1&gt;, 2025-10</title>")
	require.Equal(t, 2, strings.Count(document, "</svg>"))
	require.Equal(t, 11, strings.Count(document, "after netting"))
	browse("--screenshot="+picture, "--window-size=1100,2200", "--hide-scrollbars")
	drawn, err := os.ReadFile(picture)
	require.NoError(t, err)
	require.Greater(t, len(drawn), 50_000, "something was drawn")
	if keep := os.Getenv("SMARTB_REPORT_PNG"); keep != "" {
		require.NoError(t, os.WriteFile(keep, drawn, 0o600))
	}
}
