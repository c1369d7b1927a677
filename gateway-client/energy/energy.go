// SPDX-License-Identifier: Apache-2.0

// Package energy reads and writes load profiles off-chain: the plain CSV of a community's meters, the offline
// allocation of such a file. The meter days that are submitted from it. Energies are int64 in mWh (1e-6 kWh).
package energy

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

// LoadProfile is one column of a file: what one metering point measured in each interval.
type LoadProfile struct {
	// ID names the metering point.
	ID     string
	Values []int64
	// Missing marks the intervals without a value; their Values are 0.
	Missing []bool
}

// Load is a file of load profiles, one row per interval in the order of time.
type Load struct {
	// Start are the intervals' starts as the file writes them: local wall-clock times without offset.
	Start                   []string
	Consumption, Production []LoadProfile
	// Bad lists the cells that hold no energy; they count as missing.
	Bad []CellError
	// lines are the rows' lines in the file.
	lines []int
}

// CellError reports a cell that cannot be read.
type CellError struct {
	// Row counts from 0; Line is the file's line, from 1.
	Row, Line int
	Column    string
	Reason    string
}

// Error names the cell.
func (e CellError) Error() string {
	return fmt.Sprintf("line %d, column %s: %s", e.Line, e.Column, e.Reason)
}

// ErrFormat reports a file that is no table of load profiles.
var ErrFormat = errors.New("not a CSV file of load profiles")

// columnPattern is cons_<id>_mWh or prod_<id>_mWh.
var columnPattern = regexp.MustCompile(`^(cons|prod)_(.+)_mWh$`)

// Read reads the plain CSV: a column local_start (or start), columns cons_<id>_mWh and prod_<id>_mWh, others ignored; one row per interval. An empty
// cell is a missing value. Cells that cannot be read are listed in Load.Bad; a row of another length ends the reading with an error.
func Read(r io.Reader) (*Load, error) {
	rows := csv.NewReader(r)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, document.Table(err))
	}
	load := new(Load)
	columns, start, err := load.columns(header)
	if err != nil {
		return nil, err
	}
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return load, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, document.Table(err))
		}
		line, _ := rows.FieldPos(0)
		load.append(record, start, columns, line)
	}
}

// column is the state of a load profile in the file.
type column struct {
	index      int
	name       string
	production bool
	curve      int
}

func (l *Load) columns(header []string) (columns []column, start int, err error) {
	start = -1
	seen := map[string]bool{}
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		if name == "local_start" || name == "start" {
			if start >= 0 {
				return nil, 0, fmt.Errorf("%w: it has two columns of starts, %s and %s", ErrFormat, header[start], name)
			}
			start = i
			continue
		}
		match := columnPattern.FindStringSubmatch(name)
		if match == nil {
			continue
		}
		if seen[name] {
			return nil, 0, fmt.Errorf("%w: column %s stands twice", ErrFormat, name)
		}
		seen[name] = true
		columns = append(columns, l.curve(i, name, match[1] == "prod", match[2]))
	}
	if start < 0 {
		return nil, 0, fmt.Errorf("%w: it has no column local_start or start", ErrFormat)
	}
	if len(columns) == 0 {
		return nil, 0, fmt.Errorf("%w: it has no column cons_<id>_mWh or prod_<id>_mWh", ErrFormat)
	}
	return columns, start, nil
}

func (l *Load) curve(index int, name string, production bool, id string) column {
	side := l.side(production)
	*side = append(*side, LoadProfile{ID: id})
	return column{index, name, production, len(*side) - 1}
}

func (l *Load) side(production bool) *[]LoadProfile {
	if production {
		return &l.Production
	}
	return &l.Consumption
}

func (l *Load) append(record []string, start int, columns []column, line int) {
	row := len(l.Start)
	l.lines = append(l.lines, line)
	l.Start = append(l.Start, strings.Clone(strings.TrimSpace(record[start])))
	for _, c := range columns {
		value, missing, err := parse(record[c.index])
		if err != nil {
			l.Bad = append(l.Bad, CellError{Row: row, Line: line, Column: c.name, Reason: err.Error()})
		}
		curve := &(*l.side(c.production))[c.curve]
		curve.Values = append(curve.Values, value)
		curve.Missing = append(curve.Missing, missing || err != nil)
	}
}

var errCell = errors.New("not an energy; expected an integer of mWh that is not negative, or nothing")

func parse(cell string) (value int64, missing bool, err error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return 0, true, nil
	}
	value, err = strconv.ParseInt(cell, 10, 64)
	if err != nil || value < 0 || cell[0] == '+' {
		return 0, false, errCell
	}
	return value, false, nil
}
