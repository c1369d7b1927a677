package settlement

// The payloads of the contract's events: ids and states, nothing private.

// DisputeAnnouncement tells how a dispute stands.
type DisputeAnnouncement struct {
	CommunityID string       `json:"communityId"`
	Period      string       `json:"period"`
	DisputeID   string       `json:"disputeId"`
	State       DisputeState `json:"state"`
}

// GenerationAnnouncement tells which generation begins when.
type GenerationAnnouncement struct {
	CommunityID string `json:"communityId"`
	Generation  int    `json:"generation"`
	From        string `json:"from"`
}

// MemberAnnouncement tells which member changed and how it stands.
type MemberAnnouncement struct {
	CommunityID string      `json:"communityId"`
	MemberID    string      `json:"memberId"`
	State       MemberState `json:"state"`
}

// MeterDaysAnnouncement tells for which days meter days were stored.
type MeterDaysAnnouncement struct {
	CommunityID string   `json:"communityId"`
	Days        []string `json:"days"`
}

// PeriodAnnouncement tells which phase of a period was reached.
type PeriodAnnouncement struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	Phase       Phase  `json:"phase"`
}
