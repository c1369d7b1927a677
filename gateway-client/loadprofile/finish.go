// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// resolved are the rows of a key with their instants.
type resolved struct {
	rows    []row
	at      []int64
	reasons []string
	steps   []int64
}

// finish places the file's rows in time and hands them to the set.
func (f *file) finish() error {
	all := make([]resolved, len(f.keys))
	for i, key := range f.keys {
		all[i] = f.resolve(f.rows[key])
	}
	usual := usualStep(all)
	for i, key := range f.keys {
		owner, refusal := f.owner(key, all[i].rows[0].line)
		if refusal != nil {
			f.refuse(*refusal)
			continue
		}
		f.store(owner, key.register, all[i], usual)
		all[i] = resolved{} // a large file's rows are many
		delete(f.rows, key)
	}
	f.rows, f.text = nil, nil
	return nil
}

// owner is the point and direction of a key, by the file or by the options.
func (f *file) owner(key rowKey, line int) (seriesKey, *Refusal) {
	options := f.set.options
	owner := seriesKey{cmp.Or(key.point, options.Point), cmp.Or(key.direction, options.Direction), key.figure}
	if key.figure != "" {
		owner.direction = ""
	}
	var refusal Refusal
	reason := validPoint(owner.point)
	switch {
	case owner.point == "":
		refusal = refuse(line, noPoint, "")
	case reason != "":
		refusal = refuse(line, badPoint, "%s", reason)
	case options.Point != "" && owner.point != options.Point:
		refusal = refuse(line, otherPoint, "%s is not %s", owner.point, options.Point)
	case key.figure != "":
		return owner, nil
	case options.Direction != "" && owner.direction != options.Direction:
		refusal = refuse(line, otherWay, "it is %s of %s", owner.direction, owner.point)
	case owner.direction == "":
		owner.direction = settlement.Consumption
		f.set.note("%s does not say its direction: it is read as consumption; --direction says otherwise", f.name)
		return owner, nil
	default:
		return owner, nil
	}
	return owner, &refusal
}

// resolve finds the rows' instants and steps.
func (f *file) resolve(rows []row) resolved {
	timed := make([]row, 0, len(rows))
	for _, r := range rows {
		if !r.timeless {
			timed = append(timed, r)
		}
	}
	r := resolved{
		rows:    rows,
		at:      make([]int64, len(rows)),
		reasons: make([]string, len(rows)),
		steps:   make([]int64, len(rows)),
	}
	if len(timed) > 0 {
		at, reasons := f.set.clock.resolve(timed)
		n := 0
		for i := range rows {
			if !rows[i].timeless {
				r.at[i], r.reasons[i] = at[n], reasons[n]
				n++
			}
		}
	}
	r.infer()
	return r
}

// infer finds the steps that the rows do not say.
func (r *resolved) infer() {
	var open []int
	for i := range r.rows {
		r.steps[i] = r.rows[i].step
		if !r.rows[i].timeless && !strings.HasPrefix(r.reasons[i], skipped) && r.rows[i].step == 0 {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return
	}
	slices.SortStableFunc(open, func(a, b int) int { return cmp.Compare(r.at[a], r.at[b]) })
	var at []int64
	for _, i := range open {
		at = append(at, r.at[i])
	}
	at = slices.Compact(at)
	found, reasons := infer(at, r.rows[open[0]].stamp.end)
	n := 0
	for _, i := range open {
		for at[n] != r.at[i] {
			n++
		}
		r.steps[i] = found[n]
		if reasons[n] != unclearStep { // else another series may tell
			r.reasons[i] = cmp.Or(r.reasons[i], reasons[n])
		}
	}
}

// usualStep is the step of all rows that have one; without any, that of all times of the file together.
func usualStep(all []resolved) int64 {
	var found, at []int64
	ends := false
	for _, r := range all {
		for i := range r.rows {
			if r.steps[i] != 0 && !r.rows[i].span {
				found = append(found, r.steps[i])
			}
			if !r.rows[i].timeless {
				at, ends = append(at, r.at[i]), r.rows[i].stamp.end
			}
		}
	}
	slices.Sort(found)
	if found = slices.Compact(found); len(found) > 0 {
		return found[0] * int64(2-min(len(found), 2)) // 0 where there are several
	}
	slices.Sort(at)
	if at = slices.Compact(at); len(at) < 2 {
		return 0
	}
	found, _ = infer(at, ends)
	slices.Sort(found)
	if found = slices.Compact(found); len(found) > 1 {
		return 0
	}
	return found[0]
}

// store hands the readings of a key to the set, and refuses the days of those that cannot be read.
func (f *file) store(owner seriesKey, register string, r resolved, usual int64) {
	of := f.set.series[owner]
	if of == nil {
		of = &series{registers: map[string][]reading{}, periods: map[string][]reading{}, lost: map[string]bool{}}
		f.set.series[owner] = of
	}
	of.strict, of.layered = of.strict || f.strict, of.layered || f.layered
	for i, row := range r.rows {
		if row.timeless {
			f.lose(owner, of, row, r.near(i, f.set.clock), row.reason, row.detail)
			continue
		}
		step := cmp.Or(r.steps[i], usual)
		start := r.at[i]
		if row.stamp.end {
			start -= cmp.Or(step, 1)
		}
		reason := cmp.Or(row.reason, r.reasons[i])
		if step == 0 {
			reason = cmp.Or(reason, unclearStep)
		}
		if reason != "" {
			f.lose(owner, of, row, []string{f.set.clock.date(start)}, reason, row.detail)
			continue
		}
		value := row.value
		if row.power {
			value = value.over(step)
		}
		kept := of.registers
		if row.span {
			kept = of.periods
		}
		kept[register] = append(kept[register], reading{
			start: start, step: step, value: value, quality: row.quality, version: row.version, file: f.number,
			line: row.line, name: f.name,
		})
	}
}

// near are the days of the rows around one whose own day is not known.
func (r resolved) near(i int, of clock) (days []string) {
	for j := i - 1; j >= 0; j-- {
		if !r.rows[j].timeless {
			days = append(days, of.date(r.at[j]))
			break
		}
	}
	for j := i + 1; j < len(r.rows); j++ {
		if !r.rows[j].timeless {
			days = append(days, of.date(r.at[j]-1), of.date(r.at[j]))
			break
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// lose leaves days of a series out. The first reason of a day is told.
func (f *file) lose(owner seriesKey, of *series, at row, days []string, reason, detail string) {
	if len(days) == 0 {
		days = []string{""}
	}
	for _, day := range days {
		if day != "" && of.lost[day] {
			continue
		}
		of.lost[day] = true
		f.refuse(Refusal{Line: at.line, Point: owner.point, Day: day, Reason: reason, Detail: detail})
	}
}

// dayStart is the first instant of a local date, and the day's intervals.
func (c clock) day(date string) (start time.Time, intervals int, err error) {
	community := settlement.Community{Terms: settlement.Terms{TimeZone: c.zone.String(), IntervalMinutes: c.minutes}}
	day, err := community.Day(date)
	return day.Start, day.Intervals, err
}
