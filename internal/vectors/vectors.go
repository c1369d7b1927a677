// SPDX-License-Identifier: Apache-2.0

// Package vectors finds the public test suites, which others publish and which are no part of this repository.
// `make vectors` fetches them; docs/conformance.md lists them.
package vectors

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Env names the folder of the public test suites. A relative path starts at the root of the project.
const Env = "SMARTB_VECTORS"

// Folder returns the folder that Env names; else the one that `make vectors` fills; else one beside the project.
func Folder() string {
	root := Root()
	if folder := os.Getenv(Env); folder != "" {
		if filepath.IsAbs(folder) {
			return folder
		}
		return filepath.Join(root, folder)
	}
	if fetched := filepath.Join(root, "vectors"); exists(fetched) {
		return fetched
	}
	return filepath.Join(root, "..", "shared", "vectors")
}

// Root returns the folder of go.mod, seen from the working directory, or the working directory itself.
func Root() string {
	start, err := os.Getwd()
	if err != nil {
		return "."
	}
	for folder := start; ; folder = filepath.Dir(folder) {
		if exists(filepath.Join(folder, "go.mod")) {
			return folder
		}
		if folder == filepath.Dir(folder) {
			return start
		}
	}
}

// Path returns the path of a file or folder of the suites, or skips the test with what is missing.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Folder(), filepath.FromSlash(name))
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not in %s; `make vectors` fetches it", name, Folder())
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Read returns a file of the suites, or skips the test with what is missing.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// FieldCases returns a folder of cases from the field, which are beside the suites and not public, or skips the test.
func FieldCases(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Folder(), "..", "cases", filepath.FromSlash(name))
	if !exists(path) {
		t.Skipf("the cases from the field are not public, and %s is not beside %s", filepath.Join("cases", name), Folder())
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
