// SPDX-License-Identifier: Apache-2.0

// Package loadprofile reads the files in which grid operators and meters give load profiles. Each format has a reader
// of its own, which only describes what the file states. Anything that a reading is worth, how steps become intervals,
// which of two readings counts and what is refused is decided here once for all formats.
//
// Energies are exact: a value is a decimal number of the file, or that number times a step of time. It is rounded once,
// half up, to whole mWh, when all that belongs to an interval is summed.
package loadprofile

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Quality describes how good a reading is. A greater one is better, but Measured and Edited are equals.
type Quality uint8

// The qualities of a reading.
const (
	Missing Quality = iota
	Estimated
	Substituted
	Measured
	Edited
)

var qualityNames = [...]string{"missing", "estimated", "substituted", "measured", "edited"}

// String names the quality.
func (q Quality) String() string { return qualityNames[q] }

func (q Quality) rank() Quality { return min(q, Measured) }

// Content is what a file holds, or what is asked of it.
type Content uint8

// The contents of files.
const (
	// Readings are load profiles: what meters measured.
	Readings Content = 1 << iota
	// Decisions are a grid operator's figures of shared energy.
	Decisions
	// Shares are the parts that points have of shared energy.
	Shares
)

// Options say what the files do not say of themselves, and what the readings are for.
type Options struct {
	// Content is what to read; zero is Readings.
	Content Content
	// Zone is the IANA time zone of local times and days.
	Zone string
	// Interval is the community's, in minutes.
	Interval int
	// Format is the name of a row of Formats; empty finds it by content.
	Format string
	// Point and Direction are those of files that name none. A file that names another is refused.
	Point     string
	Direction settlement.Direction
	// Divide divides readings of a coarser step than the interval into equal parts, which are estimated; without it
	// they are refused.
	Divide bool
	// Correct lets a later file win over an earlier one where nothing else decides.
	Correct bool
}

// Interval is what is known of an interval of a day.
type Interval struct {
	// Energy is in mWh; it is 0 where the quality is Missing.
	Energy  int64
	Quality Quality
	// Version is the source's own time stamp or number of the reading, 0 for none.
	Version int64
}

// Day is a local day of a metering point in a direction. It has all the day's intervals.
type Day struct {
	Point     string
	Direction settlement.Direction
	Date      string
	Start     time.Time
	Intervals []Interval
}

// HasValue reports whether any interval has a value.
func (d Day) HasValue() bool {
	return slices.ContainsFunc(d.Intervals, func(i Interval) bool { return i.Quality != Missing })
}

// Refusal is a part of a file that was not read, and why.
type Refusal struct {
	File string
	// Line is the line of a text or the row of a sheet, 0 for the whole file.
	Line  int
	Point string
	// Day is the local day that is left out because of it; empty where no day is lost, or the whole file is.
	Day string
	// Reason is the same for all errors of a kind, Detail describes what is special about this one.
	Reason, Detail string
}

// Error names file, line and reason.
func (r Refusal) Error() string {
	text := r.Reason
	if r.Detail != "" {
		text += ": " + r.Detail
	}
	if r.Line > 0 {
		text = fmt.Sprintf("line %d: %s", r.Line, text)
	}
	return text
}

// Set is what a number of files say together.
type Set struct {
	options Options
	clock   clock
	files   int
	series  map[seriesKey]*series
	shares  []Share
	refused []Refusal
	notes   []string
}

// seriesKey names what is measured.
type seriesKey struct {
	point     string
	direction settlement.Direction
	// figure is empty for readings; those of a figure have no direction.
	figure Figure
}

// series are the readings of a point in a direction, by register: registers of one interval are added.
type series struct {
	registers map[string][]reading
	// periods are figures of more than an hour, by register.
	periods map[string][]reading
	// layered series need a value of each register in each interval that one of them has.
	layered bool
	// lost are the local days that are left out.
	lost map[string]bool
	// strict series have a reading for each interval.
	strict bool
}

// reading is a value of a file with its place in time.
type reading struct {
	// start and step are in seconds.
	start, step int64
	value       amount
	quality     Quality
	version     int64
	file, line  int
	name        string
}

// New starts a set. An unknown zone or format is an error.
func New(options Options) (*Set, error) {
	zone, err := settlement.Location(options.Zone)
	if err != nil {
		return nil, err
	}
	options.Content = cmp.Or(options.Content, Readings)
	if !slices.Contains([]int{15, 30, 60}, options.Interval) {
		return nil, fmt.Errorf("an interval has 15, 30 or 60 minutes, not %d", options.Interval)
	}
	if options.Format != "" && find(options.Format) == nil {
		return nil, fmt.Errorf("there is no format %q; the formats are %s", options.Format, names())
	}
	if err := validPoint(options.Point); options.Point != "" && err != "" {
		return nil, fmt.Errorf("--point: %s", err)
	}
	return &Set{options: options, clock: clock{zone, options.Interval}, series: map[seriesKey]*series{}}, nil
}

// Add reads a file into the set. Anything that it cannot read of it is refused.
func (s *Set) Add(name string, r io.Reader) {
	s.files++
	f := &file{set: s, name: name, number: s.files, rows: map[rowKey][]row{}}
	if err := f.read(r); err != nil {
		refusal, is := err.(Refusal) //nolint:errorlint // readers return it as it is
		if !is {
			refusal = Refusal{Reason: err.Error()}
		}
		refusal.File = name
		s.refused = append(s.refused, refusal)
	}
}

// Notes are remarks on what was assumed or passed over.
func (s *Set) Notes() []string { return s.notes }

func (s *Set) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// Days gives the days that the files tell of, by point, direction and date, and what was refused. Days that were
// refused are not among them.
func (s *Set) Days() ([]Day, []Refusal) {
	var days []Day
	for key, of := range s.series {
		days = append(days, s.cut(key, of)...)
	}
	slices.SortFunc(days, func(a, b Day) int {
		return cmp.Or(cmp.Compare(a.Point, b.Point), cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Date, b.Date))
	})
	return days, s.sortRefused()
}

func (s *Set) sortRefused() []Refusal {
	slices.SortStableFunc(s.refused, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Day, b.Day))
	})
	return s.refused
}
