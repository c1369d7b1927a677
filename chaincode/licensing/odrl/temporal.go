package odrl

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// instantPattern is xsd:date and xsd:dateTime, and date-times without seconds. Finer than nanoseconds is not read.
var instantPattern = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)

// readInstant reads a date as its 00:00, and a time without zone as UTC.
func readInstant(text string) (time.Time, bool) {
	found := instantPattern.FindStringSubmatch(text)
	if found == nil {
		return time.Time{}, false
	}
	part := func(i int) int {
		n, _ := strconv.Atoi(found[i]) // digits, or empty for 0
		return n
	}
	at := time.Date(part(1), time.Month(part(2)), part(3), 0, 0, 0, 0, time.UTC)
	exists := part(1) > 0 && at.Month() == time.Month(part(2)) && at.Day() == part(3)
	nanoseconds, _ := strconv.Atoi((found[7] + "000000000")[:9])
	clock, ok := clockTime(part(4), part(5), part(6), nanoseconds)
	offset, known := readOffset(found[8])
	if !exists || !ok || !known {
		return time.Time{}, false
	}
	return at.Add(clock - offset), true
}

// clockTime is a time of the day; xsd:dateTime writes the end of a day as 24:00.
func clockTime(hour, minute, second, nanoseconds int) (time.Duration, bool) {
	clock := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(nanoseconds)
	return clock, clock <= 24*time.Hour && minute <= 59 && second <= 59
}

// readOffset reads a time zone; the widest is 14 hours.
func readOffset(zone string) (time.Duration, bool) {
	if zone == "" || zone == "Z" {
		return 0, true
	}
	hours, _ := strconv.Atoi(zone[1:3])
	minutes, _ := strconv.Atoi(zone[4:6])
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if minutes > 59 || offset > 14*time.Hour {
		return 0, false
	}
	if zone[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// duration is a period of the calendar: months, which have no fixed length, and an exact time.
type duration struct {
	months int
	exact  time.Duration
}

const (
	maxMonths  = 12 * 1000
	maxSeconds = 100 * 366 * 24 * 3600
)

// durationPattern is ISO 8601 and xsd:duration: P60M is 60 months, PT60M 60 minutes.
var durationPattern = regexp.MustCompile(
	`^P(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,9}))?S)?)?$`)

func readDuration(text string) (duration, bool) {
	found := durationPattern.FindStringSubmatch(text)
	if found == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return duration{}, false
	}
	part := func(i int) int64 {
		n, _ := strconv.ParseInt(found[i], 10, 64) // digits, or empty for 0
		return n
	}
	nanoseconds, _ := strconv.Atoi((found[8] + "000000000")[:9])
	months := part(1)*12 + part(2)
	seconds := ((part(3)*7+part(4))*24+part(5))*3600 + part(6)*60 + part(7)
	if months > maxMonths || seconds > maxSeconds {
		return duration{}, false
	}
	return duration{int(months), time.Duration(seconds)*time.Second + time.Duration(nanoseconds)}, true
}

// after is the time when the period that starts then is over. A month ends on the last day where it has no such day (XML Schema 1.1 part 2, appendix E).
func (d duration) after(start time.Time) time.Time {
	start = start.UTC()
	year, month, day := start.Date()
	first := time.Date(year, month+time.Month(d.months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	clock := start.Sub(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	return first.AddDate(0, 0, min(day, last)-1).Add(clock + d.exact)
}

// compare orders two periods where the order is the same from every start.
func (d duration) compare(other duration) (order int, known bool) {
	months, exact := d.months-other.months, d.exact-other.exact
	switch {
	case months == 0:
		return cmp.Compare(exact, 0), true
	case months > 0 && exact >= 0, months < 0 && exact <= 0:
		return cmp.Compare(months, 0), true
	}
	// A month has 28 to 31 days. Where that decides, the shorter months settle it one way and the longer ones the other.
	const day = 24 * time.Hour
	shortest, longest := time.Duration(months)*28*day+exact, time.Duration(months)*31*day+exact
	if months < 0 {
		shortest, longest = longest, shortest
	}
	if shortest > 0 || longest < 0 {
		return cmp.Compare(shortest, 0), true
	}
	return 0, false
}
