// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

const (
	provider  = "UtilityMSP/steward"
	delivers  = "UtilityMSP/processor"
	consumer  = "CommunityMSP/steward"
	processor = "CommunityMSP/processor"
	outsider  = "CityMSP/steward"
	authority = "OversightMSP/authority"
	auditor   = "OversightMSP/auditor"

	purpose  = "smartb:EnergySharing"
	category = "smartb:LoadCurve"
)

func grid() licensing.DatasetContent {
	return licensing.DatasetContent{
		DatasetID: "UtilityMSP/grid-load", Version: 1, Title: "Load of the grid", Description: "Quarter-hourly load of the transformers.", Publisher: "UtilityMSP", Owner: "UtilityMSP",
		Theme: []string{"energy"}, Keyword: []string{"load", "grid"}, Spatial: "AT130", Temporal: "2025/..", AccrualPeriodicity: "P1D",
		Distribution: []licensing.Distribution{{Format: "CSV", MediaType: "text/csv", AccessService: licensing.AccessService{EndpointURL: "https://utility.example/data", Protocol: "https"}}},
	}
}

// load profiles is a dataset with personal data, whose controller is the residents' association.
func loadProfiles() licensing.DatasetContent {
	d := grid()
	d.DatasetID, d.Title, d.PersonalData, d.DataCategories, d.Controller = "UtilityMSP/load-profiles", "Load profiles", true, []string{category}, "CommunityMSP"
	return d
}

// policy is an offer that permits use for energy sharing, with more constraints and duties on it.
func policy(constraints ...string) json.RawMessage {
	return rules(`{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ServiceProvision"}`, constraints, "")
}

func rules(purpose string, constraints []string, more string) json.RawMessage {
	all := purpose
	for _, c := range constraints {
		all += "," + c
	}
	return json.RawMessage(`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","permission":[{"action":"use","constraint":[` + all + `]` + more + `}]}`)
}

const (
	untilNewYear = `{"leftOperand":"dateTime","operator":"lt","rightOperand":{"@value":"2027-01-01T00:00:00Z","@type":"xsd:dateTime"}}`
	threeTimes   = `{"leftOperand":"count","operator":"lteq","rightOperand":"3"}`
	daily        = `{"leftOperand":"timeInterval","operator":"gteq","rightOperand":"P1D"}`
	duty         = `,"duty":[{"uid":"pay","action":"compensate","compensatedParty":"UtilityMSP"}]`
)

// offered is a channel with the utility's datasets and an offer "UtilityMSP/o-1" on the grid's load that everybody may take.
func offered(t testing.TB, terms json.RawMessage) *contracttest.Suite {
	t.Helper()
	s := contracttest.Governed(t)
	s.Now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.Submit(t, authority, "consent:LoadTaxonomy", string(consent.DPVPurposes), nil)
	s.Submit(t, provider, "licensing:RegisterDataset", grid(), nil)
	s.Submit(t, provider, "licensing:RegisterDataset", loadProfiles(), nil)
	confirm(t, s, consumer, loadProfiles())
	s.Submit(t, provider, "licensing:PublishOffer", open("UtilityMSP/o-1", "UtilityMSP/grid-load", terms), nil)
	s.Events = nil
	return s
}

// confirm has a steward agree to what a dataset states of its organisation.
func confirm(t testing.TB, s *contracttest.Suite, as string, dataset licensing.DatasetContent) {
	t.Helper()
	s.Submit(t, as, "licensing:ConfirmDataset", licensing.ConfirmDatasetRequest{Roles: dataset.Roles()}, nil)
}

// licensed is a channel with a licence "CommunityMSP/a-1" on the offer.
func licensed(t testing.TB, terms json.RawMessage) *contracttest.Suite {
	t.Helper()
	s := offered(t, terms)
	quick(t, s, "1", "UtilityMSP/o-1")
	return s
}

func quick(t testing.TB, s *contracttest.Suite, id, offer string) {
	t.Helper()
	s.Submit(t, consumer, "licensing:QuickAgree", take(t, s, "CommunityMSP", id, offer), nil)
}

// termsOf is the hash of an offer's terms.
func termsOf(t testing.TB, s *contracttest.Suite, offer string) string {
	t.Helper()
	return contracttest.Answer[licensing.OfferView](t, s.Submit(t, outsider, "licensing:GetOffer", licensing.OfferRequest{OfferID: offer}, nil)).SHA256
}

// take is the request to take an offer as the licence of an organisation.
func take(t testing.TB, s *contracttest.Suite, msp, id, offer string) licensing.QuickAgreeRequest {
	t.Helper()
	return licensing.QuickAgreeRequest{
		NegotiationID: msp + "/n-" + id, AgreementID: msp + "/a-" + id, OfferID: offer, PolicySHA256: termsOf(t, s, offer),
	}
}

// open is a request to publish an offer that everybody may take.
func open(offer, dataset string, terms json.RawMessage) licensing.PublishOfferRequest {
	return licensing.PublishOfferRequest{
		OfferID: offer, DatasetID: dataset, Policy: terms, AutoAgree: true, Takers: []string{licensing.AnyTaker}, PurposesVersion: 1,
	}
}

func ask(id string) licensing.RequestAccessRequest {
	id = "CommunityMSP/" + strings.TrimPrefix(id, "CommunityMSP/")
	return licensing.RequestAccessRequest{DecisionID: id, AgreementID: "CommunityMSP/a-1", Question: licensing.Question{Action: "read", Purpose: purpose}}
}

// askFor is ask about another licence.
func askFor(agreement, id string) licensing.RequestAccessRequest {
	r := ask(id)
	r.AgreementID = agreement
	return r
}

func decide(t testing.TB, s *contracttest.Suite, r licensing.RequestAccessRequest) licensing.Decision {
	t.Helper()
	return contracttest.Answer[licensing.Decision](t, s.Submit(t, processor, "licensing:RequestAccess", r, nil))
}

func check(t testing.TB, s *contracttest.Suite, id string) licensing.AccessCheck {
	t.Helper()
	return contracttest.Answer[licensing.AccessCheck](t, s.Submit(t, delivers, "licensing:CheckAccess", licensing.CheckAccessRequest{DecisionID: id}, nil))
}

func agreement(t testing.TB, s *contracttest.Suite, id string) licensing.AgreementView {
	t.Helper()
	return contracttest.Answer[licensing.AgreementView](t, s.Submit(t, outsider, "licensing:GetAgreement", licensing.AgreementRequest{AgreementID: id}, nil))
}

func codes(reasons []licensing.Reason) (list []licensing.Cause) {
	for _, reason := range reasons {
		list = append(list, reason.Code)
	}
	return list
}

// consented has residents consent to energy sharing, and offers their load profiles as "UtilityMSP/o-2", licensed as "CommunityMSP/a-2".
func consented(t testing.TB, s *contracttest.Suite, residents int) []contracttest.Resident {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "samples", "energy-sharing.notice.json"))
	require.NoError(t, err)
	s.Submit(t, consumer, "consent:PublishNotice", string(text), nil)
	var people []contracttest.Resident
	for i := range residents {
		person := contracttest.NewResident(t)
		person.Do(t, s, "consent:Give", consent.GiveRequest{Terms: consent.Terms{
			ConsentID: fmt.Sprintf("c-%d", i), NoticeID: "energy-sharing", NoticeVersion: 1, DataCategories: []string{category}, Recipients: []string{"UtilityMSP"},
			Object: consent.Object{Dataset: "UtilityMSP/load-profiles"},
			Type:   consent.Expressed, ValidUntil: s.Now.AddDate(1, 0, 0),
		}})
		people = append(people, person)
	}
	s.Submit(t, provider, "licensing:PublishOffer", open("UtilityMSP/o-2", "UtilityMSP/load-profiles", policy()), nil)
	quick(t, s, "2", "UtilityMSP/o-2")
	return people
}

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
