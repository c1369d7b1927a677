// Package consent is what residents decide about their data: notices that say openly what is done, consent records with their states, the answer to
// "may this be processed", the evidence of uses, and receipts. It decides; it reads and writes nothing, so that everybody can test it and decide
// again off-chain.
//
// Terms are those of the W3C Data Privacy Vocabulary (DPV 2.3), of ISO/IEC TS 27560:2023 (consent records and receipts) and of the GDPR.
package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/gowebpki/jcs"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// SchemaVersion is the version of the stored records' form; it stands in every record so that a later chaincode can read an older one.
const SchemaVersion = 1

// Limits of a request's members.
const (
	maxText     = 200
	maxLongText = 2000
	maxBookmark = 1000
	maxList     = 50
	maxPageSize = 200
	maxVersion  = 999_999
)

var (
	idPattern       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	mspPattern      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	subjectPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	termPattern     = regexp.MustCompile(`^([a-z][a-z0-9-]{0,31}:)?[A-Za-z][A-Za-z0-9_-]{0,99}$`)
	hashPattern     = regexp.MustCompile(`^[0-9a-f]{64}$`)
	saltPattern     = regexp.MustCompile(`^([0-9a-f]{2}){16,64}$`)
	urlPattern      = regexp.MustCompile(`^https?://[^\s"<>\\]{1,400}$`)
	refPattern      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}$`)
	languagePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// Dates outside these years are mistakes, and the ledger's form of a time has four digits for the year.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
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

func mspID(field, value string) error { return matches(field, value, mspPattern, "the id of an MSP") }

func thumbprint(field, value string) error {
	return matches(field, value, subjectPattern, "the RFC 7638 thumbprint of a key (43 characters of base64url)")
}

func sha256Hex(field, value string) error {
	return matches(field, value, hashPattern, "a SHA-256 in lower-case hex")
}

func term(field, value string) error {
	return matches(field, value, termPattern, "a term such as dpv:ServiceProvision")
}

// optional checks a member only if it is there.
func optional(field, value string, form func(field, value string) error) error {
	if value == "" {
		return nil
	}
	return form(field, value)
}

func text(field, value string) error { return atMost(field, value, maxText) }

func longText(field, value string) error { return atMost(field, value, maxLongText) }

func atMost(field, value string, limit int) error {
	if utf8.RuneCountInString(value) > limit {
		return fault.Field(fault.TextTooLong, field, "at most %d characters", limit)
	}
	return nil
}

func within(field string, value, lowest, highest int64) error {
	if value < lowest || value > highest {
		return fault.Field(fault.OutOfRange, field, "expected a value from %d to %d", lowest, highest)
	}
	return nil
}

func version(field string, value int) error { return within(field, int64(value), 1, maxVersion) }

// list checks every entry and that none occurs twice.
func list(field string, values []string, form func(field, value string) error) error {
	if len(values) > maxList {
		return fault.Field(fault.OutOfRange, field, "at most %d entries", maxList)
	}
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

// categories checks the data categories that every request about data names.
func categories(values []string) error {
	if len(values) == 0 {
		return fault.Field(fault.MissingField, "dataCategories", "required")
	}
	return list("dataCategories", values, term)
}

// moment checks a time that must be there.
func moment(field string, t time.Time) error {
	if t.IsZero() {
		return fault.Field(fault.MissingField, field, "required")
	}
	return bounded(field, t)
}

// bounded checks a time that may be absent.
func bounded(field string, t time.Time) error {
	if !t.IsZero() && (t.Before(earliest) || !t.Before(latest)) {
		return fault.Field(fault.OutOfRange, field, "expected a time from the year %d to %d", earliest.Year(), latest.Year()-1)
	}
	return nil
}

// canonical is a value's canonical JSON (RFC 8785).
func canonical(value any) ([]byte, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode for hashing: %w", err)
	}
	text, err := jcs.Transform(encoded)
	if err != nil {
		return nil, fmt.Errorf("canonicalise for hashing: %w", err)
	}
	return text, nil
}

// canonicalHash is the lower-case hex SHA-256 of a value's canonical JSON.
func canonicalHash(value any) (string, error) {
	text, err := canonical(value)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// seconds is a time as the ledger keeps it: UTC, whole seconds.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func oneOf[T ~string](field string, value T, allowed ...T) error {
	if err := required(field, string(value)); err != nil {
		return err
	}
	if !slices.Contains(allowed, value) {
		return fault.Field(fault.InvalidField, field, "expected one of %q", allowed)
	}
	return nil
}
