// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

var (
	cupsPattern        = regexp.MustCompile(`^ES[0-9]{16}[A-Z]{2}([0-9][A-Z])?$`)
	coefficientPattern = regexp.MustCompile(`^[01],[0-9]{6}$`)
	yearHourPattern    = regexp.MustCompile(`^[0-9]{1,4}$`)
	yearNamePattern    = regexp.MustCompile(`_([0-9]{4})\.txt$`)
	coefficientsHead   = regexp.MustCompile(`^ES[0-9]{16}[A-Z0-9]{2,4};([0-9]{1,4};)?[01],[0-9]`)
)

const badCoefficient = "not a coefficient"

// coefficients are the rows of a file, by hour of the year; hour 0 has those of a file without hours.
type coefficients struct {
	file  *file
	hours map[int][]Share
	lines map[int]int
	bad   map[int]bool
}

// readCoefficients reads the file in which a Spanish community gives its coefficients: one for each point, or one for
// each point and hour of the year. All of an hour add up to exactly 1.
func readCoefficients(f *file) error {
	c := coefficients{f, map[int][]Share{}, map[int]int{}, map[int]bool{}}
	for line, record := range f.records(';') {
		c.take(line, record)
	}
	_, constant := c.lines[0]
	if constant && len(c.lines) > 1 {
		return refuse(c.lines[0], badFile, "some of its rows have an hour, others have none")
	}
	start, hours := time.Time{}, 0
	if !constant {
		name := yearNamePattern.FindStringSubmatch(f.name)
		if name == nil {
			return refuse(0, badFile, "its year is not known; the file's name ends with _2026.txt for the year 2026")
		}
		year, _ := strconv.Atoi(name[1]) // four digits
		start = time.Date(year, time.January, 1, 0, 0, 0, 0, f.set.clock.zone)
		hours = int(time.Date(year+1, time.January, 1, 0, 0, 0, 0, f.set.clock.zone).Sub(start) / time.Hour)
	}
	for _, hour := range sortedKeys(c.lines) {
		c.put(hour, hours, start)
	}
	if n := len(c.lines); !constant && n != hours {
		f.refuse(refuse(0, "not all hours of the year", "it has %d hours, its year has %d", n, hours))
	}
	return nil
}

func (c *coefficients) take(line int, record []string) {
	c.file.shared = true
	hour, value := 0, record[len(record)-1]
	if len(record) > 2 {
		value = record[2]
		if !yearHourPattern.MatchString(record[1]) || strings.Trim(record[1], "0") == "" {
			c.file.refuse(refuse(line, badTime, "%s is no hour of the year from 0001 on", quoted(record[1])))
			return
		}
		hour, _ = strconv.Atoi(record[1]) // four digits
	}
	c.lines[hour] = line
	switch {
	case len(record) != 2 && len(record) != 3:
		c.fail(line, hour, badFile, "the row has %d cells; expected are point;coefficient or point;hour;coefficient",
			len(record))
	case !cupsPattern.MatchString(record[0]):
		c.fail(line, hour, badPoint, "%s is no CUPS", quoted(record[0]))
	case !coefficientPattern.MatchString(value):
		c.fail(line, hour, badCoefficient, "%s; it has six decimals, such as 0,333333", quoted(value))
	default:
		ppm, _ := strconv.ParseInt(strings.Replace(value, ",", "", 1), 10, 64) // seven digits
		c.hours[hour] = append(c.hours[hour], Share{Point: record[0], Direction: settlement.Consumption, PPM: ppm})
	}
}

func (c *coefficients) fail(line, hour int, reason, format string, args ...any) {
	c.bad[hour] = true
	c.file.refuse(refuse(line, reason, format, args...))
}

// put gives the shares of an hour, if they are those of a whole.
func (c *coefficients) put(hour, hours int, start time.Time) {
	sum, seen := int64(0), map[string]bool{}
	for _, share := range c.hours[hour] {
		if seen[share.Point] {
			c.fail(c.lines[hour], hour, badCoefficient, "%s stands twice in hour %d", share.Point, hour)
			return
		}
		seen[share.Point] = true
		sum += share.PPM
	}
	switch {
	case c.bad[hour]:
		return
	case hour > hours && hour > 0:
		c.fail(c.lines[hour], hour, badTime, "the year has no hour %d", hour)
		return
	case sum != wholeShare:
		c.fail(c.lines[hour], hour, inconsonant, "those of hour %d add up to %d,%06d, not to 1",
			hour, sum/wholeShare, sum%wholeShare)
		return
	}
	for _, share := range c.hours[hour] {
		if hour > 0 {
			share.From = start.Add(time.Duration(hour-1) * time.Hour)
			share.Until = share.From.Add(time.Hour)
		}
		c.file.share(share)
	}
}
