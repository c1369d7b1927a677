// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// terms let whoever provides a service use the data until a date.
const terms = `{"@context": ["https://w3id.org/dspace/2025/1/context.jsonld"], "@type": "Offer", "permission": [{"action": "use", "constraint": [
  {"leftOperand": "purpose", "operator": "isA", "rightOperand": "dpv:ServiceProvision"},
  {"leftOperand": "dateTime", "operator": "lt", "rightOperand": {"@value": "2031-01-01T00:00:00Z", "@type": "xsd:dateTime"}}]}]}`

// license shows the life of a licence: negotiated, used at the provider's own server, and ended.
func (s *story) license(ctx context.Context) error {
	licence, err := s.negotiate(ctx)
	if err != nil {
		return err
	}
	r, given, err := s.consentsTo(ctx, consent.Object{Dataset: licence.Target})
	if err != nil {
		return err
	}
	if err := s.awaitEverywhere(ctx, given); err != nil {
		return err
	}
	server, err := s.serve(ctx, licence.Target, r.subject)
	if err != nil {
		return err
	}
	defer server.close()
	decision, err := s.fetch(ctx, server, licence, r)
	if err != nil {
		return err
	}
	return s.end(ctx, server, decision)
}

// negotiate concludes a licence on a new dataset of the utility as the Dataspace Protocol has it, each side by itself.
func (s *story) negotiate(ctx context.Context) (licensing.Agreement, error) {
	s.chapter("The utility offers metered days, and the community negotiates a licence", "the data stay where they are; what both sides sign has one hash")
	suffix := randomHex()[:8]
	dataset, negotiation := "UtilityMSP/metered-days-"+suffix, "CommunityMSP/n-"+suffix
	provider, consumer := s.parties.provider.Licensing(), s.parties.association.Licensing()
	_, receipt, err := provider.RegisterDataset(ctx, licensing.RegisterDatasetRequest{DatasetContent: licensing.DatasetContent{
		DatasetID: dataset, Version: 1, Title: "Metered days", Description: "A day's load profile of a resident.", Publisher: "UtilityMSP", Owner: "UtilityMSP",
		Theme: []string{"energy"}, PersonalData: true, Controller: s.notice.Controller.MSP, DataCategories: s.notice.DataCategories,
		Distribution: []licensing.Distribution{{Format: "CSV", MediaType: "text/csv", AccessService: licensing.AccessService{EndpointURL: "https://127.0.0.1/", Protocol: "https"}}},
	}})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return licensing.Agreement{}, err
	}
	_, receipt, err = consumer.ConfirmDataset(ctx, licensing.ConfirmDatasetRequest{Roles: licensing.Roles{DatasetID: dataset}})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return licensing.Agreement{}, err
	}
	_, receipt, err = provider.PublishOffer(ctx, licensing.PublishOfferRequest{OfferID: "UtilityMSP/o-" + suffix, DatasetID: dataset, Policy: json.RawMessage(terms)})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return licensing.Agreement{}, err
	}
	asked, receipt, err := consumer.RequestContract(ctx, licensing.RequestContractRequest{Proposal: licensing.Proposal{NegotiationID: negotiation, DatasetID: dataset, OfferID: "UtilityMSP/o-" + suffix}})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return licensing.Agreement{}, err
	}
	agreement, receipt, err := provider.Agree(ctx, licensing.AgreeRequest{NegotiationID: negotiation, AgreementID: "UtilityMSP/a-" + suffix, PolicySHA256: asked.TermsSHA256})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return agreement, err
	}
	verified, receipt, err := consumer.VerifyAgreement(ctx, licensing.AgreeRequest{NegotiationID: negotiation})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return agreement, err
	}
	finalized, receipt, err := provider.FinalizeNegotiation(ctx, licensing.AgreeRequest{NegotiationID: negotiation})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return agreement, err
	}
	fmt.Printf("   dataset %s of %s; requested by %s, agreed, %s, %s\n   licence %s for purposes within dpv:ServiceProvision; terms sha256 %s…\n",
		dataset, finalized.Provider, finalized.Consumer, verified.State, finalized.State, agreement.AgreementID, agreement.PolicySHA256[:16])
	return agreement, nil
}

// everywhere waits until all peers have what was submitted without an error.
func (s *story) everywhere(ctx context.Context, receipt gateway.Receipt, err error) error {
	if err != nil {
		return err
	}
	return s.awaitEverywhere(ctx, receipt)
}

// fetch asks for an access to the resident's data, and gets them; another organisation that knows the decision does not.
func (s *story) fetch(ctx context.Context, server *server, licence licensing.Agreement, r resident) (licensing.Decision, error) {
	s.chapter("A resident's day is fetched from the utility's own server", "licence, policy and the resident's consent decide together; a decision is no use to others")
	decision, receipt, err := s.parties.consumer.Licensing().Access(ctx, licensing.RequestAccessRequest{
		DecisionID: randomHex(), AgreementID: licence.AgreementID, Question: licensing.Question{Action: "read", Purpose: settlement.SharingPurpose}, Subjects: []string{r.subject},
	})
	if err := s.everywhere(ctx, receipt, err); err != nil {
		return decision, err
	}
	begin := time.Now()
	text, err := server.get(ctx, "community", decision)
	if err != nil {
		return decision, err
	}
	fmt.Printf("   decision %s…: permitted until %s; %d bytes served after %d ms\n", decision.DecisionID[:len("CommunityMSP/")+8], decision.ValidUntil.Local().Format(time.TimeOnly), len(text), time.Since(begin).Milliseconds())
	_, err = server.get(ctx, "city", decision)
	if err := denied(err); err != nil {
		return decision, err
	}
	fmt.Printf("   the city tries with the same decision: %s\n", err)
	return decision, nil
}

// end retires the licence, and fetches until that is refused.
func (s *story) end(ctx context.Context, server *server, decision licensing.Decision) error {
	s.chapter("The utility ends the licence, and the next fetch is refused", "an end needs nobody's consent and takes effect with its block, not at the next round of a monitor")
	begin := time.Now()
	_, retired, err := s.parties.provider.Licensing().RetireAgreement(ctx, licensing.RetireAgreementRequest{AgreementID: decision.AgreementID})
	if err != nil {
		return err
	}
	if err := server.hears(ctx, retired); err != nil {
		return err
	}
	_, err = server.get(ctx, "community", decision)
	if err := denied(err); err != nil {
		return err
	}
	fmt.Printf("   ended in block %d; %d ms after the click: %s\n", retired.BlockNumber, time.Since(begin).Milliseconds(), err)
	return nil
}
