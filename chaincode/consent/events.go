package consent

// The payloads of the contract's events: ids and states, nothing private.

// RecordAnnouncement tells which consent changed and how it stands.
type RecordAnnouncement struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
	NoticeID  string `json:"noticeId"`
	State     State  `json:"state"`
}

// StopAnnouncement tells who stopped.
type StopAnnouncement struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
	MSP       string `json:"msp"`
}

// SubjectAnnouncement tells whose standing changed.
type SubjectAnnouncement struct {
	Subject    string `json:"subject"`
	Controller string `json:"controller,omitempty"`
}

// UseAnnouncement tells of which consents uses were recorded.
type UseAnnouncement struct {
	TxID     string `json:"txId"`
	Consents int    `json:"consents"`
	Leaves   int64  `json:"leaves"`
}

// KeyAnnouncement tells which key of a subject changed.
type KeyAnnouncement struct {
	Subject string `json:"subject"`
	Key     string `json:"key"`
}

// GuardianAnnouncement tells whose guardian changed.
type GuardianAnnouncement struct {
	Subject  string `json:"subject"`
	Guardian string `json:"guardian"`
}
