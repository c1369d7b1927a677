// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// AgreeRequest is what each side signs of a licence: all that its record will hold beside times. The provider agrees by it (Agree, the protocol's
// dspace:ContractAgreementMessage) and brings the licence into force (FinalizeNegotiation); the consumer verifies by it (VerifyAgreement). gateway-client and
// smartb fill in and sign what is left out.
type AgreeRequest struct {
	NegotiationID string `json:"negotiationId"`
	AgreementID   string `json:"agreementId"`
	// PolicySHA256 is the hash of the terms agreed to, as the ledger shows it beside them.
	PolicySHA256 string `json:"policySha256"`
	Assigner     string `json:"assigner"`
	Assignee     string `json:"assignee"`
	// Target is the dataset.
	Target          string `json:"target"`
	PurposesVersion int    `json:"purposesVersion"`
	Supersedes      string `json:"supersedes,omitempty"`
	// Signature is a member's over the request without it; absent in a resident's signed request.
	Signature string `json:"signature,omitempty"`
}

// Validate checks the request by itself.
func (r AgreeRequest) Validate() error {
	return request.All(
		ref("negotiationId", r.NegotiationID), ref("agreementId", r.AgreementID), request.SHA256("policySha256", r.PolicySHA256), party("assigner", r.Assigner),
		request.MSP("assignee", r.Assignee), ref("target", r.Target), request.Within("purposesVersion", int64(r.PurposesVersion), 1, maxVersion),
		request.Optional("supersedes", r.Supersedes, ref),
	)
}

// Unsigned is what the signature is over.
func (r AgreeRequest) Unsigned() AgreeRequest {
	r.Signature = ""
	return r
}

// fits refuses a request that differs than what the ledger holds.
func (r AgreeRequest) fits(want AgreeRequest) error {
	r.Signature = ""
	if r == want {
		return nil
	}
	return fault.Field(fault.TermsMismatch, "policySha256", "what is signed is not what the negotiation came to: licence %s of %s to %s on %s, terms %s",
		want.AgreementID, want.Assigner, want.Assignee, want.Target, want.PolicySHA256)
}

// QuickAgreeRequest accepts an offer that is marked autoAgree as it is now; negotiation and agreement are concluded in
// one transaction.
type QuickAgreeRequest struct {
	NegotiationID string `json:"negotiationId"`
	AgreementID   string `json:"agreementId"`
	OfferID       string `json:"offerId"`
	// PolicySHA256 is the hash of the offer's terms, as the ledger shows it beside them; gateway-client and smartb fill it in.
	PolicySHA256 string `json:"policySha256"`
	Supersedes   string `json:"supersedes,omitempty"`
	// Signature is the steward's over the request without it.
	Signature string `json:"signature,omitempty"`
}

// Validate checks the request by itself.
func (r QuickAgreeRequest) Validate() error {
	return request.All(
		ref("negotiationId", r.NegotiationID), ref("agreementId", r.AgreementID), ref("offerId", r.OfferID), request.SHA256("policySha256", r.PolicySHA256),
		request.Optional("supersedes", r.Supersedes, ref),
	)
}

// Unsigned is what the signature is over.
func (r QuickAgreeRequest) Unsigned() QuickAgreeRequest {
	r.Signature = ""
	return r
}

// Agreement is a licence as it was concluded (odrl:Agreement). It never changes; anything that ends it is beside it.
type Agreement struct {
	Schema        int    `json:"schema"`
	AgreementID   string `json:"agreementId"`
	NegotiationID string `json:"negotiationId"`
	// Assigner is the dataset's owner, Assignee the MSP that may use the data.
	Assigner string `json:"assigner"`
	Assignee string `json:"assignee"`
	// Target is the dataset.
	Target string `json:"target"`
	// OfferID is the offer that was taken unchanged; absent where the terms were negotiated.
	OfferID string `json:"offerId,omitempty"`
	// Policy is the ODRL agreement, PolicySHA256 its odrl.Hash, which is that of the terms negotiated.
	Policy          json.RawMessage `json:"policy"`
	PolicySHA256    string          `json:"policySha256"`
	PurposesVersion int             `json:"purposesVersion"`
	Timestamp       time.Time       `json:"timestamp"`
	Supersedes      string          `json:"supersedes,omitempty"`
	TxID            string          `json:"txId"`
	// Parties are the dataset's publisher, controller and contact that are not the owner, whose confirmations are read ahead.
	Parties []string `json:"parties,omitempty"`
	// Evidence is the provider's signature when it agreed or, where an offer was taken unchanged, on the offer.
	Evidence *Evidence `json:"evidence"`
}

// Signed is what each side signs of the agreement.
func (a Agreement) Signed() AgreeRequest {
	return AgreeRequest{
		NegotiationID: a.NegotiationID, AgreementID: a.AgreementID, PolicySHA256: a.PolicySHA256, Assigner: a.Assigner, Assignee: a.Assignee, Target: a.Target,
		PurposesVersion: a.PurposesVersion, Supersedes: a.Supersedes,
	}
}

// Agree moves the negotiation and makes its agreement of the last terms.
func (r AgreeRequest) Agree(n Negotiation, terms Terms, act Action) (Negotiation, Agreement, error) {
	side, err := n.side(act)
	if err != nil {
		return n, Agreement{}, err
	}
	agreed, event, err := n.move(MoveAgree, side, act)
	if err != nil {
		return n, Agreement{}, err
	}
	if err := authored("agreementId", r.AgreementID, act.By); err != nil {
		return n, Agreement{}, err
	}
	if err := n.agreedTo(r.PolicySHA256); err != nil {
		return n, Agreement{}, err
	}
	event.TermsSHA256, agreed.AgreementID = terms.SHA256, r.AgreementID
	act.At = event.At
	agreement, err := agreed.conclude(terms, act.Evidence, act)
	if err == nil {
		err = r.fits(agreement.Signed())
	}
	return agreed, agreement, err
}

func (n Negotiation) conclude(terms Terms, evidence *Evidence, act Action) (Agreement, error) {
	policy, err := terms.Agree(n.AgreementID, n.Provider, n.Consumer, act.At)
	return Agreement{
		Schema: SchemaVersion, AgreementID: n.AgreementID, NegotiationID: n.NegotiationID, Assigner: n.Provider, Assignee: n.Consumer, Target: n.DatasetID,
		Policy: policy, PolicySHA256: terms.SHA256, PurposesVersion: terms.PurposesVersion, Timestamp: act.At, Supersedes: n.Supersedes, TxID: act.TxID,
		Evidence: evidence,
	}, err
}

// Agree records the whole negotiation of an offer that is taken unchanged.
func (r QuickAgreeRequest) Agree(offer Offer, act Action) (Negotiation, Round, Agreement, error) {
	n := Negotiation{
		Schema: SchemaVersion, NegotiationID: r.NegotiationID, DatasetID: offer.DatasetID, Consumer: act.By, Provider: offer.Owner, OfferID: offer.OfferID,
		Supersedes: r.Supersedes, AgreementID: r.AgreementID,
	}
	if err := r.may(offer, act); err != nil {
		return n, Round{}, Agreement{}, err
	}
	n, round, err := n.propose(MoveRequest, Consumer, offer.Terms, act)
	if err != nil {
		return n, round, Agreement{}, err
	}
	owner := act
	owner.By, owner.Evidence = offer.Owner, offer.Evidence // who said so in advance, by autoAgree
	for _, step := range []struct {
		name string
		act  Action
	}{{MoveAgree, owner}, {MoveVerify, act}, {MoveFinalize, owner}} {
		if n, err = n.Step(step.name, step.act); err != nil {
			return n, round, Agreement{}, err
		}
	}
	agreement, err := n.conclude(offer.Terms, offer.Evidence, act)
	agreement.OfferID = offer.OfferID
	return n, round, agreement, err
}

// may refuses who may not take the offer unchanged.
func (r QuickAgreeRequest) may(offer Offer, act Action) error {
	switch {
	case !offer.AutoAgree:
		return fault.Field(fault.InvalidField, "offerId", "offer %s is to be negotiated", offer.OfferID)
	case act.By == offer.Owner:
		return fault.New(fault.InvalidField, "%s owns the dataset and needs no licence", act.By)
	case !takes(offer.Takers, act.By):
		return fault.New(fault.Forbidden, "offer %s names who may take it, and %s is not among them", offer.OfferID, act.By)
	case r.PolicySHA256 != offer.SHA256:
		return fault.Field(fault.TermsMismatch, "policySha256", "the terms of offer %s have the hash %s", offer.OfferID, offer.SHA256)
	}
	return request.All(authored("agreementId", r.AgreementID, act.By), authored("negotiationId", r.NegotiationID, act.By))
}

// Read is the agreement's policy.
func (a Agreement) Read() (odrl.Policy, error) { return a.ReadWithin(nil) }

// ReadWithin is Read within a budget of steps.
func (a Agreement) ReadWithin(steps *budget.Steps) (odrl.Policy, error) { return read(a.Policy, steps) }

// InForce is since when a licence is in force, and by whose signatures.
type InForce struct {
	Schema      int    `json:"schema"`
	AgreementID string `json:"agreementId"`
	// Provider is the signature by which the provider brought the licence into force or, where an offer was taken
	// unchanged, published the offer.
	Provider *Evidence `json:"provider"`
	// Consumer is the signature by which the consumer verified the agreement or took the offer.
	Consumer *Evidence `json:"consumer"`
	At       time.Time `json:"at"`
	TxID     string    `json:"txId"`
}

// NewInForce is written when the negotiation is finalized.
func (a Agreement) NewInForce(provider, consumer *Evidence, act Action) InForce {
	return InForce{SchemaVersion, a.AgreementID, provider, consumer, act.At, act.TxID}
}

// AgreementPage is a page of licences.
type AgreementPage struct {
	Agreements []AgreementView `json:"agreements"`
	Bookmark   string          `json:"bookmark"`
}

// ListOfAgreementRequest lists what belongs to a licence.
type ListOfAgreementRequest struct {
	AgreementID string `json:"agreementId"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListOfAgreementRequest) Validate() error {
	return request.All(ref("agreementId", r.AgreementID), r.Check())
}
