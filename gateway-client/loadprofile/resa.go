// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// readRESA reads the Liège grid operator's workbook: what was measured (Brut), what was shared and what was not (Net).
// Each sheet has the unit in row 1, the EAN in row 2, A+ or A- in row 3, then the quarter-hours and a row Total.
func readRESA(f *file) error {
	wanted := []string{"Brut Rep"}
	if f.set.options.Content == Decisions {
		wanted = []string{"Partagé Rep", "Net Rep"}
	}
	for _, name := range wanted {
		if !slices.Contains(f.book.sheets(), name) {
			return refuse(0, notProfile, "it has no sheet %s", name)
		}
		f.resaSheet(name)
	}
	return nil
}

func (f *file) resaSheet(name string) {
	heads := make([][]string, 4)
	for line, record := range f.book.rows(name) {
		if line <= 3 {
			heads[line] = slices.Clone(record)
			continue
		}
		label := plain(cellAt(record, 0))
		if label == "" || label == "total" {
			continue
		}
		for i := 1; i < len(heads[2]); i++ {
			if heads[2][i] != "" {
				f.resaRow(name, heads, line, i, record)
			}
		}
	}
}

func (f *file) resaRow(name string, heads [][]string, line, i int, record []string) {
	r := row{rowKey: rowKey{point: strings.TrimSpace(heads[2][i])}, line: line, quality: Measured}
	f.sheetTime(&r, record[0])
	switch strings.TrimSpace(cellAt(heads[3], i)) {
	case "A+":
		r.direction = settlement.Consumption
	case "A-":
		r.direction = settlement.Production
	default:
		r.fail("a direction that is not known", quoted(cellAt(heads[3], i)))
	}
	words := strings.Fields(cellAt(heads[1], i))
	unit := "?"
	if len(words) > 0 {
		unit = words[len(words)-1]
	}
	f.measure(&r, cellAt(record, i), sheet, unit)
	if r.power {
		r.fail(badUnit, quoted(unit))
	}
	if name == "Brut Rep" {
		f.put(r)
		return
	}
	shared, rest := figuresOf(r.direction)
	f.decide(map[string]Figure{"Partagé Rep": shared, "Net Rep": rest}[name], r)
}
