// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"bytes"
	"iter"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lineCounter returns the lines of places in a text, which are asked for in their order.
type lineCounter struct {
	text     []byte
	at, line int
}

func (c *lineCounter) of(offset int) int {
	offset = min(max(offset, 0), len(c.text))
	if offset < c.at {
		c.at, c.line = 0, 0
	}
	c.line += bytes.Count(c.text[c.at:offset], []byte("\n"))
	c.at = offset
	return c.line + 1
}

// line is the line of a place in the text.
func (f *file) line(offset int64) int {
	if f.lines == nil {
		f.lines = &lineCounter{text: f.text}
	}
	return f.lines.of(int(offset))
}

// plain writes a heading without accents, capitals and more than one space.
func plain(text string) string {
	ascii := true
	for i := range len(text) {
		ascii = ascii && text[i] < 0x80
	}
	if !ascii {
		text = strings.Map(func(c rune) rune {
			if unicode.Is(unicode.Mn, c) {
				return -1
			}
			return c
		}, norm.NFKD.String(text))
	}
	return strings.Join(strings.Fields(strings.ToLower(text)), " ")
}

// records gives the lines of a table with their numbers, cut at the separator. A quote that does not close ends with
// its line, so that it costs no other line. Empty lines are passed over.
func (f *file) records(separator byte) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		line := 0
		for text := range bytes.Lines(f.text) {
			line++
			content := strings.TrimRight(string(text), "\r\n")
			if strings.Trim(content, string(separator)+" ") == "" {
				continue
			}
			if !yield(line, cells(content, separator)) {
				return
			}
		}
	}
}

// cells cuts a line. A cell in quotes may have the separator and doubled quotes in it; ="…" is a cell that
// spreadsheets leave as text.
func cells(line string, separator byte) (record []string) {
	for {
		rest := strings.TrimPrefix(strings.TrimLeft(line, " "), "=")
		if strings.HasPrefix(rest, `"`) {
			if cell, after, closed := cutQuoted(rest[1:], separator); closed {
				record = append(record, cell)
				if after == "" {
					return record
				}
				line = after[1:]
				continue
			}
		}
		at := strings.IndexByte(line, separator)
		if at < 0 {
			return append(record, strings.TrimSpace(line))
		}
		record = append(record, strings.TrimSpace(line[:at]))
		line = line[at+1:]
	}
}

// cutQuoted gives a cell up to its closing quote, and the rest from the separator on.
func cutQuoted(text string, separator byte) (cell, after string, closed bool) {
	var content strings.Builder
	for {
		at := strings.IndexByte(text, '"')
		if at < 0 {
			return "", "", false
		}
		content.WriteString(text[:at])
		text = text[at+1:]
		if strings.HasPrefix(text, `"`) {
			content.WriteByte('"')
			text = text[1:]
			continue
		}
		text = strings.TrimLeft(text, " ")
		if text != "" && text[0] != separator {
			return "", "", false
		}
		return strings.TrimSpace(content.String()), text, true
	}
}

// columns are the places of a table's columns by their headings.
type columns map[string]int

func headings(record []string) columns {
	c := columns{}
	for i, name := range record {
		if _, twice := c[plain(name)]; !twice {
			c[plain(name)] = i
		}
	}
	return c
}

// has reports whether all the columns are there.
func (c columns) has(names ...string) bool {
	for _, name := range names {
		if _, is := c[name]; !is {
			return false
		}
	}
	return true
}

// of is the cell below the first of the headings that is there.
func (c columns) of(record []string, names ...string) string {
	for _, name := range names {
		if i, is := c[name]; is && i < len(record) {
			return record[i]
		}
	}
	return ""
}

// separatorOf is the separator of a heading's line: the one that is there most.
func separatorOf(text string) byte {
	line, _, _ := strings.Cut(text, "\n")
	best, most := byte(';'), 0
	for _, c := range []byte(";,\t") {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
