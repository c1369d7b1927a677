package consent

import (
	"regexp"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// retention is an ISO 8601 duration. Months and days are kept apart: a month has no fixed number of days.
type retention struct{ months, days, seconds int64 }

var retentionPattern = regexp.MustCompile(
	`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?$`)

func parseRetention(field, value string) (retention, error) {
	parts := retentionPattern.FindStringSubmatch(value)
	if parts == nil || value == "P" || value[len(value)-1] == 'T' {
		return retention{}, fault.Field(fault.InvalidField, field, "expected an ISO 8601 duration such as P2Y or P30D")
	}
	n := make([]int64, len(parts))
	for i, part := range parts[1:] {
		if part != "" {
			n[i], _ = strconv.ParseInt(part, 10, 64) // the pattern lets at most seven digits through
		}
	}
	return retention{months: 12*n[0] + n[1], days: 7*n[2] + n[3], seconds: 3600*n[4] + 60*n[5] + n[6]}, nil
}

// after is the end of the duration that begins at t.
func (r retention) after(t time.Time) time.Time {
	return t.AddDate(0, int(r.months), int(r.days)).Add(time.Duration(r.seconds) * time.Second)
}

const secondsPerDay = 24 * 60 * 60

// span is the duration in seconds if every month had so many days.
func (r retention) span(monthDays int64) int64 {
	return (r.months*monthDays+r.days)*secondsPerDay + r.seconds
}

// shorter reports whether the duration never exceeds the other, whichever months it is counted in.
func shorter(duration, other string) bool {
	a, errA := parseRetention("", duration)
	b, errB := parseRetention("", other)
	if errA != nil || errB != nil {
		return false
	}
	if a.months <= b.months { // the common months cancel out
		return retention{0, a.days, a.seconds}.span(0) <= retention{b.months - a.months, b.days, b.seconds}.span(28)
	}
	return retention{a.months - b.months, a.days, a.seconds}.span(31) <= retention{0, b.days, b.seconds}.span(0)
}
