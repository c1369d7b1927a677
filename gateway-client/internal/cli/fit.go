package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

const (
	// borders are the characters that a column has besides its text, and the table at its end.
	bordersOfColumn, bordersOfTable = 3, 1
	// narrowest is how far a column is narrowed at most.
	narrowest = 12
)

// fit wraps the cells of the widest columns so that a table fits a terminal; what goes to a file or a pipe stays one line for each row.
func fit(stdout io.Writer, shown Table) []table.ColumnConfig {
	file, ok := stdout.(*os.File)
	if !ok {
		return nil
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil { // no terminal
		return nil
	}
	var configs []table.ColumnConfig
	for i, limit := range narrowed(widths(shown), width) {
		configs = append(configs, table.ColumnConfig{Number: i + 1, WidthMax: limit, WidthMaxEnforcer: text.WrapSoft})
	}
	return configs
}

// widths are the columns' natural widths.
func widths(shown Table) []int {
	list := make([]int, len(shown.Columns()))
	for i, column := range shown.Columns() {
		list[i] = text.LongestLineLen(column)
	}
	for _, row := range shown.Rows() {
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
