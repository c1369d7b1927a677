// SPDX-License-Identifier: Apache-2.0

// Package docs has no code but the tests of the documents.
package docs_test

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// document is one Markdown file: what it links to, and the anchors that others can link to.
type document struct {
	links   []string
	anchors map[string]bool
}

// TestEveryLinkExists follows each relative link of each Markdown file to a file and, with an anchor, to its heading.
func TestEveryLinkExists(t *testing.T) {
	documents := map[string]document{}
	for _, file := range tracked(t, "*.md") {
		documents[file] = parse(t, file)
	}
	require.Greater(t, len(documents), 40)
	links := 0
	for file, document := range documents {
		for _, link := range document.links {
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
				assert.True(t, documents[path].anchors[target.Fragment], "%s links to %s, which has no such heading", file, link)
			}
		}
	}
	require.Greater(t, links, 100)
}

// TestEveryDocumentThatIsNamedExists holds the same for documents that code, help and configuration name.
func TestEveryDocumentThatIsNamedExists(t *testing.T) {
	named := regexp.MustCompile(`\bdocs(/[\w-]+)+(\.[\w-]+)*`)
	for _, file := range tracked(t, "*.go", "*.tmpl", "*.md", "*.y*ml", "Makefile", "*.mjs", "*.java", "*.txt") {
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
		for _, link := range parse(t, index).links {
			linked[filepath.Join(filepath.Dir(index), link)] = true
		}
	}
	for _, file := range tracked(t, "*.md") {
		if !strings.HasPrefix(file, "../") {
			assert.True(t, linked[file], "no index names %s", file)
		}
	}
}

// tracked are the files of the repository that match a pattern, by their path from this folder.
func tracked(t *testing.T, patterns ...string) (files []string) {
	arguments := []string{"ls-files", "--cached", "--others", "--exclude-standard", "--"}
	list := exec.CommandContext(t.Context(), "git", append(arguments, patterns...)...)
	list.Dir = ".."
	output, err := list.Output()
	require.NoError(t, err)
	for _, file := range strings.Fields(string(output)) {
		path, err := filepath.Rel("docs", file)
		require.NoError(t, err)
		if _, err := os.Stat(path); err == nil { // not one that was just moved away
			files = append(files, path)
		}
	}
	return files
}

func parse(t *testing.T, file string) document {
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	result := document{anchors: map[string]bool{}}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	require.NoError(t, ast.Walk(root, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Link:
			result.links = append(result.links, string(node.Destination))
		case *ast.Image:
			result.links = append(result.links, string(node.Destination))
		case *ast.Heading:
			result.anchors[anchor(plain(node, source), result.anchors)] = true
		}
		return ast.WalkContinue, nil
	}))
	return result
}

// plain is a heading's text without its marks.
func plain(node ast.Node, source []byte) string {
	var out bytes.Buffer
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		if text, ok := child.(*ast.Text); ok {
			out.Write(text.Value(source))
		} else {
			out.WriteString(plain(child, source))
		}
	}
	return out.String()
}

var punctuation = regexp.MustCompile(`[^\p{L}\p{N}\p{M}_ -]`)

// anchor is the name that forges give to a heading: lower case, hyphens for spaces, numbered where one is there already.
func anchor(heading string, taken map[string]bool) string {
	name := strings.ReplaceAll(punctuation.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
	for n := 0; ; n++ {
		candidate := name
		if n > 0 {
			candidate += "-" + strconv.Itoa(n)
		}
		if !taken[candidate] {
			return candidate
		}
	}
}
