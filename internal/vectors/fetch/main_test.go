// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func sum(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// TestRun_ReadsALocalCopy stores the file with the right checksum, and names the two others.
func TestRun_ReadsALocalCopy(t *testing.T) {
	root, source := t.TempDir(), t.TempDir()
	write(t, filepath.Join(root, "docs", "conformance.md"),
		"- `a/good.txt`\n  `"+sum("good")+"`\n\n- `a/changed.txt`\n  `"+sum("good")+"`\n- `a/missing.txt`\n  `"+sum("")+"`\n")
	write(t, filepath.Join(source, "a", "good.txt"), "good")
	write(t, filepath.Join(source, "a", "changed.txt"), "bad")
	err := run(root, source)
	require.ErrorContains(t, err, "a/changed.txt: its checksum is "+sum("bad"))
	require.ErrorContains(t, err, "a/missing.txt")
	require.NotContains(t, err.Error(), "good.txt")
	stored, err := os.ReadFile(filepath.Join(root, "vectors", "a", "good.txt"))
	require.NoError(t, err)
	require.Equal(t, "good", string(stored))
	require.NoFileExists(t, filepath.Join(root, "vectors", "a", "changed.txt"))
	require.ErrorContains(t, run(root, ""), "a/good.txt: it cannot be fetched")
}

// TestEveryOriginalIsListed keeps docs/conformance.md and the originals together.
func TestEveryOriginalIsListed(t *testing.T) {
	files, err := listed(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	require.Len(t, files, 6)
	for path := range originals {
		require.True(t, slices.ContainsFunc(files, func(f file) bool { return f.path == path }), path)
	}
}

func TestWithoutComments(t *testing.T) {
	require.Equal(t, "{\n\"a\": \"http://b\"\n}\n", string(withoutComments([]byte("{\n  // why\n\"a\": \"http://b\"\n//end\n}\n"))))
}

func TestScenariosOf(t *testing.T) {
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	for name, content := range map[string]string{
		"A.class": "\x01\x00TP:01-02: Verify b\x01CN_C:01-01: Verify a\x00CN_C_01: Group\x00", "B.class": "\x00CN:02-01: Verify c\x00", "C.txt": "TP:09-09: no\n",
	} {
		entry, err := writer.Create(name)
		require.NoError(t, err)
		_, err = entry.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	found := map[string]bool{}
	require.NoError(t, scenariosOf(archive.Bytes(), found))
	names := []string{}
	for name := range found {
		names = append(names, name)
	}
	slices.SortFunc(names, inOrder)
	require.Equal(t, []string{"CN_C_01: Group", "CN_C:01-01: Verify a", "CN:02-01: Verify c", "TP:01-02: Verify b"}, names)
}
