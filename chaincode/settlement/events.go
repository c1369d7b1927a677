// SPDX-License-Identifier: Apache-2.0

package settlement

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
