package licensing

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/request"
)

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
func (r RecordDeliveryRequest) Deliver(d Decision, act Act) Delivery {
	return Delivery{
		Schema: SchemaVersion, DecisionID: d.DecisionID, AgreementID: d.AgreementID, Digest: r.Digest, Bytes: r.Bytes, By: act.By, At: act.At, TxID: act.TxID,
	}
}
