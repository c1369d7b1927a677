// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"cmp"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// number is a decimal in normal form: no needless zeros, zero is not negative. Decimals are only compared, so they need no arithmetic and no floats.
type number struct {
	negative        bool
	whole, fraction string
}

// numberPattern is xsd:decimal with bounds: 30 digits before the point and 18 behind it.
var numberPattern = regexp.MustCompile(`^([+-]?)([0-9]{1,30})(?:\.([0-9]{1,18}))?$`)

func readNumber(text string) (number, bool) {
	found := numberPattern.FindStringSubmatch(text)
	if found == nil {
		return number{}, false
	}
	n := number{whole: strings.TrimLeft(found[2], "0"), fraction: strings.TrimRight(found[3], "0")}
	n.negative = found[1] == "-" && (n.whole != "" || n.fraction != "")
	return n, true
}

func (n number) compare(other number) int {
	if n.negative != other.negative {
		if n.negative {
			return -1
		}
		return 1
	}
	order := cmp.Or(cmp.Compare(len(n.whole), len(other.whole)), cmp.Compare(n.whole, other.whole), cmp.Compare(n.fraction, other.fraction))
	if n.negative {
		return -order
	}
	return order
}

// wholeDigits and fractionDigits are what can be written before and behind the point.
const (
	wholeDigits    = 30
	fractionDigits = 18
)

// digits is the number without its sign as a count of its smallest steps.
func (n number) digits() *big.Int {
	text := n.whole + n.fraction + strings.Repeat("0", fractionDigits-len(n.fraction))
	digits, _ := new(big.Int).SetString("0"+text, 10) // digits only
	if n.negative {
		digits.Neg(digits)
	}
	return digits
}

// justAbove is the next number that can be written.
func (n number) justAbove() number { return fromSteps(n.digits().Add(n.digits(), big.NewInt(1))) }

// next is the number one above.
func (n number) next() number {
	one := new(big.Int).Exp(big.NewInt(10), big.NewInt(fractionDigits), nil)
	return fromSteps(one.Add(one, n.digits()))
}

func fromSteps(steps *big.Int) number {
	text := new(big.Int).Abs(steps).String()
	if missing := fractionDigits + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	point := len(text) - fractionDigits
	return number{steps.Sign() < 0, strings.TrimLeft(text[:point], "0"), strings.TrimRight(text[point:], "0")}
}

// String is the number in its normal form.
func (n number) String() string {
	text := "0" + n.whole
	if n.whole != "" {
		text = n.whole
	}
	if n.fraction != "" {
		text += "." + n.fraction
	}
	if n.negative {
		text = "-" + text
	}
	return text
}

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

// ordered is a value that is before, at or after others of its kind.
type ordered struct {
	kind   kind
	at     time.Time // an instant
	period duration  // a period
	number number    // a decimal, an integer or a version of one number
	parts  [maxParts]int64
}

// maxParts bounds the numbers of a version.
const maxParts = 6

// read reads the right operands once, so that an evaluation only compares.
func (c *Constraint) read() {
	for _, value := range c.Right {
		c.texts = append(c.texts, value.Text)
	}
	if c.Left != leftCount && c.Left != leftTimeInterval {
		c.variable = literal{atom: c}.variable()
	}
	c.kind = operands[c.Left].kind // identifier where the operand is not known
	if c.kind == identifier || c.kind == tag {
		return
	}
	for _, value := range c.Right {
		read, ok := readOrdered(c.kind, value.Text)
		if !ok {
			c.ordered = nil
			return
		}
		c.ordered = append(c.ordered, read)
	}
}

// readOrdered reads a value of a kind from its lexical form in XML Schema 1.1 (part 2), with what this profile allows besides.
func readOrdered(k kind, text string) (value ordered, ok bool) {
	value.kind = k
	switch k {
	case instant:
		value.at, ok = readInstant(text)
	case period:
		value.period, ok = readDuration(text)
	case decimal, integer:
		value.number, ok = readNumber(text)
		ok = ok && (k == decimal || value.number.fraction == "")
	case release:
		value.parts, ok = readVersion(text)
	case weekday:
		value.parts[0], ok = readWeekday(text)
	}
	return value, ok
}

// compare is negative where a is before b. It is not known of periods such as one month and 30 days.
func (a ordered) compare(b ordered) (order int, known bool) {
	switch a.kind {
	case instant:
		return a.at.Compare(b.at), true
	case period:
		return a.period.compare(b.period)
	case decimal, integer:
		return a.number.compare(b.number), true
	default:
		for i := range a.parts {
			if order := cmp.Compare(a.parts[i], b.parts[i]); order != 0 {
				return order, true
			}
		}
		return 0, true
	}
}

var versionPattern = regexp.MustCompile(`^v?([0-9]{1,9})(\.[0-9]{1,9})*$`)

// readVersion reads numbers with points; 2 and 2.0 are the same version, and 2.10 comes after 2.9.
func readVersion(text string) (parts [maxParts]int64, ok bool) {
	if !versionPattern.MatchString(text) {
		return parts, false
	}
	numbers := strings.Split(strings.TrimPrefix(text, "v"), ".")
	if len(numbers) > maxParts {
		return parts, false
	}
	for i, digits := range numbers {
		parts[i], _ = strconv.ParseInt(digits, 10, 64) // at most nine digits
	}
	return parts, true
}

// readWeekday reads the English name of a day, bare or at the end of an IRI as in OWL-Time.
func readWeekday(text string) (int64, bool) {
	if i := strings.LastIndexAny(text, "#/:"); i >= 0 {
		text = text[i+1:]
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(day.String(), text) {
			return int64(day), true
		}
	}
	return 0, false
}

// holds reports whether an order satisfies a comparing operator.
func (op Operator) holds(order int) bool {
	switch op {
	case Eq:
		return order == 0
	case Neq:
		return order != 0
	case Gt:
		return order > 0
	case Gteq:
		return order >= 0
	case Lt:
		return order < 0
	default:
		return order <= 0
	}
}
