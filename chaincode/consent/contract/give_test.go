// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// TestAControllerBuriesNobodyInRequests: a bounded number of requests waits for a subject's answer, and every answer makes room for another.
func TestAControllerBuriesNobodyInRequests(t *testing.T) {
	s, alice, bob := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	ask := func(subject, id string) *fault.Error {
		_, refusal := s.Call(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: subject, Terms: give(s, id).Terms}, nil)
		return refusal
	}
	waiting, refused := 0, ""
	for i := range 2000 {
		id := fmt.Sprint("c-", i)
		if refusal := ask(alice.Subject, id); refusal != nil {
			require.Equal(t, fault.TooManyOpen, refusal.Code)
			refused = id
			continue
		}
		waiting++
	}
	require.Equal(t, 256, waiting)
	require.Nil(t, ask(bob.Subject, "for-bob"), "others have places of their own")

	alice.Do(t, s, "consent:Refuse", consent.AnswerRequest{Request: consent.RequestRef{MSP: "UtilityMSP", ID: "c-0"}})
	require.Equal(t, 1, room(ask, alice.Subject, "after-a-refusal"))
	given := give(s, "c-1")
	given.Request = &consent.RequestRef{MSP: "UtilityMSP", ID: "c-1"}
	alice.Do(t, s, "consent:Give", given)
	require.Equal(t, 1, room(ask, alice.Subject, "after-a-consent"))
	s.Now = s.Now.AddDate(1, 0, 1)
	require.Nil(t, ask(alice.Subject, refused), "their time is over")
}

// room is how many more requests are taken, whatever place they look at.
func room(ask func(string, string) *fault.Error, subject, name string) (taken int) {
	for i := range 400 {
		if ask(subject, fmt.Sprint(name, i)) == nil {
			taken++
		}
	}
	return taken
}
