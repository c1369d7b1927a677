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

// Attacks of an organisation, a relay or a thief against a resident, and where they end.

// actFor relays what a resident signs for a subject.
func actFor(t *testing.T, s *contracttest.Suite, signer contracttest.Resident, subject, name string, request any) *fault.Error {
	t.Helper()
	_, refusal := s.Call(t, relay, "consent:Relay", signer.SignFor(t, s, subject, "consent:"+name, request), nil)
	return refusal
}

// names makes a guardian by the subject's own signed request and answers the term's id.
func names(t *testing.T, s *contracttest.Suite, subject, guardian contracttest.Resident, until time.Time, numbers consent.NameGuardianRequest) string {
	t.Helper()
	numbers.Guardian, numbers.Until, numbers.ReasonCode = guardian.Subject, until, consent.PowerOfAttorney
	return contracttest.Answer[consent.GuardianView](t, subject.Do(t, s, "consent:NameGuardian", numbers)).ID
}

func subjectOf(t testing.TB, s *contracttest.Suite, subject string) consent.SubjectView {
	t.Helper()
	return contracttest.Answer[consent.SubjectView](t, s.Submit(t, relay, "consent:GetSubject", consent.GetSubjectRequest{Subject: subject}, nil))
}

// TestNobodyButTheSubjectNamesAGuardian: neither a controller's request, nor a key that an organisation made, nor a request to a person who signs herself.
func TestNobodyButTheSubjectNamesAGuardian(t *testing.T) {
	s, alice, puppet := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "real"))
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	s.Now = s.Now.Add(2 * time.Second)

	refusal := s.Refuse(t, steward, "consent:Request", map[string]any{
		"subject": alice.Subject, "consentId": "forged", "noticeId": "sharing", "noticeVersion": 1, "dataCategories": []string{category},
		"type": "expressed", "validUntil": s.Now.AddDate(1, 0, 0), "guardian": map[string]any{"key": puppet.Subject, "until": s.Now.AddDate(9, 0, 0)},
	}, nil)
	require.Equal(t, fault.UnknownField, refusal.Code, "a controller names nobody")
	s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "forged").Terms}, nil)
	forged := give(s, "forged")
	forged.Request = &consent.RequestRef{MSP: "UtilityMSP", ID: "forged"}
	require.Equal(t, fault.Forbidden, actFor(t, s, puppet, alice.Subject, "Give", forged).Code)
	require.Equal(t, fault.Forbidden, actFor(t, s, puppet, alice.Subject, "NameGuardian", consent.NameGuardianRequest{
		Guardian: puppet.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.PowerOfAttorney,
	}).Code)

	// The puppet takes the office as of a person without a key, and all organisations approve it: she has a key.
	accept := consent.AcceptGuardianshipRequest{
		Subject: alice.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.ParentalResponsibility, Authority: "OversightMSP", Witness: "CityMSP",
		Epoch: 1,
	}
	require.Equal(t, fault.Forbidden, puppet.Refused(t, s, "consent:AcceptGuardianship", accept).Code)
	require.False(t, check(t, s, recipient, alice.Subject, "CommunityMSP").Allowed)
}

// TestAGuardianMadeBeforehandEndsWithThePersonsFirstSignature: two organisations that work together make a guardian for a key that has not signed yet.
func TestAGuardianMadeBeforehandEndsWithThePersonsFirstSignature(t *testing.T) {
	s, alice, puppet := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	office := adopts(t, s, puppet, alice.Subject)
	require.Nil(t, actFor(t, s, puppet, alice.Subject, "Give", give(s, "early")))
	s.Now = s.Now.Add(time.Minute)
	alice.Do(t, s, "consent:Give", give(s, "own"))
	s.Now = s.Now.Add(time.Minute)
	require.Equal(t, fault.Forbidden, actFor(t, s, puppet, alice.Subject, "Give", give(s, "late")).Code)
	require.False(t, subjectOf(t, s, alice.Subject).Guardians[0].InOffice)
	again := s.Refuse(t, "CityMSP/steward", "consent:ApproveGuardian", consent.GuardianRequest{Subject: alice.Subject, Guardian: puppet.Subject, ID: "nothing-0123456789"}, nil)
	require.Equal(t, fault.NotFound, again.Code)
	require.NotEmpty(t, office)
}

// adopts makes a guardian of a subject without a key, and answers the term's id.
func adopts(t *testing.T, s *contracttest.Suite, guardian contracttest.Resident, subject string) string {
	t.Helper()
	made := contracttest.Answer[consent.GuardianView](t, guardian.Do(t, s, "consent:AcceptGuardianship", consent.AcceptGuardianshipRequest{
		Subject: subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.ParentalResponsibility, Authority: "OversightMSP", Witness: "CityMSP",
	}))
	require.False(t, made.InOffice, "not yet approved")
	approve := consent.GuardianRequest{Subject: subject, Guardian: guardian.Subject, ID: made.ID}
	one := contracttest.Answer[consent.GuardianView](t, s.Submit(t, authority, "consent:ApproveGuardian", approve, nil))
	require.False(t, one.InOffice, "approved by the authority alone")
	require.Equal(t, fault.Forbidden, s.Refuse(t, steward, "consent:ApproveGuardian", approve, nil).Code, "an organisation that nobody named")
	both := contracttest.Answer[consent.GuardianView](t, s.Submit(t, "CityMSP/steward", "consent:ApproveGuardian", approve, nil))
	require.True(t, both.InOffice)
	return made.ID
}

// TestAControllerCannotGraftAnythingOntoASignedConsent: the record holds what was signed, whatever the controller asked for under the same id before.
func TestAControllerCannotGraftAnythingOntoASignedConsent(t *testing.T) {
	s, alice, puppet := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	genuine := alice.Sign(t, s, "consent:Give", give(s, "c-1")) // ends in a year
	wider := consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-1").Terms}
	wider.DataCategories, wider.ValidUntil = []string{category, "pd:Location"}, s.Now.AddDate(100, 0, 0)
	s.Submit(t, steward, "consent:Request", wider, nil)
	s.Submit(t, relay, "consent:Relay", genuine, nil)
	view := get(t, s, alice, "c-1")
	require.Equal(t, s.Now.AddDate(1, 0, 0), view.ValidUntil)
	require.Equal(t, []string{category}, view.DataCategories)
	require.Len(t, view.Events, 1)
	require.Nil(t, view.Request)
	require.Equal(t, consent.Requested, asked(t, s, "c-1").State, "the request is another record, and not answered by it")
	s.Now = s.Now.AddDate(0, 11, 0)
	renew := consent.RenewRequest{Subject: alice.Subject, ConsentID: "c-1", NoticeVersion: 1, ValidUntil: s.Now.AddDate(100, 0, 0)}
	require.Equal(t, fault.Forbidden, actFor(t, s, puppet, alice.Subject, "Renew", renew).Code)
	s.Now = s.Now.AddDate(5, 0, 0)
	require.False(t, check(t, s, recipient, alice.Subject, "CommunityMSP").Allowed)
}

// TestAnIDIsItsAuthorsOwn: nobody takes an id away from another, neither a controller from a resident nor one controller from another.
func TestAnIDIsItsAuthorsOwn(t *testing.T) {
	s, alice, mallory := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	city := notice()
	city.NoticeID, city.Controller.MSP = "city-own", "CityMSP"
	s.Submit(t, "CityMSP/steward", "consent:PublishNotice", city, nil)
	mallory.Do(t, s, "consent:Give", give(s, "c-1"))
	taken := consent.RequestConsentRequest{Subject: mallory.Subject, Terms: give(s, "c-1").Terms}
	taken.NoticeID = "city-own"
	s.Submit(t, "CityMSP/steward", "consent:Request", taken, nil)
	s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-1").Terms}, nil)
	answer := give(s, "c-1")
	answer.Request = &consent.RequestRef{MSP: "UtilityMSP", ID: "c-1"}
	alice.Do(t, s, "consent:Give", answer)
	require.Equal(t, consent.Given, get(t, s, alice, "c-1").State)
	require.Equal(t, consent.Given, get(t, s, mallory, "c-1").State)
	require.Equal(t, consent.Given, asked(t, s, "c-1").State)
}

// TestAGuardiansPowerEndsWithTheOffice: no guardian touches keys or guardians, so nothing of the office outlives it.
func TestAGuardiansPowerEndsWithTheOffice(t *testing.T) {
	s, child, mother, spare := open(t), contracttest.NewResident(t), contracttest.NewResident(t), contracttest.NewResident(t)
	child.Do(t, s, "consent:Give", give(s, "c-0"))
	names(t, s, child, mother, s.Now.AddDate(0, 1, 0), consent.NameGuardianRequest{})
	require.Nil(t, actFor(t, s, mother, child.Subject, "Give", give(s, "c-1")))
	id := "an-id-0123456789"
	for name, request := range map[string]any{
		"AddKey":       consent.AddKeyRequest{Proof: spare.Prove(t, s, child.Subject, id)},
		"RotateKey":    consent.RotateKeyRequest{Proof: spare.Prove(t, s, child.Subject, id), Number: 1},
		"RemoveKey":    consent.RemoveKeyRequest{Key: child.Subject},
		"SuspendKey":   consent.KeyRequest{Key: child.Subject},
		"NameGuardian": consent.NameGuardianRequest{Guardian: spare.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.OtherGuardian},
	} {
		require.Equal(t, fault.Forbidden, actFor(t, s, mother, child.Subject, name, request).Code, name)
	}
	names(t, s, mother, spare, s.Now.AddDate(1, 0, 0), consent.NameGuardianRequest{})
	require.Equal(t, fault.Forbidden, actFor(t, s, spare, child.Subject, "Give", give(s, "c-2")).Code, "guardianship does not chain")
	s.Now = s.Now.AddDate(1, 0, 0) // eleven months after the end of the office
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, child.Subject, "Give", give(s, "c-9")).Code)
	child.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
}

// TestAThiefDoesNotSurviveTheRotation: whom the stolen key named goes with the key.
func TestAThiefDoesNotSurviveTheRotation(t *testing.T) {
	s, alice, thief, fresh := open(t), contracttest.NewResident(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "t-1"))
	names(t, s, alice, thief, s.Now.AddDate(9, 0, 0), consent.NameGuardianRequest{}) // signed with the stolen key
	require.Nil(t, actFor(t, s, thief, alice.Subject, "Give", give(s, "t-2")))
	s.Now = s.Now.Add(time.Minute)
	fresh = rotates(t, s, alice, fresh, 1)
	s.Now = s.Now.Add(time.Minute)
	for _, name := range []string{"Give", "WithdrawAll"} {
		request := any(give(s, "t-3"))
		if name == "WithdrawAll" {
			request = consent.WithdrawAllRequest{Number: 1}
		}
		require.Equal(t, fault.Forbidden, actFor(t, s, thief, alice.Subject, name, request).Code, name)
	}
	require.Equal(t, fault.KeyRemoved, alice.Refused(t, s, "consent:Give", give(s, "t-4")).Code, "the old key opens nothing")
	require.Equal(t, fault.KeyRemoved, alice.Refused(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1}).Code)
	fresh.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	require.Equal(t, consent.Withdrawn, get(t, s, alice, "t-2").State)
	require.False(t, get(t, s, alice, "t-2").Unproven, "what the guardian gave in office, and the new key withdrew")
	helper := contracttest.NewResident(t)
	names(t, s, fresh, helper, s.Now.AddDate(1, 0, 0), consent.NameGuardianRequest{Epoch: 1, Rotations: 1})
	named := give(s, "t-5")
	named.Epoch = 1
	require.Nil(t, actFor(t, s, helper, alice.Subject, "Give", named))
	require.False(t, get(t, s, alice, "t-5").Unproven)
	require.Nil(t, actFor(t, s, helper, alice.Subject, "WithdrawAll", consent.WithdrawAllRequest{Number: 2}))
	require.False(t, get(t, s, alice, "t-5").Unproven, "the guardian's last act")
	require.False(t, subjectOf(t, s, alice.Subject).Guardians[0].InOffice)
}

// rotates replaces a resident's key by another, which speaks for the resident from then on.
func rotates(t *testing.T, s *contracttest.Suite, old, fresh contracttest.Resident, number int) contracttest.Resident {
	t.Helper()
	subject := old.Subject
	if old.For != "" {
		subject = old.For
	}
	id := fresh.Subject[:20]
	request := consent.RotateKeyRequest{Proof: fresh.Prove(t, s, subject, id), Number: number}
	s.Submit(t, relay, "consent:Relay", old.SignAs(t, s, "", "consent:RotateKey", id, request), nil)
	fresh.For = subject
	return fresh
}

// TestWithdrawAllEndsGuardians: at once, and a guardian that is named anew names the number of the withdrawal.
func TestWithdrawAllEndsGuardians(t *testing.T) {
	s, alice, mother := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	held := alice.Sign(t, s, "consent:NameGuardian", consent.NameGuardianRequest{
		Guardian: mother.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.PowerOfAttorney,
	})
	names(t, s, alice, mother, s.Now.AddDate(1, 0, 0), consent.NameGuardianRequest{})
	s.Now = s.Now.Add(time.Second)
	require.Nil(t, actFor(t, s, mother, alice.Subject, "WithdrawAll", consent.WithdrawAllRequest{Number: 1}))
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, alice.Subject, "WithdrawAll", consent.WithdrawAllRequest{Number: 2}).Code)
	require.Equal(t, fault.SignedRequestStale, s.Refuse(t, relay, "consent:Relay", held, nil).Code, "what was held back names no withdrawal")
	again := consent.NameGuardianRequest{Epoch: 1, Follows: subjectOf(t, s, alice.Subject).Guardians[0].Follows}
	id := names(t, s, alice, mother, s.Now.AddDate(1, 0, 0), again)
	again.Guardian, again.Until, again.ReasonCode, again.Follows = mother.Subject, s.Now.AddDate(2, 0, 0), consent.PowerOfAttorney, id
	longer := alice.Sign(t, s, "consent:NameGuardian", again)
	require.Nil(t, actFor(t, s, mother, alice.Subject, "Object", consent.ObjectRequest{Right: consent.RightToRestrict, Controller: "UtilityMSP"}))
	s.Now = s.Now.Add(time.Second)
	end := consent.GuardianRequest{Subject: alice.Subject, Guardian: mother.Subject, ID: id}
	require.Equal(t, fault.Forbidden, s.Refuse(t, steward, "consent:EndGuardian", end, nil).Code)
	s.Submit(t, authority, "consent:EndGuardian", end, nil)
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, alice.Subject, "Give", give(s, "c-2")).Code)
	require.Equal(t, fault.SignedRequestStale, s.Refuse(t, relay, "consent:Relay", longer, nil).Code, "a term that does not name the end of the one before")
}

// TestTheOlderOfTwoWillsDoesNotWin: a relay holds a signed request back and plays it after a newer one of the same resident.
func TestTheOlderOfTwoWillsDoesNotWin(t *testing.T) {
	renew := func(s *contracttest.Suite, of contracttest.Resident, years int) consent.RenewRequest {
		return consent.RenewRequest{Subject: of.Subject, ConsentID: "c-1", NoticeVersion: 1, ValidUntil: s.Now.AddDate(years, 0, 1)}
	}
	t.Run("a renewal", func(t *testing.T) {
		s, alice := open(t), contracttest.NewResident(t)
		alice.Do(t, s, "consent:Give", give(s, "c-1"))
		s.Now = s.Now.Add(time.Minute)
		older := alice.Sign(t, s, "consent:Renew", renew(s, alice, 30))
		s.Now = s.Now.Add(time.Minute) // alice thinks better of it
		newest := renew(s, alice, 1)
		alice.Do(t, s, "consent:Renew", newest)
		s.Now = s.Now.Add(time.Minute)
		require.Equal(t, fault.SignedRequestStale, s.Refuse(t, steward, "consent:Relay", older, nil).Code)
		require.Equal(t, newest.ValidUntil, get(t, s, alice, "c-1").ValidUntil)
	})
	t.Run("a renewal after the withdrawal", func(t *testing.T) {
		s, alice := open(t), contracttest.NewResident(t)
		alice.Do(t, s, "consent:Give", give(s, "c-1"))
		s.Now = s.Now.Add(time.Minute)
		withdrawal := alice.Sign(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
		s.Now = s.Now.Add(time.Minute)
		alice.Do(t, s, "consent:Renew", renew(s, alice, 1)) // signed later, and does not name the withdrawal
		s.Submit(t, relay, "consent:Relay", withdrawal, nil)
		require.Equal(t, consent.Withdrawn, get(t, s, alice, "c-1").State, "an end ends what it names, whatever the clocks say")
		require.Equal(t, fault.AlreadyExists, alice.Refused(t, s, "consent:Give", func() consent.GiveRequest {
			r := give(s, "c-1")
			r.Recipients = nil
			return r
		}()).Code)
	})
	t.Run("the lift of an objection", func(t *testing.T) {
		s, alice := open(t), contracttest.NewResident(t)
		basis := notice()
		basis.NoticeID, basis.LawfulBases, basis.LegitimateInterest = "interest", []string{"eu-gdpr:A6-1-f"}, "grid planning"
		s.Submit(t, steward, "consent:PublishNotice", basis, nil)
		object := consent.ObjectRequest{Right: consent.RightToObject, NoticeID: "interest"}
		first := contracttest.Answer[consent.ObjectAnswer](t, alice.Do(t, s, "consent:Object", object))
		s.Now = s.Now.Add(time.Minute)
		lift := object
		lift.Lift, lift.Follows = true, first.Evidence.ID
		older := alice.Sign(t, s, "consent:Object", lift)
		s.Now = s.Now.Add(time.Minute)
		alice.Do(t, s, "consent:Object", object) // she changed her mind: the objection stays
		s.Now = s.Now.Add(time.Minute)
		require.Equal(t, fault.SignedRequestStale, s.Refuse(t, steward, "consent:Relay", older, nil).Code)
		require.False(t, check(t, s, processor, alice.Subject, "").Allowed)
		require.Len(t, subjectOf(t, s, alice.Subject).Objections, 1)
	})
	t.Run("a yes after the answer was put off", func(t *testing.T) {
		s, alice := open(t), contracttest.NewResident(t)
		s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-1").Terms}, nil)
		ref := consent.RequestRef{MSP: "UtilityMSP", ID: "c-1"}
		yes := give(s, "c-1")
		yes.Request = &ref
		older := alice.Sign(t, s, "consent:Give", yes)
		s.Now = s.Now.Add(time.Minute)
		alice.Do(t, s, "consent:Defer", consent.AnswerRequest{Request: ref})
		s.Now = s.Now.Add(time.Minute)
		require.Equal(t, fault.SignedRequestStale, s.Refuse(t, steward, "consent:Relay", older, nil).Code)
		view := asked(t, s, "c-1")
		require.Equal(t, consent.Deferred, view.State)
		yes.Follows = view.Follows
		alice.Do(t, s, "consent:Give", yes)
		require.Equal(t, consent.Given, asked(t, s, "c-1").State)
	})
	t.Run("a yes after a no", func(t *testing.T) {
		s, alice := open(t), contracttest.NewResident(t)
		s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-1").Terms}, nil)
		ref := consent.RequestRef{MSP: "UtilityMSP", ID: "c-1"}
		yes := give(s, "c-1")
		yes.Request = &ref
		older := alice.Sign(t, s, "consent:Give", yes)
		alice.Do(t, s, "consent:Refuse", consent.AnswerRequest{Request: ref})
		require.Equal(t, fault.IllegalTransition, s.Refuse(t, steward, "consent:Relay", older, nil).Code)
	})
	t.Run("WithdrawAll over a newer consent", func(t *testing.T) {
		s, alice := open(t), contracttest.NewResident(t)
		older := alice.Sign(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
		s.Now = s.Now.Add(time.Minute)
		alice.Do(t, s, "consent:Give", give(s, "c-new"))
		s.Now = s.Now.Add(2 * time.Minute)
		s.Submit(t, relay, "consent:Relay", older, nil)
		require.Equal(t, consent.Given, get(t, s, alice, "c-new").State, "neither names the other, and the consent was signed later")
		require.Equal(t, fault.SignedRequestStale, alice.Refused(t, s, "consent:Give", give(s, "c-2")).Code, "what comes after names the withdrawal")
		named := give(s, "c-2")
		named.Epoch = 1
		alice.Do(t, s, "consent:Give", named)
		require.True(t, check(t, s, processor, alice.Subject, "").Allowed)
	})
}

// TestAClockThatIsAheadGainsNothing: a later signing time counts as the transaction's, and is marked.
func TestAClockThatIsAheadGainsNothing(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	now := s.Now
	s.Now = now.Add(5 * time.Minute)
	ahead := alice.Sign(t, s, "consent:Give", give(s, "c-1"))
	s.Now = now.Add(5*time.Minute + time.Second)
	tooFar := alice.Sign(t, s, "consent:Give", give(s, "c-2"))
	s.Now = now
	s.Submit(t, relay, "consent:Relay", ahead, nil)
	view := get(t, s, alice, "c-1")
	require.True(t, view.Events[0].Raised)
	require.Equal(t, now, view.Events[0].SignedAt)
	require.False(t, view.Unproven)
	require.Equal(t, fault.SignedRequestNotYetValid, s.Refuse(t, relay, "consent:Relay", tooFar, nil).Code)
	s.Now = now.Add(time.Second)
	alice.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	require.Equal(t, consent.Withdrawn, get(t, s, alice, "c-1").State, "the clock that was ahead does not keep the consent")
}

// TestNobodysWriteStandsInTheWayOfARight drives other writers about the same objects into the same block, before each right: every one is valid at the
// first attempt.
func TestNobodysWriteStandsInTheWayOfARight(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	city := notice() // an organisation that has nothing to do with the consent
	city.NoticeID, city.Controller.MSP = "city-own", "CityMSP"
	s.Submit(t, "CityMSP/steward", "consent:PublishNotice", city, nil)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	number := 0
	rights := map[string]func() any{
		"Withdraw":    func() any { return consent.DecisionRequest{ConsentID: "c-1"} },
		"WithdrawAll": func() any { return consent.WithdrawAllRequest{Number: 1} },
		"Erase":       func() any { return consent.EraseRequest{} },
		"Object":      func() any { return consent.ObjectRequest{Right: consent.RightToRestrict, Controller: "UtilityMSP"} },
		"RemoveKey":   func() any { return consent.RemoveKeyRequest{Key: alice.Subject} },
	}
	for name, request := range rights {
		for attempt := range 10 {
			s.Now = s.Now.Add(time.Second)
			number++
			right, response := s.Simulate(t, steward, "consent:Relay", alice.Sign(t, s, "consent:"+name, request()), nil)
			require.EqualValues(t, 200, response.GetStatus(), response.GetMessage())
			others(t, s, alice, number)
			if attempt < 9 {
				require.Equal(t, "VALID", s.Validate(right), "%s, attempt %d", name, attempt)
				continue
			}
			if name != "RemoveKey" {
				require.Equal(t, "VALID", s.Commit(right), name)
			}
		}
	}
}

// others are what six other writers do about the same resident.
func others(t *testing.T, s *contracttest.Suite, alice contracttest.Resident, number int) {
	t.Helper()
	id := "ask-" + time.Duration(number).String()
	terms := give(s, id).Terms
	s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: terms}, nil)
	terms.NoticeID = "city-own"
	s.Submit(t, "CityMSP/steward", "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: terms}, nil)
	junk := contracttest.NewResident(t)
	proof := junk.Prove(t, s, alice.Subject, "junk-0123456789-")
	for _, as := range []string{"CityMSP/steward", "CommunityMSP/steward"} {
		with := map[string]string{"CityMSP/steward": "CommunityMSP", "CommunityMSP/steward": "CityMSP"}[as]
		s.Submit(t, as, "consent:RecoverKey", consent.RecoverKeyRequest{Subject: alice.Subject, Proof: proof, With: with}, nil)
	}
	if number == 1 {
		s.Submit(t, steward, "consent:Revoke", consent.DecisionRequest{Subject: alice.Subject, ConsentID: "c-1"}, nil)
		s.Submit(t, authority, "consent:Invalidate", consent.InvalidateRequest{
			Subject: alice.Subject, ConsentID: "c-1", ReasonCode: consent.NotInformed,
		}, nil)
	}
	s.Submit(t, authority, "consent:SuspendNotice", consent.NoticeRequest{NoticeID: "sharing"}, nil)
	s.Submit(t, authority, "consent:ResumeNotice", consent.NoticeRequest{NoticeID: "sharing"}, nil)
}
