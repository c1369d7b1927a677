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
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/gowebpki/jcs"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// SchemaVersion is the version of the stored records' form; it stands in every record so that a later chaincode can read an older one.
const SchemaVersion = 1

// Limits of a request's members.
const (
	maxText     = 200
	maxLongText = 2000
	maxList     = 50
	maxVersion  = 999_999
)

var (
	subjectPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	termPattern     = regexp.MustCompile(`^([a-z][a-z0-9-]{0,31}:)?[A-Za-z][A-Za-z0-9_-]{0,99}$`)
	urlPattern      = regexp.MustCompile(`^https?://[^\s"<>\\]{1,400}$`)
	refPattern      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}$`)
	languagePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// Dates outside these years are mistakes, and the ledger's form of a time has four digits for the year.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

func thumbprint(field, value string) error {
	return request.Matches(field, value, subjectPattern, "the RFC 7638 thumbprint of a key (43 characters of base64url)")
}

func term(field, value string) error {
	return request.Matches(field, value, termPattern, "a term such as dpv:ServiceProvision")
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

func version(field string, value int) error {
	return request.Within(field, int64(value), 1, maxVersion)
}

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
