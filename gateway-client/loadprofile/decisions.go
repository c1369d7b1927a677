// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Figure is what a grid operator decided of shared energy.
type Figure string

// The figures of a consumption point, and those of a production point.
const (
	// Covered is consumption that the community met, Residual what its supplier met.
	Covered  Figure = "covered"
	Residual Figure = "residual"
	// Shared is production that the community used, Surplus what was left over.
	Shared  Figure = "shared"
	Surplus Figure = "surplus"
)

// Decision is a grid operator's figure of a point for an interval, or for a longer period where the file gives no more.
type Decision struct {
	Point      string
	Figure     Figure
	Start, End time.Time
	// Energy is in mWh; it is 0 where it is Missing.
	Energy  int64
	Missing bool
}

// Decisions gives the grid operator's figures by point, figure and time, and what was refused. Of an interval that the
// file leaves out on a day that it has, the figure is missing.
func (s *Set) Decisions() ([]Decision, []Refusal) {
	var decisions []Decision
	for key, of := range s.series {
		for _, day := range s.cut(key, of) {
			for i, interval := range day.Intervals {
				start := day.Start.Add(time.Duration(i*s.clock.minutes) * time.Minute)
				decisions = append(decisions, Decision{
					Point: key.point, Figure: key.figure, Start: start, Energy: interval.Energy,
					End:     start.Add(time.Duration(s.clock.minutes) * time.Minute),
					Missing: interval.Quality == Missing,
				})
			}
		}
		decisions = append(decisions, s.cutPeriods(key, of)...)
	}
	slices.SortFunc(decisions, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(a.Point, b.Point), cmp.Compare(a.Figure, b.Figure), a.Start.Compare(b.Start))
	})
	return decisions, s.sortRefused()
}

// bounds are a period's beginning and length.
type bounds struct{ start, step int64 }

// cutPeriods adds the registers of each period of a series, and rounds once. Of two periods that overlap, neither
// counts.
func (s *Set) cutPeriods(key seriesKey, of *series) (decisions []Decision) {
	sums, last := s.sumPeriods(key, of)
	order := slices.SortedFunc(maps.Keys(sums), func(a, b bounds) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.step, b.step))
	})
	s.loseOverlaps(key, of, order, last)
	for _, at := range order {
		if of.lost[s.clock.date(at.start)] {
			continue
		}
		d := Decision{Point: key.point, Figure: key.figure, Missing: sums[at].missing}
		d.Start = time.Unix(at.start, 0).In(s.clock.zone)
		d.End = time.Unix(at.start+at.step, 0).In(s.clock.zone)
		if !d.Missing {
			d.Energy = sums[at].sum.round()
		}
		decisions = append(decisions, d)
	}
	return decisions
}

// sumPeriods adds the registers of each period, and gives a reading of each.
func (s *Set) sumPeriods(key seriesKey, of *series) (sums map[bounds]*part, last map[bounds]reading) {
	sums, last = map[bounds]*part{}, map[bounds]reading{}
	for _, register := range sorted(of.periods) {
		same := map[bounds][]reading{}
		for _, r := range of.periods[register] {
			at := bounds{r.start, r.step}
			same[at] = append(same[at], r)
		}
		for at, readings := range same {
			if sums[at] == nil {
				sums[at] = &part{}
			}
			for _, r := range s.merge(key, of, readings) {
				sums[at].sum = sums[at].sum.plus(r.value)
				sums[at].missing = sums[at].missing || r.quality == Missing
				last[at] = r
			}
		}
	}
	return sums, last
}

// loseOverlaps leaves periods out that overlap. They are in order.
func (s *Set) loseOverlaps(key seriesKey, of *series, order []bounds, last map[bounds]reading) {
	var longest bounds // the period that ends last of those before
	for _, at := range order {
		if longest.start+longest.step > at.start {
			detail := "that from " + s.clock.text(longest.start) + " ends after " + s.clock.text(at.start)
			for _, one := range []bounds{longest, at} {
				s.lose(key, of, last[one], s.clock.date(one.start), overlap, detail)
			}
		}
		if at.start+at.step > longest.start+longest.step {
			longest = at
		}
	}
}

// decide gives a row that is like a reading as a figure.
func (f *file) decide(figure Figure, r row) {
	r.figure, r.direction = figure, ""
	f.put(r)
}

// period places a row that is of more than an hour, from a midnight to a later one as a rule. Local times are read in
// the set's zone.
func (f *file) period(r *row, from, until stamp) {
	start, one := f.instant(from)
	end, other := f.instant(until)
	switch {
	case !one || !other:
		r.timeless = true
		r.fail(badTime, "the period's beginning or end is a time that the clock skips or repeats")
	case end <= start:
		r.timeless = true
		r.fail(badTime, "the period ends before it begins")
	default:
		r.stamp, r.step, r.span = stamp{seconds: start}, end-start, true
	}
}

// instant is the one instant of a stamp, if there is just one.
func (f *file) instant(of stamp) (int64, bool) {
	if !of.wall {
		return of.seconds, true
	}
	found := f.set.clock.passes(of.seconds)
	if len(found) != 1 {
		return 0, false
	}
	return found[0], true
}

// figuresOf are the figures of a direction: what was shared and what was not.
func figuresOf(direction settlement.Direction) (shared, rest Figure) {
	if direction == settlement.Production {
		return Shared, Surplus
	}
	return Covered, Residual
}

// minus is the difference of two amounts, if it is not negative.
func (a amount) minus(b amount) (amount, bool) {
	difference := a.rat()
	return ofRat(difference.Sub(difference, b.rat()))
}

// less takes the second of two cells of a row from the first: a figure that the file does not write.
func (r row) less(other row) row {
	if r.quality == Missing || other.quality == Missing {
		r.quality = Missing
		return r
	}
	r.fail(other.reason, other.detail)
	r.quality = worse(r.quality, other.quality)
	if r.reason == "" {
		value, ok := r.value.minus(other.value)
		if !ok {
			r.fail(inconsonant, "what is left over is more than what there is")
		}
		r.value = value
	}
	return r
}

// contents say of each content what a file without it is told, what it has, and which command prints it.
var contents = []struct {
	content             Content
	reason, has, prints string
}{
	{Readings, notProfile, "readings", "smartb loadprofile read"},
	{Decisions, notOfficial, "figures of the grid operator", "smartb official read"},
	{Shares, notShares, "shares", "smartb shares read"},
}

// none is why a file does not have what is asked for.
func (f *file) none() string {
	for _, of := range contents {
		if of.content == f.set.options.Content {
			return of.reason
		}
	}
	return notKnown
}

// lacks is the error of a format whose files never have what is asked for, nil for others.
func (f *file) lacks(format *Format) error {
	for _, of := range contents {
		if !format.Has(f.set.options.Content) && format.Has(of.content) {
			return refuse(0, f.none(), "the format %s has %s; %s prints them", format.Name, of.has, of.prints)
		}
	}
	return nil
}

// empty is the error of a file that could have what is asked for and does not.
func (f *file) empty(format *Format) error {
	if f.set.options.Content == Readings && f.passed > 0 {
		return refuse(0, notProfile, "it has figures of the grid operator and no readings, in the format %s; "+
			"smartb official read prints them", format.Name)
	}
	if f.set.options.Content == Readings {
		return refuse(0, notProfile, "it has no readings in the format %s", format.Name)
	}
	return refuse(0, f.none(), "it has none, in the format %s", format.Name)
}

// String names contents for people.
func (c Content) String() string {
	var words []string
	for _, of := range []struct {
		content Content
		word    string
	}{{Readings, "readings"}, {Decisions, "decisions"}, {Shares, "shares"}} {
		if c&of.content != 0 {
			words = append(words, of.word)
		}
	}
	return strings.Join(words, ", ")
}
