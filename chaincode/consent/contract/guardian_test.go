package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client/statement"
)

// actFor relays what the person signs for a subject.
func (p person) actFor(t *testing.T, s *contracttest.Suite, subject, name string, request any) *fault.Error {
	t.Helper()
	compact, err := statement.Sign(p.key, statement.Claims{
		Channel: "smartcity", Transaction: "consent:" + name, Request: request, For: subject, IssuedAt: s.Now, Valid: 4 * time.Minute,
	})
	require.NoError(t, err)
	_, refusal := s.Call(t, relay, "consent:Relay", map[string]string{"statement": compact}, nil)
	return refusal
}

func TestAGuardianActsUntilTheOfficeEnds(t *testing.T) {
	s, child, mother := open(t), newPerson(t), newPerson(t)
	asked := consent.RequestConsentRequest{Subject: child.subject, Terms: give(s, "c-1").Terms}
	asked.Guardian = &consent.GuardianTerm{Key: mother.subject, Until: s.Now.AddDate(0, 1, 0)}
	s.Submit(t, steward, "consent:Request", asked, nil)

	require.Equal(t, fault.Forbidden, newPerson(t).actFor(t, s, child.subject, "Give", give(s, "c-1")).Code, "somebody who claims to be")
	named := give(s, "c-1")
	named.Guardian = &consent.GuardianTerm{Key: mother.subject, Until: s.Now.AddDate(9, 0, 0)}
	require.Equal(t, fault.Forbidden, mother.actFor(t, s, child.subject, "Give", named).Code, "a guardian prolongs no office")
	require.Nil(t, mother.actFor(t, s, child.subject, "Give", give(s, "c-1")))
	require.Equal(t, fault.Forbidden, mother.actFor(t, s, child.subject, "Give", give(s, "c-2")).Code, "no record names her")
	require.Equal(t, fault.Forbidden, mother.actFor(t, s, child.subject, "WithdrawAll", consent.WithdrawAllRequest{}).Code,
		"whom only a controller named acts on that record alone")

	s.Now = s.Now.AddDate(0, 1, 0)
	require.Equal(t, fault.Forbidden, mother.actFor(t, s, child.subject, "Withdraw", consent.DecisionRequest{ConsentID: "c-1"}).Code, "the office has ended")
	child.do(t, s, "Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
}

func TestAGuardianWhomTheSubjectNamedActsOnAllOfThem(t *testing.T) {
	s, child, mother := open(t), newPerson(t), newPerson(t)
	named := give(s, "c-1")
	named.Guardian = &consent.GuardianTerm{Key: mother.subject, Until: s.Now.AddDate(0, 1, 0)}
	child.do(t, s, "Give", named)
	child.do(t, s, "Give", give(s, "c-2"))
	s.Now = s.Now.Add(time.Second)
	require.Nil(t, mother.actFor(t, s, child.subject, "WithdrawAll", consent.WithdrawAllRequest{}))
	for _, id := range []string{"c-1", "c-2"} {
		require.Equal(t, consent.Withdrawn, get(t, s, id).State)
	}
}

func get(t *testing.T, s *contracttest.Suite, id string) consent.View {
	t.Helper()
	return contracttest.Answer[consent.View](t, s.Submit(t, relay, "consent:Get", consent.GetRequest{ConsentID: id}, nil))
}

func TestConsentsMoveWithTheSubjectToANewKey(t *testing.T) {
	s, alice, renewed := open(t), newPerson(t), newPerson(t)
	alice.do(t, s, "Give", give(s, "c-1"))
	alice.do(t, s, "RotateKey", consent.RotateKeyRequest{NewKey: renewed.subject})
	require.Equal(t, fault.KeyReplaced, alice.refused(t, s, "Withdraw", consent.DecisionRequest{ConsentID: "c-1"}).Code)
	named := give(s, "c-2")
	named.Guardian = &consent.GuardianTerm{Key: newPerson(t).subject, Until: s.Now.AddDate(1, 0, 0)}
	require.Nil(t, renewed.actFor(t, s, alice.subject, "Give", named), "the new key names a guardian, too")
	require.Nil(t, renewed.actFor(t, s, alice.subject, "Withdraw", consent.DecisionRequest{ConsentID: "c-1"}))
	require.Equal(t, alice.subject, get(t, s, "c-2").Subject)

	require.Equal(t, fault.Forbidden, s.Refuse(t, "CityMSP/steward", "consent:RotateKey", consent.RotateKeyRequest{Subject: alice.subject, NewKey: alice.subject}, nil).Code,
		"a controller that does not know the subject")
	s.Submit(t, steward, "consent:RotateKey", consent.RotateKeyRequest{Subject: alice.subject, NewKey: alice.subject}, nil)
	s.Submit(t, authority, "consent:RotateKey", consent.RotateKeyRequest{Subject: alice.subject, NewKey: alice.subject}, nil)
	s.Now = s.Now.AddDate(0, 0, 8)
	alice.do(t, s, "Withdraw", consent.DecisionRequest{ConsentID: "c-2"})
}
