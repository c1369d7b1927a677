// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// ReadingStatus is what became of a reading.
type ReadingStatus string

const (
	// Accepted means stored by this transaction, or that it would be.
	Accepted ReadingStatus = "ACCEPTED"
	// Flagged means accepted, or stored before, although an interval is implausible; the reason is beside it.
	Flagged ReadingStatus = "FLAGGED"
	// Unchanged means that the same reading was stored before; submitting it again changes nothing.
	Unchanged ReadingStatus = "UNCHANGED"
	// Rejected means not stored; the reason is beside it.
	Rejected ReadingStatus = "REJECTED"
)

// ReadingResult is the outcome of one reading. It is private: only CheckMeterDays answers it.
type ReadingResult struct {
	// Index is the reading's place in the input.
	Index    int           `json:"index"`
	MemberID string        `json:"memberId,omitempty"`
	Day      string        `json:"day,omitempty"`
	Status   ReadingStatus `json:"status"`
	Reason   *fault.Error  `json:"reason,omitempty"`
}

// SubmitMeterDaysAnswer counts what became of the readings. It is in a block, so it names none of them: which were
// rejected, and why, and which are stored but implausible: CheckMeterDays returns it.
type SubmitMeterDaysAnswer struct {
	// Accepted counts what was stored.
	Accepted  int `json:"accepted"`
	Unchanged int `json:"unchanged"`
	Rejected  int `json:"rejected"`
}

// Add counts one result.
func (a *SubmitMeterDaysAnswer) Add(result ReadingResult) {
	switch result.Status {
	case Accepted, Flagged:
		a.Accepted++
	case Unchanged:
		a.Unchanged++
	case Rejected:
		a.Rejected++
	}
}

// CheckMeterDaysRequest asks what becomes of readings, which come by the transient map as for SubmitMeterDays.
type CheckMeterDaysRequest struct {
	CommunityID string `json:"communityId"`
	// Official is true for official shared energies, as for RecordOfficial.
	Official bool `json:"official,omitempty"`
}

// Validate checks the request by itself.
func (r CheckMeterDaysRequest) Validate() error { return request.ID("communityId", r.CommunityID) }

// ReadingResults tell what becomes of each reading: asked before they are submitted, what would, asked later, what did,
// with what was stored as unchanged.
type ReadingResults struct {
	// Readings lists every reading that is not simply accepted or unchanged, in the order of the input.
	Readings []ReadingResult `json:"readings"`
}

// KeyDayCheck states that the shares of a day would be taken.
type KeyDayCheck struct{}
