// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// adds makes another of the signer's subject's keys, which then speaks for that subject without saying so.
func adds(t *testing.T, s *contracttest.Suite, signer contracttest.Resident) contracttest.Resident {
	t.Helper()
	made, subject := contracttest.NewResident(t), signer.Subject
	if signer.For != "" {
		subject = signer.For
	}
	s.Now = s.Now.Add(time.Minute)
	id := made.Subject[:20]
	s.Submit(t, relay, "consent:Relay", signer.SignAs(t, s, "", "consent:AddKey", id, consent.AddKeyRequest{Proof: made.Prove(t, s, subject, id)}), nil)
	made.For = subject
	return made
}

// family is a resident with a first key and two more, each younger than the one before.
func family(t *testing.T) (*contracttest.Suite, contracttest.Resident, contracttest.Resident, contracttest.Resident) {
	t.Helper()
	s, first := open(t), contracttest.NewResident(t)
	first.Do(t, s, "consent:Give", give(s, "c-1"))
	second := adds(t, s, first)
	third := adds(t, s, first)
	s.Now = s.Now.Add(time.Minute)
	return s, first, second, third
}

func (k view) jti() string { return k.Removal.Evidence.ID }

type view struct{ consent.KeyView }

func keyOf(t *testing.T, s *contracttest.Suite, subject, key string) view {
	t.Helper()
	for _, one := range subjectOf(t, s, subject).Keys {
		if one.Key.Key == key {
			return view{one}
		}
	}
	return view{}
}

func TestEveryPresentKeyOpensAllThatIsTheSubjects(t *testing.T) {
	s, first, second, _ := family(t)
	unsaid := second
	unsaid.For = "" // a request without "for" means the subject that the key belongs to
	given := contracttest.Answer[consent.View](t, unsaid.Do(t, s, "consent:Give", give(s, "c-2")))
	require.Equal(t, first.Subject, given.Subject)
	require.False(t, get(t, s, first, "c-2").Unproven)
	second.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	require.Equal(t, consent.Withdrawn, get(t, s, first, "c-1").State)
	require.True(t, check(t, s, processor, first.Subject, "").Allowed)
	page := contracttest.Answer[consent.Page](t, s.Submit(t, relay, "consent:ListBySubject", unsaid.Sign(t, s, "consent:ListBySubject", consent.ListBySubjectRequest{}), nil))
	require.Len(t, page.Consents, 2)
}

func TestASubjectHasFiveKeysAtMostAndAKeyOneSubject(t *testing.T) {
	s, first, second, _ := family(t)
	adds(t, s, first)
	adds(t, s, second)
	sixth := contracttest.NewResident(t)
	full := func() *fault.Error {
		id := contracttest.NewResident(t).Subject[:20]
		request := consent.AddKeyRequest{Proof: sixth.Prove(t, s, first.Subject, id)}
		_, refusal := s.Call(t, relay, "consent:Relay", first.SignAs(t, s, "", "consent:AddKey", id, request), nil)
		return refusal
	}
	require.Equal(t, fault.OutOfRange, full().Code)
	first.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: second.Subject})
	require.Nil(t, full(), "a removal frees a place")
	other := contracttest.NewResident(t)
	id := "another-0123456789"
	taken := consent.AddKeyRequest{Proof: sixth.Prove(t, s, other.Subject, id)}
	require.Equal(t, fault.AlreadyExists, s.Refuse(t, relay, "consent:Relay", other.SignAs(t, s, "", "consent:AddKey", id, taken), nil).Code)
	unproven := consent.AddKeyRequest{Proof: contracttest.NewResident(t).Prove(t, s, first.Subject, id)}
	require.Equal(t, fault.SignedRequestForged, first.Refused(t, s, "consent:AddKey", unproven).Code, "signed for another request")
}

func TestAnOlderKeyRemovesAYoungerOneAtOnce(t *testing.T) {
	s, first, second, third := family(t)
	first.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: second.Subject})
	require.Equal(t, fault.KeyRemoved, second.Refused(t, s, "consent:Give", give(s, "c-2")).Code)
	require.Equal(t, fault.KeyRemoved, second.Refused(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1}).Code)
	third.Do(t, s, "consent:Give", give(s, "c-3"))
	require.False(t, keyOf(t, s, first.Subject, second.Subject).Present)
}

func TestAYoungerKeyRemovesAnOlderOneAfterADelayInWhichItIsCancelled(t *testing.T) {
	s, first, second, third := family(t)
	remove := consent.RemoveKeyRequest{Key: second.Subject}
	third.Do(t, s, "consent:RemoveKey", remove)
	second.Do(t, s, "consent:Give", give(s, "c-2"))
	cancel := consent.CancelRemovalRequest{Key: second.Subject, Follows: keyOf(t, s, first.Subject, second.Subject).jti()}
	require.Equal(t, fault.Forbidden, third.Refused(t, s, "consent:CancelRemoval", cancel).Code, "the one that asked")
	first.Do(t, s, "consent:CancelRemoval", cancel)
	s.Now = s.Now.AddDate(0, 0, 8)
	second.Do(t, s, "consent:Give", give(s, "c-3"))

	third.Do(t, s, "consent:RemoveKey", remove)
	s.Now = s.Now.AddDate(0, 0, 7)
	require.Equal(t, fault.KeyRemoved, second.Refused(t, s, "consent:Give", give(s, "c-4")).Code)
	late := consent.CancelRemovalRequest{Key: second.Subject, Follows: keyOf(t, s, first.Subject, second.Subject).jti()}
	require.Equal(t, fault.KeyRemoved, second.Refused(t, s, "consent:CancelRemoval", late).Code)
	require.Equal(t, fault.NotFound, first.Refused(t, s, "consent:CancelRemoval", late).Code, "too late")
	third.Do(t, s, "consent:RemoveKey", remove) // now written for good
	require.NotNil(t, keyOf(t, s, first.Subject, second.Subject).Removed)
	require.False(t, get(t, s, first, "c-3").Unproven, "what it signed before stays")
}

func TestARemovalEndsWhatTheKeyMadeSinceTheTimeItNames(t *testing.T) {
	s, first, stolen, third := family(t)
	first.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: third.Subject})
	kept := adds(t, s, stolen)
	s.Now = s.Now.Add(time.Hour)
	since := s.Now
	made := adds(t, s, stolen) // by the thief
	further := adds(t, s, made)
	helper := contracttest.NewResident(t)
	names(t, s, made, helper, s.Now.AddDate(1, 0, 0), consent.NameGuardianRequest{})
	require.Nil(t, actFor(t, s, helper, first.Subject, "Give", give(s, "c-h")))
	s.Now = s.Now.Add(time.Hour)
	first.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: stolen.Subject, Since: since})
	s.Now = s.Now.Add(time.Second)
	for who, key := range map[string]contracttest.Resident{"the stolen key": stolen, "a key that it made": made, "a key made by that": further} {
		require.Equal(t, fault.KeyRemoved, key.Refused(t, s, "consent:Give", give(s, "c-x")).Code, who)
	}
	require.Equal(t, fault.Forbidden, actFor(t, s, helper, first.Subject, "Give", give(s, "c-y")).Code, "a guardian that it made")
	kept.Do(t, s, "consent:Give", give(s, "c-k"))
	adds(t, s, first) // the places of the ended keys are free
}

func TestTwoKeysThatRemoveEachOtherSpeakNoMore(t *testing.T) {
	s, first, second, third := family(t)
	second.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: first.Subject})
	first.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: second.Subject})
	for range 2 {
		for who, key := range map[string]contracttest.Resident{"the older": first, "the younger": second} {
			require.Equal(t, fault.KeySuspended, key.Refused(t, s, "consent:Give", give(s, "c-2")).Code, who)
		}
		s.Now = s.Now.AddDate(0, 0, 8) // and neither removal takes effect
	}
	third.Do(t, s, "consent:Give", give(s, "c-3"))
	first.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	first.Do(t, s, "consent:CancelRemoval", consent.CancelRemovalRequest{
		Key: first.Subject, Follows: keyOf(t, s, first.Subject, first.Subject).jti(),
	})
	first.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: second.Subject})
	s.Now = s.Now.AddDate(0, 0, 8)
	require.Equal(t, fault.KeyRemoved, second.Refused(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1}).Code)
}

func TestAnyKeySuspendsAnotherAndWhatASuspendedKeyCan(t *testing.T) {
	s, first, second, third := family(t)
	third.Do(t, s, "consent:SuspendKey", consent.KeyRequest{Key: second.Subject})
	require.Equal(t, fault.KeySuspended, second.Refused(t, s, "consent:Give", give(s, "c-2")).Code)
	id := "another-0123456789"
	fresh := contracttest.NewResident(t)
	for name, request := range map[string]any{
		"NameGuardian": consent.NameGuardianRequest{Guardian: fresh.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.OtherGuardian},
		"RemoveKey":    consent.RemoveKeyRequest{Key: third.Subject},
		"RotateKey":    consent.RotateKeyRequest{Proof: fresh.Prove(t, s, first.Subject, id), Number: 1},
		"SuspendKey":   consent.KeyRequest{Key: first.Subject},
	} {
		require.Equal(t, fault.KeySuspended, second.Refused(t, s, "consent:"+name, request).Code, name)
	}
	second.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	second.Do(t, s, "consent:SuspendKey", consent.KeyRequest{Key: third.Subject}) // its suspender

	lift := consent.LiftSuspensionRequest{Key: second.Subject, Suspender: third.Subject}
	lift.Follows = keyOf(t, s, first.Subject, second.Subject).Suspensions[0].Evidence.ID
	require.Equal(t, fault.KeySuspended, third.Refused(t, s, "consent:LiftSuspension", lift).Code)
	first.Do(t, s, "consent:LiftSuspension", lift)
	second.Do(t, s, "consent:Give", give(s, "c-3"))
}

// TestASuspensionByAFriendIsNoShield: who suspends its own accomplice beforehand cannot lift what another key suspends.
func TestASuspensionByAFriendIsNoShield(t *testing.T) {
	s, first, second, third := family(t)
	third.Do(t, s, "consent:SuspendKey", consent.KeyRequest{Key: second.Subject})
	first.Do(t, s, "consent:SuspendKey", consent.KeyRequest{Key: second.Subject})
	own := consent.LiftSuspensionRequest{Key: second.Subject, Suspender: third.Subject}
	own.Follows = keyOf(t, s, first.Subject, second.Subject).Suspensions[0].Evidence.ID
	third.Do(t, s, "consent:LiftSuspension", own)
	others := own
	others.Suspender = first.Subject
	require.Equal(t, fault.Forbidden, third.Refused(t, s, "consent:LiftSuspension", others).Code)
	require.Equal(t, fault.KeySuspended, second.Refused(t, s, "consent:Give", give(s, "c-2")).Code)
}

// TestADeviceThatAddsAKeyDoesNotInvalidateAnothersWithdrawal, nor do suspensions and removals that wait.
func TestADeviceThatAddsAKeyDoesNotInvalidateAnothersWithdrawal(t *testing.T) {
	s, first, second, third := family(t)
	withdrawal, response := s.Simulate(t, relay, "consent:Relay", first.Sign(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"}), nil)
	require.EqualValues(t, 200, response.GetStatus())
	adds(t, s, second)
	third.Do(t, s, "consent:SuspendKey", consent.KeyRequest{Key: first.Subject})
	third.Do(t, s, "consent:RemoveKey", consent.RemoveKeyRequest{Key: first.Subject})
	names(t, s, second, contracttest.NewResident(t), s.Now.AddDate(1, 0, 0), consent.NameGuardianRequest{})
	require.Equal(t, "VALID", s.Commit(withdrawal))
}
