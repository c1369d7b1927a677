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
	ErrTooFewPersons         = fault.TooFewPersons
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
	ErrAnswerKeyMissing      = fault.AnswerKeyMissing
	ErrAnswerKeyMalformed    = fault.AnswerKeyMalformed
	ErrInternal              = fault.Internal
	ErrStatementMalformed    = fault.StatementMalformed
	ErrStatementForged       = fault.StatementForged
	ErrStatementExpired      = fault.StatementExpired
	ErrStatementNotYetValid  = fault.StatementNotYetValid
	ErrStatementMisplaced    = fault.StatementMisplaced
	ErrStatementReplayed     = fault.StatementReplayed
	ErrTextTooLong           = fault.TextTooLong
	ErrInvalidPeriod         = fault.InvalidPeriod
	ErrNoticeIncomplete      = fault.NoticeIncomplete
	ErrNoticeIncompatible    = fault.NoticeIncompatible
	ErrNoticeNotFound        = fault.NoticeNotFound
	ErrNoticeRetired         = fault.NoticeRetired
	ErrNoticeSuspended       = fault.NoticeSuspended
	ErrNoticeNotInForce      = fault.NoticeNotInForce
	ErrUnknownPurpose        = fault.UnknownPurpose
	ErrTaxonomyMissing       = fault.TaxonomyMissing
	ErrStaleStatement        = fault.StaleStatement
	ErrSubjectErased         = fault.SubjectErased
	ErrKeyRemoved            = fault.KeyRemoved
	ErrKeySuspended          = fault.KeySuspended
	ErrTooFewOrganisations   = fault.TooFewOrganisations
	ErrProcessingDenied      = fault.ProcessingDenied
	ErrPrivateHashMismatch   = fault.PrivateHashMismatch
	ErrPolicyRejected        = fault.PolicyRejected
	ErrDatasetRetired        = fault.DatasetRetired
	ErrOfferWithdrawn        = fault.OfferWithdrawn
	ErrTermsMismatch         = fault.TermsMismatch
	ErrExceedsConsent        = fault.ExceedsConsent
	ErrLicenceNotInForce     = fault.LicenceNotInForce
	ErrTicketTaken           = fault.TicketTaken
	ErrDecisionServed        = fault.DecisionServed
	ErrImplausible           = fault.Implausible
	ErrPeriodIncomplete      = fault.PeriodIncomplete
	ErrDisputeOpen           = fault.DisputeOpen
	ErrDisputeWindow         = fault.DisputeWindow
	ErrRetentionRunning      = fault.RetentionRunning
	ErrPurged                = fault.Purged
	ErrBatchConflict         = fault.BatchConflict
	ErrBatchRefused          = fault.BatchRefused
	ErrTooComplex            = fault.TooComplex
	ErrBusy                  = fault.Busy
	ErrNetworkNotFounded     = fault.NetworkNotFounded
	ErrWrongNetwork          = fault.WrongNetwork
	ErrSignatureMissing      = fault.SignatureMissing
	ErrEvidenceInvalid       = fault.EvidenceInvalid
	ErrNothingChanged        = fault.NothingChanged
	ErrTooManyRecords        = fault.TooManyRecords
	ErrTooManyOpen           = fault.TooManyOpen
)
