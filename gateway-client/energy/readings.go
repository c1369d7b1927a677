package energy

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Problem is a day that a file does not give for a metering point, or for all of them.
type Problem struct {
	Day string
	// Point is the metering point, empty where the day is bad for all.
	Point  string
	Reason string
	// NoMember is true where nobody has the metering point.
	NoMember bool
}

// Members finds the member of a metering point in a direction on a local day: points pass from tenant to tenant.
type Members func(point string, direction settlement.Direction, day string) (memberID string, found bool)

// MembersByPoint finds members by the references that the operator with the secret gave. The members' private parts
// tell these.
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

// Readings cuts a file into the meter days of a community's members, each with a fresh random salt. A day whose rows
// are not exactly the day's intervals, in order, is a problem and left out; so is a day of a point with a cell that
// cannot be read, and a point that is no member.
func Readings(load *Load, community settlement.Community, members Members, source string) ([]settlement.Reading, []Problem) {
	cut := cutter{load: load, community: community, members: members, source: source}
	columns := cut.columns()
	for first := 0; first < len(load.Start); {
		last := first + 1
		for last < len(load.Start) && date(load.Start[last]) == date(load.Start[first]) {
			last++
		}
		cut.day(columns, first, last)
		first = last
	}
	return cut.readings, cut.problems
}

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

func date(start string) string {
	day, _, _ := strings.Cut(start, "T")
	return day
}

type cutter struct {
	load      *Load
	community settlement.Community
	members   Members
	source    string
	readings  []settlement.Reading
	problems  []Problem
}

// sideCurve is a curve with its column and direction.
type sideCurve struct {
	*Curve
	name      string
	direction settlement.Direction
}

func (c *cutter) columns() (columns []sideCurve) {
	for _, side := range []struct {
		curves    []Curve
		prefix    string
		direction settlement.Direction
	}{{c.load.Consumption, "cons_", settlement.Consumption}, {c.load.Production, "prod_", settlement.Production}} {
		for i := range side.curves {
			curve := &side.curves[i]
			columns = append(columns, sideCurve{curve, side.prefix + curve.ID + "_mWh", side.direction})
		}
	}
	return columns
}

func (c *cutter) day(columns []sideCurve, first, last int) {
	day := date(c.load.Start[first])
	if reason := c.misplaced(day, first, last); reason != "" {
		c.problems = append(c.problems, Problem{Day: day, Reason: reason})
		return
	}
	for _, column := range columns {
		member, found := c.members(column.ID, column.direction, day)
		if !found {
			c.problems = append(c.problems, Problem{
				Day: day, Point: column.ID, Reason: fmt.Sprintf("no confirmed %s member of %s has this metering point on this day", column.direction, c.community.CommunityID),
				NoMember: true,
			})
			continue
		}
		if bad := c.bad(column.name, first, last); bad != nil {
			c.problems = append(c.problems, Problem{Day: day, Point: column.ID, Reason: bad.Error()})
			continue
		}
		reading := c.reading(column.Curve, member, day, first, last)
		if err := reading.Validate(); err != nil { // as the ledger would, before anything is sent
			c.problems = append(c.problems, Problem{Day: day, Point: column.ID, Reason: err.Error()})
			continue
		}
		c.readings = append(c.readings, reading)
	}
}

// misplaced says what is wrong with a day's rows: each must begin where the clock of the community's zone says.
func (c *cutter) misplaced(day string, first, last int) string {
	labels, err := c.community.Labels(day)
	if err != nil {
		return fmt.Sprintf("line %d: %q is not a local time like 2025-10-26T02:15", c.load.lines[first], c.load.Start[first])
	}
	for i := first; i < last; i++ {
		if i-first >= len(labels) {
			break
		}
		if c.load.Start[i] != labels[i-first] {
			return fmt.Sprintf("line %d: expected the interval that begins at %s, found %s", c.load.lines[i], labels[i-first], c.load.Start[i])
		}
	}
	if last-first != len(labels) {
		return fmt.Sprintf("%d rows, the day has %d intervals in %s", last-first, len(labels), c.community.TimeZone)
	}
	return ""
}

func (c *cutter) bad(column string, first, last int) *CellError {
	for _, cell := range c.load.Bad {
		if cell.Column == column && cell.Row >= first && cell.Row < last {
			return &cell
		}
	}
	return nil
}

func (c *cutter) reading(curve *Curve, member, day string, first, last int) settlement.Reading {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails, by its documentation
	return settlement.Reading{
		MemberID: member, Day: day, Version: 1, Source: c.source, Salt: hex.EncodeToString(salt),
		Values: curve.Values[first:last], Quality: quality(curve.Missing[first:last]),
	}
}

func quality(missing []bool) string {
	letters, any := make([]byte, len(missing)), false
	for i, m := range missing {
		letters[i] = settlement.Measured
		if m {
			letters[i], any = settlement.Missing, true
		}
	}
	if !any {
		return ""
	}
	return string(letters)
}
