// SPDX-License-Identifier: Apache-2.0

// Package settlement measures, certifies and settles the energy that neighbours share: communities, members, meter days, runs and statements. It
// decides; it reads and writes nothing, so that everybody can test it, fuzz it and compute a run again off-chain.
//
// Energies are int64 in mWh (1e-6 kWh). Days are local days of the community. Terms follow French and English usage: opération d'autoconsommation
// collective / community; PMO / organiser; clé de répartition / allocation key; autoconsommé / shared (covered); surplus / surplus.
package settlement

import (
	"archive/zip"
	"bytes"
	_ "embed" // for the zone database
	"io"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// zoneinfo is the IANA time zone database, release 2025c. It is part of the chaincode, not of the machine: two endorsers with different system
// databases would cut a day into different numbers of intervals. A newer one comes with a chaincode upgrade that all organisations approve.
//
//go:embed zoneinfo.zip
var zoneinfo []byte

// dateLayout is a local date, ISO 8601.
const dateLayout = time.DateOnly

// zones is the opened database; its directory is read once.
var zones = sync.OnceValues(func() (*zip.Reader, error) {
	return zip.NewReader(bytes.NewReader(zoneinfo), int64(len(zoneinfo)))
})

// location returns the time zone of an IANA name such as Europe/Vienna. It never asks the machine.
func location(name string) (*time.Location, error) {
	unknown := fault.Field(fault.InvalidField, "timeZone", "%q is not an IANA time zone", name)
	database, err := zones()
	if err != nil {
		return nil, err
	}
	file, err := database.Open(name)
	if err != nil || name == "" || strings.HasSuffix(name, "/") {
		return nil, unknown
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, unknown
	}
	zone, err := time.LoadLocationFromTZData(name, data)
	if err != nil {
		return nil, unknown
	}
	return zone, file.Close()
}

// Day is one local day of a community: from midnight to the next midnight in the community's time zone.
type Day struct {
	Start, End time.Time
	// Intervals is the number of intervals; a day with a clock change has more or fewer.
	Intervals int
}

// Day returns the local day of the date.
func (c Community) Day(date string) (Day, error) {
	zone, err := location(c.TimeZone)
	if err != nil {
		return Day{}, err
	}
	first, err := parseDate("day", date)
	if err != nil {
		return Day{}, err
	}
	start, end := midnight(first, zone), midnight(first.AddDate(0, 0, 1), zone)
	interval := time.Duration(c.IntervalMinutes) * time.Minute
	if end.Sub(start)%interval != 0 {
		return Day{}, fault.Field(fault.InvalidField, "day", "%s is no whole number of intervals of %d minutes in %s", date, c.IntervalMinutes, c.TimeZone)
	}
	return Day{Start: start.UTC(), End: end.UTC(), Intervals: int(end.Sub(start) / interval)}, nil
}

// midnight is the first instant of the date in the zone. Where the clock changes at midnight, 00:00 may not exist, or exist twice.
func midnight(date time.Time, zone *time.Location) time.Time {
	at := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	begin, end := at.ZoneBounds()
	if at.Day() != date.Day() { // 00:00 was skipped, and Date counted back from it
		return end
	}
	if begin.IsZero() {
		return at
	}
	_, before := begin.Add(-time.Second).Zone()
	if earlier := date.Add(-time.Duration(before) * time.Second); earlier.Before(begin) && earlier.Before(at) {
		return earlier
	}
	return at
}

// parseDate reads a date and refuses any other spelling of it.
func parseDate(field, date string) (time.Time, error) {
	t, err := time.Parse(dateLayout, date)
	if err != nil || t.Format(dateLayout) != date || t.Year() < 2000 || t.Year() > 2200 {
		return t, fault.Field(fault.InvalidField, field, "not a date like 2025-10-26")
	}
	return t, nil
}

// Labels are the local wall-clock times at which the day's intervals begin, such as 2025-10-26T02:15; the hour that the
// clock repeats appears twice.
func (c Community) Labels(date string) ([]string, error) {
	day, err := c.Day(date)
	if err != nil {
		return nil, err
	}
	zone, err := location(c.TimeZone)
	if err != nil {
		return nil, err
	}
	labels := make([]string, day.Intervals)
	for i := range labels {
		labels[i] = day.Start.Add(time.Duration(i*c.IntervalMinutes) * time.Minute).In(zone).Format("2006-01-02T15:04")
	}
	return labels, nil
}

// Location returns the time zone of an IANA name, from the database that the chaincode carries.
func Location(name string) (*time.Location, error) { return location(name) }

// SchemaVersion is the version of the stored records' form; it is in every record so that a later chaincode can read an
// older one.
const SchemaVersion = 1

// Limits of a request's members.
const (
	maxText = 200
	maxTier = 1000
	// MaxMeterDays is how many meter days one transaction takes.
	MaxMeterDays = 1000
	// MaxDays is of how many local days: a transaction reads what is stored of each.
	MaxDays = 31
	// MaxEnergy is the largest energy of one interval of one member: 1 GWh.
	MaxEnergy = 1_000_000_000_000
)

var (
	countryPattern    = regexp.MustCompile(`^[A-Z]{2}$`)
	collectionPattern = regexp.MustCompile(`^meterData(-[A-Za-z0-9-]{1,60})?$`)
)

func text(field, value string) error { return request.AtMost(field, value, maxText) }

func date(field, value string) error {
	if err := request.Required(field, value); err != nil {
		return err
	}
	_, err := parseDate(field, value)
	return err
}
