// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// enedisSheets are the sheets of the customers' export with a load profile, by their heading, and their direction.
func enedisSheets(book *workbook) map[string]settlement.Direction {
	found := map[string]settlement.Direction{}
	for _, sheet := range book.sheets() {
		for _, record := range book.begins(sheet, 30) {
			if plain(cellAt(record, 2)) == "debut" && plain(cellAt(record, 3)) == "fin" {
				found[sheet] = directionOf(plain(sheet))
			}
		}
	}
	return found
}

func directionOf(title string) settlement.Direction {
	switch {
	case strings.Contains(title, "consommation"):
		return settlement.Consumption
	case strings.Contains(title, "production"), strings.Contains(title, "injection"):
		return settlement.Production
	}
	return ""
}

// readEnedisWorkbook reads the export since 2025: a title with the PRM, then Début, Fin and the mean power in columns
// C to E. A row that is NA is missing; in the hour that the clock skips it is nothing.
func readEnedisWorkbook(f *file) error {
	for _, sheet := range f.book.sheets() {
		direction, is := enedisSheets(f.book)[sheet]
		if !is {
			continue
		}
		key, unit := rowKey{direction: direction}, ""
		for line, record := range f.book.rows(sheet) {
			switch {
			case strings.Contains(plain(cellAt(record, 0)), "(prm)"):
				key.point = strings.TrimSpace(cellAt(record, 1))
			case plain(cellAt(record, 2)) == "debut":
				_, unit, _ = strings.Cut(plain(cellAt(record, 4)), "(en ")
				if unit = strings.TrimSuffix(unit, ")"); unit != "w" && unit != "kw" {
					return refuse(line, notProfile, "its unit is %q, not W or kW", unit)
				}
			case unit != "" && cellAt(record, 2) != "":
				f.enedisRow(row{rowKey: key, line: line, quality: Measured}, record, unit)
			}
		}
	}
	return nil
}

func (f *file) enedisRow(r row, record []string, unit string) {
	value := strings.TrimSpace(cellAt(record, 4))
	if value == "NA" {
		value = ""
	}
	f.sheetBetween(&r, record[2], cellAt(record, 3))
	if value == "" && !r.timeless && r.stamp.wall && len(f.set.clock.passes(r.stamp.seconds)) == 0 {
		return
	}
	f.measure(&r, value, sheet, unit)
	f.put(r)
}

// sheetBetween is between for cells that may be serial dates.
func (f *file) sheetBetween(r *row, begin, end string) {
	if seconds, ok := f.serial(begin); ok {
		begin = wallText(seconds)
	}
	if seconds, ok := f.serial(end); ok {
		end = wallText(seconds)
	}
	f.between(r, begin, end)
}
