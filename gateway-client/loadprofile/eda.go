package loadprofile

import (
	"iter"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// edaMethods are the qualities L1 to L3 of the column MM.
var edaMethods = map[string]Quality{"L1": Measured, "L2": Substituted, "L3": Estimated}

// edaColumn is a column of a report with readings.
type edaColumn struct {
	rowKey
	at, method int // method is the place of its column MM, 0 for none
	from       int64
	step       int64
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

// find finds the columns with readings: what was consumed or produced in all, not shares of it.
func (e *edaReport) find(line int) error {
	points, codes := e.heads["meteringpointid"], e.heads["metercode"]
	e.columns = []edaColumn{}
	for at := 1; at < len(codes); at++ {
		code, number := plain(codes[at]), strings.TrimSpace(cellAt(points, at))
		if number == "TOTAL" || number == "" || number == "MM" {
			continue
		}
		key := rowKey{point: number}
		switch {
		case strings.HasPrefix(code, "gesamtverbrauch lt. messung"):
			key.direction = settlement.Consumption
		case strings.HasPrefix(code, "gesamte gemeinschaftliche erzeugung"):
			key.direction = settlement.Production
		default:
			continue
		}
		if !strings.HasSuffix(code, "[kwh]") {
			return refuse(line, badUnit, "%s", quoted(codes[at]))
		}
		column := edaColumn{rowKey: key, at: at}
		if strings.TrimSpace(cellAt(points, at+1)) == "MM" {
			column.method = at + 1
		}
		if err := e.describe(&column, line); err != nil {
			return err
		}
		e.columns = append(e.columns, column)
	}
	if len(e.columns) == 0 {
		return refuse(line, notProfile, "no column of it has Gesamtverbrauch or Gesamte gemeinschaftliche Erzeugung")
	}
	return nil
}

// describe reads what the headings say of a column.
func (e *edaReport) describe(c *edaColumn, line int) error {
	direction := plain(cellAt(e.heads["energy direction"], c.at) + cellAt(e.heads["energydirection"], c.at))
	want := "consumption"
	if c.direction == settlement.Production {
		want = "generation"
	}
	if direction != "" && direction != want {
		return refuse(line, inconsonant, "the direction of %s is %s, its code is one of %s", c.point, direction, want)
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
		r := row{rowKey: c.rowKey, line: line, step: c.step, quality: Measured}
		e.file.sheetTime(&r, record[0])
		e.file.measure(&r, cellAt(record, c.at), form, "kwh")
		if c.method > 0 && r.quality != Missing {
			r.status(cellAt(record, c.method), edaMethods)
		}
		if !r.timeless && r.stamp.seconds < c.from && (r.quality == Missing || r.value.zero()) {
			continue // before the point joined
		}
		e.file.put(r)
	}
}
