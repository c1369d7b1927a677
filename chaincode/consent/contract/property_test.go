// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
)

// TestWhateverAnybodyCalls sends random calls by organisations, residents and strangers: only the resident's own signed request makes a consent active, and
// after a withdrawal no use is recorded.
func TestWhateverAnybodyCalls(t *testing.T) {
	people := []contracttest.Resident{contracttest.NewResident(t), contracttest.NewResident(t)}
	organisations := []string{steward, processor, recipient, authority, relay, "UtilityMSP/steward,processor,authority", "OversightMSP/admin"}
	names := []string{"Request", "Give", "Refuse", "Defer", "Renew", "Withdraw", "WithdrawAll", "Revoke", "Invalidate", "RecordUse", "Erase"}
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t)
		alice := people[0]
		withdrawn := false
		for range rapid.IntRange(1, 25).Draw(rt, "calls") {
			s.Now = s.Now.Add(time.Duration(rapid.IntRange(1, 100*24*3600).Draw(rt, "seconds")) * time.Second)
			name := rapid.SampledFrom(names).Draw(rt, "name")
			request := requests(s, alice.Subject)[name]
			before := state(t, s, alice)
			var refused bool
			signed := rapid.Bool().Draw(rt, "signed")
			signer := rapid.SampledFrom(people).Draw(rt, "signer")
			if signed {
				_, refusal := s.Call(t, relay, "consent:Relay", signer.Sign(t, s, "consent:"+name, request), nil)
				refused = refusal != nil
			} else {
				_, refusal := s.Call(t, rapid.SampledFrom(organisations).Draw(rt, "as"), "consent:"+name, request, nil)
				refused = refusal != nil
			}
			after := state(t, s, alice)
			if after.State.Active() && !before.State.Active() {
				require.True(rt, signed && signer.Subject == alice.Subject && !after.Unproven, "%s made it %s", name, after.State)
			}
			if before.State.Active() && after.State == consent.Withdrawn {
				withdrawn = true
			}
			if withdrawn {
				require.False(rt, after.State.Active(), "after a withdrawal")
				require.False(rt, name == "RecordUse" && !refused, "a use after a withdrawal")
			}
		}
	})
}

// requests are valid requests about one consent; anyone who gives it first has its id.
func requests(s *contracttest.Suite, subject string) map[string]any {
	terms := give(s, "c-1").Terms
	step := consent.DecisionRequest{Subject: subject, ConsentID: "c-1"}
	answer := consent.AnswerRequest{Request: consent.RequestRef{MSP: "UtilityMSP", ID: "c-1"}}
	return map[string]any{
		"Request": consent.RequestConsentRequest{Subject: subject, Terms: terms}, "Give": consent.GiveRequest{Terms: terms},
		"Refuse": answer, "Defer": answer, "Withdraw": step, "Revoke": step, "WithdrawAll": consent.WithdrawAllRequest{Number: 1}, "Erase": consent.EraseRequest{},
		"Renew":      consent.RenewRequest{Subject: subject, ConsentID: "c-1", NoticeVersion: 1, ValidUntil: s.Now.AddDate(1, 0, 0)},
		"Invalidate": consent.InvalidateRequest{Subject: subject, ConsentID: "c-1", ReasonCode: consent.NotInformed},
		"RecordUse":  consent.RecordUseRequest{Subject: subject, ConsentID: "c-1", Purpose: purpose, DataCategories: []string{category}, Reference: "r"},
	}
}

// state is the consent as it is now.
func state(t *testing.T, s *contracttest.Suite, of contracttest.Resident) (view consent.View) {
	t.Helper()
	if answer, refusal := s.Call(t, relay, "consent:Get", consent.GetRequest{Subject: of.Subject, ConsentID: "c-1"}, nil); refusal == nil {
		view = contracttest.Answer[consent.View](t, answer)
	}
	return view
}
