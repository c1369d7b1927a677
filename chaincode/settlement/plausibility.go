// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Plausibility describes what becomes of a reading that exceeds its member's limit.
type Plausibility string

const (
	// Reject refuses the reading.
	Reject Plausibility = "REJECT"
	// Flag stores the reading and reports it.
	Flag Plausibility = "FLAG"
)

// implausible returns the first interval with more energy than the subscribed power gives, limit × interval, and its
// error, which is nil where all fit.
func (r Reading) implausible(community Community, member Member) (int, *fault.Error) {
	if member.LimitWatts == 0 {
		return 0, nil
	}
	limit := member.LimitWatts * int64(community.IntervalMinutes) * 1000 / 60 // 1 W for an hour is 1,000 mWh
	for i, value := range r.Values {
		if value > limit {
			// The value is private; the limit is public.
			return i, interval(fault.Field(fault.Implausible, "values/"+strconv.Itoa(i), "more than %d W over %d minutes, the subscribed power of member %s",
				member.LimitWatts, community.IntervalMinutes, member.MemberID), i)
		}
	}
	return 0, nil
}
