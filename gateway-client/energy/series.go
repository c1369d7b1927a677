package energy

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// series is one metering point's energies in mWh by the start of the interval, in Unix seconds.
type series map[int64]int64

// put adds an interval that begins at start. The same interval with another energy is an error.
func (s series) put(start time.Time, energy int64) error {
	if before, twice := s[start.Unix()]; twice && before != energy {
		return fmt.Errorf("the interval that begins at %s stands twice, with different values", start.Format(time.RFC3339))
	}
	s[start.Unix()] = energy
	return nil
}

// load turns the series into a file of load curves: whole local days of the community, from the first with a value to the last. What is not there is a
// missing interval, never a zero.
func (s series) load(community settlement.Community, point string, direction settlement.Direction) (*Load, error) {
	if len(s) == 0 {
		return nil, fmt.Errorf("%w: it holds no value", ErrFormat)
	}
	curve := Curve{ID: point}
	result := new(Load)
	days, err := s.days(community)
	if err != nil {
		return nil, err
	}
	used := 0
	for _, date := range days {
		day, err := community.Day(date)
		if err != nil {
			return nil, err
		}
		labels, err := community.Labels(date)
		if err != nil {
			return nil, err
		}
		for i, label := range labels {
			energy, present := s[day.Start.Add(time.Duration(i*community.IntervalMinutes)*time.Minute).Unix()]
			if present {
				used++
			}
			curve.Values, curve.Missing = append(curve.Values, energy), append(curve.Missing, !present)
			result.Start, result.lines = append(result.Start, label), append(result.lines, len(result.Start)+1)
		}
	}
	if used != len(s) {
		return nil, fmt.Errorf("%w: %d of %d values do not begin at an interval of %d minutes of the community", ErrFormat, len(s)-used, len(s), community.IntervalMinutes)
	}
	*result.side(direction == settlement.Production) = []Curve{curve}
	return result, nil
}

const maxDays = 4000

// days are the local dates from the first value to the last.
func (s series) days(community settlement.Community) ([]string, error) {
	var stamps []int64
	for start := range s {
		stamps = append(stamps, start)
	}
	first, err := community.Today(time.Unix(slices.Min(stamps), 0))
	if err != nil {
		return nil, err
	}
	last, err := community.Today(time.Unix(slices.Max(stamps), 0))
	if err != nil {
		return nil, err
	}
	date, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return nil, err
	}
	var days []string
	for ; date.Format(time.DateOnly) <= last; date = date.AddDate(0, 0, 1) {
		if len(days) == maxDays {
			return nil, errors.New("the file spans more than ten years; is a date of it wrong?")
		}
		days = append(days, date.Format(time.DateOnly))
	}
	return days, nil
}

// perInterval is the energy in mWh of a mean power in watts over an interval of minutes: 1 W for an hour is 1,000 mWh.
func perInterval(watts int64, minutes int) int64 { return watts * int64(minutes) * 1000 / 60 }
