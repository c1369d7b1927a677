// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// TestWhateverHappensToALicence sends random calls by everybody about a licence to personal data of which three uses
// are allowed. Every permit has a licence in force and a consent, none follows the end of either, and there are never
// more than three.
func TestWhateverHappensToALicence(t *testing.T) {
	callers := []string{provider, delivers, consumer, processor, outsider, authority, "UtilityMSP/steward,processor", "CityMSP/steward,processor"}
	names := []string{"RequestAccess", "RequestAccess", "RequestAccess", "RetireAgreement", "SuspendAgreement", "ResumeAgreement", "RetireDataset", "Withdraw", "Give", "RecordDelivery"}
	rapid.Check(t, func(rt *rapid.T) {
		s := offered(t, policy())
		alice := consented(t, s, 1)[0]
		s.Submit(t, provider, "licensing:PublishOffer", open("UtilityMSP/o-3", "UtilityMSP/load-profiles", policy(threeTimes)), nil)
		quick(t, s, "1", "UtilityMSP/o-3")
		permits, retired, datasetRetired := 0, false, false
		for i := range rapid.IntRange(1, 25).Draw(rt, "calls") {
			s.Now = s.Now.Add(time.Duration(rapid.IntRange(1, 3600).Draw(rt, "seconds")) * time.Second)
			as, name := rapid.SampledFrom(callers).Draw(rt, "as"), rapid.SampledFrom(names).Draw(rt, "name")
			before := agreement(t, s, "CommunityMSP/a-1")
			given := get(t, s, alice, "c-0")
			switch name {
			case "RequestAccess":
				r := ask(fmt.Sprintf("d-%d", i))
				r.Subjects = []string{alice.Subject}
				r.Tickets = []licensing.Ticket{{Rule: "/permission/0", Index: int64(rapid.IntRange(0, 4).Draw(rt, "ticket"))}}
				answer, refusal := s.Call(t, as, "licensing:RequestAccess", r, nil)
				if refusal != nil || !contracttest.Answer[licensing.Decision](t, answer).Permit {
					continue
				}
				permits++
				require.Equal(rt, processor, as, "the assignee's processor alone")
				require.Equal(rt, licensing.Active, before.State)
				require.True(rt, given.State.Active(), "the subject consents")
				require.False(rt, retired || datasetRetired)
				require.LessOrEqual(rt, permits, 3)
			case "Withdraw":
				_, _ = s.Call(t, outsider, "consent:Relay", alice.Sign(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-0"}), nil)
			case "Give": // by organisations, who cannot
				_, refusal := s.Call(t, as, "consent:Give", consent.GiveRequest{}, nil)
				require.NotNil(rt, refusal)
			case "RetireDataset":
				_, refusal := s.Call(t, as, "licensing:RetireDataset", licensing.RetireDatasetRequest{DatasetID: "UtilityMSP/load-profiles"}, nil)
				datasetRetired = datasetRetired || refusal == nil
			case "RecordDelivery":
				_, _ = s.Call(t, as, "licensing:RecordDelivery", licensing.RecordDeliveryRequest{DecisionID: "CommunityMSP/d-0", Digest: fmt.Sprintf("%064x", i)}, nil)
			default:
				_, refusal := s.Call(t, as, "licensing:"+name, licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil)
				retired = retired || refusal == nil && name == "RetireAgreement"
			}
			if after := agreement(t, s, "CommunityMSP/a-1"); retired {
				require.Equal(rt, licensing.Retired, after.State, "terminal states stay")
			}
		}
	})
}

func get(t testing.TB, s *contracttest.Suite, of contracttest.Resident, id string) consent.View {
	t.Helper()
	return contracttest.Answer[consent.View](t, s.Submit(t, outsider, "consent:Get", consent.GetRequest{Subject: of.Subject, ConsentID: id}, nil))
}
