// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

const (
	twice      = "an interval stands twice, with different values"
	overlap    = "two readings overlap"
	coarse     = "its step is longer than the community's interval"
	misplaced  = "it does not fit into an interval of the community"
	incomplete = "the day is not complete"
	tooMuch    = "more energy than an interval can have"
)

// cut makes the days of a series.
func (s *Set) cut(key seriesKey, of *series) []Day {
	days := map[string]*building{}
	for _, register := range sorted(of.registers) {
		for _, r := range s.merge(key, of, of.registers[register]) {
			s.place(key, of, days, register, r)
		}
	}
	var cut []Day
	for _, date := range sorted(days) {
		if of.lost[date] {
			continue
		}
		if day, ok := s.day(key, of, days[date]); ok {
			cut = append(cut, day)
		}
	}
	return cut
}

func sortedKeys[V any](of map[int]V) []int { return slices.Sorted(maps.Keys(of)) }

func sorted[V any](of map[string]V) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// lose leaves a day of a series out because of a reading.
func (s *Set) lose(key seriesKey, of *series, r reading, date, reason, detail string) {
	if of.lost[date] {
		return
	}
	of.lost[date] = true
	s.refused = append(s.refused, Refusal{
		File: r.name, Line: r.line, Point: key.point, Day: date, Reason: reason, Detail: detail,
	})
}

// merge decides which of the readings of a register count.
func (s *Set) merge(key seriesKey, of *series, readings []reading) (kept []reading) {
	slices.SortStableFunc(readings, func(a, b reading) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.step, b.step), cmp.Compare(a.file, b.file))
	})
	for _, r := range readings {
		if len(kept) == 0 {
			kept = append(kept, r)
			continue
		}
		before := &kept[len(kept)-1]
		switch {
		case before.start == r.start && before.step == r.step:
			s.same(key, of, before, r)
		case before.start+before.step <= r.start:
			kept = append(kept, r)
		case r.quality == Missing: // a gap over a value
		case before.quality == Missing:
			kept[len(kept)-1] = r
		default:
			detail := fmt.Sprintf(
				"that from %s has %s, another begins at %s",
				s.clock.text(before.start),
				period(before.step),
				s.clock.text(r.start),
			)
			s.lose(key, of, r, s.clock.date(r.start), overlap, detail)
		}
	}
	return kept
}

func (c clock) text(seconds int64) string {
	return time.Unix(seconds, 0).In(c.zone).Format(time.RFC3339)
}

// same decides between two readings of the same time. A gap never replaces a value, the later version wins, and where
// versions do not tell, the better quality does.
func (s *Set) same(key seriesKey, of *series, before *reading, r reading) {
	if of.strict && before.file == r.file {
		s.lose(key, of, r, s.clock.date(r.start), twice, s.clock.text(r.start))
		return
	}
	if r.quality == Missing || before.quality == r.quality && before.value.equal(r.value) {
		before.version = max(before.version, r.version)
		return
	}
	switch order := r.compare(*before); {
	case order > 0:
		*before = r
	case order < 0 || before.value.equal(r.value): // measured or edited
	case s.options.Correct && before.file != r.file:
		*before = r
	default:
		detail := fmt.Sprintf(
			"that from %s, here and at line %d of %s",
			s.clock.text(r.start),
			before.line,
			before.name,
		)
		s.lose(key, of, r, s.clock.date(r.start), twice, detail)
	}
}

// compare is above 0 if a reading is to replace another one of the same time, below 0 if it is not, 0 if neither
// versions nor qualities tell. It has a value.
func (r reading) compare(before reading) int {
	switch {
	case before.quality == Missing:
		return 1
	case before.version != 0 && r.version != 0 && before.version != r.version:
		return cmp.Compare(r.version, before.version)
	default:
		return cmp.Compare(r.quality.rank(), before.quality.rank())
	}
}

// building is a day under way.
type building struct {
	date      string
	start     int64
	intervals []map[string]*part // by register
	last      reading
}

// part is what is known of a register in an interval.
type part struct {
	sum     amount
	covered int64
	quality Quality
	missing bool
	version int64
}

// place adds a reading to its intervals.
func (s *Set) place(key seriesKey, of *series, days map[string]*building, register string, r reading) {
	length := int64(s.clock.minutes) * 60
	if r.step > length && s.options.Divide && r.step%length == 0 {
		for i, share := range r.divide(r.step / length) {
			s.placeOne(key, of, days, register, share, i == 0)
		}
		return
	}
	if r.step > length {
		detail := fmt.Sprintf("%s, the interval has %d minutes", period(r.step), s.clock.minutes)
		s.lose(key, of, r, s.clock.date(r.start), coarse, detail)
		return
	}
	s.placeOne(key, of, days, register, r, false)
}

// divide gives equal parts of a reading, which are whole mWh; the first ones are one more where it does not divide.
func (r reading) divide(parts int64) []reading {
	total, shares := r.value.round(), make([]reading, parts)
	for i := range shares {
		shares[i] = r
		shares[i].step = r.step / parts
		shares[i].start += int64(i) * shares[i].step
		shares[i].quality = min(r.quality, Estimated)
		shares[i].value = amount{whole: total / parts}
		if int64(i) < total%parts {
			shares[i].value.whole++
		}
	}
	return shares
}

func (s *Set) placeOne(key seriesKey, of *series, days map[string]*building, register string, r reading, first bool) {
	length := int64(s.clock.minutes) * 60
	date := s.clock.date(r.start)
	day := days[date]
	if day == nil {
		start, n, err := s.clock.day(date)
		if err != nil {
			s.lose(key, of, r, date, "the day cannot be cut into intervals", err.Error())
			return
		}
		day = &building{date: date, start: start.Unix(), intervals: make([]map[string]*part, n)}
		days[date] = day
	}
	day.last = r
	offset := r.start - day.start
	at := offset / length
	if (offset+r.step-1)/length != at || first && offset%length != 0 || at >= int64(len(day.intervals)) {
		detail := fmt.Sprintf("it begins at %s and has %s", s.clock.text(r.start), period(r.step))
		s.lose(key, of, r, date, misplaced, detail)
		return
	}
	if day.intervals[at] == nil {
		day.intervals[at] = map[string]*part{}
	}
	p := day.intervals[at][register]
	if p == nil {
		p = &part{quality: r.quality}
		day.intervals[at][register] = p
	}
	p.sum = p.sum.plus(r.value)
	p.covered += r.step
	p.missing = p.missing || r.quality == Missing
	p.quality = worse(p.quality, r.quality)
	p.version = max(p.version, r.version)
}

func worse(a, b Quality) Quality {
	if a.rank() != b.rank() {
		return min(a, b)
	}
	return max(a, b) // what is partly edited is edited
}

// day sums up a day.
func (s *Set) day(key seriesKey, of *series, b *building) (Day, bool) {
	day := Day{Point: key.point, Direction: key.direction, Date: b.date, Start: time.Unix(b.start, 0).In(s.clock.zone)}
	day.Intervals = make([]Interval, len(b.intervals))
	for i, parts := range b.intervals {
		if of.strict && parts == nil {
			at := s.clock.text(b.start + int64(i*s.clock.minutes*60))
			s.lose(key, of, b.last, b.date, incomplete, "no row begins at "+at)
			return day, false
		}
		if of.layered && len(parts) < len(of.registers) {
			parts = nil
		}
		interval, sum := sumUp(parts, int64(s.clock.minutes)*60)
		if sum.round() > settlement.MaxEnergy {
			s.lose(key, of, b.last, b.date, tooMuch, fmt.Sprintf("interval %d has %d mWh", i, sum.round()))
			return day, false
		}
		day.Intervals[i] = interval
	}
	return day, true
}

// sumUp adds the registers of an interval. Anything that one of them lacks, the interval lacks.
func sumUp(parts map[string]*part, length int64) (Interval, amount) {
	var sum amount
	interval := Interval{Quality: Missing}
	for register, n := range sorted(parts) {
		p := parts[n]
		if p.missing || p.covered < length {
			return Interval{}, amount{}
		}
		sum = sum.plus(p.sum)
		interval.Version = max(interval.Version, p.version)
		if register == 0 {
			interval.Quality = p.quality
		}
		interval.Quality = worse(interval.Quality, p.quality)
	}
	interval.Energy = sum.round()
	return interval, sum
}
