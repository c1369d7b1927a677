// SPDX-License-Identifier: Apache-2.0

// Package documents reads the project's Markdown files for tests: their links, anchors and blocks of code.
package documents

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// Document is one Markdown file.
type Document struct {
	// Links are the targets of links and images.
	Links []string
	// Anchors are the names of headings that others can link to.
	Anchors map[string]bool
	// Blocks are the fenced blocks in their order.
	Blocks []Block
	// Needs are the programs that the comment `<!-- needs: … -->` names: without them the console blocks cannot run.
	Needs []string
}

// Block is a fenced block.
type Block struct {
	// Language is the word after the fence.
	Language string
	// Text is what is inside.
	Text string
}

// Files are the files of the repository that match a pattern of git, by their paths from its root. New files count.
func Files(root string, patterns ...string) ([]string, error) {
	arguments := []string{"ls-files", "--cached", "--others", "--exclude-standard", "--"}
	list := exec.Command("git", append(arguments, patterns...)...)
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		return nil, err
	}
	var files []string
	for _, file := range strings.Fields(string(output)) {
		if _, err := os.Stat(filepath.Join(root, file)); err == nil { // not one that was just moved away
			files = append(files, file)
		}
	}
	return files, nil
}

var needs = regexp.MustCompile(`<!-- needs: (.*) -->`)

// Read reads a Markdown file.
func Read(path string) (Document, error) {
	document := Document{Anchors: map[string]bool{}}
	source, err := os.ReadFile(path)
	if err != nil {
		return document, err
	}
	if found := needs.FindSubmatch(source); found != nil {
		document.Needs = strings.Fields(string(found[1]))
	}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	return document, ast.Walk(root, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			document.add(node, source)
		}
		return ast.WalkContinue, nil
	})
}

func (d *Document) add(node ast.Node, source []byte) {
	switch node := node.(type) {
	case *ast.Link:
		d.Links = append(d.Links, string(node.Destination))
	case *ast.Image:
		d.Links = append(d.Links, string(node.Destination))
	case *ast.Heading:
		d.Anchors[anchor(plain(node, source), d.Anchors)] = true
	case *ast.FencedCodeBlock:
		d.Blocks = append(d.Blocks, Block{string(node.Language(source)), string(node.Lines().Value(source))})
	}
}

// plain is a heading's text without its marks.
func plain(node ast.Node, source []byte) string {
	var out bytes.Buffer
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		if leaf, ok := child.(*ast.Text); ok {
			out.Write(leaf.Value(source))
		} else {
			out.WriteString(plain(child, source))
		}
	}
	return out.String()
}

var punctuation = regexp.MustCompile(`[^\p{L}\p{N}\p{M}_ -]`)

// anchor is the name that forges give to a heading: lower case, hyphens for spaces, numbered where it is taken.
func anchor(heading string, taken map[string]bool) string {
	name := strings.ReplaceAll(punctuation.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
	candidate := name
	for n := 1; taken[candidate]; n++ {
		candidate = name + "-" + strconv.Itoa(n)
	}
	return candidate
}
