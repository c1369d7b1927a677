package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// EraseRequest asks for erasure (Art. 17) at one controller or at all: what was given is withdrawn, and Check denies at once.
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

// PurgeAnswer tells what is purged and what is kept, on which ground, until when (Art. 17-3).
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
func (r PurgeRequest) Purge(records []Record, notices []Notice, standings []Standing, now time.Time) (PurgeAnswer, []Record) {
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
func (r Record) keptUntil(notice Notice, standing Standing, now time.Time) time.Time {
	if !notice.Names(BasisObligation) {
		return time.Time{}
	}
	kept, err := parseRetention("retention", notice.Retention)
	if err != nil { // a published notice has a valid one
		return time.Time{}
	}
	line := r.Timeline(standing, now)
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
