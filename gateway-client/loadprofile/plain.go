// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"regexp"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// plainColumn is cons_<id>_mWh or prod_<id>_mWh.
var plainColumn = regexp.MustCompile(`^(cons|prod)_(.+)_mWh$`)

type plainCurve struct {
	column int
	name   string
	key    rowKey
}

// readPlain reads the form of smartb energy sample and allocate: local_start and a column for each point, whole mWh,
// one row for each interval. A row that is not there is a mistake; a missing value is an empty cell.
func readPlain(f *file) error {
	f.strict = true
	var curves []plainCurve
	start, width := -1, 0
	for line, record := range f.records(',') {
		if start < 0 {
			var err error
			if start, curves, err = plainColumns(line, record); err != nil {
				return err
			}
			width = len(record)
			continue
		}
		if start >= len(record) {
			return refuse(line, badFile, "the row has %d cells, the heading %d", len(record), width)
		}
		for _, curve := range curves {
			r := row{rowKey: curve.key, line: line, quality: Measured}
			f.at(&r, record[start])
			plainValue(&r, curve, record, width)
			f.put(r)
		}
	}
	return nil
}

func plainValue(r *row, curve plainCurve, record []string, width int) {
	if len(record) != width {
		r.fail(badCell, "column "+curve.name+", the row has another number of cells than the heading")
		return
	}
	cell := record[curve.column]
	if cell == "" {
		r.quality = Missing
		return
	}
	var reason string
	if r.value, reason = parse(cell, point, 0); reason != "" || r.value.part != nil ||
		strings.Trim(cell, "0123456789") != "" {
		r.fail(badCell, "column "+curve.name+", expected an integer of mWh that is not negative, or nothing")
	}
}

func plainColumns(line int, record []string) (start int, curves []plainCurve, err error) {
	start = -1
	seen := map[string]bool{}
	for i, name := range record {
		if name == "local_start" || name == "start" {
			if start >= 0 {
				return 0, nil, refuse(line, notProfile, "it has two columns of starts")
			}
			start = i
			continue
		}
		match := plainColumn.FindStringSubmatch(name)
		if match == nil {
			continue
		}
		if seen[name] {
			return 0, nil, refuse(line, notProfile, "column %s stands twice", name)
		}
		seen[name] = true
		direction := settlement.Consumption
		if match[1] == "prod" {
			direction = settlement.Production
		}
		curves = append(curves, plainCurve{i, name, rowKey{point: match[2], direction: direction}})
	}
	if start < 0 {
		return 0, nil, refuse(line, notProfile, "it has no column local_start or start")
	}
	if len(curves) == 0 {
		return 0, nil, refuse(line, notProfile, "it has no column cons_<id>_mWh or prod_<id>_mWh")
	}
	return start, curves, nil
}
