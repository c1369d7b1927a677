// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// added are the types of the keys that a step added to the state.
func added(s *contracttest.Suite, step func()) (types []string) {
	before := s.Keys()
	step()
	for _, key := range s.Keys() {
		if !slices.Contains(before, key) {
			types = append(types, strings.Split(key, "/")[0])
		}
	}
	slices.Sort(types)
	return types
}

func TestAConsentCostsThreeKeysAndItsWithdrawalTwo(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	require.Equal(t, []string{"consent.key", "consent.record", "consent.under", "transaction.signedRequest"},
		added(s, func() { alice.Do(t, s, "consent:Give", give(s, "c-1")) }), "the first time with the resident's key")
	require.Equal(t, []string{"consent.record", "consent.under", "transaction.signedRequest"}, added(s, func() { alice.Do(t, s, "consent:Give", give(s, "c-2")) }))
	s.Now = s.Now.Add(time.Second)
	withdraw := consent.DecisionRequest{ConsentID: "c-1"}
	require.Equal(t, []string{"consent.end", "transaction.signedRequest"}, added(s, func() { alice.Do(t, s, "consent:Withdraw", withdraw) }))
	require.Equal(t, []string{"transaction.signedRequest"}, added(s, func() { alice.Do(t, s, "consent:Withdraw", withdraw) }), "again changes nothing")
	all := consent.WithdrawAllRequest{Number: 1}
	require.Equal(t, []string{"consent.withdrawAll", "transaction.signedRequest"}, added(s, func() { alice.Do(t, s, "consent:WithdrawAll", all) }))
	require.Equal(t, []string{"transaction.signedRequest"}, added(s, func() { alice.Do(t, s, "consent:WithdrawAll", all) }), "the same again changes nothing")
	require.Equal(t, fault.OutOfRange, alice.Refused(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 3}).Code, "none is left out")
}

// TestTwoResidentsNeverConflict simulates both before either commits, under one notice and through one relay.
func TestTwoResidentsNeverConflict(t *testing.T) {
	s := open(t)
	alice, bob := contracttest.NewResident(t), contracttest.NewResident(t)
	first, response := s.Simulate(t, relay, "consent:Relay", alice.Sign(t, s, "consent:Give", give(s, "a")), nil)
	require.EqualValues(t, 200, response.GetStatus())
	second, response := s.Simulate(t, relay, "consent:Relay", bob.Sign(t, s, "consent:Give", give(s, "b")), nil)
	require.EqualValues(t, 200, response.GetStatus())
	require.Equal(t, "VALID", s.Commit(first))
	require.Equal(t, "VALID", s.Commit(second))
}

func TestTheSameAgainChangesNothing(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	events, again := len(s.Events), notice()
	s.Submit(t, steward, "consent:PublishNotice", again, nil)
	s.Submit(t, authority, "consent:LoadTaxonomy", string(consent.DPVPurposes), nil)
	require.Len(t, s.Events, events)
	again.Title = "Other"
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, steward, "consent:PublishNotice", again, nil).Code)

	asked := consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "asked").Terms}
	s.Submit(t, steward, "consent:Request", asked, nil)
	given := give(s, "c-1")
	alice.Do(t, s, "consent:Give", given)
	events = len(s.Events)
	s.Now = s.Now.Add(time.Minute)
	s.Submit(t, steward, "consent:Request", asked, nil)
	require.Equal(t, []string{"transaction.signedRequest"}, added(s, func() { alice.Do(t, s, "consent:Give", given) }))
	require.Len(t, s.Events, events)
	require.Len(t, get(t, s, alice, "c-1").Events, 1)
	asked.DataCategories = []string{"pd:Location"}
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, steward, "consent:Request", asked, nil).Code)
	contracttest.NewResident(t).Do(t, s, "consent:Give", given) // another's id is another consent
	require.Equal(t, alice.Subject, get(t, s, alice, "c-1").Subject)
}

func TestErasureObligesEveryControllerAndNoneCanVetoIt(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	city := notice()
	city.NoticeID, city.Controller.MSP = "streets", "CityMSP"
	s.Submit(t, "CityMSP/steward", "consent:PublishNotice", city, nil)
	for id, noticeID := range map[string]string{"u": "sharing", "c": "streets"} {
		private := consent.Private{Name: "Alice Marker " + id, Salt: strings.Repeat("0a", 16)}
		hash, err := private.Hash()
		require.NoError(t, err)
		r := give(s, id)
		r.NoticeID, r.PrivateSHA256 = noticeID, hash
		alice.Do(t, s, "consent:Give", r)
		as := map[string]string{"u": steward, "c": "CityMSP/steward"}[id]
		s.Submit(t, as, "consent:StorePrivate", consent.StorePrivateRequest{Subject: alice.Subject, ConsentID: id}, map[string]any{"private": private})
	}
	require.Equal(t, fault.NotFound, s.Refuse(t, steward, "consent:Purge", consent.PurgeRequest{Subject: alice.Subject}, nil).Code, "nobody asked for it")
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Erase", consent.EraseRequest{})
	require.Equal(t, fault.SubjectErased, alice.Refused(t, s, "consent:Give", give(s, "new")).Code)
	pending := func() (controllers []string) {
		page := contracttest.Answer[consent.PendingPurgePage](t, s.Submit(t, authority, "consent:ListPendingPurges", consent.ListPendingPurgesRequest{}, nil))
		for _, purge := range page.Pending {
			controllers = append(controllers, purge.Controller)
		}
		return controllers
	}
	require.Equal(t, []string{"CityMSP", "UtilityMSP"}, pending())
	require.Empty(t, added(s, func() { s.Submit(t, steward, "consent:Purge", consent.PurgeRequest{Subject: alice.Subject}, nil) }))
	require.Equal(t, []string{"CityMSP"}, pending())
	require.Empty(t, s.PrivateKeys("org-UtilityMSP"))
	require.Len(t, s.PrivateKeys("org-CityMSP"), 1)
	s.Submit(t, "CityMSP/steward", "consent:Purge", consent.PurgeRequest{Subject: alice.Subject}, nil)
	require.Empty(t, pending())
	for _, event := range s.Events {
		require.NotContains(t, string(event.Payload), "Marker")
	}
}
