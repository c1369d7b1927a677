// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"strings"
	"time"
)

// readEDistribuzione reads the Italian grid operator's export: a row for each day, a column for each quarter-hour.
// Neither point nor direction are in it. Columns of the hour that the clock skips are empty.
func readEDistribuzione(f *file) error {
	var labels, ends []int64
	for line, record := range f.records(';') {
		if labels == nil {
			var err error
			if labels, ends, err = quarterHours(line, record); err != nil {
				return err
			}
			continue
		}
		day, err := time.Parse("02/01/2006", record[0])
		if err != nil || !sane(day) {
			f.put(row{line: line, timeless: true, reason: badTime, detail: quoted(record[0])})
			continue
		}
		f.quarters(line, day, record, labels, ends)
	}
	return nil
}

func (f *file) quarters(line int, day time.Time, record []string, labels, ends []int64) {
	for i, label := range labels {
		r := row{
			line:    line,
			step:    ends[i] - label,
			quality: Measured,
			stamp:   stamp{seconds: day.Unix() + label, wall: true},
		}
		f.measure(&r, cellAt(record, i+1), comma, "kwh")
		if r.quality == Missing && len(f.set.clock.passes(r.stamp.seconds)) == 0 {
			continue
		}
		if len(record) < len(labels)+1 || strings.Join(record[min(len(record), len(labels)+1):], "") != "" {
			r.fail(badCell, "the row has another number of cells than the heading")
		}
		f.put(r)
	}
}

func quarterHours(line int, record []string) (labels, ends []int64, err error) {
	for _, name := range record[1:] {
		if name == "" {
			continue
		}
		from, to, _ := strings.Cut(name, "-")
		begin, ok := labelOf(from)
		end, is := labelOf(to)
		if end == 0 {
			end = 86400
		}
		if !ok || !is || end <= begin || end-begin > 3600 {
			return nil, nil, refuse(line, notProfile, "the heading %s is no span of time", quoted(name))
		}
		labels, ends = append(labels, begin), append(ends, end)
	}
	return labels, ends, nil
}
