// SPDX-License-Identifier: Apache-2.0

// Package request holds the checks that the requests of all contracts share. Each returns nil or a *fault.Error that names the member at fault.
package request

import (
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

var (
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	mspPattern  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)
	saltPattern = regexp.MustCompile(`^([0-9a-f]{2}){16,64}$`)
)

// All returns the first error of an ordered list of checks.
func All(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Required refuses an empty text.
func Required(field, value string) error {
	if value == "" {
		return fault.Field(fault.MissingField, field, "required")
	}
	return nil
}

// Matches refuses an empty text and one that has not the form.
func Matches(field, value string, pattern *regexp.Regexp, form string) error {
	if err := Required(field, value); err != nil {
		return err
	}
	if !pattern.MatchString(value) {
		return fault.Field(fault.InvalidField, field, "expected %s", form)
	}
	return nil
}

// ID refuses what cannot name an object.
func ID(field, value string) error {
	return Matches(field, value, idPattern, "1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit")
}

// MSP refuses what cannot be the id of an MSP.
func MSP(field, value string) error { return Matches(field, value, mspPattern, "the id of an MSP") }

// SHA256 refuses what is no SHA-256 in lower-case hex.
func SHA256(field, value string) error {
	return Matches(field, value, hashPattern, "a SHA-256 in lower-case hex")
}

// Salt refuses a salt that is too short to keep the hash of a guessable value from confirming a guess.
func Salt(field, value string) error {
	return Matches(field, value, saltPattern, "16 to 64 random bytes in lower-case hex")
}

// AtMost refuses a text that is longer.
func AtMost(field, value string, characters int) error {
	if utf8.RuneCountInString(value) > characters {
		return fault.Field(fault.InvalidField, field, "at most %d characters", characters)
	}
	return nil
}

// Within refuses a number outside of its range.
func Within(field string, value, lowest, highest int64) error {
	if value < lowest || value > highest {
		return fault.Field(fault.OutOfRange, field, "expected a value from %d to %d", lowest, highest)
	}
	return nil
}

// OneOf refuses an empty text and one that is not in the list.
func OneOf[T ~string](field string, value T, allowed ...T) error {
	if err := Required(field, string(value)); err != nil {
		return err
	}
	if !slices.Contains(allowed, value) {
		return fault.Field(fault.InvalidField, field, "expected one of %q", allowed)
	}
	return nil
}

// MaxPageSize is how many entries a page has at most.
const MaxPageSize = 200

const maxBookmark = 1500

// Listing is the part that all requests for pages share.
type Listing struct {
	// PageSize is how many entries to return, at most 200; 0 means 200.
	PageSize int `json:"pageSize,omitempty"`
	// Bookmark is what the page before returned; empty for the first page.
	Bookmark string `json:"bookmark,omitempty"`
}

// Check checks the members by themselves. (It is not named Validate, which embedding would promote.)
func (l Listing) Check() error {
	return All(Within("pageSize", int64(l.PageSize), 0, MaxPageSize), AtMost("bookmark", l.Bookmark, maxBookmark))
}

// Size is the number of entries to read.
func (l Listing) Size() int {
	if l.PageSize == 0 {
		return MaxPageSize
	}
	return l.PageSize
}

// Times outside these years are mistakes, and the ledger's form of a time has four digits for the year.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	// Latest is the first time that no request may name.
	Latest = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Moment checks a time that must be there.
func Moment(field string, t time.Time) error {
	if t.IsZero() {
		return fault.Field(fault.MissingField, field, "required")
	}
	return Bounded(field, t)
}

// Bounded checks a time that may be absent.
func Bounded(field string, t time.Time) error {
	if !t.IsZero() && (t.Before(earliest) || !t.Before(Latest)) {
		return fault.Field(fault.OutOfRange, field, "expected a time from the year %d to %d", earliest.Year(), Latest.Year()-1)
	}
	return nil
}

// Limits of texts and lists.
const (
	maxText     = 200
	maxLongText = 2000
	maxList     = 50
)

var (
	thumbprintPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	termPattern       = regexp.MustCompile(`^([a-z][a-z0-9-]{0,31}:)?[A-Za-z][A-Za-z0-9_-]{0,99}$`)
	urlPattern        = regexp.MustCompile(`^https?://[^\s"<>\\]{1,400}$`)
	languagePattern   = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	referencePattern  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}$`)
)

// Thumbprint refuses what cannot be a resident's pseudonym.
func Thumbprint(field, value string) error {
	return Matches(field, value, thumbprintPattern, "the RFC 7638 thumbprint of a key (43 characters of base64url)")
}

// Term refuses what cannot be a term of a vocabulary.
func Term(field, value string) error {
	return Matches(field, value, termPattern, "a term such as dpv:ServiceProvision")
}

// URL refuses what is no http or https URL.
func URL(field, value string) error {
	return Matches(field, value, urlPattern, "an http(s) URL")
}

// Language refuses what is no BCP 47 language tag.
func Language(field, value string) error {
	return Matches(field, value, languagePattern, "a BCP 47 language tag")
}

// Reference refuses what cannot be somebody's own id of something.
func Reference(field, value string) error {
	return Matches(field, value, referencePattern, "1 to 128 letters, digits or . _ : / # -")
}

// Text refuses a text of more than 200 characters.
func Text(field, value string) error { return shorter(field, value, maxText) }

// LongText refuses a text of more than 2,000 characters.
func LongText(field, value string) error { return shorter(field, value, maxLongText) }

// Named refuses an empty text and a long one.
func Named(field, value string) error { return All(Required(field, value), Text(field, value)) }

func shorter(field, value string, limit int) error {
	if utf8.RuneCountInString(value) > limit {
		return fault.Field(fault.TextTooLong, field, "at most %d characters", limit)
	}
	return nil
}

// Optional checks a member only if it is there.
func Optional(field, value string, form func(field, value string) error) error {
	if value == "" {
		return nil
	}
	return form(field, value)
}

// List checks that there are at most 50 entries, every entry, and that none occurs twice.
func List(field string, values []string, form func(field, value string) error) error {
	if len(values) > maxList {
		return fault.Field(fault.OutOfRange, field, "at most %d entries", maxList)
	}
	return Distinct(field, values, form)
}

// Distinct checks every entry, and that none occurs twice.
func Distinct(field string, values []string, form func(field, value string) error) error {
	seen := map[string]bool{}
	for i, value := range values {
		entry := field + "/" + strconv.Itoa(i)
		if err := form(entry, value); err != nil {
			return err
		}
		if seen[value] {
			return fault.Field(fault.InvalidField, entry, "occurs twice")
		}
		seen[value] = true
	}
	return nil
}
