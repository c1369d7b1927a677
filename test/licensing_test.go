// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// market are the clients that license data: the utility provides, the community consumes.
type market struct{ provider, delivers, consumer, processor *gateway.Client }

func theMarket(t testing.TB) market {
	t.Helper()
	return market{connect(t, "utility", "steward"), connect(t, "utility", "processor"), connect(t, "community", "steward"), connect(t, "community", "processor")}
}

func (m market) everyone() []*gateway.Client {
	return []*gateway.Client{m.provider, m.delivers, m.consumer, m.processor}
}

// await waits until all have a transaction.
func (m market) await(ctx context.Context, t testing.TB, receipt gateway.Receipt) {
	t.Helper()
	for _, client := range append(m.everyone(), connect(t, "city", "steward"), connect(t, "oversight", "auditor")) {
		require.NoError(t, client.Await(ctx, receipt))
	}
}

// offers registers a dataset and an offer on it that everybody may take, and returns both ids.
func (m market) offers(ctx context.Context, t testing.TB, personal bool, more string) (dataset, offer string) {
	t.Helper()
	dataset, offer = "UtilityMSP/ds-"+random(t), "UtilityMSP/o-"+random(t)
	content := licensing.DatasetContent{
		DatasetID: dataset, Version: 1, Title: "Load", Description: "Load of the grid.", Publisher: "UtilityMSP", Owner: "UtilityMSP", Theme: []string{"energy"},
		Distribution: []licensing.Distribution{{Format: "CSV", MediaType: "text/csv", AccessService: licensing.AccessService{EndpointURL: "https://127.0.0.1:8443/", Protocol: "https"}}},
	}
	if personal {
		content.PersonalData, content.Controller, content.DataCategories = true, "CommunityMSP", []string{settlement.LoadProfile}
	}
	_, receipt, err := m.provider.Licensing().RegisterDataset(ctx, licensing.RegisterDatasetRequest{DatasetContent: content})
	require.NoError(t, err)
	m.await(ctx, t, receipt)
	if personal {
		_, receipt, err = m.consumer.Licensing().ConfirmDataset(ctx, licensing.ConfirmDatasetRequest{Roles: licensing.Roles{DatasetID: dataset}})
		require.NoError(t, err)
		m.await(ctx, t, receipt)
	}
	policy := `{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","permission":[{"action":"use","constraint":[{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ServiceProvision"}` + more + `]}]}`
	_, receipt, err = m.provider.Licensing().PublishOffer(ctx, licensing.PublishOfferRequest{OfferID: offer, DatasetID: dataset, Policy: json.RawMessage(policy), AutoAgree: true, Takers: []string{"CommunityMSP"}})
	require.NoError(t, err)
	m.await(ctx, t, receipt)
	return dataset, offer
}

// licensed concludes a licence on an offer of a new dataset, and returns its id.
func (m market) licensed(ctx context.Context, t testing.TB, personal bool, more string) string {
	t.Helper()
	_, offer := m.offers(ctx, t, personal, more)
	id := random(t)
	agreement, receipt, err := m.consumer.Licensing().QuickAgree(ctx, licensing.QuickAgreeRequest{NegotiationID: "n-" + id, AgreementID: "a-" + id, OfferID: offer})
	require.NoError(t, err)
	m.await(ctx, t, receipt)
	return agreement.AgreementID
}

// consentsTo has a resident consent to the use of the data that an agreement is about.
func (m market) consentsTo(ctx context.Context, t testing.TB, r resident, agreement string) resident {
	t.Helper()
	view, err := m.consumer.Licensing().GetAgreement(ctx, licensing.AgreementRequest{AgreementID: agreement})
	require.NoError(t, err)
	r.consentID = random(t)
	will := r.will(t)
	will.Object = consent.Object{Dataset: view.Target}
	_, receipt, err := connect(t, "city", "steward", gateway.WithResidentKey(r.key)).Consent().Give(ctx, will)
	require.NoError(t, err)
	m.await(ctx, t, receipt)
	return r
}

func ask(t testing.TB, agreement string, subjects ...string) licensing.RequestAccessRequest {
	t.Helper()
	return licensing.RequestAccessRequest{
		DecisionID: licensing.Ref("CommunityMSP", random(t)), AgreementID: agreement, Question: licensing.Question{Action: "read", Purpose: settlement.SharingPurpose}, Subjects: subjects,
	}
}

func TestALicenceIsNegotiatedUsedAndEnded(t *testing.T) {
	ctx, m := within(t, 2*time.Minute), theMarket(t)
	dataset, offer := m.offers(ctx, t, false, "")
	n, a := "CommunityMSP/n-"+random(t), "UtilityMSP/a-"+random(t)
	step := func(_ licensing.Negotiation, receipt gateway.Receipt, err error) {
		t.Helper()
		require.NoError(t, err)
		m.await(ctx, t, receipt)
	}
	step(m.consumer.Licensing().RequestContract(ctx, licensing.RequestContractRequest{Proposal: licensing.Proposal{NegotiationID: n, DatasetID: dataset, OfferID: offer}}))
	view, err := m.provider.Licensing().GetNegotiation(ctx, licensing.NegotiationRequest{NegotiationID: n})
	require.NoError(t, err)
	agreed, receipt, err := m.provider.Licensing().Agree(ctx, licensing.AgreeRequest{NegotiationID: n, AgreementID: a, PolicySHA256: view.TermsSHA256})
	require.NoError(t, err)
	require.Equal(t, view.TermsSHA256, agreed.PolicySHA256)
	m.await(ctx, t, receipt)
	step(m.consumer.Licensing().VerifyAgreement(ctx, licensing.AgreeRequest{NegotiationID: n}))
	step(m.provider.Licensing().FinalizeNegotiation(ctx, licensing.AgreeRequest{NegotiationID: n}))

	access := ask(t, a)
	decision, receipt, err := m.processor.Licensing().RequestAccess(ctx, access)
	require.NoError(t, err)
	require.True(t, decision.Permit)
	m.await(ctx, t, receipt)
	check, err := m.delivers.Licensing().CheckAccess(ctx, licensing.CheckAccessRequest{DecisionID: access.DecisionID})
	require.NoError(t, err)
	require.True(t, check.Valid)

	begin := time.Now()
	_, receipt, err = m.provider.Licensing().RetireAgreement(ctx, licensing.RetireAgreementRequest{AgreementID: a})
	require.NoError(t, err)
	require.NoError(t, m.delivers.Await(ctx, receipt))
	check, err = m.delivers.Licensing().CheckAccess(ctx, licensing.CheckAccessRequest{DecisionID: access.DecisionID})
	require.NoError(t, err)
	require.Equal(t, licensing.Cause(licensing.Retired), check.Reasons[0].Code)
	t.Logf("retired, and refused %d ms later; connectors that look after their licences once an hour take 3,600,000", time.Since(begin).Milliseconds())
	m.await(ctx, t, receipt)
	decision, _, err = m.processor.Licensing().RequestAccess(ctx, ask(t, a))
	require.NoError(t, err)
	require.Equal(t, licensing.Cause(licensing.Retired), decision.Reasons[0].Code)
}

// TestALimitedNumberOfUsesIsExactUnderLoad: 64 clients ask for all they can get, and as many permits are given as the licence has uses.
func TestALimitedNumberOfUsesIsExactUnderLoad(t *testing.T) {
	ctx, m := within(t, 5*time.Minute), theMarket(t)
	agreement := m.licensed(ctx, t, false, `,{"leftOperand":"count","operator":"lteq","rightOperand":"100"}`)
	var permits, exhausted atomic.Int64
	var clients errgroup.Group
	for range 64 {
		clients.Go(func() error {
			for {
				free, err := m.processor.Licensing().FreeTickets(ctx, licensing.FreeTicketsRequest{AgreementID: agreement})
				if err != nil {
					return err
				}
				if len(free.Tickets) == 0 {
					exhausted.Add(1)
					return nil
				}
				access := ask(t, agreement)
				access.Tickets = free.Tickets
				decision, _, err := m.processor.Licensing().RequestAccess(ctx, access)
				if errors.Is(err, gateway.ErrTicketTaken) {
					continue
				}
				if err != nil {
					return err
				}
				if decision.Permit {
					permits.Add(1)
				}
			}
		})
	}
	require.NoError(t, clients.Wait())
	require.EqualValues(t, 100, permits.Load())
	require.EqualValues(t, 64, exhausted.Load())
}

// TestAWithdrawalRefusesTheVeryNextAccess: a licence without the subject's consent gives nothing.
func TestAWithdrawalRefusesTheVeryNextAccess(t *testing.T) {
	ctx, m := within(t, 2*time.Minute), theMarket(t)
	alice := consents(ctx, t)
	agreement := m.licensed(ctx, t, true, "")
	alice = m.consentsTo(ctx, t, alice, agreement)
	decision, _, err := m.processor.Licensing().RequestAccess(ctx, ask(t, agreement, alice.subject))
	require.NoError(t, err)
	require.True(t, decision.Permit, "%v", decision.Subjects)
	city := connect(t, "city", "steward", gateway.WithResidentKey(alice.key))
	_, receipt, err := city.Consent().Withdraw(ctx, consent.DecisionRequest{ConsentID: alice.consentID})
	require.NoError(t, err)
	m.await(ctx, t, receipt)
	decision, receipt, err = m.processor.Licensing().RequestAccess(ctx, ask(t, agreement, alice.subject))
	require.NoError(t, err)
	require.False(t, decision.Permit)
	require.True(t, slices.ContainsFunc(decision.Subjects[0].Reasons, func(d consent.Denial) bool {
		return d.Code == consent.ReasonFor(consent.Withdrawn)
	}), "%v", decision.Subjects[0].Reasons)
	m.await(ctx, t, receipt) // she asks at the city's peer
	page, err := city.Licensing().ListDecisions(ctx, licensing.ListDecisionsRequest{Subject: alice.subject})
	require.NoError(t, err)
	require.Len(t, page.Decisions, 2, "she reads every access to her data")
}

// TestNeitherSideCanVetoTheOthersEnd: with the other side's peer down, each ends a licence in one block; nobody writes the other's key.
func TestNeitherSideCanVetoTheOthersEnd(t *testing.T) {
	ctx, m := within(t, 3*time.Minute), theMarket(t)
	for _, row := range []struct {
		ends *gateway.Client
		down string
	}{{m.provider, "community"}, {m.consumer, "utility"}} {
		agreement := m.licensed(ctx, t, false, "")
		require.NoError(t, net.Stop(ctx, row.down, "peer"))
		ending, _, err := row.ends.Licensing().RetireAgreement(ctx, licensing.RetireAgreementRequest{AgreementID: agreement})
		require.NoError(t, net.Start(ctx, row.down, "peer"))
		require.NoError(t, err, "while the %s's peer is down", row.down)
		require.Equal(t, licensing.Retired, ending.State)
	}
	agreement := m.licensed(ctx, t, false, "")
	_, err := m.provider.Submit(ctx, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: agreement}, nil,
		gateway.WithEndorsingOrganizations("CityMSP", "CommunityMSP", "OversightMSP"))
	require.ErrorContains(t, err, "ENDORSEMENT_POLICY_FAILURE", "all others together")
}
