package request

import (
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

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
