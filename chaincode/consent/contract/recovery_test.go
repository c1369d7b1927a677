// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
)

// vouches is an organisation's word for a new key, with another organisation.
func vouches(t *testing.T, s *contracttest.Suite, as, with, subject string, fresh contracttest.Resident) consent.RecoveryAnswer {
	t.Helper()
	request := consent.RecoverKeyRequest{Subject: subject, Proof: fresh.Prove(t, s, subject, "recovery-0123456789"), With: with}
	return contracttest.Answer[consent.RecoveryAnswer](t, s.Submit(t, as, "consent:RecoverKey", request, nil))
}

// TestNoOrganisationTakesAKeyOverAlone: in whatever roles, under whatever pretext.
func TestNoOrganisationTakesAKeyOverAlone(t *testing.T) {
	s, alice, thief := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	for _, as := range []string{"OversightMSP/steward", authority} {
		answer := vouches(t, s, as, "CityMSP", alice.Subject, thief)
		require.Nil(t, answer.Recovery)
	}
	proof := thief.Prove(t, s, alice.Subject, "recovery-0123456789")
	itself := consent.RecoverKeyRequest{Subject: alice.Subject, Proof: proof, With: "OversightMSP"}
	require.Equal(t, fault.InvalidField, s.Refuse(t, authority, "consent:RecoverKey", itself, nil).Code)
	interested := consent.RecoverKeyRequest{Subject: alice.Subject, Proof: proof, With: "UtilityMSP", Controller: "UtilityMSP"}
	require.Equal(t, fault.Forbidden, s.Refuse(t, "CityMSP/steward", "consent:RecoverKey", interested, nil).Code, "a controller does not count")
	s.Now = s.Now.AddDate(0, 0, 8)
	complete := consent.RecoveryRequest{NewKey: thief.Subject, Organisations: []string{"CityMSP", "OversightMSP"}, Number: 1}
	require.Equal(t, fault.NotFound, actFor(t, s, thief, alice.Subject, "CompleteRecovery", complete).Code)
	require.Equal(t, fault.Forbidden, actFor(t, s, thief, alice.Subject, "Give", give(s, "by-thief")).Code)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
}

// TestNoOrganisationBlocksARecovery: whatever a third one vouches for, the word of the two counts.
func TestNoOrganisationBlocksARecovery(t *testing.T) {
	s, alice, renewed := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	vouches(t, s, steward, "OversightMSP", alice.Subject, renewed)
	announced := vouches(t, s, authority, "UtilityMSP", alice.Subject, renewed)
	require.Equal(t, s.Now.AddDate(0, 0, 7), announced.Recovery.Effective)
	for _, days := range []int{1, 3, 6} {
		s.Now = announced.Recovery.AnnouncedAt.AddDate(0, 0, days)
		junk := contracttest.NewResident(t)
		vouches(t, s, "CityMSP/steward", "OversightMSP", alice.Subject, junk)
		vouches(t, s, "CityMSP/steward", "OversightMSP", alice.Subject, renewed)
		vouches(t, s, steward, "OversightMSP", alice.Subject, renewed) // again changes nothing
	}
	complete := consent.RecoveryRequest{NewKey: renewed.Subject, Organisations: []string{"OversightMSP", "UtilityMSP"}, Number: 1}
	require.Equal(t, fault.IllegalTransition, actFor(t, s, renewed, alice.Subject, "CompleteRecovery", complete).Code, "it waits")
	page := contracttest.Answer[consent.Page](t, s.Submit(t, relay, "consent:ListBySubject", alice.Sign(t, s, "consent:ListBySubject", consent.ListBySubjectRequest{}), nil))
	require.Equal(t, renewed.Subject, page.Recoveries[0].NewKey, "announced first of all")
	s.Now = announced.Recovery.Effective
	mother := contracttest.NewResident(t)
	names(t, s, alice, mother, s.Now.AddDate(1, 0, 0), consent.NameGuardianRequest{})
	require.Nil(t, actFor(t, s, renewed, alice.Subject, "CompleteRecovery", complete))
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.KeyRemoved, alice.Refused(t, s, "consent:Give", give(s, "c-2")).Code, "all keys from before are removed")
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, alice.Subject, "Give", give(s, "c-3")).Code, "and guardians with them")
	renewed.For = alice.Subject
	renewed.Do(t, s, "consent:Give", give(s, "c-4"))
	require.False(t, get(t, s, alice, "c-4").Unproven)
	require.False(t, get(t, s, alice, "c-1").Unproven, "what the old key signed stays")
	again := adds(t, s, renewed)
	again.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
}

func TestAPresentKeyCancelsARecoveryUnlessItTurnedAgainstAnOlderOne(t *testing.T) {
	s, first, second, _ := family(t)
	thief := contracttest.NewResident(t)
	vouches(t, s, steward, "CityMSP", first.Subject, thief)
	vouches(t, s, "CityMSP/steward", "UtilityMSP", first.Subject, thief)
	cancel := consent.RecoveryRequest{NewKey: thief.Subject, Organisations: []string{"CityMSP", "UtilityMSP"}}
	second.Do(t, s, "consent:SuspendKey", consent.KeyRequest{Key: first.Subject})
	require.Equal(t, fault.Forbidden, second.Refused(t, s, "consent:CancelRecovery", cancel).Code)
	made := adds(t, s, second)
	require.Equal(t, fault.Forbidden, made.Refused(t, s, "consent:CancelRecovery", cancel).Code, "nor a key that it made")
	lift := consent.LiftSuspensionRequest{Key: first.Subject, Suspender: second.Subject}
	lift.Follows = keyOf(t, s, first.Subject, first.Subject).Suspensions[0].Evidence.ID
	second.Do(t, s, "consent:LiftSuspension", lift)
	first.Do(t, s, "consent:CancelRecovery", cancel)
	require.Empty(t, subjectOf(t, s, first.Subject).Recoveries)
	s.Now = s.Now.AddDate(0, 0, 8)
	cancel.Number = 1
	require.Equal(t, fault.IllegalTransition, actFor(t, s, thief, first.Subject, "CompleteRecovery", cancel).Code)
}

// witnessesAre has the organisations adopt other rules.
func witnessesAre(t *testing.T, s *contracttest.Suite, msps ...string) {
	t.Helper()
	rules := governance.Rules{Version: 2, Authorities: []string{"OversightMSP"}, Auditors: []string{"OversightMSP"}, Witnesses: msps}
	for _, msp := range contracttest.MSPs[:3] {
		signature := s.SignMember(t, msp+"/admin", governance.VoteType, rules.Payload(contracttest.Network))
		s.Submit(t, msp+"/admin", "governance:Approve", governance.ApproveRequest{Rules: rules, Signature: signature}, nil)
	}
}

// TestWithoutEnoughOrganisationsAPersonStillEndsEverything: by one that asserts it, in a network that can recover
// nobody's key.
func TestWithoutEnoughOrganisationsAPersonStillEndsEverything(t *testing.T) {
	s, alice, fresh := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	all := consent.WithdrawAllRequest{Subject: alice.Subject, Number: 1}
	require.Equal(t, fault.Forbidden, s.Refuse(t, "CityMSP/steward", "consent:WithdrawAll", all, nil).Code, "here a key can be recovered")
	witnessesAre(t, s, "CityMSP")
	proof := fresh.Prove(t, s, alice.Subject, "recovery-0123456789")
	alone := consent.RecoverKeyRequest{Subject: alice.Subject, Proof: proof, With: "OversightMSP"}
	require.Equal(t, fault.TooFewOrganisations, s.Refuse(t, "CityMSP/steward", "consent:RecoverKey", alone, nil).Code)
	s.Now = s.Now.Add(time.Second)
	answer := contracttest.Answer[consent.SubjectAnswer](t, s.Submit(t, "CommunityMSP/steward", "consent:WithdrawAll", all, nil))
	require.Equal(t, "CommunityMSP", answer.AssertedBy)
	require.Equal(t, consent.Withdrawn, get(t, s, alice, "c-1").State)
	require.False(t, check(t, s, processor, alice.Subject, "").Allowed)
}
