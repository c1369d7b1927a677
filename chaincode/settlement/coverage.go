// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// CoverageRequest asks which meter days and runs the days of a period have.
type CoverageRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
}

// Validate checks the request by itself.
func (r CoverageRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), month(r.Period))
}

// Coverage reports day by day what is there and what is missing.
type Coverage struct {
	Days []DayCoverage `json:"days"`
}

// DayCoverage is one day's.
type DayCoverage struct {
	Day string `json:"day"`
	// Members counts those in force, once somebody is measured without those whose consent had ended before the day; Present are those with a meter day.
	Members int `json:"members"`
	Present int `json:"present"`
	// Missing are members without a meter day, at most 20.
	Missing []string `json:"missing"`
	// Corrected counts members whose newest meter day is newer than version 1.
	Corrected int `json:"corrected"`
	// Run is the newest run, empty for none; Stale is true where settling again would give another result, and
	// Causes name why.
	Run    RunID   `json:"run,omitempty"`
	Stale  bool    `json:"stale,omitempty"`
	Causes []Cause `json:"causes,omitempty"`
	Purged bool    `json:"purged,omitempty"`
}

// Cause names what changed after a run.
type Cause string

// The causes. A change of the readings while the roster changed, too, is not distinguished from it.
const (
	CauseReadings Cause = "readings"
	// CauseRoster is a member that joined, left or has another share, tier, factor, role or point.
	CauseRoster Cause = "roster"
	CauseKey    Cause = "key"
	CauseTariff Cause = "tariff"
	// CauseShares are the shares of the day's intervals.
	CauseShares Cause = "shares"
)

const maxMissing = 20

// Coverage is that of the inputs' day. run is the newest run, nil for none.
func (in Inputs) Coverage(run *Run) DayCoverage {
	c := DayCoverage{Day: in.Request.Day, Missing: []string{}, Members: len(in.Members), Present: len(in.Entries)}
	for _, entry := range in.Entries {
		if entry.Version > 1 {
			c.Corrected++
		}
	}
	for _, member := range in.Unmeasured() {
		if len(c.Missing) < maxMissing {
			c.Missing = append(c.Missing, member.MemberID)
		}
	}
	if run != nil {
		c.Run, c.Causes = run.Run, in.Causes(*run)
		c.Stale = len(c.Causes) > 0
	}
	return c
}

// Causes are why settling the inputs would give another result than the run; none where it would give the same again.
func (in Inputs) Causes(run Run) (causes []Cause) {
	if RosterHash(in.Members) != run.RosterSHA256 {
		causes = append(causes, CauseRoster)
	} else if InputsHash(in.Entries) != run.InputsSHA256 {
		causes = append(causes, CauseReadings)
	}
	now := in.Generation()
	then, err := in.Community.Numbered(run.Generation)
	if err != nil || !then.sameKey(now) {
		causes = append(causes, CauseKey)
	} else if in.KeyDaySHA256 != run.KeyDaySHA256 {
		causes = append(causes, CauseShares)
	}
	if err == nil && !then.sameTariff(now) {
		causes = append(causes, CauseTariff)
	}
	return causes
}

// PurgeMeterDaysRequest purges the load profiles of a day after the retention of its members' notices.
type PurgeMeterDaysRequest struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
}

// Validate checks the request by itself.
func (r PurgeMeterDaysRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), date("day", r.Day))
}

// Purge is the public record that the private data of a day were purged: the meter days, official values and members' results. The run's root stays, so
// that statements which were kept still verify.
type Purge struct {
	Schema int `json:"schema"`
	PurgeMeterDaysRequest
	PurgedAt time.Time `json:"purgedAt"`
}

// Refusal is the answer to who asks for what was purged, or would store more of it.
func (p Purge) Refusal() *fault.Error {
	return fault.New(fault.Purged, "the private data of %s were purged on %s", p.Day, p.PurgedAt.Format(time.DateOnly))
}

// Retained refuses to purge a day before the retention has ended that the notices of its members name, or before its
// month is final. members are those with readings of the day, and those who were to have some.
func (r PurgeMeterDaysRequest) Retained(community Community, members []Member, final *Period, at time.Time) error {
	day, err := community.Day(r.Day)
	if err != nil {
		return err
	}
	for _, member := range members {
		until, err := consent.KeptUntil(member.Retention, day.End)
		if err != nil {
			return err
		}
		if at.Before(until) {
			return fault.Field(fault.RetentionRunning, "day", "%s is kept until %s, %s after its end, as a member's notice says",
				r.Day, until.Format(time.RFC3339), member.Retention).With("until", until.Format(time.RFC3339))
		}
	}
	if final == nil {
		return fault.New(fault.IllegalTransition, "%s is purged when %s is final", r.Day, r.Day[:len("2006-01")])
	}
	return nil
}

// MeterDaysRequest asks for load profiles of a day.
type MeterDaysRequest struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	// MemberID limits the answer to one member; a resident names its own one.
	MemberID string `json:"memberId,omitempty"`
	// Without PageSize, a page has LoadProfilesPerPage entries. A bookmark is the last member of the page before.
	request.Listing
}

// Validate checks the request by itself.
func (r MeterDaysRequest) Validate() error {
	err := request.All(request.ID("communityId", r.CommunityID), date("day", r.Day), r.Check())
	if err == nil && r.MemberID != "" {
		err = request.ID("memberId", r.MemberID)
	}
	return err
}

// MeterDayPage is a page of load profiles in byte order of the members.
type MeterDayPage struct {
	MeterDays []MeterDay `json:"meterDays"`
	// KeyDay are the day's shares by interval, where there are any.
	KeyDay   *KeyDay `json:"keyDay,omitempty"`
	Bookmark string  `json:"bookmark,omitempty"`
}

// LoadProfilesPerPage is how many meter days a page has where none asks for fewer.
const LoadProfilesPerPage = 1000

// Page are the entries that the request asks for, and the bookmark of those that follow.
func (r MeterDaysRequest) Page(entries []ManifestEntry) (page []ManifestEntry, bookmark string) {
	size := LoadProfilesPerPage
	if r.PageSize > 0 {
		size = r.PageSize
	}
	for _, entry := range OfMember(entries, r.MemberID) {
		if entry.MemberID <= r.Bookmark {
			continue
		}
		if len(page) == size {
			return page, page[size-1].MemberID
		}
		page = append(page, entry)
	}
	return page, ""
}

// Finding is something that is missing or implausible in the readings of a day. It is private.
type Finding struct {
	// MemberID is empty for what concerns the day as a whole.
	MemberID string `json:"memberId,omitempty"`
	// Interval is the first interval concerned, from 0, and From its local time; both are absent for a whole day.
	Interval *int   `json:"interval,omitempty"`
	From     string `json:"from,omitempty"`
	// Code is that of the error: DAY_INCOMPLETE, IMPLAUSIBLE or what the computation refuses.
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
}

// CheckDayRequest asks for a page of what is missing or implausible in the readings of a day, and what its run would
// refuse. A bookmark is the number of findings before it.
type CheckDayRequest struct {
	SettleDayRequest
	request.Listing
}

// Validate checks the request by itself.
func (r CheckDayRequest) Validate() error {
	return request.All(r.SettleDayRequest.Validate(), r.Check())
}

// Page are the findings of the page that the request asks for.
func (r CheckDayRequest) Page(all []Finding) (page Findings, err error) {
	begin := 0
	if r.Bookmark != "" {
		if begin, err = strconv.Atoi(r.Bookmark); err != nil || begin < 0 {
			return page, fault.Field(fault.InvalidField, "bookmark", "expected what the page before returned")
		}
	}
	begin = min(begin, len(all))
	end := min(begin+r.Size(), len(all))
	page.Findings = all[begin:end]
	if end < len(all) {
		page.Bookmark = strconv.Itoa(end)
	}
	return page, nil
}

// Findings answer CheckDay: a page of them, those of whole days first, each in byte order of the members.
type Findings struct {
	Findings []Finding `json:"findings"`
	Bookmark string    `json:"bookmark,omitempty"`
}

// Findings are those of the day's readings.
func (in Inputs) Findings() ([]Finding, error) {
	found := []Finding{}
	for _, member := range in.Unmeasured() {
		found = append(
			found, Finding{MemberID: member.MemberID, Code: fault.DayIncomplete, Message: "there is no meter day"},
		)
	}
	labels, err := in.Community.Labels(in.Request.Day)
	if err != nil {
		return nil, err
	}
	members := in.measured()
	for i, day := range in.Days {
		for t, label := range labels {
			if day.missing(t) {
				found = append(found, Finding{day.MemberID, &t, label, fault.DayIncomplete, "the value is missing"})
			}
		}
		if t, refusal := day.implausible(in.Community, members[i]); refusal != nil {
			found = append(found, Finding{day.MemberID, &t, labels[t], refusal.Code, refusal.Message})
		}
	}
	return found, nil
}

// gap reports whether a value is missing, or a whole meter day.
func (in Inputs) gap() bool {
	if len(in.Unmeasured()) > 0 {
		return true
	}
	for _, day := range in.Days {
		for t := range day.Values {
			if day.missing(t) {
				return true
			}
		}
	}
	return false
}
