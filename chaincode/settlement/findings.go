package settlement

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Finding is something that is missing or implausible in the readings of a day. It is private.
type Finding struct {
	// MemberID is empty for what concerns the day as a whole.
	MemberID string `json:"memberId,omitempty"`
	// Interval is the first interval concerned, from 0, and From its local time; both are absent for a whole day.
	Interval *int   `json:"interval,omitempty"`
	From     string `json:"from,omitempty"`
	// Code is that of the refusal: DAY_INCOMPLETE, IMPLAUSIBLE or what the computation refuses.
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
}

// Findings answer CheckDay.
type Findings struct {
	// Findings are in byte order of the members, at most 1,000.
	Findings []Finding `json:"findings"`
}

// maxFindings is how many findings CheckDay answers.
const maxFindings = 1000

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
	return found[:min(len(found), maxFindings)], nil
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
