// SPDX-License-Identifier: Apache-2.0

// Package spdx names the licence in the first line of each Go file.
package spdx

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// header is the first line of each Go file that people write.
const header = "// SPDX-License-Identifier: Apache-2.0\n"

// skipped are folders without files of the project's own.
var skipped = []string{".git", ".state", ".bin", "node_modules", "vectors", "testdata", "target"}

// Add writes the line into all Go files below the root that lack it.
func Add(root string) error {
	files, err := Missing(root)
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, append([]byte(header+"\n"), content...), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Missing returns the Go files below the root that lack the line. Generated files need none.
func Missing(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && slices.Contains(skipped, entry.Name()) && !isPackage(path) {
			return fs.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(content, []byte(header)) && !bytes.HasPrefix(content, []byte("// Code generated ")) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// isPackage reports whether a folder holds Go files of its own, as internal/vectors does.
func isPackage(folder string) bool {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	return err == nil && len(files) > 0
}
