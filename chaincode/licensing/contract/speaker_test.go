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

// rotate replaces a resident's key by a new one, which speaks for the resident from then on.
func rotate(t testing.TB, s *contracttest.Suite, old contracttest.Resident, subject string, number int) contracttest.Resident {
	t.Helper()
	s.Now = s.Now.Add(time.Second)
	fresh := contracttest.NewResident(t)
	id := fresh.Subject[:20]
	request := consent.RotateKeyRequest{Proof: fresh.Prove(t, s, subject, id), Number: number}
	s.Submit(t, outsider, "consent:Relay", old.SignAs(t, s, "", "consent:RotateKey", id, request), nil)
	s.Now = s.Now.Add(time.Second)
	return fresh
}

// offerAs has a key offer data of a subject that it does not name unless it must, and the community take the offer as "CommunityMSP/a-1".
func offerAs(t testing.TB, s *contracttest.Suite, key contracttest.Resident, named, subject string) {
	t.Helper()
	own := grid()
	own.DatasetID, own.Owner, own.Publisher = subject+"/roof", subject, "CityMSP"
	say := func(name string, request any) {
		s.Submit(t, outsider, "licensing:Relay", key.SignFor(t, s, named, "licensing:"+name, request), nil)
	}
	say("RegisterDataset", own)
	confirm(t, s, outsider, own)
	say("PublishOffer", open(subject+"/o-a", own.DatasetID, policy()))
	quick(t, s, "1", subject+"/o-a")
	require.True(t, agreement(t, s, "CommunityMSP/a-1").Proven)
}

// TestALicenceOutlivesTheKeyThatGrantedIt: anyone who spoke for the resident is judged at the time of the signed
// request, whatever becomes of the key.
func TestALicenceOutlivesTheKeyThatGrantedIt(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	second := rotate(t, s, alice, alice.Subject, 1)
	offerAs(t, s, second, "", alice.Subject)
	third := rotate(t, s, second, alice.Subject, 2)
	require.True(t, agreement(t, s, "CommunityMSP/a-1").Proven)
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)

	t.Run("and the keys that were replaced open nothing", func(t *testing.T) {
		suspend := licensing.SuspendAgreementRequest{AgreementID: "CommunityMSP/a-1"}
		for _, old := range []contracttest.Resident{alice, second} {
			publish := old.Sign(t, s, "licensing:PublishOffer", open(alice.Subject+"/o-b", alice.Subject+"/roof", policy()))
			require.Equal(t, fault.KeyRemoved, s.Refuse(t, outsider, "licensing:Relay", publish, nil).Code)
		}
		s.Submit(t, outsider, "licensing:Relay", third.Sign(t, s, "licensing:SuspendAgreement", suspend), nil)
		require.False(t, decide(t, s, ask("CommunityMSP/d-2")).Permit)
	})
	t.Run("and any present key ends it", func(t *testing.T) {
		s.Now = s.Now.Add(time.Second)
		s.Submit(t, outsider, "licensing:Relay", third.Sign(t, s, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}), nil)
		view := agreement(t, s, "CommunityMSP/a-1")
		require.Equal(t, licensing.Retired, view.State)
		require.False(t, view.EndUnproven)
	})
}

// TestAGuardiansLicenceCounts: anything that a guardian in office signed is the subject's, also when the office has
// ended.
func TestAGuardiansLicenceCounts(t *testing.T) {
	s := offered(t, policy())
	consented(t, s, 1)
	child, mother, uncle := contracttest.NewResident(t), contracttest.NewResident(t), contracttest.NewResident(t)
	s.Now = s.Now.Add(time.Second)
	named := contracttest.Answer[consent.GuardianView](t, child.Do(t, s, "consent:NameGuardian", consent.NameGuardianRequest{
		Guardian: mother.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.PowerOfAttorney,
	}))
	s.Now = s.Now.Add(time.Second)
	offerAs(t, s, mother, child.Subject, child.Subject)
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)
	s.Now = s.Now.Add(time.Second)
	child.Do(t, s, "consent:EndGuardian", consent.GuardianRequest{Subject: child.Subject, Guardian: mother.Subject, ID: named.ID})
	s.Now = s.Now.Add(time.Second)
	require.True(t, agreement(t, s, "CommunityMSP/a-1").Proven)
	require.True(t, decide(t, s, ask("CommunityMSP/d-2")).Permit)
	for _, who := range []contracttest.Resident{mother, uncle} {
		publish := who.SignFor(t, s, child.Subject, "licensing:PublishOffer", open(child.Subject+"/o-b", child.Subject+"/roof", policy()))
		require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:Relay", publish, nil).Code, "out of office")
	}
}
