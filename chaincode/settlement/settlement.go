// Package settlement measures, certifies and settles the energy that neighbours share: communities, members, meter days, runs and statements. It
// decides; it reads and writes nothing, so that everybody can test it, fuzz it and compute a run again off-chain.
//
// Energies are int64 in mWh (1e-6 kWh). Days are local days of the community. Terms follow French and English usage: opération d'autoconsommation
// collective / community; PMO / organiser; clé de répartition / allocation key; autoconsommé / shared (covered); surplus / surplus.
package settlement

import (
	"regexp"
	"unicode/utf8"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// SchemaVersion is the version of the stored records' form; it stands in every record so that a later chaincode can read an older one.
const SchemaVersion = 1

// Limits of a request's members.
const (
	maxText     = 200
	maxPageSize = 200
	// MaxMeterDays is how many meter days one transaction takes.
	MaxMeterDays = 1000
	// MaxEnergy is the largest energy of one interval of one member: 1 GWh.
	MaxEnergy = 1_000_000_000_000
)

var (
	idPattern         = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	mspPattern        = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	countryPattern    = regexp.MustCompile(`^[A-Z]{2}$`)
	collectionPattern = regexp.MustCompile(`^meterData(-[A-Za-z0-9-]{1,60})?$`)
	hashPattern       = regexp.MustCompile(`^[0-9a-f]{64}$`)
	saltPattern       = regexp.MustCompile(`^([0-9a-f]{2}){16,64}$`)
)

// check returns the first refusal of an ordered list of checks.
func check(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func required(field, value string) error {
	if value == "" {
		return fault.Field(fault.MissingField, field, "required")
	}
	return nil
}

func matches(field, value string, pattern *regexp.Regexp, form string) error {
	if err := required(field, value); err != nil {
		return err
	}
	if !pattern.MatchString(value) {
		return fault.Field(fault.InvalidField, field, "expected %s", form)
	}
	return nil
}

func id(field, value string) error {
	return matches(field, value, idPattern, "1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit")
}

func text(field, value string) error {
	if !utf8.ValidString(value) || utf8.RuneCountInString(value) > maxText {
		return fault.Field(fault.InvalidField, field, "at most %d characters", maxText)
	}
	return nil
}

func within(field string, value, lowest, highest int64) error {
	if value < lowest || value > highest {
		return fault.Field(fault.OutOfRange, field, "expected a value from %d to %d", lowest, highest)
	}
	return nil
}

func oneOf[T ~string](field string, value T, allowed ...T) error {
	if err := required(field, string(value)); err != nil {
		return err
	}
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fault.Field(fault.InvalidField, field, "expected one of %q", allowed)
}

func date(field, value string) error {
	if err := required(field, value); err != nil {
		return err
	}
	_, err := parseDate(field, value)
	return err
}

// Listing is the part that all requests for pages share.
type Listing struct {
	// PageSize is how many entries to return, at most 200; 0 means 200.
	PageSize int `json:"pageSize,omitempty"`
	// Bookmark is what the page before returned; empty for the first page.
	Bookmark string `json:"bookmark,omitempty"`
}

func (l Listing) validate() error {
	return check(within("pageSize", int64(l.PageSize), 0, maxPageSize), text("bookmark", l.Bookmark))
}

// Size is the number of entries to read.
func (l Listing) Size() int {
	if l.PageSize == 0 {
		return maxPageSize
	}
	return l.PageSize
}
