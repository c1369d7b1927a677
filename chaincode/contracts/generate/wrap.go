// SPDX-License-Identifier: Apache-2.0

package main

import "strings"

// columns is how long a line of a document is at most.
const columns = 120

// wrap breaks each line of a document that is too long. Further lines of a list's entry are indented.
func wrap(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = wrapLine(line)
	}
	return strings.Join(lines, "\n")
}

func wrapLine(line string) string {
	indent := ""
	if strings.HasPrefix(line, "- ") {
		indent = "  "
	}
	var b strings.Builder
	length := 0
	for i, word := range strings.Split(line, " ") {
		switch {
		case i == 0:
		case length+1+len(word) > columns:
			b.WriteString("\n" + indent)
			length = len(indent)
		default:
			b.WriteString(" ")
			length++
		}
		b.WriteString(word)
		length += len(word)
	}
	return b.String()
}
