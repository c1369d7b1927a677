// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// ids walks all pages of a list.
func ids(t *testing.T, s *contracttest.Suite, name string, ask func(bookmark string) any) (all []string) {
	t.Helper()
	for bookmark := ""; ; {
		page := contracttest.Answer[consent.Page](t, s.Submit(t, steward, "consent:"+name, ask(bookmark), nil))
		for _, view := range page.Consents {
			all = append(all, view.ConsentID)
		}
		if bookmark = page.Bookmark; bookmark == "" {
			return all
		}
	}
}

// crowd is a channel with consents of two notices that end one day after the other, the last given first.
func crowd(t *testing.T) (*contracttest.Suite, contracttest.Resident) {
	t.Helper()
	s, alice := open(t), contracttest.NewResident(t)
	other := notice()
	other.NoticeID, other.Purpose = "billing", "dpv:PaymentManagement"
	s.Submit(t, steward, "consent:PublishNotice", other, nil)
	for i := range 4 {
		for _, noticeID := range []string{"sharing", "billing"} {
			r := give(s, fmt.Sprintf("%s-%d", noticeID, i))
			r.NoticeID, r.ValidUntil = noticeID, s.Now.AddDate(0, 0, 10-i)
			alice.Do(t, s, "consent:Give", r)
		}
	}
	return s, alice
}

func TestAControllersConsentsAreListedInTheOrderOfTheirEnds(t *testing.T) {
	s, alice := crowd(t)
	billing, sharing := []string{"billing-3", "billing-2", "billing-1", "billing-0"}, []string{"sharing-3", "sharing-2", "sharing-1", "sharing-0"}
	list := func(r consent.ListByControllerRequest, size int) []string {
		return ids(t, s, "ListByController", func(bookmark string) any {
			r.Controller, r.Listing = "UtilityMSP", request.Listing{PageSize: size, Bookmark: bookmark}
			return r
		})
	}
	for _, size := range []int{0, 1, 3} {
		require.Equal(t, append(append([]string{}, billing...), sharing...), list(consent.ListByControllerRequest{}, size))
	}
	require.Equal(t, sharing, list(consent.ListByControllerRequest{NoticeID: "sharing"}, 3))
	require.Equal(t, billing, list(consent.ListByControllerRequest{Purpose: "dpv:PaymentManagement"}, 3))
	require.Empty(t, list(consent.ListByControllerRequest{Purpose: "dpv:Marketing"}, 3))

	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Renew", consent.RenewRequest{Subject: alice.Subject, ConsentID: "sharing-3", NoticeVersion: 1, ValidUntil: s.Now.AddDate(0, 0, 20)})
	require.Equal(t, []string{"sharing-2", "sharing-1", "sharing-0", "sharing-3"}, list(consent.ListByControllerRequest{NoticeID: "sharing"}, 2), "a renewal moves it")
	bad := consent.ListByControllerRequest{Controller: "UtilityMSP", Listing: request.Listing{Bookmark: "nothing"}}
	require.Equal(t, fault.InvalidField, s.Refuse(t, steward, "consent:ListByController", bad, nil).Code)
	bad.Listing = request.Listing{PageSize: 201}
	require.Equal(t, fault.OutOfRange, s.Refuse(t, steward, "consent:ListByController", bad, nil).Code)
}

func TestWhatExpiresIsListedUntilItHasExpired(t *testing.T) {
	s, alice := crowd(t)
	start := s.Now
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "billing-2"})
	expiring := func(days int) []string {
		return ids(t, s, "ListExpiring", func(bookmark string) any {
			return consent.ListExpiringRequest{Controller: "UtilityMSP", Before: start.AddDate(0, 0, days), Listing: request.Listing{PageSize: 1, Bookmark: bookmark}}
		})
	}
	require.Empty(t, expiring(7))
	require.Equal(t, []string{"billing-3", "sharing-3"}, expiring(8))
	require.Equal(t, []string{"billing-3", "sharing-3", "sharing-2"}, expiring(9), "without the withdrawn one")
	s.Now = start.AddDate(0, 0, 7)
	require.Equal(t, []string{"sharing-2"}, expiring(9), "without those that have expired")
	require.Equal(t, consent.Expired, get(t, s, alice, "billing-3").State)
	require.Equal(t, fault.IllegalTransition, alice.Refused(t, s, "consent:Renew", consent.RenewRequest{Subject: alice.Subject, ConsentID: "billing-3", NoticeVersion: 1, ValidUntil: s.Now.AddDate(1, 0, 0)}).Code)
}

func TestAResidentListsTheOwnConsentsPageByPage(t *testing.T) {
	s, alice := crowd(t)
	contracttest.NewResident(t).Do(t, s, "consent:Give", give(s, "foreign"))
	var own []string
	for bookmark := ""; ; {
		r := consent.ListBySubjectRequest{Listing: request.Listing{PageSize: 3, Bookmark: bookmark}}
		page := contracttest.Answer[consent.Page](t, s.Submit(t, relay, "consent:ListBySubject", alice.Sign(t, s, "consent:ListBySubject", r), nil))
		for _, view := range page.Consents {
			require.Equal(t, alice.Subject, view.Subject)
			own = append(own, view.ConsentID)
		}
		if bookmark = page.Bookmark; bookmark == "" {
			break
		}
	}
	require.Len(t, own, 8)
}

func TestTheRegisterCountsTheConsentsByState(t *testing.T) {
	s, alice := crowd(t)
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "sharing-0"})
	s.Submit(t, authority, "consent:Invalidate", consent.InvalidateRequest{Subject: alice.Subject, ConsentID: "sharing-1", ReasonCode: consent.NotInformed}, nil)
	var entries []consent.ProcessingActivity
	for bookmark := ""; ; {
		r := consent.RecordOfProcessingRequest{Controller: "UtilityMSP", Listing: request.Listing{PageSize: 1, Bookmark: bookmark}}
		page := contracttest.Answer[consent.RegisterPage](t, s.Submit(t, steward, "consent:RecordOfProcessing", r, nil))
		entries = append(entries, page.Activities...)
		if bookmark = page.Bookmark; bookmark == "" {
			break
		}
	}
	require.Len(t, entries, 2)
	require.Equal(t, []consent.StateCount{{State: consent.Given, Count: 4}}, entries[0].ConsentsByState)
	require.Equal(t, []consent.StateCount{{State: consent.Given, Count: 2}, {State: consent.Withdrawn, Count: 1}, {State: consent.Invalidated, Count: 1}}, entries[1].ConsentsByState)
	require.Equal(t, notice().SecurityMeasures, entries[1].SecurityMeasures)
}

func TestHistoryIsNewestFirstAndShowsEveryEnd(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	history := contracttest.Answer[consent.History](t, s.Submit(t, authority, "consent:History", consent.GetRequest{Subject: alice.Subject, ConsentID: "c-1"}, nil))
	require.Equal(t, consent.Withdrawn, history.State)
	require.Equal(t, consent.CutWithdrawAll, history.Events[0].Type)
	require.Equal(t, consent.StepGive, history.Events[1].Type)
}

// TestAPageGoesOnFromNoticeToNotice: what is left out under a notice, or a notice without anything to list, hides no duty
// under the next one, whatever the page's size.
func TestAPageGoesOnFromNoticeToNotice(t *testing.T) {
	s, alice := crowd(t)
	start := s.Now
	s.Now = s.Now.Add(time.Second)
	for i := range 4 { // nothing under the first notice is left to be listed
		id := fmt.Sprintf("billing-%d", i)
		alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: id})
		ref := consent.AcknowledgeStopRequest{Subject: alice.Subject, ConsentID: id}
		s.Submit(t, processor, "consent:AcknowledgeStop", ref, nil)
		s.Submit(t, recipient, "consent:AcknowledgeStop", ref, nil)
	}
	s.Now = s.Now.Add(time.Second)
	for _, id := range []string{"sharing-1", "sharing-3"} {
		alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: id})
	}
	for _, size := range []int{0, 1, 2} {
		listing := request.Listing{PageSize: size}
		duties := contracttest.Answer[consent.UnacknowledgedPage](t, s.Submit(t, steward, "consent:ListUnacknowledged",
			consent.ListUnacknowledgedRequest{Controller: "UtilityMSP", Listing: listing}, nil))
		require.NotEmpty(t, duties.Consents, "pages of %d", size)
		require.Equal(t, "sharing-3", duties.Consents[0].ConsentID)
		ending := contracttest.Answer[consent.Page](t, s.Submit(t, steward, "consent:ListExpiring",
			consent.ListExpiringRequest{Controller: "UtilityMSP", Before: start.AddDate(0, 0, 30), Listing: listing}, nil))
		require.NotEmpty(t, ending.Consents, "pages of %d", size)
		require.Equal(t, "sharing-2", ending.Consents[0].ConsentID)
		if size == 0 {
			require.Len(t, duties.Consents, 2)
			require.Empty(t, duties.Bookmark)
			require.Len(t, ending.Consents, 2)
			require.Empty(t, ending.Bookmark)
		}
	}
}
