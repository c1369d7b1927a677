package odrl

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ordered is a value that stands before, at or after others of its kind.
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

// compare is negative where a stands before b. It is not known of periods such as one month and 30 days.
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
