// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// CheckRequest asks whether data of a subject may be processed.
type CheckRequest struct {
	Subject        string   `json:"subject"`
	Controller     string   `json:"controller"`
	Purpose        string   `json:"purpose"`
	DataCategories []string `json:"dataCategories"`
	// Recipient is who processes; if absent, the controller itself.
	Recipient string `json:"recipient,omitempty"`
	// Object is what the question is about; only a consent about exactly this answers it.
	Object Object `json:"object,omitzero"`
	// At is the time that the processing concerns; if absent, the transaction's. It is never in the future: a consent can end any moment.
	At time.Time `json:"at,omitzero"`
}

// Validate checks the request by itself.
func (r CheckRequest) Validate() error {
	return request.All(
		request.Thumbprint("subject", r.Subject), request.MSP("controller", r.Controller), request.Term("purpose", r.Purpose),
		categories(r.DataCategories), request.Optional("recipient", r.Recipient, request.Named), r.Object.validate(),
		request.Bounded("at", r.At),
	)
}

// ReasonFor is the code of a reason to deny. The codes of states (WITHDRAWN, REFUSED, …) are reasons, too.
type ReasonFor string

// The reasons to deny beside the states.
const (
	NoConsent           ReasonFor = "NO_CONSENT"
	PurposeNotCovered   ReasonFor = "PURPOSE_NOT_COVERED"
	CategoryNotCovered  ReasonFor = "CATEGORY_NOT_COVERED"
	RecipientNotCovered ReasonFor = "RECIPIENT_NOT_COVERED"
	ObjectNotCovered    ReasonFor = "OBJECT_NOT_COVERED"
	// NotHere is the answer about a metering point that the consent does not name: anything that is known of the point
	// is known elsewhere.
	NotHere            ReasonFor = "NOT_HERE"
	NotYetValid        ReasonFor = "NOT_YET_VALID"
	NotGivenThen       ReasonFor = "NOT_GIVEN_THEN"
	NoticeIsSuspended  ReasonFor = "NOTICE_SUSPENDED"
	NoticeIsNotInForce ReasonFor = "NOTICE_NOT_IN_FORCE"
	HasObjected        ReasonFor = "OBJECTION"
	HasRestricted      ReasonFor = "RESTRICTION"
	HasErased          ReasonFor = "SUBJECT_ERASED"
	// NotProven is a consent that does not rest on what the resident signed, EndIsUnproven one whose end does not: it counts all the same.
	NotProven     ReasonFor = "NOT_PROVEN"
	EndIsUnproven ReasonFor = "END_UNPROVEN"
)

// Denial is one reason to deny and where it comes from.
type Denial struct {
	Code      ReasonFor `json:"code"`
	ConsentID string    `json:"consentId,omitempty"`
	NoticeID  string    `json:"noticeId,omitempty"`
}

// CategoryVerdict is the answer for one category of data.
type CategoryVerdict struct {
	Category string `json:"category"`
	Allowed  bool   `json:"allowed"`
	// ConsentID names the consent that allows it; NoticeID and LawfulBasis the notice, where another basis than consent does.
	ConsentID   string   `json:"consentId,omitempty"`
	NoticeID    string   `json:"noticeId,omitempty"`
	LawfulBasis string   `json:"lawfulBasis,omitempty"`
	Reasons     []Denial `json:"reasons,omitempty"`
}

// Verdict is the answer: allowed if every category is.
type Verdict struct {
	Allowed    bool              `json:"allowed"`
	ConsentIDs []string          `json:"consentIds"`
	Categories []CategoryVerdict `json:"categories"`
	Reasons    []Denial          `json:"reasons"`
	// ValidUntil is when the first of the consents used ends; absent where none is used or none allows it.
	ValidUntil time.Time `json:"validUntil,omitzero"`
}

// NoticeFacts are what the ledger knows about a notice that rests on another basis than consent.
type NoticeFacts struct{ Retired, Objected *Mark }

// Facts are what the ledger knows that bears on a question.
type Facts struct {
	// Records are the subject's with the controller, Notices those of the controller for the purpose that rest on another basis than consent.
	Records []Record
	Notices []Notice
	// Of holds the marks of Notices by their ids; Restricted bears on them alone, too.
	Of         map[string]NoticeFacts
	Restricted *Mark
	// Suspended bears on all.
	Suspended Suspensions
	// Lineages are the purpose's by version of the taxonomy, where a record includes narrower purposes.
	Lineages map[int]Lineage
	// Standings are the records', in their order; Erased is true where the subject asked for erasure at the controller or everywhere.
	Standings []RecordState
	Erased    bool
	Now       time.Time
}

// Check answers the question from the facts. It is the only place that decides it: this contract, licensing and settlement all ask here.
func Check(r CheckRequest, facts Facts) (Verdict, error) {
	if r.At.After(facts.Now) {
		return Verdict{}, fault.Field(fault.InvalidPeriod, "at", "lies in the future")
	}
	verdict := Verdict{Allowed: true, ConsentIDs: []string{}, Reasons: []Denial{}}
	for _, category := range r.DataCategories {
		answer := r.category(category, facts)
		verdict.Categories = append(verdict.Categories, answer)
		if answer.ConsentID != "" && !slices.Contains(verdict.ConsentIDs, answer.ConsentID) {
			verdict.ConsentIDs = append(verdict.ConsentIDs, answer.ConsentID)
		}
		verdict.Allowed = verdict.Allowed && answer.Allowed
		for _, denial := range answer.Reasons {
			if !slices.Contains(verdict.Reasons, denial) {
				verdict.Reasons = append(verdict.Reasons, denial)
			}
		}
	}
	if verdict.Allowed {
		verdict.ValidUntil = firstEnd(verdict.ConsentIDs, facts.Records)
	}
	return verdict, nil
}

func firstEnd(consentIDs []string, records []Record) (first time.Time) {
	for _, record := range records {
		if slices.Contains(consentIDs, record.ConsentID) && (first.IsZero() || record.ValidUntil.Before(first)) {
			first = record.ValidUntil
		}
	}
	return first
}

// category answers for one category: allowed by the first consent or other basis that covers it.
func (r CheckRequest) category(category string, facts Facts) CategoryVerdict {
	answer := CategoryVerdict{Category: category}
	if facts.Erased {
		answer.Reasons = []Denial{{Code: HasErased}}
		return answer
	}
	for i, record := range facts.Records {
		code := r.denies(record, facts.Standings[i], category, facts)
		if code == "" {
			return CategoryVerdict{Category: category, Allowed: true, ConsentID: record.ConsentID, LawfulBasis: record.LawfulBasis}
		}
		answer.Reasons = append(answer.Reasons, Denial{Code: code, ConsentID: record.ConsentID})
	}
	for _, notice := range facts.Notices {
		code := r.deniesByBasis(notice, category, facts)
		if code == "" {
			return CategoryVerdict{Category: category, Allowed: true, NoticeID: notice.NoticeID, LawfulBasis: notice.LawfulBases[0]}
		}
		answer.Reasons = append(answer.Reasons, Denial{Code: code, NoticeID: notice.NoticeID})
	}
	if len(answer.Reasons) == 0 {
		answer.Reasons = []Denial{{Code: NoConsent}}
	}
	return answer
}

// denies is the first reason why the consent does not cover the category, "" if it does.
func (r CheckRequest) denies(record Record, recordState RecordState, category string, facts Facts) ReasonFor {
	switch {
	case !r.purposeOf(record, facts):
		return PurposeNotCovered
	case !slices.Contains(record.DataCategories, category):
		return CategoryNotCovered
	case !r.receives(record.Controller, record.Recipients):
		return RecipientNotCovered
	case !record.Object.covers(r.Object) && r.Object.PointSHA256 != "":
		return NotHere
	case !record.Object.covers(r.Object):
		return ObjectNotCovered
	case facts.Suspended.Of(record.NoticeID) != nil:
		return NoticeIsSuspended
	default:
		return record.deniesAt(r.At, recordState, facts.Now)
	}
}

// deniesAt is the reason by state and validity. An invalidated consent never allowed anything, whichever day is asked about.
func (r Record) deniesAt(at time.Time, recordState RecordState, now time.Time) ReasonFor {
	state := r.State(recordState, now)
	if state != Invalidated && !at.IsZero() {
		state = r.StateAt(recordState, at, now)
	}
	if at.IsZero() {
		at = now
	}
	switch {
	case state == None:
		return NotGivenThen
	case !state.Active() && recordState.EndUnproven:
		return EndIsUnproven
	case !state.Active():
		return ReasonFor(state)
	case recordState.Unproven:
		return NotProven
	case at.Before(r.ValidFrom):
		return NotYetValid
	default:
		return ""
	}
}

func (r CheckRequest) purposeOf(record Record, facts Facts) bool {
	if record.Purpose == r.Purpose {
		return true
	}
	return record.IncludeNarrower && facts.Lineages[record.TaxonomyVersion].Within(record.Purpose)
}

func (r CheckRequest) receives(controller string, recipients []string) bool {
	return r.Recipient == "" || r.Recipient == controller || slices.Contains(recipients, r.Recipient)
}

// at is the time that the question is about.
func (r CheckRequest) at(now time.Time) time.Time {
	if r.At.IsZero() {
		return now
	}
	return r.At
}

// deniesByBasis is the first reason why a notice on another basis than consent does not cover the category.
func (r CheckRequest) deniesByBasis(notice Notice, category string, facts Facts) ReasonFor {
	about, at := facts.Of[notice.NoticeID], r.at(facts.Now)
	right := yields[notice.MainBasis()]
	switch {
	case !slices.Contains(notice.DataCategories, category):
		return CategoryNotCovered
	case !r.receives(notice.Controller.MSP, notice.Recipients):
		return RecipientNotCovered
	case facts.Suspended.Of(notice.NoticeID) != nil:
		return NoticeIsSuspended
	case about.Retired.Holds() || at.Before(notice.ValidFrom):
		return NoticeIsNotInForce
	case about.Objected.Holds() && (right.objection || notice.DirectMarketing):
		return HasObjected
	case facts.Restricted.Holds() && right.restriction:
		return HasRestricted
	default:
		return ""
	}
}

// InForce keeps of each notice the newest version that has begun and is not retired or, if there is none, its newest version. The versions of a notice
// follow each other; retired has the marks in the order of notices, and so has the answer.
func InForce(notices []Notice, retired []*Mark, at time.Time) (inForce []Notice, marks []*Mark) {
	for i, notice := range notices {
		last := len(inForce) - 1
		if last < 0 || inForce[last].NoticeID != notice.NoticeID {
			inForce, marks = append(inForce, notice), append(marks, retired[i])
			continue
		}
		begun := !retired[i].Holds() && !at.Before(notice.ValidFrom)
		stands := !marks[last].Holds() && !at.Before(inForce[last].ValidFrom)
		if begun || !stands {
			inForce[last], marks[last] = notice, retired[i]
		}
	}
	return inForce, marks
}
