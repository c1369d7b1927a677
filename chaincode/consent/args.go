// SPDX-License-Identifier: Apache-2.0

// Package consent is what residents decide about their data. It has notices that describe openly what is done, consent
// records with their states, the answer to "may this be processed", the evidence of uses, and receipts. It decides; it
// reads and writes nothing, so that everybody can test it and decide again off-chain.
//
// Terms are those of the W3C Data Privacy Vocabulary (DPV 2.3), of ISO/IEC TS 27560:2023 (consent records and receipts) and of the GDPR.
package consent

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// SchemaVersion is the version of the stored records' form; it is in every record so that a later chaincode can read an
// older one.
const SchemaVersion = 1

const maxVersion = 999_999

func version(field string, value int) error {
	return request.Within(field, int64(value), 1, maxVersion)
}

var signedRequestIDPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// signedRequestID checks the jti of a signed request.
func signedRequestID(field, value string) error {
	return request.Matches(field, value, signedRequestIDPattern, "the jti of a signed request")
}

// categories checks the data categories that every request about data names.
func categories(values []string) error {
	if len(values) == 0 {
		return fault.Field(fault.MissingField, "dataCategories", "required")
	}
	return request.List("dataCategories", values, request.Term)
}

// seconds is a time as the ledger keeps it: UTC, whole seconds.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// ReasonCode explains why, without words: free text on a ledger can hold anybody's name for ever.
type ReasonCode string

// The reasons. A resident needs none; an authority that invalidates must give one.
const (
	NoLongerWanted   ReasonCode = "NO_LONGER_WANTED"
	TrustLost        ReasonCode = "TRUST_LOST"
	Moved            ReasonCode = "MOVED"
	GivenByMistake   ReasonCode = "GIVEN_BY_MISTAKE"
	ServiceEnded     ReasonCode = "SERVICE_ENDED"
	NoLongerNeeded   ReasonCode = "NO_LONGER_NEEDED"
	NoticeReplaced   ReasonCode = "NOTICE_REPLACED"
	NotInformed      ReasonCode = "NOT_INFORMED"
	NotFreelyGiven   ReasonCode = "NOT_FREELY_GIVEN"
	NotUnambiguous   ReasonCode = "NOT_UNAMBIGUOUS"
	WrongPerson      ReasonCode = "WRONG_PERSON"
	UnlawfulPurpose  ReasonCode = "UNLAWFUL_PURPOSE"
	SecurityIncident ReasonCode = "SECURITY_INCIDENT"
	OtherReason      ReasonCode = "OTHER"
)

var reasonCodes = []ReasonCode{
	NoLongerWanted, TrustLost, Moved, GivenByMistake, ServiceEnded, NoLongerNeeded, NoticeReplaced, NotInformed, NotFreelyGiven, NotUnambiguous,
	WrongPerson, UnlawfulPurpose, SecurityIncident, OtherReason,
}

func reason(value ReasonCode) error {
	if value == "" {
		return nil
	}
	return requiredReason(value)
}

func requiredReason(value ReasonCode) error {
	return request.OneOf("reasonCode", value, reasonCodes...)
}

// A bookmark of a walk through a controller's notices is the notice's id and the ledger's bookmark below it.
const bookmarkSeparator = "|"

// JoinBookmark makes the bookmark of a place below a notice.
func JoinBookmark(noticeID, inner string) string { return noticeID + bookmarkSeparator + inner }

// SplitBookmark finds the notice where a walk through the sorted notices goes on, and the ledger's bookmark below it.
func SplitBookmark(bookmark string, notices []string) (index int, inner string, err error) {
	if bookmark == "" {
		return 0, "", nil
	}
	noticeID, inner, found := strings.Cut(bookmark, bookmarkSeparator)
	index, known := slices.BinarySearch(notices, noticeID)
	if !found || !known {
		return 0, "", fault.Field(fault.InvalidField, "bookmark", "not a bookmark of this list")
	}
	return index, inner, nil
}
