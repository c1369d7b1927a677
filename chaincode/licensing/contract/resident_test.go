package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// TestAResidentLicensesTheOwnData: publishing, agreeing and ending by signed statements, within what the own consent allows.
func TestAResidentLicensesTheOwnData(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	own := curves()
	own.DatasetID, own.Owner, own.Publisher = "alice-curve", alice.Subject, "CityMSP"
	require.Equal(t, fault.Forbidden, s.Refuse(t, provider, "licensing:RegisterDataset", own, nil).Code, "nobody registers it for her")
	alice.Do(t, s, "licensing:RegisterDataset", own)
	offer := licensing.PublishOfferRequest{OfferID: "alice-1", DatasetID: "alice-curve", AutoAgree: true, Policy: rules(
		`{"leftOperand":"purpose","operator":"eq","rightOperand":"smartb:EnergySharing"}`, []string{
			`{"leftOperand":"dateTime","operator":"gteq","rightOperand":{"@value":"2026-02-01T00:00:00Z","@type":"xsd:dateTime"}}`,
			`{"leftOperand":"dateTime","operator":"lt","rightOperand":{"@value":"2026-06-01T00:00:00Z","@type":"xsd:dateTime"}}`,
		}, `,"assignee":"UtilityMSP"`)}
	alice.Do(t, s, "licensing:PublishOffer", offer)
	wide := offer
	wide.OfferID, wide.Policy = "alice-2", policy()
	alice.Do(t, s, "licensing:PublishOffer", wide)
	require.Equal(t, fault.ExceedsConsent, s.Refuse(t, provider, "licensing:QuickAgree", licensing.QuickAgreeRequest{NegotiationID: "n-8", AgreementID: "a-8", OfferID: "alice-2"}, nil).Code,
		"for other purposes and longer than she consented")
	require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:QuickAgree", licensing.QuickAgreeRequest{NegotiationID: "n-8", AgreementID: "a-8", OfferID: "alice-1"}, nil).Code,
		"the offer is for the utility")
	s.Submit(t, provider, "licensing:QuickAgree", licensing.QuickAgreeRequest{NegotiationID: "n-7", AgreementID: "a-7", OfferID: "alice-1"}, nil)
	view := agreement(t, s, "a-7")
	require.True(t, view.Granted, "by her statement")
	require.NotEmpty(t, view.Proof)

	s.Now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r := licensing.RequestAccessRequest{DecisionID: "d-1", AgreementID: "a-7", Question: licensing.Question{Action: "read", Purpose: purpose}, Subjects: []string{alice.Subject}}
	decision := contracttest.Answer[licensing.Decision](t, s.Submit(t, delivers, "licensing:RequestAccess", r, nil))
	require.True(t, decision.Permit)
	alice.Do(t, s, "licensing:RecordDelivery", licensing.RecordDeliveryRequest{DecisionID: "d-1", Digest: "00000000000000000000000000000000000000000000000000000000000000aa"})
	require.Equal(t, fault.Forbidden, contracttest.NewResident(t).Refused(t, s, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "a-7"}).Code)
	alice.Do(t, s, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "a-7"})
	require.Equal(t, licensing.Retired, agreement(t, s, "a-7").State)
	r.DecisionID = "d-2"
	decision = contracttest.Answer[licensing.Decision](t, s.Submit(t, delivers, "licensing:RequestAccess", r, nil))
	require.Equal(t, []licensing.Cause{licensing.Cause(licensing.Retired)}, codes(decision.Reasons))
}

func TestAResidentNegotiates(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	own := grid()
	own.DatasetID, own.Owner = "alice-roof", alice.Subject
	alice.Do(t, s, "licensing:RegisterDataset", own)
	s.Submit(t, consumer, "licensing:RequestContract", licensing.RequestContractRequest{Proposal: licensing.Proposal{NegotiationID: "n", DatasetID: "alice-roof", Policy: policy()}}, nil)
	agree := licensing.AgreeRequest{NegotiationID: "n", AgreementID: "a-1", PolicySHA256: negotiation(t, s).TermsSHA256}
	require.Equal(t, fault.Forbidden, s.Refuse(t, provider, "licensing:Agree", agree, nil).Code)
	alice.Do(t, s, "licensing:Agree", agree)
	s.Submit(t, consumer, "licensing:VerifyAgreement", licensing.NegotiationRequest{NegotiationID: "n"}, nil)
	alice.Do(t, s, "licensing:FinalizeNegotiation", licensing.NegotiationRequest{NegotiationID: "n"})
	require.True(t, agreement(t, s, "a-1").Granted)
	require.True(t, decide(t, s, ask("d-1")).Permit)
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "licensing:SuspendAgreement", licensing.SuspendAgreementRequest{AgreementID: "a-1"})
	require.False(t, decide(t, s, ask("d-2")).Permit)
}
