// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

func TestABatchOfUsesIsAllowedAsAWholeOrNotAtAll(t *testing.T) {
	s, alice, bob := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "a"))
	bob.Do(t, s, "consent:Give", give(s, "b"))
	batch := consent.RecordUsesRequest{
		Purpose: purpose, DataCategories: []string{category}, MerkleRoot: strings.Repeat("a", 64),
		Uses: []consent.UseCount{{Subject: alice.Subject, ConsentID: "a", Count: 900}, {Subject: bob.Subject, ConsentID: "b", Count: 100}},
	}
	answer := contracttest.Answer[consent.RecordUsesAnswer](t, s.Submit(t, recipient, "consent:RecordUses", batch, nil))
	require.Equal(t, int64(1000), answer.Leaves)
	require.Equal(t, 2, answer.Consents)

	s.Now = s.Now.Add(time.Second)
	s.Submit(t, processor, "consent:RecordUse", consent.RecordUseRequest{Subject: alice.Subject, ConsentID: "a", Purpose: purpose, DataCategories: []string{category}, Reference: "r-2"}, nil)
	page := contracttest.Answer[consent.UsePage](t, s.Submit(t, authority, "consent:ListUses", consent.ListUsesRequest{Subject: alice.Subject, ConsentID: "a", Listing: request.Listing{PageSize: 1}}, nil))
	require.Equal(t, "r-2", page.Uses[0].Reference, "the newest first")
	page = contracttest.Answer[consent.UsePage](t, s.Submit(t, authority, "consent:ListUses", consent.ListUsesRequest{Subject: alice.Subject, ConsentID: "a", Listing: request.Listing{Bookmark: page.Bookmark}}, nil))
	require.Equal(t, int64(900), page.Uses[0].Count)
	require.Equal(t, batch.MerkleRoot, page.Uses[0].MerkleRoot)

	bob.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	refusal := s.Refuse(t, recipient, "consent:RecordUses", batch, nil)
	require.Equal(t, fault.ProcessingDenied, refusal.Code)
	require.Equal(t, "uses/1/consentId", refusal.Details["field"])
	require.Equal(t, "WITHDRAWN", refusal.Details["reason"])
	batch.Uses[1].ConsentID = "nobody"
	require.Equal(t, fault.NotFound, s.Refuse(t, recipient, "consent:RecordUses", batch, nil).Code)
	batch.Uses = make([]consent.UseCount, consent.MaxUses+1)
	require.Equal(t, fault.OutOfRange, s.Refuse(t, recipient, "consent:RecordUses", batch, nil).Code)
}

func TestEveryRecipientAcknowledgesThatItStopped(t *testing.T) {
	s, alice, bob := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "a"))
	bob.Do(t, s, "consent:Give", give(s, "b"))
	s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: bob.Subject, Terms: give(s, "asked").Terms}, nil)
	stop := consent.AcknowledgeStopRequest{Subject: alice.Subject, ConsentID: "a"}
	require.Equal(t, fault.IllegalTransition, s.Refuse(t, recipient, "consent:AcknowledgeStop", stop, nil).Code, "nothing stopped")
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})

	missing := func() (all []string) {
		page := contracttest.Answer[consent.UnacknowledgedPage](t, s.Submit(t, steward, "consent:ListUnacknowledged", consent.ListUnacknowledgedRequest{Controller: "UtilityMSP"}, nil))
		for _, entry := range page.Consents {
			all = append(all, fmt.Sprint(entry.ConsentID, entry.Missing))
		}
		return all
	}
	require.Equal(t, []string{"a[UtilityMSP CommunityMSP]"}, missing())
	s.Submit(t, recipient, "consent:AcknowledgeStop", stop, nil)
	require.Equal(t, []string{"a[UtilityMSP]"}, missing())
	events := len(s.Events)
	s.Submit(t, recipient, "consent:AcknowledgeStop", stop, nil)
	require.Len(t, s.Events, events, "again changes nothing")
	s.Submit(t, processor, "consent:AcknowledgeStop", stop, nil)
	require.Empty(t, missing())
}

func TestAnObjectionStopsALegitimateInterestAndCanBeTakenBack(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	interest := notice()
	interest.NoticeID, interest.LawfulBases, interest.LegitimateInterest = "grid", []string{"eu-gdpr:A6-1-f"}, "a stable grid"
	s.Submit(t, steward, "consent:PublishNotice", interest, nil)
	verdict := check(t, s, processor, alice.Subject, "")
	require.True(t, verdict.Allowed)
	require.Equal(t, "eu-gdpr:A6-1-f", verdict.Categories[0].LawfulBasis)
	object := consent.ObjectRequest{Right: consent.RightToObject, NoticeID: "grid"}
	require.Equal(t, fault.IllegalTransition, alice.Refused(t, s, "consent:Object", consent.ObjectRequest{Right: consent.RightToObject, NoticeID: "grid", Lift: true, Follows: "nothing-0123456789"}).Code)
	held := contracttest.Answer[consent.ObjectAnswer](t, alice.Do(t, s, "consent:Object", object))
	require.Equal(t, consent.HasObjected, check(t, s, processor, alice.Subject, "").Reasons[0].Code)
	require.True(t, check(t, s, processor, contracttest.NewResident(t).Subject, "").Allowed, "of others it says nothing")
	object.Lift, object.Follows = true, held.Evidence.ID
	alice.Do(t, s, "consent:Object", object)
	require.True(t, check(t, s, processor, alice.Subject, "").Allowed)
	s.Submit(t, steward, "consent:RetireNotice", consent.RetireNoticeRequest{NoticeID: "grid", Version: 1}, nil)
	require.Equal(t, consent.NoticeIsNotInForce, check(t, s, processor, alice.Subject, "").Reasons[0].Code)
	require.Equal(t, fault.InvalidField, alice.Refused(t, s, "consent:Give", func() consent.GiveRequest {
		r := give(s, "c-1")
		r.NoticeID = "sharing"
		r.DataCategories = []string{"pd:None"}
		return r
	}()).Code)
}
