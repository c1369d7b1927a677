package gateway

import "github.com/smartb-suite/smartb/chaincode/fault"

// The catalogue's codes as targets of errors.Is; the catalogue says what each means and what to do about it.
const (
	ErrMalformedRequest      = fault.MalformedRequest
	ErrUnknownField          = fault.UnknownField
	ErrDuplicateField        = fault.DuplicateField
	ErrMissingField          = fault.MissingField
	ErrInvalidField          = fault.InvalidField
	ErrOutOfRange            = fault.OutOfRange
	ErrTooLarge              = fault.TooLarge
	ErrUnknownTransaction    = fault.UnknownTransaction
	ErrForbidden             = fault.Forbidden
	ErrNotFound              = fault.NotFound
	ErrAlreadyExists         = fault.AlreadyExists
	ErrIllegalTransition     = fault.IllegalTransition
	ErrStaleTransaction      = fault.StaleTransaction
	ErrGovernanceMissing     = fault.GovernanceMissing
	ErrPointTaken            = fault.PointTaken
	ErrDayIncomplete         = fault.DayIncomplete
	ErrWrongIntervalCount    = fault.WrongIntervalCount
	ErrPrivateDataNotHere    = fault.PrivateDataNotHere
	ErrPrivateDataUnexpected = fault.PrivateDataUnexpected
	ErrInternal              = fault.Internal
)
