// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Proposal are terms that a side sends: those of a published offer, or a policy of its own.
type Proposal struct {
	NegotiationID string          `json:"negotiationId"`
	DatasetID     string          `json:"datasetId"`
	OfferID       string          `json:"offerId,omitempty"`
	Policy        json.RawMessage `json:"policy,omitempty"`
	// Supersedes is the licence that the new one is to replace; said when the negotiation begins.
	Supersedes string `json:"supersedes,omitempty"`
}

func (p Proposal) check() error {
	if err := request.All(
		ref("negotiationId", p.NegotiationID), ref("datasetId", p.DatasetID), request.Optional("offerId", p.OfferID, ref),
		request.Optional("supersedes", p.Supersedes, ref),
	); err != nil {
		return err
	}
	if p.OfferID == "" || len(p.Policy) > 0 {
		return checkPolicy(p.Policy)
	}
	return nil
}

// begin makes the negotiation, or refuses a proposal that differs than the running one.
func (p Proposal) begin(existing *Negotiation, consumer, provider string, act Action) (Negotiation, error) {
	if existing == nil {
		return Negotiation{
			Schema: SchemaVersion, NegotiationID: p.NegotiationID, DatasetID: p.DatasetID, Consumer: consumer, Provider: provider, OfferID: p.OfferID,
			Supersedes: p.Supersedes,
		}, authored("negotiationId", p.NegotiationID, act.By)
	}
	switch {
	case existing.DatasetID != p.DatasetID:
		return *existing, fault.Field(fault.AlreadyExists, "negotiationId", "negotiation %s is about another dataset", p.NegotiationID)
	case p.Supersedes != "" && p.Supersedes != existing.Supersedes:
		return *existing, fault.Field(fault.InvalidField, "supersedes", "is said when the negotiation begins")
	}
	return *existing, nil
}

// RequestContractRequest asks for a licence, or answers an offer with other terms (dspace:ContractRequestMessage).
type RequestContractRequest struct{ Proposal }

// Validate checks the request by itself.
func (r RequestContractRequest) Validate() error { return r.check() }

// Request appends the consumer's terms to the negotiation, nil if it begins.
func (r RequestContractRequest) Request(existing *Negotiation, dataset Dataset, terms Terms, act Action) (Negotiation, Round, error) {
	n, err := r.begin(existing, act.By, dataset.Owner, act)
	if err != nil {
		return n, Round{}, err
	}
	if n.Consumer != act.By {
		return n, Round{}, fault.New(fault.Forbidden, "%s is not the consumer of negotiation %s", act.By, n.NegotiationID)
	}
	if n.Consumer == n.Provider {
		return n, Round{}, fault.New(fault.InvalidField, "%s owns the dataset and needs no licence", act.By)
	}
	return n.propose(MoveRequest, Consumer, terms, act)
}

// OfferContractRequest offers a licence to a consumer, or answers a request with other terms (dspace:ContractOfferMessage).
type OfferContractRequest struct {
	Proposal
	// Consumer is the MSP that is offered a licence; said when the negotiation begins.
	Consumer string `json:"consumer,omitempty"`
}

// Validate checks the request by itself.
func (r OfferContractRequest) Validate() error {
	return request.All(r.check(), request.Optional("consumer", r.Consumer, request.MSP))
}

// Offer appends the provider's terms to the negotiation, nil if it begins.
func (r OfferContractRequest) Offer(existing *Negotiation, dataset Dataset, terms Terms, act Action) (Negotiation, Round, error) {
	if existing == nil && r.Consumer == "" {
		return Negotiation{}, Round{}, fault.Field(fault.MissingField, "consumer", "required when the negotiation begins")
	}
	n, err := r.begin(existing, r.Consumer, dataset.Owner, act)
	switch {
	case n.Provider != act.By:
		return n, Round{}, fault.New(fault.Forbidden, "%s is not the provider of negotiation %s", act.By, n.NegotiationID)
	case err != nil:
		return n, Round{}, err
	case r.Consumer != "" && r.Consumer != n.Consumer:
		return n, Round{}, fault.Field(fault.InvalidField, "consumer", "the negotiation is with %s", n.Consumer)
	case n.Consumer == n.Provider:
		return n, Round{}, fault.Field(fault.InvalidField, "consumer", "owns the dataset and needs no licence")
	}
	return n.propose(MoveOffer, Provider, terms, act)
}

// AcceptOfferRequest accepts the provider's last terms.
type AcceptOfferRequest struct {
	NegotiationID string `json:"negotiationId"`
	// PolicySHA256 is the hash of what is accepted, as the ledger shows it beside the terms.
	PolicySHA256 string `json:"policySha256"`
}

// Validate checks the request by itself.
func (r AcceptOfferRequest) Validate() error {
	return request.All(ref("negotiationId", r.NegotiationID), request.SHA256("policySha256", r.PolicySHA256))
}

// Accept appends the consumer's acceptance.
func (r AcceptOfferRequest) Accept(n Negotiation, act Action) (Negotiation, error) {
	side, err := n.side(act)
	if err != nil {
		return n, err
	}
	accepted, event, err := n.move(MoveAccept, side, act)
	if err != nil {
		return n, err
	}
	event.TermsSHA256 = r.PolicySHA256
	return accepted, n.agreedTo(r.PolicySHA256)
}
