// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

const (
	steward   = "UtilityMSP/steward"
	processor = "UtilityMSP/processor"
	recipient = "CommunityMSP/processor"
	authority = "OversightMSP/authority"
	relay     = "CityMSP/steward"
	purpose   = "dpv:CustomerClaimsManagement"
	category  = "pd:PowerConsumption"
)

// notice is a complete notice of the utility.
func notice() consent.NoticeContent {
	return consent.NoticeContent{
		NoticeID: "sharing", Version: 1, Title: "Energy sharing", Purpose: purpose, LawfulBases: []string{"eu-gdpr:A6-1-a"}, DataCategories: []string{category, "pd:Location"},
		Controller: consent.Controller{MSP: "UtilityMSP", Name: "Utility", Address: "Grid street 1", Contact: "Privacy desk", Email: "privacy@utility.example", Phone: "+43 1 1", Type: "dpv:Organisation"},
		DPOContact: "dpo@utility.example", Languages: []string{"en"}, Necessity: "Without the load profile nothing can be shared.", Source: "the resident's meter",
		SubjectCategories: []string{"dpv:Consumer"}, CollectionMethod: "smart meter", ProcessingMethod: "allocation by the chaincode", AutomatedDecisions: "none",
		StorageLocations: []string{"AT"}, ProcessingLocations: []string{"AT"}, Retention: "P2Y", Jurisdiction: "AT", Recipients: []string{"CommunityMSP"},
		Rights: []string{"eu-gdpr:A7-3"}, WithdrawalMethod: "smartb consent withdraw", Authority: "Data protection authority", SecurityMeasures: "private data collections",
		Service:     consent.Service{Name: "settlement", SourceRepository: "https://example.org/smartb", SourceCommit: strings.Repeat("a", 40)},
		DocumentURL: "https://utility.example/notice", DocumentSHA256: strings.Repeat("0", 64), ValidFrom: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// open is a channel with the shipped taxonomy and a notice.
func open(t testing.TB) *contracttest.Suite {
	t.Helper()
	s := contracttest.Governed(t)
	s.Submit(t, authority, "consent:LoadTaxonomy", string(consent.DPVPurposes), nil)
	s.Submit(t, steward, "consent:PublishNotice", notice(), nil)
	return s
}

func give(s *contracttest.Suite, id string) consent.GiveRequest {
	return consent.GiveRequest{Terms: consent.Terms{
		ConsentID: id, NoticeID: "sharing", NoticeVersion: 1, DataCategories: []string{category}, Recipients: []string{"CommunityMSP"}, Type: consent.Expressed,
		ValidUntil: s.Now.AddDate(1, 0, 0),
	}}
}

// noticeOf is the notice as residents read it.
func noticeOf(t testing.TB, s *contracttest.Suite) consent.Notice {
	t.Helper()
	answer := s.Submit(t, relay, "consent:GetNotice", consent.GetNoticeRequest{NoticeID: "sharing", Version: 1}, nil)
	return contracttest.Answer[consent.NoticeView](t, answer).Notice
}

// get is a resident's consent as it is now.
func get(t testing.TB, s *contracttest.Suite, of contracttest.Resident, id string) consent.View {
	t.Helper()
	return contracttest.Answer[consent.View](t, s.Submit(t, relay, "consent:Get", consent.GetRequest{Subject: of.Subject, ConsentID: id}, nil))
}

// asked is the utility's request as it is now.
func asked(t testing.TB, s *contracttest.Suite, id string) consent.View {
	t.Helper()
	return contracttest.Answer[consent.View](t, s.Submit(t, relay, "consent:Get", consent.GetRequest{Controller: "UtilityMSP", ConsentID: id}, nil))
}

func check(t *testing.T, s *contracttest.Suite, as, subject, recipient string) consent.Verdict {
	t.Helper()
	request := consent.CheckRequest{Subject: subject, Controller: "UtilityMSP", Purpose: purpose, DataCategories: []string{category}, Recipient: recipient}
	return contracttest.Answer[consent.Verdict](t, s.Submit(t, as, "consent:Check", request, nil))
}

func TestAResidentGivesAndWithdrawsAndTheNextUseIsRefused(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	require.False(t, check(t, s, processor, alice.Subject, "").Allowed, "nothing is allowed before")

	given := contracttest.Answer[consent.View](t, alice.Do(t, s, "consent:Give", give(s, "c-1")))
	require.Equal(t, consent.Given, given.State)
	require.Equal(t, alice.Subject, given.Subject)
	require.Equal(t, `consent.ConsentGiven {"subject":"`+alice.Subject+`","consentId":"c-1","noticeId":"sharing","state":"GIVEN"}`, s.Events[len(s.Events)-1].Name+" "+string(s.Events[len(s.Events)-1].Payload))
	require.Equal(t, []string{"c-1"}, check(t, s, processor, alice.Subject, "").ConsentIDs)
	require.True(t, check(t, s, recipient, alice.Subject, "CommunityMSP").Allowed, "for the recipient that the consent names")

	use := consent.RecordUseRequest{Subject: alice.Subject, ConsentID: "c-1", Purpose: purpose, DataCategories: []string{category}, Reference: "run-1"}
	s.Submit(t, processor, "consent:RecordUse", use, nil)
	s.Now = s.Now.Add(time.Minute)
	withdrawn := contracttest.Answer[consent.View](t, alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"}))
	require.Equal(t, consent.Withdrawn, withdrawn.State)
	verdict := check(t, s, processor, alice.Subject, "")
	require.False(t, verdict.Allowed)
	require.NotEmpty(t, verdict.Reasons, "a deny says why")
	use.Reference = "run-2"
	require.Equal(t, fault.ProcessingDenied, s.Refuse(t, processor, "consent:RecordUse", use, nil).Code)
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.IllegalTransition, alice.Refused(t, s, "consent:Renew", consent.RenewRequest{Subject: alice.Subject, ConsentID: "c-1", NoticeVersion: 1, ValidUntil: s.Now.AddDate(2, 0, 0)}).Code)
}

func TestASignedRequestThatWasHeldBackDoesNotUndoAWithdrawal(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	s.Now = s.Now.Add(time.Second)
	held := alice.Sign(t, s, "consent:Give", give(s, "c-2"))
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	require.False(t, check(t, s, processor, alice.Subject, "").Allowed, "one key stops every consent")
	require.Equal(t, fault.SignedRequestStale, s.Refuse(t, relay, "consent:Relay", held, nil).Code)
}

func TestNobodyElseMovesAConsent(t *testing.T) {
	s, alice, mallory := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	step := consent.DecisionRequest{ConsentID: "c-1"}
	require.Equal(t, fault.NotFound, mallory.Refused(t, s, "consent:Withdraw", step).Code, "another resident has another consent of that id, or none")
	step.Subject = alice.Subject
	require.Equal(t, fault.Forbidden, mallory.Refused(t, s, "consent:Withdraw", step).Code, "another resident")
	for _, as := range []string{steward, processor, authority, relay, "UtilityMSP/admin"} {
		for _, name := range []string{"Give", "Withdraw", "Refuse", "Defer"} {
			request := any(step)
			switch name {
			case "Give":
				request = give(s, "c-2").Under(noticeOf(t, s))
			case "Refuse", "Defer":
				request = consent.AnswerRequest{Request: consent.RequestRef{MSP: "UtilityMSP", ID: "c-1"}}
			}
			require.Equal(t, fault.Forbidden, s.Refuse(t, as, "consent:"+name, request, nil).Code, "%s as %s", name, as)
		}
	}
	once := alice.Sign(t, s, "consent:Withdraw", step)
	s.Submit(t, relay, "consent:Relay", once, nil)
	require.Equal(t, fault.SignedRequestReplayed, s.Refuse(t, "CommunityMSP/steward", "consent:Relay", once, nil).Code, "by another relay")
}

func TestAnybodyReadsThePurposes(t *testing.T) {
	s := open(t)
	inForce := contracttest.Answer[consent.Taxonomy](t, s.Submit(t, relay, "consent:GetTaxonomy", consent.GetTaxonomyRequest{}, nil))
	require.Equal(t, 1, inForce.Version)
	require.True(t, inForce.Covers("dpv:ServiceProvision", "smartb:EnergySharing"))
	require.Equal(t, inForce, contracttest.Answer[consent.Taxonomy](t, s.Submit(t, relay, "consent:GetTaxonomy", consent.GetTaxonomyRequest{Version: 1}, nil)))
	require.Equal(t, fault.NotFound, s.Refuse(t, relay, "consent:GetTaxonomy", consent.GetTaxonomyRequest{Version: 2}, nil).Code)
	require.Equal(t, fault.TaxonomyMissing, contracttest.Governed(t).Refuse(t, relay, "consent:GetTaxonomy", consent.GetTaxonomyRequest{}, nil).Code)
}

func TestTheAuthorityStopsEveryConsentUnderANoticeAtOnce(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	keys := len(s.Keys())
	s.Submit(t, authority, "consent:SuspendNotice", consent.NoticeRequest{NoticeID: "sharing"}, nil)
	require.Len(t, s.Keys(), keys+1, "one key")
	require.False(t, check(t, s, processor, alice.Subject, "").Allowed)
	require.Equal(t, fault.NoticeSuspended, contracttest.NewResident(t).Refused(t, s, "consent:Give", give(s, "c-2")).Code)
	s.Submit(t, authority, "consent:ResumeNotice", consent.NoticeRequest{NoticeID: "sharing"}, nil)
	require.True(t, check(t, s, processor, alice.Subject, "").Allowed)
}

func TestANoticeThatLacksSomethingIsRefusedWithAllThatIsMissing(t *testing.T) {
	s := open(t)
	gaps := notice()
	gaps.NoticeID, gaps.DPOContact, gaps.Retention, gaps.Rights = "gaps", "", "", []string{}
	refusal := s.Refuse(t, steward, "consent:PublishNotice", gaps, nil)
	require.Equal(t, fault.NoticeIncomplete, refusal.Code)
	require.Equal(t, "dpoContact,retention,rights", refusal.Details["missing"])
	wide := notice()
	wide.Version, wide.CompatibleWith, wide.Recipients = 2, 1, []string{"CityMSP", "CommunityMSP"}
	require.Equal(t, fault.NoticeIncompatible, s.Refuse(t, steward, "consent:PublishNotice", wide, nil).Code, "a widened version claims to be compatible")
}

func TestThePrivatePartIsTheOneThatWasSigned(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	private := consent.Private{Name: "Alice Marker", Salt: strings.Repeat("0a", 16)}
	hash, err := private.Hash()
	require.NoError(t, err)
	request := give(s, "c-1")
	request.PrivateSHA256 = hash
	answer := alice.Do(t, s, "consent:Give", request)
	other := private
	other.Name = "Mallory"
	store := consent.StorePrivateRequest{Subject: alice.Subject, ConsentID: "c-1"}
	require.Equal(t, fault.PrivateHashMismatch, s.Refuse(t, steward, "consent:StorePrivate", store, map[string]any{"private": other}).Code)
	stored := s.Submit(t, steward, "consent:StorePrivate", store, map[string]any{"private": private})
	require.Len(t, s.PrivateKeys("org-UtilityMSP"), 1)
	for _, public := range []string{string(answer), string(stored), strings.Join(s.Keys(), " "), strings.Join(s.PrivateKeys("org-UtilityMSP"), " ")} {
		require.NotContains(t, public, "Marker")
	}
	s.Now = s.Now.Add(time.Minute)
	alice.Do(t, s, "consent:Erase", consent.EraseRequest{})
	require.False(t, check(t, s, processor, alice.Subject, "").Allowed, "erasure stops at once")
	purged := contracttest.Answer[consent.PurgeAnswer](t, s.Submit(t, steward, "consent:Purge", consent.PurgeRequest{Subject: alice.Subject}, nil))
	require.Equal(t, []string{"c-1"}, purged.Purged)
	require.Empty(t, s.PrivateKeys("org-UtilityMSP"))
}
