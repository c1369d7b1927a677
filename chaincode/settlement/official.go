// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// RecordOfficialRequest records the grid operator's official shared energies, where law makes them official (France).
// They come by the transient map as Readings: what the grid operator states that each member received or placed in each
// interval.
type RecordOfficialRequest struct {
	CommunityID string `json:"communityId"`
	// Atomic rejects all if one is bad; otherwise each is accepted or rejected by itself.
	Atomic bool `json:"atomic,omitempty"`
}

// Validate checks the request by itself.
func (r RecordOfficialRequest) Validate() error { return request.ID("communityId", r.CommunityID) }

// DifferencesRequest asks for the grid operator's official values beside those of a run.
type DifferencesRequest struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	// Run is empty for the newest run of the day.
	Run RunID `json:"run,omitempty"`
	// MemberID limits the answer to one member; a resident names its own one.
	MemberID string `json:"memberId,omitempty"`
	// A bookmark is the last member of the page before.
	request.Listing
}

// Validate checks the request by itself.
func (r DifferencesRequest) Validate() error {
	err := request.All(GetRunRequest{r.CommunityID, r.Day, r.Run}.Validate(), r.Check())
	if err == nil && r.MemberID != "" {
		err = request.ID("memberId", r.MemberID)
	}
	return err
}

// Page are the members of the page that the request asks for. The sums stay those of all members.
func (r DifferencesRequest) Page(of Differences) Differences {
	all := slices.DeleteFunc(of.Members, func(m MemberDifferences) bool { return m.MemberID <= r.Bookmark })
	of.Members, of.Bookmark = all, ""
	if len(all) > r.Size() {
		of.Members = all[:r.Size()]
		of.Bookmark = of.Members[r.Size()-1].MemberID
	}
	return of
}

// Differences are the official values beside ours: a page of members, in byte order of their ids.
type Differences struct {
	Members  []MemberDifferences `json:"members"`
	Bookmark string              `json:"bookmark,omitempty"`
	// Official and Ours are all members' sums in mWh, over the intervals that both have.
	Official int64 `json:"official"`
	Ours     int64 `json:"ours"`
	// Differing counts the intervals that differ.
	Differing int `json:"differing"`
}

// MemberDifferences are one member's.
type MemberDifferences struct {
	MemberID string `json:"memberId"`
	// Official and Ours are sums in mWh, over the intervals that both have.
	Official int64 `json:"official"`
	Ours     int64 `json:"ours"`
	// Intervals lists those that differ.
	Intervals []IntervalDifference `json:"intervals"`
}

// IntervalDifference is one interval in which the grid operator's value is not ours.
type IntervalDifference struct {
	Interval int   `json:"interval"`
	Official int64 `json:"official"`
	Ours     int64 `json:"ours"`
}

// Add compares one member's official day with its leaf. Intervals that either side lacks are left out.
func (d *Differences) Add(official MeterDay, leaf Leaf) {
	of := MemberDifferences{MemberID: leaf.MemberID, Intervals: []IntervalDifference{}}
	for i, pair := range leaf.Intervals {
		if pair == nil || i >= len(official.Values) || official.missing(i) {
			continue
		}
		of.Official += official.Values[i]
		of.Ours += pair[1]
		if official.Values[i] != pair[1] {
			of.Intervals = append(of.Intervals, IntervalDifference{i, official.Values[i], pair[1]})
		}
	}
	d.Official += of.Official
	d.Ours += of.Ours
	d.Differing += len(of.Intervals)
	d.Members = append(d.Members, of)
}
