package request

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

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
