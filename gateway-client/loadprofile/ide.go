// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

type ideRow struct {
	line             int
	cups, date, hour string
	used, generated  string
}

// readIDE reads the export of the Spanish grid operator i-DE, in Wh. The first label of a day reports whether labels
// are ends (01:00 … 24:00) or beginnings (00:00 … 23:00).
func readIDE(f *file) error {
	var of columns
	var rows []ideRow
	ends := map[string]bool{} // days whose labels are ends
	known := map[string]bool{}
	anyEnds, anyStarts := false, false
	for line, record := range f.records(';') {
		if of == nil {
			of = headings(record)
			continue
		}
		date, hour, _ := strings.Cut(of.of(record, "fecha-hora"), " ")
		rows = append(
			rows,
			ideRow{
				line,
				of.of(record, "cups"),
				date,
				hour,
				of.of(record, "consumo wh"),
				of.of(record, "generacion wh"),
			},
		)
		if hour == "24:00" || hour == "01:00" && !known[date] {
			known[date], ends[date], anyEnds = true, true, true
		}
		if hour == "00:00" {
			known[date], anyStarts = true, true
		}
	}
	for _, d := range rows {
		end := ends[d.date]
		clear := known[d.date]
		if !clear && anyEnds != anyStarts {
			end, clear = anyEnds, true
		}
		f.ideRow(d, settlement.Consumption, d.used, end, clear)
		f.ideRow(d, settlement.Production, d.generated, end, clear)
	}
	return nil
}

func (f *file) ideRow(d ideRow, direction settlement.Direction, value string, end, clear bool) {
	r := row{rowKey: rowKey{point: d.cups, direction: direction}, line: d.line, step: 3600, quality: Measured}
	label, ok := labelOf(d.hour)
	day, err := time.Parse("2006/01/02", d.date)
	switch {
	case err != nil || !sane(day):
		r.timeless, r.reason, r.detail = true, badTime, quoted(d.date+" "+d.hour)
	case !ok || label%3600 != 0:
		r.stamp = stamp{seconds: day.Unix() + 43200, wall: true}
		r.fail(badTime, quoted(d.hour)+" is no hour")
	case !clear || end && label == 0 || !end && label == 86400:
		r.stamp = stamp{seconds: day.Unix() + 43200, wall: true}
		r.fail(badTime, "the day does not show whether its hours are labelled by beginning or end")
	default:
		r.stamp = stamp{seconds: day.Unix() + label, wall: true}
		if end {
			r.stamp.seconds -= 3600
		}
	}
	f.measure(&r, value, comma, "wh")
	f.put(r)
}
