// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"slices"
	"strings"
	"time"
)

// skipped is why a wall time is none.
const skipped = "the clock skips this time"

// clock is the local time of the readings' place.
type clock struct {
	zone    *time.Location
	minutes int
}

// stamp is a time as a file writes it: an instant, or what a clock on the wall shows.
type stamp struct {
	// seconds of an instant count from 1970 in UTC; those of a wall clock as if it showed UTC.
	seconds int64
	wall    bool
	// end is true where the stamp is the end of the reading's step.
	end bool
	// first is true where the file states that this is the first pass of the hour that the clock repeats.
	first bool
}

// instants are forms of a time with its offset from UTC, walls are forms without.
var (
	instants = []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04-07:00", "2006-01-02T15:04-0700",
		"2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05Z07:00"}
	walls = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04",
		"02/01/2006 15:04:05", "02/01/2006 15:04", "02.01.2006 15:04:05", "02.01.2006 15:04",
		"02-01-2006 15:04:05", "02-01-2006 15:04", "2006/01/02 15:04", "2006/01/02 15:04:05"}
)

// time forms that were good last are tried first.
type timeReader struct{ last string }

func (r *timeReader) read(text string) (stamp, bool) {
	text = strings.TrimSpace(text)
	if len(text) > 40 {
		return stamp{}, false
	}
	if r.last != "" {
		if at, err := time.Parse(r.last, text); err == nil {
			return stamp{seconds: at.Unix(), wall: slices.Contains(walls, r.last)}, sane(at)
		}
	}
	for i, layout := range slices.Concat(instants, walls) {
		if at, err := time.Parse(layout, text); err == nil {
			r.last = layout
			return stamp{seconds: at.Unix(), wall: i >= len(instants)}, sane(at)
		}
	}
	// 24:00 is the end of the day
	if day, clock, both := strings.Cut(text, " "); both && strings.HasPrefix(clock, "24:00") {
		at, ok := r.read(day + " 00:00" + clock[len("24:00"):])
		at.seconds += 24 * 3600
		return at, ok && at.wall
	}
	return stamp{}, false
}

func sane(at time.Time) bool { return at.Year() >= 1990 && at.Year() < 2100 }

// date is the local date of an instant.
func (c clock) date(seconds int64) string {
	return time.Unix(seconds, 0).In(c.zone).Format(time.DateOnly)
}

// passes are the instants that show a wall time: none where the clock skips it, two where it repeats it.
func (c clock) passes(wall int64) []int64 {
	var found []int64
	_, before := time.Unix(wall, 0).Add(-26 * time.Hour).In(c.zone).Zone()
	_, after := time.Unix(wall, 0).Add(26 * time.Hour).In(c.zone).Zone()
	for _, offset := range []int{before, after} {
		at := wall - int64(offset)
		_, is := time.Unix(at, 0).In(c.zone).Zone()
		if is == offset && !slices.Contains(found, at) {
			found = append(found, at)
		}
	}
	slices.Sort(found)
	return found
}

// resolve gives the instants of a series of rows in the order of the file. A wall time that the clock repeats is the
// first pass or the second by the order of the rows. A label that is there again, or a time that goes back, is in the
// second. The reason is not empty where a row's instant cannot be known.
func (c clock) resolve(rows []row) (at []int64, reasons []string) {
	at, reasons = make([]int64, len(rows)), make([]string, len(rows))
	late := c.lateDays(rows)
	repeated := map[string][]int{}
	for i, r := range rows {
		at[i] = r.stamp.seconds
		if !r.stamp.wall {
			continue
		}
		found := c.choices(r.stamp, late)
		switch len(found) {
		case 0:
			reasons[i] = skipped + " in " + c.zone.String()
		case 1:
			at[i] = found[0]
		default:
			repeated[wallDay(r.stamp.seconds)] = append(repeated[wallDay(r.stamp.seconds)], i)
		}
	}
	for _, places := range repeated {
		if rows[0].stamp.seconds > rows[len(rows)-1].stamp.seconds { // newest first
			slices.Reverse(places)
		}
		c.fold(rows, places, late, at, reasons)
	}
	return at, reasons
}

func wallDay(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.DateOnly) }

// choices are the instants that a stamp can be. On late days the end of the repeated hour's first pass is labelled with
// the hour after it.
func (c clock) choices(s stamp, late map[string]bool) []int64 {
	if !s.end || !late[wallDay(s.seconds)] {
		return c.passes(s.seconds)
	}
	found := c.passes(s.seconds - 1)
	for i := range found {
		found[i]++
	}
	return found
}

// lateDays are the days on which ends run 02:30 03:00 02:30 03:00 instead of 02:30 02:00 02:30 03:00. The label after
// the repeated hour appears twice, and the one at its beginning once.
func (c clock) lateDays(rows []row) map[string]bool {
	first, after := map[string]int{}, map[string]int{}
	for _, r := range rows {
		if !r.stamp.wall || !r.stamp.end {
			continue
		}
		now, before := len(c.passes(r.stamp.seconds)), len(c.passes(r.stamp.seconds-1))
		if now == 1 && before == 2 {
			after[wallDay(r.stamp.seconds)]++
		}
		if now == 2 && before == 1 {
			first[wallDay(r.stamp.seconds)]++
		}
	}
	late := map[string]bool{}
	for day, n := range after {
		late[day] = n == 2 && first[day] < 2
	}
	return late
}

// fold distinguishes the two passes of a repeated hour.
func (c clock) fold(rows []row, places []int, late map[string]bool, at []int64, reasons []string) {
	total := map[int64]int{}
	for _, i := range places {
		total[rows[i].stamp.seconds]++
	}
	back := backAt(rows, places)
	seen := map[int64]int{}
	for n, i := range places {
		label := rows[i].stamp.seconds
		found := c.choices(rows[i].stamp, late)
		nth := seen[label]
		seen[label]++
		switch {
		case nth > 1:
			reasons[i] = "this time stands there more than twice"
		case nth == 1 || back >= 0 && n >= back:
			at[i] = found[1]
		case total[label] == 2 || back >= 0 || rows[i].stamp.first:
			at[i] = found[0]
		default:
			at[i] = found[0]
			reasons[i] = "the clock shows this time twice on the day, and the file does not say which is meant"
		}
	}
}

// backAt is the first of the places at which time goes back, -1 for none.
func backAt(rows []row, places []int) int {
	for n := 1; n < len(places); n++ {
		if rows[places[n]].stamp.seconds < rows[places[n-1]].stamp.seconds {
			return n
		}
	}
	return -1
}

// wallText writes a wall time.
func wallText(seconds int64) string { return time.Unix(seconds, 0).UTC().Format("2006-01-02T15:04:05") }
