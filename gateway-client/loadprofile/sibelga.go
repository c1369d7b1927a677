// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// sibelgaKinds are the kinds of volume of the Brussels grid operator. Anything that is shared and what is not add up to
// a reading.
var sibelgaKinds = map[string]struct {
	direction settlement.Direction
	figure    Figure
}{
	"consommation partagee": {settlement.Consumption, Covered},
	"consommation reseau":   {settlement.Consumption, Residual},
	"injection partagee":    {settlement.Production, Shared},
	"injection reseau":      {settlement.Production, Surplus},
}

// readSibelga reads the result of sharing by quarter-hour.
func readSibelga(f *file) error {
	var of columns
	for line, record := range f.records(';') {
		if of == nil {
			of = headings(record)
			continue
		}
		r := row{line: line, quality: Measured}
		r.point = of.of(record, "ean")
		kind := of.of(record, "type de volume")
		r.register = plain(kind)
		r.direction = sibelgaKinds[r.register].direction
		f.at(&r, of.of(record, "date debut"))
		f.measure(&r, of.of(record, "volume (kwh)"), comma, "kwh")
		const unknown = "a kind of volume that is not known"
		f.putKnown(r, unknown, kind)
		if figure := sibelgaKinds[r.register].figure; figure != "" {
			r.register = ""
			f.decide(figure, r)
			continue
		}
		r.fail(unknown, quoted(kind))
		for _, figure := range []Figure{Covered, Residual, Shared, Surplus} {
			f.decide(figure, r)
		}
	}
	return nil
}

// sibelgaVolumes are the columns of a month by register.
var sibelgaVolumes = []struct {
	column string
	figure Figure
}{
	{"volume partage (kwh)", Covered},
	{"volume complementaire (kwh)", Residual},
	{"injection partagee (kwh)", Shared},
	{"injection residuelle (kwh)", Surplus},
}

// isSibelgaMonth reports whether a heading is that of a month by register.
func isSibelgaMonth(heading string) bool {
	return strings.Contains(heading, "fromdate (inclu)") && strings.Contains(heading, sibelgaVolumes[0].column)
}

// readSibelgaMonth reads the result of a period by register, as CSV or as a workbook. Its amounts in euros are no
// energies.
func readSibelgaMonth(f *file) error {
	rows, form := f.records(';'), comma
	if f.book != nil {
		rows, form = f.sibelgaSheet(), sheet
	}
	var of columns
	var taken []sibelgaRow
	for line, record := range rows {
		switch {
		case of == nil && isSibelgaMonth(plain(strings.Join(record, ";"))):
			of = headings(record)
			for _, volume := range sibelgaVolumes {
				if !of.has(volume.column) {
					return refuse(line, badFile, "it has no column %s", volume.column)
				}
			}
		case of != nil && of.of(record, "ean") != "":
			taken = append(taken, f.sibelgaRow(of, line, record, form))
		}
	}
	f.putSibelga(taken)
	f.set.note("%s: its amounts in euros are not read", f.name)
	return nil
}

func (f *file) sibelgaSheet() iter.Seq2[int, []string] {
	for _, name := range f.book.sheets() {
		for _, record := range f.book.begins(name, 20) {
			if isSibelgaMonth(plain(strings.Join(record, ";"))) {
				return f.book.rows(name)
			}
		}
	}
	return func(func(int, []string) bool) {}
}

// sibelgaRow is a row with its four volumes.
type sibelgaRow struct {
	of      row
	volumes []row
}

func (f *file) sibelgaRow(of columns, line int, record []string, form mark) sibelgaRow {
	r := row{line: line, quality: Measured}
	r.point, r.register = of.of(record, "ean"), of.of(record, "registre")
	from, one := f.sibelgaDay(of.of(record, "fromdate (inclu)"))
	until, other := f.sibelgaDay(of.of(record, "todate (exclu)"))
	if one && other {
		f.period(&r, from, until)
	} else {
		r.timeless = true
		r.fail(badTime, quoted(of.of(record, "fromdate (inclu)"))+" to "+quoted(of.of(record, "todate (exclu)")))
	}
	taken := sibelgaRow{of: r}
	for _, volume := range sibelgaVolumes {
		r := r
		f.measure(&r, of.of(record, volume.column), form, "kwh")
		r.figure = volume.figure
		taken.volumes = append(taken.volumes, r)
	}
	return taken
}

// putSibelga puts the figures. A point has all four columns; a side whose volumes are all 0 is not the point's, unless
// the other side's are 0 too.
func (f *file) putSibelga(taken []sibelgaRow) {
	used := map[string]bool{} // by point, and by point and side
	side := func(point string, i int) string { return point + " " + strconv.Itoa(i/2) }
	for _, t := range taken {
		for i, volume := range t.volumes {
			if volume.reason != "" || volume.quality == Missing || !volume.value.zero() {
				used[t.of.point], used[side(t.of.point, i)] = true, true
			}
		}
	}
	for _, t := range taken {
		for i, volume := range t.volumes {
			if !used[t.of.point] || used[side(t.of.point, i)] {
				f.put(volume)
			}
		}
	}
}

// frenchMonths are the beginnings of months' names without accents.
var frenchMonths = []string{"janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"}

// sibelgaDay reads a day such as 1-avr-26 or 01/04/2026, or a serial date of a workbook.
func (f *file) sibelgaDay(text string) (stamp, bool) {
	if seconds, ok := f.serial(text); ok {
		return stamp{seconds: seconds, wall: true}, true
	}
	if words := strings.Split(plain(text), "-"); len(words) == 3 {
		for month, name := range frenchMonths {
			if strings.HasPrefix(words[1], name) {
				text = words[0] + "/" + strconv.Itoa(month+1) + "/" + words[2]
			}
		}
	}
	for _, layout := range []string{"2/1/06", "2/1/2006", time.DateOnly, "2006-01-02 15:04:05"} {
		if day, err := time.Parse(layout, strings.TrimSpace(text)); err == nil && sane(day) {
			return stamp{seconds: day.Unix(), wall: true}, true
		}
	}
	return stamp{}, false
}
