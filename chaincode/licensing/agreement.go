package licensing

import (
	"encoding/json"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// AgreeRequest concludes the agreement on the last terms (dspace:ContractAgreementMessage).
type AgreeRequest struct {
	NegotiationID string `json:"negotiationId"`
	AgreementID   string `json:"agreementId"`
	// PolicySHA256 is the hash of the terms agreed to, as the ledger shows it beside them.
	PolicySHA256 string `json:"policySha256"`
}

// Validate checks the request by itself.
func (r AgreeRequest) Validate() error {
	return request.All(
		request.ID("negotiationId", r.NegotiationID), request.ID("agreementId", r.AgreementID), request.SHA256("policySha256", r.PolicySHA256),
	)
}

// QuickAgreeRequest accepts an offer that is marked autoAgree as it stands; negotiation and agreement are concluded in one transaction.
type QuickAgreeRequest struct {
	NegotiationID string `json:"negotiationId"`
	AgreementID   string `json:"agreementId"`
	OfferID       string `json:"offerId"`
	Supersedes    string `json:"supersedes,omitempty"`
}

// Validate checks the request by itself.
func (r QuickAgreeRequest) Validate() error {
	return request.All(
		request.ID("negotiationId", r.NegotiationID), request.ID("agreementId", r.AgreementID), request.ID("offerId", r.OfferID),
		request.Optional("supersedes", r.Supersedes, request.ID),
	)
}

// Agreement is a licence as it was concluded (odrl:Agreement). It never changes; what ends it stands beside it.
type Agreement struct {
	Schema        int    `json:"schema"`
	AgreementID   string `json:"agreementId"`
	NegotiationID string `json:"negotiationId"`
	// Assigner is the dataset's owner, Assignee the MSP that may use the data.
	Assigner string `json:"assigner"`
	Assignee string `json:"assignee"`
	// Target is the dataset.
	Target string `json:"target"`
	// Policy is the ODRL agreement, PolicySHA256 its odrl.Hash, which is that of the terms negotiated.
	Policy          json.RawMessage `json:"policy"`
	PolicySHA256    string          `json:"policySha256"`
	PurposesVersion int             `json:"purposesVersion"`
	Timestamp       time.Time       `json:"timestamp"`
	Supersedes      string          `json:"supersedes,omitempty"`
	TxID            string          `json:"txId"`
	// Proof is the statement by which a resident agreed, or published the offer that QuickAgree accepted: everybody can verify it again.
	Proof string `json:"proof,omitempty"`
}

// Agree moves the negotiation and makes its agreement of the last terms.
func (r AgreeRequest) Agree(n Negotiation, terms Terms, act Act) (Negotiation, Agreement, error) {
	side, err := n.side(act)
	if err != nil {
		return n, Agreement{}, err
	}
	agreed, event, err := n.move(MoveAgree, side, act)
	if err != nil {
		return n, Agreement{}, err
	}
	if err := n.agreedTo(r.PolicySHA256); err != nil {
		return n, Agreement{}, err
	}
	event.TermsSHA256, agreed.AgreementID = terms.SHA256, r.AgreementID
	agreement, err := agreed.conclude(terms, act.Proof, act)
	return agreed, agreement, err
}

func (n Negotiation) conclude(terms Terms, proof string, act Act) (Agreement, error) {
	policy, err := terms.Agree(n.AgreementID, n.Provider, n.Consumer, act.At)
	return Agreement{
		Schema: SchemaVersion, AgreementID: n.AgreementID, NegotiationID: n.NegotiationID, Assigner: n.Provider, Assignee: n.Consumer, Target: n.DatasetID,
		Policy: policy, PolicySHA256: terms.SHA256, PurposesVersion: terms.PurposesVersion, Timestamp: act.At, Supersedes: n.Supersedes, TxID: act.TxID,
		Proof: proof,
	}, err
}

// Agree records the whole negotiation of an offer that is taken as it stands.
func (r QuickAgreeRequest) Agree(offer Offer, act Act) (Negotiation, Round, Agreement, error) {
	n := Negotiation{
		Schema: SchemaVersion, NegotiationID: r.NegotiationID, DatasetID: offer.DatasetID, Consumer: act.By, Provider: offer.Owner, OfferID: offer.OfferID,
		Supersedes: r.Supersedes, AgreementID: r.AgreementID,
	}
	if !offer.AutoAgree {
		return n, Round{}, Agreement{}, fault.Field(fault.InvalidField, "offerId", "offer %s is to be negotiated", offer.OfferID)
	}
	if n.Consumer == n.Provider {
		return n, Round{}, Agreement{}, fault.New(fault.InvalidField, "%s owns the dataset and needs no licence", act.By)
	}
	n, round, err := n.propose(MoveRequest, Consumer, offer.Terms, act)
	if err != nil {
		return n, round, Agreement{}, err
	}
	owner := act
	owner.By = offer.Owner // who said so in advance, by autoAgree
	for _, step := range []struct {
		name string
		act  Act
	}{{MoveAgree, owner}, {MoveVerify, act}, {MoveFinalize, owner}} {
		if n, err = n.Step(step.name, step.act); err != nil {
			return n, round, Agreement{}, err
		}
	}
	agreement, err := n.conclude(offer.Terms, offer.Proof, act)
	return n, round, agreement, err
}

// Read is the agreement's policy.
func (a Agreement) Read() (odrl.Policy, error) { return read(a.Policy) }

// Grant is what the owner's organisation keeps in its private collection, whose endorsement policy nobody else can satisfy: the ledger's hash of it proves
// that a record in the owner's name is the owner's. A public record alone could be written by any two organisations with altered chaincode.
type Grant struct {
	Schema int `json:"schema"`
	// SHA256 is the hash of the record's canonical JSON.
	SHA256 string `json:"sha256"`
}

// NewGrant is the grant of a record.
func NewGrant(record any) (Grant, error) {
	hash, err := canonical.SHA256(record)
	return Grant{SchemaVersion, hash}, err
}

// InForce is since when a licence is in force.
type InForce struct {
	Schema      int    `json:"schema"`
	AgreementID string `json:"agreementId"`
	// AgreementSHA256 is the hash of the agreement's canonical JSON: the grant of this record is one of the agreement, too.
	AgreementSHA256 string    `json:"agreementSha256"`
	At              time.Time `json:"at"`
	TxID            string    `json:"txId"`
}

// NewInForce is written when the negotiation is finalized.
func (a Agreement) NewInForce(act Act) (InForce, error) {
	hash, err := canonical.SHA256(a)
	return InForce{SchemaVersion, a.AgreementID, hash, act.At, act.TxID}, err
}

// Of reports whether the record brought this agreement into force.
func (f InForce) Of(a Agreement) (bool, error) {
	hash, err := canonical.SHA256(a)
	return f.AgreementSHA256 == hash, err
}
