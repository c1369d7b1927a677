// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Phase is where the bills of a period are: preview, provisional, final, or correction-1, correction-2, …
type Phase string

// The phases without a number.
const (
	// Preview bills the days that are settled so far; it is replaced as often as needed and binds nobody.
	Preview Phase = "preview"
	// ProvisionalPhase bills a whole month; its dispute window is open.
	ProvisionalPhase Phase = "provisional"
	// FinalPhase never changes; anything that is found later is a correction, a difference to it.
	FinalPhase Phase = "final"
)

var (
	phasePattern  = regexp.MustCompile(`^(preview|provisional|final|correction-[1-9][0-9]{0,3})$`)
	periodPattern = regexp.MustCompile(`^2[0-9]{3}-(0[1-9]|1[0-2])$`)
)

// Correction is the number of a correction, 0 for other phases.
func (p Phase) Correction() int {
	number, _ := strings.CutPrefix(string(p), "correction-")
	n, _ := strconv.Atoi(number) // other phases are no numbers
	return n
}

// CorrectionPhase is the phase of the n-th correction.
func CorrectionPhase(n int) Phase { return Phase("correction-" + strconv.Itoa(n)) }

// Before are the phases that a correction is a difference to, from the final one on; none for other phases.
func (p Phase) Before() (phases []Phase) {
	for n := range p.Correction() {
		if n == 0 {
			phases = append(phases, FinalPhase)
		} else {
			phases = append(phases, CorrectionPhase(n))
		}
	}
	return phases
}

// Period is the public record of one phase of a period: anybody can verify a bill against its Merkle root.
type Period struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	// Period is a calendar month of the community, such as 2025-10.
	Period string `json:"period"`
	Phase  Phase  `json:"phase"`
	// Days are the runs that were billed; in a correction only those of days that changed.
	Days []PeriodDay `json:"days"`
	// Currency is empty where no tariff was in force.
	Currency string `json:"currency,omitempty"`
	// MerkleRoot is the RFC 6962 root over the parties' leaves in byte order of their ids, Leaves their number.
	MerkleRoot string `json:"merkleRoot"`
	Leaves     int    `json:"leaves"`
	// ResultsID is the id of the transaction that closed the period; the private bills are stored under it.
	ResultsID string    `json:"resultsId"`
	ClosedAt  time.Time `json:"closedAt"`
	// DisputeUntil is when the dispute window ends.
	DisputeUntil time.Time `json:"disputeUntil"`
	// UsesRoot is the RFC 6962 root over the record of use: a leaf for each member whose load profile was billed, in
	// byte order of their ids. Uses is their number.
	UsesRoot string `json:"usesRoot"`
	Uses     int    `json:"uses"`
	// Replaced are the records of use of the previews or provisional bills that this one replaced.
	Replaced []UsesRoot `json:"replaced,omitempty"`
}

// PeriodDay names the run of a day that was billed.
type PeriodDay struct {
	Day        string `json:"day"`
	Run        RunID  `json:"run"`
	MerkleRoot string `json:"merkleRoot"`
}

// PeriodTotals are the private figures of a phase of a period; in a correction the sums are differences. They are in
// the phase's summary.
type PeriodTotals struct {
	// Consumers and Producers count the members who have a bill of the whole period, also in a correction.
	Consumers int64 `json:"consumers"`
	Producers int64 `json:"producers"`
	// Production, Consumption and Shared are in mWh.
	Production  int64 `json:"production"`
	Consumption int64 `json:"consumption"`
	Shared      int64 `json:"shared"`
	// Net and VAT are what was sold, in cents.
	Net int64 `json:"net"`
	VAT int64 `json:"vat"`
}

// PhaseTotals are a phase's totals as PeriodTotals answers them.
type PhaseTotals struct {
	PeriodTotals
}

// ClosePeriodRequest bills a month.
type ClosePeriodRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	// Phase is preview, provisional or the next correction.
	Phase Phase `json:"phase"`
}

// Validate checks the request by itself.
func (r ClosePeriodRequest) Validate() error {
	err := GetPeriodRequest(r).Validate()
	if err == nil && r.Phase == FinalPhase {
		err = fault.Field(fault.InvalidField, "phase", "a provisional period becomes final by FinalizePeriod")
	}
	return err
}

// GetPeriodRequest asks for one phase of a period.
type GetPeriodRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	Phase       Phase  `json:"phase"`
}

// Validate checks the request by itself.
func (r GetPeriodRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID), month(r.Period),
		request.Matches("phase", string(r.Phase), phasePattern, "preview, provisional, final or correction-1, correction-2, …"),
	)
}

func month(period string) error {
	return request.Matches("period", period, periodPattern, "a month like 2025-10")
}

// FinalizePeriodRequest makes a provisional period final.
type FinalizePeriodRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
}

// Validate checks the request by itself.
func (r FinalizePeriodRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), month(r.Period))
}

// Days are the local days of the period on which somebody is a member, in order.
func (c Community) Days(period string, members []Member) ([]string, error) {
	all, err := DaysOf(period)
	if err != nil {
		return nil, err
	}
	var days []string
	for _, date := range all {
		for _, member := range members {
			if date >= c.ValidFrom && member.InForce(date) {
				days = append(days, date)
				break
			}
		}
	}
	return days, nil
}

// DaysOf are all days of a month.
func DaysOf(period string) (days []string, err error) {
	first, err := parseDate("period", period+"-01")
	if err != nil {
		return nil, err
	}
	for day := first; day.Month() == first.Month(); day = day.AddDate(0, 0, 1) {
		days = append(days, day.Format(dateLayout))
	}
	return days, nil
}

// Order checks the phase's place in the period's life: preview, provisional, final, then corrections one after the other. final and before are those
// of the ledger, nil if they do not exist; before is the phase before a correction.
func (r ClosePeriodRequest) Order(provisional, final, before *Period) error {
	switch {
	case r.Phase == Preview && (provisional != nil || final != nil):
		return fault.New(fault.IllegalTransition, "%s is closed already; there is no preview of it", r.Period)
	case r.Phase == ProvisionalPhase && final != nil:
		return fault.New(fault.IllegalTransition, "%s is final; only a correction can follow", r.Period)
	case r.Phase.Correction() > 0 && before == nil:
		phases := r.Phase.Before()
		return fault.New(fault.IllegalTransition, "%s is a difference to %s, which does not exist", r.Phase, phases[len(phases)-1])
	}
	return nil
}

// Finalize makes the final record of a provisional one at the time. disputes are those of the period, runs the newest of each billed day.
func (p Period) Finalize(disputes []Dispute, runs map[string]Run, at time.Time) (Period, error) {
	if at.Before(p.DisputeUntil) {
		return p, fault.New(fault.DisputeWindow, "members may dispute %s until %s", p.Period, p.DisputeUntil.Format(time.RFC3339))
	}
	for _, dispute := range disputes {
		if err := dispute.settledBy(p, at); err != nil {
			return p, err
		}
	}
	for _, day := range p.Days {
		if newest := runs[day.Day]; newest.Run != day.Run {
			return p, fault.New(fault.IllegalTransition, "run %s of %s is newer than what was billed, %s; close the provisional period again", newest.Run, day.Day, day.Run)
		}
	}
	p.Phase = FinalPhase
	return p, nil
}

// The payloads of the contract's events: ids and states, nothing private.

// DisputeAnnouncement reports the state of a dispute .
type DisputeAnnouncement struct {
	CommunityID string       `json:"communityId"`
	Period      string       `json:"period"`
	DisputeID   string       `json:"disputeId"`
	State       DisputeState `json:"state"`
}

// GenerationAnnouncement reports which generation begins when.
type GenerationAnnouncement struct {
	CommunityID string `json:"communityId"`
	Generation  int    `json:"generation"`
	From        string `json:"from"`
}

// MemberAnnouncement reports which member changed and the state of it .
type MemberAnnouncement struct {
	CommunityID string      `json:"communityId"`
	MemberID    string      `json:"memberId"`
	State       MemberState `json:"state"`
}

// MeterDaysAnnouncement reports for which days meter days were stored.
type MeterDaysAnnouncement struct {
	CommunityID string   `json:"communityId"`
	Days        []string `json:"days"`
}

// PeriodAnnouncement reports which phase of a period was reached.
type PeriodAnnouncement struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	Phase       Phase  `json:"phase"`
}
