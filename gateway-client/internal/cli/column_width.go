// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

const (
	// borders are the characters that a column has besides its text, and the table at its end.
	bordersOfColumn, bordersOfTable = 3, 1
	// narrowest is how far a column is narrowed at most.
	narrowest = 12
	// tail is how much of its end a shortened id keeps.
	tail = 4
)

// fit wraps the cells of the widest columns between words so that a table fits a terminal. A word that does not fit,
// such as an id, is never broken: it is shortened, and shortened is set. Output to a file or a pipe stays unchanged.
func fit(stdout io.Writer, columns []string, rows [][]any, shortened *bool) []table.ColumnConfig {
	file, ok := stdout.(*os.File)
	if !ok {
		return nil
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil { // no terminal
		return nil
	}
	var configs []table.ColumnConfig
	for i, limit := range narrowed(widths(columns, rows), width) {
		configs = append(configs, table.ColumnConfig{Number: i + 1, WidthMax: limit, WidthMaxEnforcer: wrapper(shortened)})
	}
	return configs
}

// wrapper wraps between words, and shortens words that are longer than a line.
func wrapper(shortened *bool) func(cell string, width int) string {
	return func(cell string, width int) string {
		words := strings.Split(cell, " ")
		for i, word := range words {
			if whole := []rune(word); len(whole) > width && !strings.Contains(word, "\n") {
				*shortened = true
				words[i] = string(whole[:width-tail-1]) + "…" + string(whole[len(whole)-tail:])
			}
		}
		return text.WrapSoft(strings.Join(words, " "), width)
	}
}

// widths are the columns' natural widths.
func widths(columns []string, rows [][]any) []int {
	list := make([]int, len(columns))
	for i, column := range columns {
		list[i] = text.LongestLineLen(column)
	}
	for _, row := range rows {
		for i, cell := range row {
			list[i] = max(list[i], text.LongestLineLen(fmt.Sprint(cell)))
		}
	}
	return list
}

// narrowed takes from the widest columns what the table is too wide for the terminal.
func narrowed(columns []int, terminal int) []int {
	room := terminal - bordersOfTable - bordersOfColumn*len(columns)
	for total(columns) > room {
		widest := 0
		for i, width := range columns {
			if width > columns[widest] {
				widest = i
			}
		}
		if columns[widest] <= narrowest {
			break
		}
		columns[widest]--
	}
	return columns
}

func total(widths []int) (sum int) {
	for _, width := range widths {
		sum += width
	}
	return sum
}
