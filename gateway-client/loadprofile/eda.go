// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"iter"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// edaMethods are the qualities L1 to L3 of the column MM.
var edaMethods = map[string]Quality{"L1": Measured, "L2": Substituted, "L3": Estimated}

// edaCodes are the columns of readings and of the grid operator's figures by the beginnings of their headings, and the
// direction of their points. Shares of a consumption by factor, and what was offered, are neither.
var edaCodes = []struct {
	begins, way string
	direction   settlement.Direction
	figure      Figure
}{
	{begins: "gesamtverbrauch lt. messung", way: "consumption", direction: settlement.Consumption},
	{begins: "gesamte gemeinschaftliche erzeugung", way: "generation", direction: settlement.Production},
	{begins: "eigendeckung gemeinschaftliche erzeugung", way: "consumption", figure: Covered},
	{begins: edaRest, way: "generation", figure: Surplus},
	{begins: edaOldRest, way: "generation", figure: Surplus},
	{begins: edaOffered, way: "generation", figure: Shared},
}

// The rest of a producer's share in the community; the same of all that it produced, which is empty in newer reports.
// And its share, of which what is left over is taken.
const (
	edaRest    = "restuberschuss"
	edaOldRest = "gesamt/uberschusserzeugung"
	edaOffered = "erzeugung lt. messung entsprechend dem teilnahmefaktor"
)

// edaColumn is a column of a report that is read.
type edaColumn struct {
	rowKey
	way        string
	at, method int // method is the place of its column MM, 0 for none
	// less is the column that is taken from this one, nil for none.
	less *edaColumn
	from int64
	step int64
}

// edaReport is a report of the Austrian data exchange: headings in rows by their names in column A, then the rows of
// quarter-hours. Editions differ in the rows, in the order of columns and in their spelling.
type edaReport struct {
	file    *file
	heads   map[string][]string
	columns []edaColumn
}

// isEDA reports whether the beginning of a sheet is that of a report.
func isEDA(records [][]string) bool {
	points, codes := false, false
	for _, record := range records {
		name := plain(cellAt(record, 0))
		points = points || name == "meteringpointid"
		codes = codes || name == "metercode"
	}
	return points && codes
}

func readEDA(f *file) error {
	if f.book == nil {
		return f.edaSheet(f.records(';'))
	}
	for _, sheet := range f.book.sheets() {
		if plain(sheet) == "summery" {
			return refuse(0, notProfile, "it is an export of a community's software, not a report of the grid operators")
		}
	}
	for _, sheet := range f.book.sheets() {
		if isEDA(f.book.begins(sheet, 40)) {
			return f.edaSheet(f.book.rows(sheet))
		}
	}
	return refuse(0, notProfile, "no sheet of it has MeteringpointID and Metercode")
}

func (f *file) edaSheet(rows iter.Seq2[int, []string]) error {
	report := &edaReport{file: f, heads: map[string][]string{}}
	for line, record := range rows {
		name := plain(cellAt(record, 0))
		switch {
		case name == "":
		case report.columns != nil && strings.Trim(name, "0123456789.:- ") == "":
			report.row(line, record)
		default:
			if err := report.heading(line, name, record); err != nil {
				return err
			}
		}
	}
	return nil
}

// heading takes a row with a name. Below the headings, one that is not known has the place of a time.
func (e *edaReport) heading(line int, name string, record []string) error {
	if e.columns != nil {
		if name != "data completeness" && !strings.HasPrefix(name, "spaltensumme") {
			for _, c := range e.columns {
				e.file.put(row{rowKey: c.rowKey, line: line, timeless: true, reason: badTime, detail: quoted(record[0])})
			}
		}
		return nil
	}
	e.heads[name] = slices.Clone(record)
	if name == "metercode" {
		return e.find(line)
	}
	return nil
}

// find finds the columns that are asked for.
func (e *edaReport) find(line int) error {
	points, codes := e.heads["meteringpointid"], e.heads["metercode"]
	e.columns = []edaColumn{}
	rest := map[string]*edaColumn{}
	for at := 1; at < len(codes); at++ {
		number, code := strings.TrimSpace(cellAt(points, at)), plain(codes[at])
		column := edaColumnOf(number, code, at)
		if !e.asked(column) {
			continue
		}
		if !strings.HasSuffix(code, "[kwh]") {
			return refuse(line, badUnit, "%s", quoted(codes[at]))
		}
		if strings.TrimSpace(cellAt(points, at+1)) == "MM" {
			column.method = at + 1
		}
		if err := e.describe(&column, line); err != nil {
			return err
		}
		if strings.HasPrefix(code, edaRest) {
			rest[number] = &column
		}
		e.columns = append(e.columns, column)
	}
	if e.figures(rest); len(e.columns) > 0 {
		return nil
	}
	if e.file.set.options.Content == Decisions {
		return refuse(line, notOfficial, "no column of it has Eigendeckung, Überschusserzeugung or Restüberschuss")
	}
	return refuse(line, notProfile, "no column of it has Gesamtverbrauch or Gesamte gemeinschaftliche Erzeugung")
}

// asked reports whether a column is that of a point, and has what is asked for.
func (e *edaReport) asked(column edaColumn) bool {
	switch column.point {
	case "TOTAL", "", "MM":
		return false
	default:
		return column.way != "" && (column.figure != "") == (e.file.set.options.Content == Decisions)
	}
}

// edaColumnOf is the column of a code; one that is not read has no way.
func edaColumnOf(number, code string, at int) edaColumn {
	column := edaColumn{rowKey: rowKey{point: number}, at: at}
	for _, of := range edaCodes {
		if strings.HasPrefix(code, of.begins) {
			column.direction, column.figure, column.way = of.direction, of.figure, of.way
		}
	}
	return column
}

// figures chooses between the columns of a producer: what is left over by its share, where the report has it, else that
// of all. Only in the first case is what was shared known.
func (e *edaReport) figures(rest map[string]*edaColumn) {
	var kept []edaColumn
	for _, column := range e.columns {
		left := rest[column.point]
		switch {
		case column.figure == Surplus && left != nil && left.at != column.at:
			continue
		case column.figure == Shared && left == nil:
			continue
		case column.figure == Shared:
			column.less = left
		}
		kept = append(kept, column)
	}
	e.columns = kept
}

// describe reads what the headings say of a column.
func (e *edaReport) describe(c *edaColumn, line int) error {
	direction := plain(cellAt(e.heads["energy direction"], c.at) + cellAt(e.heads["energydirection"], c.at))
	if direction != "" && direction != c.way {
		return refuse(line, inconsonant, "the direction of %s is %s, its code is one of %s", c.point, direction, c.way)
	}
	switch length := plain(cellAt(e.heads["metering interval"], c.at)); {
	case length == "":
	case strings.HasPrefix(length, "qh"):
		c.step = 900
	case strings.HasPrefix(length, "h"):
		c.step = 3600
	default:
		return refuse(line, notProfile, "its Metering Interval is %s", quoted(length))
	}
	for _, name := range []string{"period start", "data period start", "metering point active start"} {
		if at, ok := e.bound(c.at, name); ok {
			c.from = max(c.from, at)
		}
	}
	return nil
}

func (e *edaReport) bound(at int, name string) (int64, bool) {
	cell := cellAt(e.heads[name], at)
	if cell == "" {
		return 0, false
	}
	var r row
	e.file.sheetTime(&r, cell)
	return r.stamp.seconds, !r.timeless
}

func (e *edaReport) row(line int, record []string) {
	form := comma
	if e.file.book != nil {
		form = sheet
	}
	for _, c := range e.columns {
		r := e.cell(c, line, record, form)
		if c.less != nil {
			r = r.less(e.cell(*c.less, line, record, form))
		}
		if !r.timeless && r.stamp.seconds < c.from && (r.quality == Missing || r.value.zero()) {
			continue // before the point joined
		}
		e.file.put(r)
	}
}

func (e *edaReport) cell(c edaColumn, line int, record []string, form mark) row {
	r := row{rowKey: c.rowKey, line: line, step: c.step, quality: Measured}
	e.file.sheetTime(&r, record[0])
	e.file.measure(&r, cellAt(record, c.at), form, "kwh")
	if c.method > 0 && r.quality != Missing {
		r.status(cellAt(record, c.method), edaMethods)
	}
	return r
}
