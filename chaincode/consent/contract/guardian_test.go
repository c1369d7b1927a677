package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// actFor relays what a resident signs for a subject.
func actFor(t *testing.T, s *contracttest.Suite, signer contracttest.Resident, subject, name string, request any) *fault.Error {
	t.Helper()
	_, refusal := s.Call(t, relay, "consent:Relay", signer.SignFor(t, s, subject, "consent:"+name, request), nil)
	return refusal
}

func TestAGuardianActsUntilTheOfficeEnds(t *testing.T) {
	s, child, mother := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	asked := consent.RequestConsentRequest{Subject: child.Subject, Terms: give(s, "c-1").Terms}
	asked.Guardian = &consent.GuardianTerm{Key: mother.Subject, Until: s.Now.AddDate(0, 1, 0)}
	s.Submit(t, steward, "consent:Request", asked, nil)

	require.Equal(t, fault.Forbidden, actFor(t, s, contracttest.NewResident(t), child.Subject, "Give", give(s, "c-1")).Code, "somebody who claims to be")
	named := give(s, "c-1")
	named.Guardian = &consent.GuardianTerm{Key: mother.Subject, Until: s.Now.AddDate(9, 0, 0)}
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, child.Subject, "Give", named).Code, "a guardian prolongs no office")
	require.Nil(t, actFor(t, s, mother, child.Subject, "Give", give(s, "c-1")))
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, child.Subject, "Give", give(s, "c-2")).Code, "no record names her")
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, child.Subject, "WithdrawAll", consent.WithdrawAllRequest{}).Code,
		"whom only a controller named acts on that record alone")

	s.Now = s.Now.AddDate(0, 1, 0)
	require.Equal(t, fault.Forbidden, actFor(t, s, mother, child.Subject, "Withdraw", consent.DecisionRequest{ConsentID: "c-1"}).Code, "the office has ended")
	child.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
}

func TestAGuardianWhomTheSubjectNamedActsOnAllOfThem(t *testing.T) {
	s, child, mother := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	named := give(s, "c-1")
	named.Guardian = &consent.GuardianTerm{Key: mother.Subject, Until: s.Now.AddDate(0, 1, 0)}
	child.Do(t, s, "consent:Give", named)
	child.Do(t, s, "consent:Give", give(s, "c-2"))
	s.Now = s.Now.Add(time.Second)
	require.Nil(t, actFor(t, s, mother, child.Subject, "WithdrawAll", consent.WithdrawAllRequest{}))
	for _, id := range []string{"c-1", "c-2"} {
		require.Equal(t, consent.Withdrawn, get(t, s, id).State)
	}
}

func get(t *testing.T, s *contracttest.Suite, id string) consent.View {
	t.Helper()
	return contracttest.Answer[consent.View](t, s.Submit(t, relay, "consent:Get", consent.GetRequest{ConsentID: id}, nil))
}

func TestConsentsMoveWithTheSubjectToANewKey(t *testing.T) {
	s, alice, renewed := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	alice.Do(t, s, "consent:RotateKey", consent.RotateKeyRequest{NewKey: renewed.Subject})
	require.Equal(t, fault.KeyReplaced, alice.Refused(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"}).Code)
	named := give(s, "c-2")
	named.Guardian = &consent.GuardianTerm{Key: contracttest.NewResident(t).Subject, Until: s.Now.AddDate(1, 0, 0)}
	require.Nil(t, actFor(t, s, renewed, alice.Subject, "Give", named), "the new key names a guardian, too")
	require.Nil(t, actFor(t, s, renewed, alice.Subject, "Withdraw", consent.DecisionRequest{ConsentID: "c-1"}))
	require.Equal(t, alice.Subject, get(t, s, "c-2").Subject)

	require.Equal(t, fault.Forbidden, s.Refuse(t, "CityMSP/steward", "consent:RotateKey", consent.RotateKeyRequest{Subject: alice.Subject, NewKey: alice.Subject}, nil).Code,
		"a controller that does not know the subject")
	s.Submit(t, steward, "consent:RotateKey", consent.RotateKeyRequest{Subject: alice.Subject, NewKey: alice.Subject}, nil)
	s.Submit(t, authority, "consent:RotateKey", consent.RotateKeyRequest{Subject: alice.Subject, NewKey: alice.Subject}, nil)
	s.Now = s.Now.AddDate(0, 0, 8)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-2"})
}
