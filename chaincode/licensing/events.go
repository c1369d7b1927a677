package licensing

// The payloads of the contract's events: ids and states, nothing private.

// DatasetAnnouncement tells which dataset changed.
type DatasetAnnouncement struct {
	DatasetID string `json:"datasetId"`
	Version   int    `json:"version"`
}

// DecisionAnnouncement tells what was decided.
type DecisionAnnouncement struct {
	DecisionID  string `json:"decisionId"`
	AgreementID string `json:"agreementId"`
	Permit      bool   `json:"permit"`
}

// DutyAnnouncement tells how a rule of a licence stands.
type DutyAnnouncement struct {
	AgreementID string    `json:"agreementId"`
	Rule        string    `json:"rule"`
	State       DutyState `json:"state"`
}

// EndingAnnouncement tells how a side has a licence stand.
type EndingAnnouncement struct {
	AgreementID string       `json:"agreementId"`
	Side        Side         `json:"side"`
	State       LicenceState `json:"state"`
}

// NegotiationAnnouncement tells which negotiation moved and how it stands.
type NegotiationAnnouncement struct {
	NegotiationID string           `json:"negotiationId"`
	State         NegotiationState `json:"state"`
	AgreementID   string           `json:"agreementId,omitempty"`
}

// OfferAnnouncement tells which offer changed.
type OfferAnnouncement struct {
	OfferID   string `json:"offerId"`
	DatasetID string `json:"datasetId"`
}

// TransferAnnouncement tells how a transfer stands.
type TransferAnnouncement struct {
	TransferID string        `json:"transferId"`
	State      TransferState `json:"state"`
}
