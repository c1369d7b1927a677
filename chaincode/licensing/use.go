// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// Reservation is a use that a decision reserves.
type Reservation struct {
	Schema     int    `json:"schema"`
	DecisionID string `json:"decisionId"`
	// Until is the decision's end. From then on the use is free again, unless it was spent.
	Until time.Time `json:"until"`
}

// Holds reports whether the use is still reserved.
func (r Reservation) Holds(now time.Time) bool { return now.Before(r.Until) }

// Use is a use that was spent. It never changes.
type Use struct {
	Schema         int       `json:"schema"`
	DecisionID     string    `json:"decisionId"`
	Representation string    `json:"representation,omitempty"`
	By             string    `json:"by"`
	At             time.Time `json:"at"`
	TxID           string    `json:"txId"`
}

// SpendUseRequest spends the uses that a decision reserves: the data server has the answer and is about to send it.
type SpendUseRequest struct {
	DecisionID string `json:"decisionId"`
	// Representation is what the use is spent on, as a SHA-256 in lower-case hex. The data server lets the assignee
	// fetch the rest of exactly this answer until the decision ends. Without it nothing more is served.
	Representation string `json:"representation,omitempty"`
}

// Validate checks the request by itself.
func (r SpendUseRequest) Validate() error {
	return request.All(
		checkDecisionID(r.DecisionID), request.Optional("representation", r.Representation, request.SHA256),
	)
}

// Spend makes the record of a use.
func (r SpendUseRequest) Spend(act Action) Use {
	return Use{
		Schema: SchemaVersion, DecisionID: r.DecisionID, Representation: r.Representation, By: act.By, At: act.At,
		TxID: act.TxID,
	}
}

// UsesRequest asks how many uses of an agreement are left.
type UsesRequest struct {
	AgreementID string `json:"agreementId"`
}

// Validate checks the request by itself.
func (r UsesRequest) Validate() error { return ref("agreementId", r.AgreementID) }

// RuleUses are the uses of one permission with a limited number of them.
type RuleUses struct {
	// Rule is the permission's key in the policy.
	Rule     string `json:"rule"`
	Limit    int64  `json:"limit"`
	Used     int64  `json:"used"`
	Reserved int64  `json:"reserved"`
	Left     int64  `json:"left"`
}

// Uses are those of all permissions of an agreement with a limited number of them.
type Uses struct {
	Uses []RuleUses `json:"uses"`
}

// ListDeliveriesRequest asks for a page of what was served under a decision.
type ListDeliveriesRequest struct {
	DecisionID string `json:"decisionId"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListDeliveriesRequest) Validate() error {
	return request.All(checkDecisionID(r.DecisionID), r.Check())
}

// DeliveryPage is a page of what was served under a decision.
type DeliveryPage struct {
	Deliveries []Delivery `json:"deliveries"`
	Bookmark   string     `json:"bookmark"`
}

func checkDecisionID(id string) error { return ref("decisionId", id) }

// RecordDeliveryRequest is the provider's evidence that data were served under a decision.
type RecordDeliveryRequest struct {
	DecisionID string `json:"decisionId"`
	// Digest is the SHA-256 in lower-case hex of what was served.
	Digest string `json:"digest"`
	// Bytes is its length.
	Bytes int64 `json:"bytes"`
}

const maxBytes = 1 << 50

// Validate checks the request by itself.
func (r RecordDeliveryRequest) Validate() error {
	return request.All(checkDecisionID(r.DecisionID), request.SHA256("digest", r.Digest), request.Within("bytes", r.Bytes, 0, maxBytes))
}

// Delivery is that evidence on the ledger.
type Delivery struct {
	Schema      int       `json:"schema"`
	DecisionID  string    `json:"decisionId"`
	AgreementID string    `json:"agreementId"`
	Digest      string    `json:"digest"`
	Bytes       int64     `json:"bytes"`
	By          string    `json:"by"`
	At          time.Time `json:"at"`
	TxID        string    `json:"txId"`
}

// Deliver makes the evidence.
func (r RecordDeliveryRequest) Deliver(d Decision, act Action) Delivery {
	return Delivery{
		Schema: SchemaVersion, DecisionID: d.DecisionID, AgreementID: d.AgreementID, Digest: r.Digest, Bytes: r.Bytes, By: act.By, At: act.At, TxID: act.TxID,
	}
}
