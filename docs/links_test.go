// SPDX-License-Identifier: Apache-2.0

// Package docs has no code but the tests of the documents.
package docs_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/internal/documents"
)

// TestEveryLinkExists follows each relative link of each Markdown file to a file and, with an anchor, to its heading.
func TestEveryLinkExists(t *testing.T) {
	all := map[string]documents.Document{}
	for _, file := range files(t, "*.md") {
		document, err := documents.Read(file)
		require.NoError(t, err)
		all[file] = document
	}
	require.Greater(t, len(all), 40)
	links := 0
	for file, document := range all {
		for _, link := range document.Links {
			target, err := url.Parse(link)
			require.NoError(t, err, "%s: %s", file, link)
			if target.IsAbs() {
				continue
			}
			links++
			path := file
			if target.Path != "" {
				path = filepath.Join(filepath.Dir(file), target.Path)
			}
			if _, err := os.Stat(path); !assert.NoError(t, err, "%s links to %s", file, link) {
				continue
			}
			if target.Fragment != "" {
				assert.True(t, all[path].Anchors[target.Fragment], "%s links to %s, which has no such heading", file, link)
			}
		}
	}
	require.Greater(t, links, 100)
}

// TestEveryDocumentThatIsNamedExists holds the same for documents that code, help and configuration name.
func TestEveryDocumentThatIsNamedExists(t *testing.T) {
	named := regexp.MustCompile(`\bdocs(/[\w-]+)+(\.[\w-]+)*`)
	for _, file := range files(t, "*.go", "*.tmpl", "*.md", "*.y*ml", "Makefile", "*.mjs", "*.java", "*.txt") {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, path := range named.FindAllString(string(content), -1) {
			matches, err := filepath.Glob(filepath.Join("..", path) + "*") // an ADR is named by its number
			require.NoError(t, err)
			assert.NotEmpty(t, matches, "%s names %s", file, path)
		}
	}
}

// TestTheIndexNamesEveryDocument keeps docs/README.md and the index of the decisions complete.
func TestTheIndexNamesEveryDocument(t *testing.T) {
	linked := map[string]bool{"README.md": true}
	for _, index := range []string{"README.md", "explanation/adr/README.md"} {
		document, err := documents.Read(index)
		require.NoError(t, err)
		for _, link := range document.Links {
			linked[filepath.Join(filepath.Dir(index), link)] = true
		}
	}
	for _, file := range files(t, "*.md") {
		if !strings.HasPrefix(file, "../") {
			assert.True(t, linked[file], "no index names %s", file)
		}
	}
}

// TestEveryDecisionHasAStatusAndAlternatives keeps the form of the decisions.
func TestEveryDecisionHasAStatusAndAlternatives(t *testing.T) {
	decisions, err := filepath.Glob("explanation/adr/[0-9]*.md")
	require.NoError(t, err)
	require.NotEmpty(t, decisions)
	for _, file := range decisions {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Regexp(t, `\*\*Status\.\*\* Accepted, \d{4}-\d{2}-\d{2}\.`, string(text), file)
		assert.Regexp(t, `(\*\*|## )Alternatives`, string(text), file)
	}
}

// TestBlocksOfCodeAreCompiled finds each block of Go in a Go file, and each of JavaScript in a program that a test runs.
func TestBlocksOfCodeAreCompiled(t *testing.T) {
	compiled := map[string]string{"go": source(t, "*.go"), "js": source(t, "*.mjs")}
	for _, file := range files(t, "*.md") {
		document, err := documents.Read(file)
		require.NoError(t, err)
		for _, block := range document.Blocks {
			if code, ok := compiled[block.Language]; ok {
				for _, part := range regexp.MustCompile(`(?m)^\s*…\s*$`).Split(block.Text, -1) {
					assert.True(t, strings.Contains(code, dense(part)), "%s: no program has\n%s", file, part)
				}
			}
		}
	}
}

// source is the text of all files that match, without its indentation.
func source(t *testing.T, pattern string) string {
	var all strings.Builder
	for _, file := range files(t, pattern) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.WriteString(dense(string(text)) + "\n")
	}
	return all.String()
}

var spaces = regexp.MustCompile(`\s+`)

func dense(text string) string { return strings.TrimSpace(spaces.ReplaceAllString(text, " ")) }

// files are those of the repository that match a pattern, by their path from this folder.
func files(t *testing.T, patterns ...string) []string {
	found, err := documents.Files("..", patterns...)
	require.NoError(t, err)
	for i, file := range found {
		found[i], err = filepath.Rel("docs", file)
		require.NoError(t, err)
	}
	return found
}
