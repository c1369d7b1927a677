// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Stranger is a day of a metering point that is no member's.
type Stranger struct{ Day, Point, Reason string }

// Members finds the member of a metering point in a direction on a local day: points pass from tenant to tenant.
type Members func(point string, direction settlement.Direction, day string) (memberID string, found bool)

// MembersByPoint finds members by the references that the grid operator with the secret gave. The members' private parts
// hold these.
func MembersByPoint(members []settlement.ListedMember, operator string, secret []byte) Members {
	type use struct {
		reference string
		direction settlement.Direction
	}
	known := make(map[use][]settlement.ListedMember, len(members))
	for _, member := range members {
		if member.Private == nil {
			continue
		}
		of := use{member.Private.Reference, member.Direction}
		known[of] = append(known[of], member)
	}
	return func(point string, direction settlement.Direction, day string) (string, bool) {
		for _, member := range known[use{settlement.Reference(operator, secret, point), direction}] {
			if member.InForce(day) {
				return member.MemberID, true
			}
		}
		return "", false
	}
}

// MeterDays makes the meter days of a community's members, each with a fresh random salt, in the order of the days.
// Days without any value say nothing and are left out.
func MeterDays(
	days []Day,
	community string,
	members Members,
	source string,
) (readings []settlement.Reading, strangers []Stranger) {
	byDate := map[string][]Day{}
	for _, day := range days {
		if day.HasValue() {
			byDate[day.Date] = append(byDate[day.Date], day)
		}
	}
	for _, date := range sorted(byDate) {
		for _, day := range byDate[date] {
			member, found := members(day.Point, day.Direction, date)
			if !found {
				strangers = append(strangers, Stranger{date, day.Point,
					fmt.Sprintf(
						"no confirmed %s member of %s has this metering point on this day",
						day.Direction,
						community,
					)})
				continue
			}
			readings = append(readings, day.reading(member, source))
		}
	}
	return readings, strangers
}

// letters are the ledger's qualities. Anything that was edited counts like what was measured.
var letters = map[Quality]byte{
	Missing: settlement.Missing, Estimated: settlement.Estimated, Substituted: settlement.Replaced,
	Measured: settlement.Measured, Edited: settlement.Measured,
}

func (d Day) reading(member, source string) settlement.Reading {
	reading := settlement.Reading{
		MemberID: member,
		Day:      d.Date,
		Version:  1,
		Source:   source + d.version(),
		Salt:     newSalt(),
	}
	quality := make([]byte, len(d.Intervals))
	for i, interval := range d.Intervals {
		reading.Values = append(reading.Values, interval.Energy)
		quality[i] = letters[interval.Quality]
	}
	if strings.Trim(string(quality), string(settlement.Measured)) != "" {
		reading.Quality = string(quality)
	}
	return reading
}

func newSalt() string {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails, by its documentation
	return hex.EncodeToString(salt)
}

// version writes the earliest version of the day's values behind the source's name, if all have one.
func (d Day) version() string {
	earliest := int64(0)
	for _, interval := range d.Intervals {
		if interval.Quality == Missing {
			continue
		}
		if interval.Version == 0 {
			return ""
		}
		if earliest == 0 || interval.Version < earliest {
			earliest = interval.Version
		}
	}
	switch {
	case earliest == 0:
		return ""
	case earliest < 1e6: // a number
		return "@" + strconv.FormatInt(earliest, 10)
	default:
		return "@" + time.Unix(earliest, 0).UTC().Format(time.RFC3339)
	}
}

// versionOf reads what version wrote.
func versionOf(source string) int64 {
	at := strings.LastIndexByte(source, '@')
	if at < 0 {
		return 0
	}
	if number, err := strconv.ParseInt(source[at+1:], 10, 64); err == nil {
		return number
	}
	if stamp, err := time.Parse(time.RFC3339, source[at+1:]); err == nil {
		return stamp.Unix()
	}
	return 0
}

// Correct merges readings with what is stored of their days, by the rules for two files. A gap never replaces a value,
// and the later version wins. Without versions, a value of the same or a better quality wins. Days that differ then are
// the next version. stored are the newest meter days. kept counts the values of the readings that lost.
func Correct(readings []settlement.Reading, stored []settlement.MeterDay) (kept int) {
	type memberDay struct{ member, day string }
	newest := make(map[memberDay]settlement.Reading, len(stored))
	for _, d := range stored {
		newest[memberDay{d.MemberID, d.Day}] = d.Reading
	}
	for i := range readings {
		r := &readings[i]
		before, measured := newest[memberDay{r.MemberID, r.Day}]
		if !measured {
			continue
		}
		kept += mergeStored(r, before)
		r.Version = before.Version
		if !r.Repeats(before) {
			r.Version++
		}
	}
	return kept
}

func mergeStored(r *settlement.Reading, before settlement.Reading) (kept int) {
	if len(r.Values) != len(before.Values) {
		return 0 // the ledger refuses it
	}
	now, then := versionOf(r.Source), versionOf(before.Source)
	told := now != then && now != 0 && then != 0 // by versions
	quality := []byte(qualityOf(*r))
	for i, old := range []byte(qualityOf(before)) {
		if old == settlement.Missing || quality[i] == old && r.Values[i] == before.Values[i] {
			continue
		}
		if quality[i] != settlement.Missing {
			wins := rankOf(quality[i]) >= rankOf(old)
			if told {
				wins = now > then
			}
			if wins {
				continue
			}
			kept++
		}
		quality[i], r.Values[i] = old, before.Values[i]
	}
	r.Quality = string(quality)
	if strings.Trim(r.Quality, string(settlement.Measured)) == "" {
		r.Quality = ""
	}
	return kept
}

func qualityOf(r settlement.Reading) string {
	if r.Quality == "" {
		return strings.Repeat(string(settlement.Measured), len(r.Values))
	}
	return r.Quality
}

func rankOf(letter byte) int { return strings.IndexByte("-ERM", letter) }

// Deliveries cuts readings, which are in the order of their days, into what one transaction takes: so many at most,
// of no more days than it may have.
func Deliveries(readings []settlement.Reading, size int) iter.Seq[[]settlement.Reading] {
	return func(yield func([]settlement.Reading) bool) {
		for len(readings) > 0 {
			days, n := 1, 1
			for ; n < min(size, len(readings)); n++ {
				if readings[n].Day != readings[n-1].Day {
					days++
				}
				if days > settlement.MaxDays {
					break
				}
			}
			if !yield(readings[:n]) {
				return
			}
			readings = readings[n:]
		}
	}
}
