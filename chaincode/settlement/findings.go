// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

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
