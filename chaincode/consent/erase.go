// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// EraseRequest asks for erasure (Art. 17) at one controller or at all: anything that was given is withdrawn, and Check
// denies at once.
type EraseRequest struct {
	Controller string `json:"controller,omitempty"`
}

// Validate checks the request by itself.
func (r EraseRequest) Validate() error {
	return request.Optional("controller", r.Controller, request.MSP)
}

// Erasure is what a subject asked for: it obliges each controller that holds a private part, or the one that it names, to purge it.
type Erasure struct {
	Subject string `json:"subject"`
	// Controller is empty where all are meant.
	Controller string `json:"controller,omitempty"`
	Cutoff
}

// Concerned are the controllers that the erasure obliges: those with private parts among the records, in byte order.
func (e Erasure) Concerned(records []Record) (controllers []string) {
	for _, record := range records {
		if record.PrivateID != "" && (e.Controller == "" || e.Controller == record.Controller) && !slices.Contains(controllers, record.Controller) {
			controllers = append(controllers, record.Controller)
		}
	}
	slices.Sort(controllers)
	return controllers
}

// PurgeRequest purges what the caller's organisation holds of a subject that asked for erasure.
type PurgeRequest struct {
	Subject string `json:"subject"`
}

// Validate checks the request by itself.
func (r PurgeRequest) Validate() error { return request.Thumbprint("subject", r.Subject) }

// Retained is a private part that the law lets a controller keep for a time.
type Retained struct {
	ConsentID string `json:"consentId"`
	// LegalGround is the DPV term of the exception, such as eu-gdpr:A17-3-b.
	LegalGround string    `json:"legalGround"`
	Until       time.Time `json:"until"`
}

// PurgeAnswer reports what is purged and what is kept, on which ground, until when (Art. 17-3).
type PurgeAnswer struct {
	Subject string `json:"subject"`
	// Purged are the consents whose private parts are gone.
	Purged   []string   `json:"purged"`
	Retained []Retained `json:"retained"`
}

// legalDuty is the exception for what a law obliges the controller to keep.
const legalDuty = "eu-gdpr:A17-3-b"

// Purge divides the records with private parts into those to purge and those that a law lets the controller keep; notices and standings are the records',
// in the same order.
func (r PurgeRequest) Purge(records []Record, notices []Notice, standings []RecordState, now time.Time) (PurgeAnswer, []Record) {
	answer := PurgeAnswer{Subject: r.Subject, Purged: []string{}, Retained: []Retained{}}
	var purge []Record
	for i, record := range records {
		if until := record.keptUntil(notices[i], standings[i], now); now.Before(until) {
			answer.Retained = append(answer.Retained, Retained{record.ConsentID, legalDuty, until})
			continue
		}
		answer.Purged = append(answer.Purged, record.ConsentID)
		purge = append(purge, record)
	}
	return answer, purge
}

// keptUntil is until when a legal obligation that the notice names keeps the private part: its retention after the record's last event.
func (r Record) keptUntil(notice Notice, recordState RecordState, now time.Time) time.Time {
	if !notice.Names(BasisObligation) {
		return time.Time{}
	}
	kept, err := parseRetention("retention", notice.Retention)
	if err != nil { // a published notice has a valid one
		return time.Time{}
	}
	line := r.Timeline(recordState, now)
	return kept.after(line[len(line)-1].At)
}

// ListPendingPurgesRequest asks which controllers have not purged yet.
type ListPendingPurgesRequest struct {
	Controller string `json:"controller,omitempty"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListPendingPurgesRequest) Validate() error {
	return request.All(request.Optional("controller", r.Controller, request.MSP), r.Check())
}

// PendingPurge is an erasure whose controller still holds private parts.
type PendingPurge struct {
	Subject    string    `json:"subject"`
	Controller string    `json:"controller"`
	At         time.Time `json:"at"`
	TxID       string    `json:"txId"`
	// ConsentIDs are the consents whose private parts are still there.
	ConsentIDs []string `json:"consentIds"`
}

// PendingPurgePage is a page of them.
type PendingPurgePage struct {
	Pending  []PendingPurge `json:"pending"`
	Bookmark string         `json:"bookmark"`
}

// retention is an ISO 8601 duration. Months and days are kept apart: a month has no fixed number of days.
type retention struct{ months, days, seconds int64 }

var retentionPattern = regexp.MustCompile(
	`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?$`)

func parseRetention(field, value string) (retention, error) {
	parts := retentionPattern.FindStringSubmatch(value)
	if parts == nil || value == "P" || value[len(value)-1] == 'T' {
		return retention{}, fault.Field(fault.InvalidField, field, "expected an ISO 8601 duration such as P2Y or P30D")
	}
	n := make([]int64, len(parts))
	for i, part := range parts[1:] {
		if part != "" {
			n[i], _ = strconv.ParseInt(part, 10, 64) // the pattern lets at most seven digits through
		}
	}
	return retention{months: 12*n[0] + n[1], days: 7*n[2] + n[3], seconds: 3600*n[4] + 60*n[5] + n[6]}, nil
}

// after is the end of the duration that begins at t.
func (r retention) after(t time.Time) time.Time {
	return t.AddDate(0, int(r.months), int(r.days)).Add(time.Duration(r.seconds) * time.Second)
}

// KeptUntil is the end of a notice's retention that begins at the time.
func KeptUntil(duration string, from time.Time) (time.Time, error) {
	r, err := parseRetention("retention", duration)
	return r.after(from), err
}

const secondsPerDay = 24 * 60 * 60

// span is the duration in seconds if every month had so many days.
func (r retention) span(monthDays int64) int64 {
	return (r.months*monthDays+r.days)*secondsPerDay + r.seconds
}

// shorter reports whether the duration never exceeds the other, whichever months it is counted in.
func shorter(duration, other string) bool {
	a, errA := parseRetention("", duration)
	b, errB := parseRetention("", other)
	if errA != nil || errB != nil {
		return false
	}
	if a.months <= b.months { // the common months cancel out
		return retention{0, a.days, a.seconds}.span(0) <= retention{b.months - a.months, b.days, b.seconds}.span(28)
	}
	return retention{a.months - b.months, a.days, a.seconds}.span(31) <= retention{0, b.days, b.seconds}.span(0)
}
