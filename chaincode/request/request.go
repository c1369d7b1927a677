// Package request holds the checks that the requests of all contracts share. Each returns nil or a *fault.Error that names the member at fault.
package request

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

var (
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	mspPattern  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)
	saltPattern = regexp.MustCompile(`^([0-9a-f]{2}){16,64}$`)
)

// All returns the first refusal of an ordered list of checks.
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
