// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/energy"
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

// days is how many days the story covers.
const days = 14

// data is what was measured, and what the grid operator made of it.
type data struct {
	path, file, description string
	load                    *energy.Load
	// published are the grid operator's cells by column and interval's start; nil for the sample, of which nobody published anything.
	published map[string]map[string]string
}

// findData prefers the real grid operator's published days; a clone without them uses the sample month that the project ships.
func findData() (*data, error) {
	folder := os.Getenv("SMARTB_VECTORS")
	if folder == "" {
		folder = filepath.Join("..", "shared", "vectors")
	}
	file := filepath.Join(folder, "energy", "at-2023-08-01-to-14.csv")
	if _, err := os.Stat(file); err == nil {
		d, err := read(file, "14 days of a real energy community in Austria, with its grid operator's published results")
		if err != nil {
			return nil, err
		}
		d.published, err = readPublished(file)
		return d, err
	}
	d, err := read(filepath.Join("docs", "samples", "2025-10.csv"), "14 days of the sample month (the grid operator's published days are not here; SMARTB_VECTORS names their folder)")
	if err != nil {
		return nil, err
	}
	d.keepLast(days)
	return d, nil
}

func read(path, description string) (*data, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w; run the demo at the root of the project", err)
	}
	defer file.Close()
	load, err := energy.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &data{path: path, file: filepath.Base(path), description: description, load: load}, nil
}

// profiles are the days of the story, for the import.
func (d *data) profiles(community settlement.Community) ([]loadprofile.Day, error) {
	set, err := loadprofile.New(loadprofile.Options{Zone: community.TimeZone, Interval: community.IntervalMinutes})
	if err != nil {
		return nil, err
	}
	file, err := os.Open(d.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	set.Add(d.file, file)
	all, refused := set.Days()
	if len(refused) > 0 {
		return nil, refused[0]
	}
	told := d.dates()
	return slices.DeleteFunc(all, func(day loadprofile.Day) bool { return !slices.Contains(told, day.Date) }), nil
}

// readPublished reads all columns of the file as they are.
func readPublished(path string) (map[string]map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	published := map[string]map[string]string{}
	for i, column := range records[0] {
		published[column] = map[string]string{}
		for _, record := range records[1:] {
			published[column][record[0]] = record[i]
		}
	}
	return published, nil
}

// keepLast drops all but the last days; those of October have a clock change among them.
func (d *data) keepLast(n int) {
	all := d.dates()
	first := slices.IndexFunc(d.load.Start, func(start string) bool { return strings.HasPrefix(start, all[len(all)-n]) })
	d.load = d.load.From(first)
}

// dates are the local days of the file, in order.
func (d *data) dates() (dates []string) {
	for _, start := range d.load.Start {
		date, _, _ := strings.Cut(start, "T")
		if !slices.Contains(dates, date) {
			dates = append(dates, date)
		}
	}
	return dates
}

// dayAfter is the first day after the file's: the members of the story stay as long as there is something to tell.
func (d *data) dayAfter() string {
	dates := d.dates()
	last, err := time.Parse(time.DateOnly, dates[len(dates)-1])
	if err != nil {
		panic(err) // the file was imported by these dates
	}
	return last.AddDate(0, 0, 1).Format(time.DateOnly)
}

// points are the file's metering points as the community knows them: each community of the story has points of its own.
func (d *data) points(community string) []point {
	var points []point
	for _, side := range []struct {
		loadProfiles []energy.LoadProfile
		direction    settlement.Direction
	}{{d.load.Consumption, settlement.Consumption}, {d.load.Production, settlement.Production}} {
		for _, curve := range side.loadProfiles {
			points = append(points, newPoint(community, curve.ID, side.direction))
		}
	}
	return points
}

// newPoint names a point with its direction: in the file equal ids of a consumer and a producer do not mean one connection.
func newPoint(community, column string, direction settlement.Direction) point {
	return point{column, community + "/" + string(direction) + "/" + column, direction}
}

// point is a metering point: its column's id in the file and its number.
type point struct {
	column, number string
	direction      settlement.Direction
}
