// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// TestAResidentLicensesTheOwnData: publishing, agreeing and ending by signed requests, within what its own consent
// allows.
func TestAResidentLicensesTheOwnData(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	own := loadProfiles()
	own.DatasetID, own.Owner, own.Publisher = alice.Subject+"/curve", alice.Subject, "CityMSP"
	alice.Do(t, s, "consent:Give", consent.GiveRequest{Terms: consent.Terms{
		ConsentID: "c-own", NoticeID: "energy-sharing", NoticeVersion: 1, DataCategories: []string{category}, Recipients: []string{"UtilityMSP"},
		Object: consent.Object{Dataset: own.DatasetID}, Type: consent.Expressed, ValidUntil: s.Now.AddDate(1, 0, 0),
	}})
	require.Equal(t, fault.Forbidden, s.Refuse(t, provider, "licensing:RegisterDataset", own, nil).Code, "nobody registers it for her")
	alice.Do(t, s, "licensing:RegisterDataset", own)
	offer := open(alice.Subject+"/o-1", own.DatasetID, rules(
		`{"leftOperand":"purpose","operator":"eq","rightOperand":"smartb:EnergySharing"}`, []string{
			`{"leftOperand":"dateTime","operator":"gteq","rightOperand":{"@value":"2026-02-01T00:00:00Z","@type":"xsd:dateTime"}}`,
			`{"leftOperand":"dateTime","operator":"lt","rightOperand":{"@value":"2026-06-01T00:00:00Z","@type":"xsd:dateTime"}}`,
		}, `,"assignee":"UtilityMSP"`))
	require.Equal(t, fault.EvidenceInvalid, alice.Refused(t, s, "licensing:PublishOffer", offer).Code, "publisher and controller were not asked")
	confirm(t, s, outsider, own)
	confirm(t, s, consumer, own)
	alice.Do(t, s, "licensing:PublishOffer", offer)
	wide := offer
	wide.OfferID, wide.Policy = alice.Subject+"/o-2", policy()
	alice.Do(t, s, "licensing:PublishOffer", wide)
	require.Equal(t, fault.ExceedsConsent, s.Refuse(t, provider, "licensing:QuickAgree", take(t, s, "UtilityMSP", "8", wide.OfferID), nil).Code,
		"for other purposes and longer than she consented")
	require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:QuickAgree", take(t, s, "CityMSP", "8", offer.OfferID), nil).Code,
		"the offer is for the utility")
	s.Submit(t, provider, "licensing:QuickAgree", take(t, s, "UtilityMSP", "7", offer.OfferID), nil)
	view := agreement(t, s, "UtilityMSP/a-7")
	require.True(t, view.Proven, "by her signed request")
	require.NotEmpty(t, view.Evidence.ID)

	s.Now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r := licensing.RequestAccessRequest{DecisionID: "UtilityMSP/d-1", AgreementID: "UtilityMSP/a-7", Question: licensing.Question{Action: "read", Purpose: purpose}, Subjects: []string{alice.Subject}}
	decision := contracttest.Answer[licensing.Decision](t, s.Submit(t, delivers, "licensing:RequestAccess", r, nil))
	require.True(t, decision.Permit)
	alice.Do(t, s, "licensing:RecordDelivery", licensing.RecordDeliveryRequest{DecisionID: "UtilityMSP/d-1", Digest: "00000000000000000000000000000000000000000000000000000000000000aa"})
	require.Equal(t, fault.Forbidden, contracttest.NewResident(t).Refused(t, s, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "UtilityMSP/a-7"}).Code)
	alice.Do(t, s, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "UtilityMSP/a-7"})
	require.Equal(t, licensing.Retired, agreement(t, s, "UtilityMSP/a-7").State)
	r.DecisionID = "UtilityMSP/d-2"
	decision = contracttest.Answer[licensing.Decision](t, s.Submit(t, delivers, "licensing:RequestAccess", r, nil))
	require.Equal(t, []licensing.Cause{licensing.Cause(licensing.Retired)}, codes(decision.Reasons))
}

func TestAResidentNegotiates(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	own := grid()
	own.DatasetID, own.Owner, own.Publisher = alice.Subject+"/roof", alice.Subject, "CommunityMSP"
	alice.Do(t, s, "licensing:RegisterDataset", own)
	confirm(t, s, consumer, own)
	s.Submit(t, consumer, "licensing:RequestContract", licensing.RequestContractRequest{Proposal: licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: own.DatasetID, Policy: policy()}}, nil)
	agree := negotiation(t, s).Terms(alice.Subject + "/a-1")
	require.Equal(t, fault.Forbidden, s.Refuse(t, provider, "licensing:Agree", agree, nil).Code)
	alice.Do(t, s, "licensing:Agree", agree)
	s.Submit(t, consumer, "licensing:VerifyAgreement", agree, nil)
	alice.Do(t, s, "licensing:FinalizeNegotiation", agree)
	require.True(t, agreement(t, s, agree.AgreementID).Proven)
	require.True(t, decide(t, s, askFor(agree.AgreementID, "d-1")).Permit)
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "licensing:SuspendAgreement", licensing.SuspendAgreementRequest{AgreementID: agree.AgreementID})
	require.False(t, decide(t, s, askFor(agree.AgreementID, "d-2")).Permit)
}
