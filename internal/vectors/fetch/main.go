// SPDX-License-Identifier: Apache-2.0

// Command fetch fills the folder vectors with the public test suites: it reads a local copy of them if SMARTB_VECTORS
// names one, and otherwise fetches and converts the originals. docs/conformance.md has the checksum of each file.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/smartb-suite/smartb/internal/vectors"
)

func main() {
	if err := run(vectors.Root(), os.Getenv(vectors.Env)); err != nil {
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(1)
	}
}

// run writes each file that has the right checksum, and reports all that could not be had.
func run(root, source string) error {
	files, err := listed(root)
	if err != nil {
		return err
	}
	var failed error
	for _, file := range files {
		content, err := read(root, source, file.path)
		if err == nil {
			err = file.store(filepath.Join(root, "vectors"), content)
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", file.path, err))
			continue
		}
		fmt.Println(filepath.Join("vectors", file.path))
	}
	return failed
}

// file is a file of a suite by its path below the folder of the suites.
type file struct {
	path, sum string
}

var listing = regexp.MustCompile("(?m)^- `([a-z0-9./-]+)`\\s+`([0-9a-f]{64})`$")

// listed reads the files and their checksums from docs/conformance.md.
func listed(root string) (files []file, err error) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "conformance.md"))
	if err != nil {
		return nil, err
	}
	for _, match := range listing.FindAllStringSubmatch(string(page), -1) {
		files = append(files, file{match[1], match[2]})
	}
	if len(files) == 0 {
		return nil, errors.New("docs/conformance.md lists no file")
	}
	return files, nil
}

// read reads a file from the local copy, or fetches its original.
func read(root, source, path string) ([]byte, error) {
	if source == "" {
		original, ok := originals[path]
		if !ok {
			return nil, errors.New("it cannot be fetched; let SMARTB_VECTORS name a local copy")
		}
		return original()
	}
	if !filepath.IsAbs(source) {
		source = filepath.Join(root, source)
	}
	return os.ReadFile(filepath.Join(source, filepath.FromSlash(path)))
}

// store writes the file below a folder if its checksum is the right one.
func (f file) store(folder string, content []byte) error {
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); got != f.sum {
		return fmt.Errorf("its checksum is %s, not %s of docs/conformance.md; it is not stored", got, f.sum)
	}
	target := filepath.Join(folder, filepath.FromSlash(f.path))
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return err
	}
	return os.WriteFile(target, content, 0o600)
}
