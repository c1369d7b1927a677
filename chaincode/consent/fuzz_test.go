// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// fuzzRequest feeds a request as it arrives: anything that is accepted must be encodable, and is accepted again after a
// round trip. Anything that is refused has a code of the catalogue and, in its message, none of the chaincode's own
// failures.
func fuzzRequest[R interface{ Validate() error }](f *testing.F, seeds ...any) {
	f.Helper()
	for _, seed := range seeds {
		text, err := json.Marshal(seed)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var r, again R
		if json.Unmarshal(text, &r) != nil {
			return
		}
		if err := r.Validate(); err != nil {
			require.NotEqual(t, fault.Internal, fault.From(err).Code)
			return
		}
		encoded, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(encoded, &again))
		require.NoError(t, again.Validate())
	})
}

func FuzzPublishNotice(f *testing.F) {
	fuzzRequest[PublishNoticeRequest](f, PublishNoticeRequest{content()})
}
func FuzzRetireNotice(f *testing.F) {
	fuzzRequest[RetireNoticeRequest](f, RetireNoticeRequest{NoticeID: "n", Version: 1, ReasonCode: ServiceEnded})
}
func FuzzNotice(f *testing.F) { fuzzRequest[NoticeRequest](f, NoticeRequest{NoticeID: "n"}) }
func FuzzGetNotice(f *testing.F) {
	fuzzRequest[GetNoticeRequest](f, GetNoticeRequest{NoticeID: "n", Version: 1})
}
func FuzzListNotices(f *testing.F) {
	fuzzRequest[ListNoticesRequest](f, ListNoticesRequest{Controller: "UtilityMSP"})
}
func FuzzLoadTaxonomy(f *testing.F) {
	fuzzRequest[LoadTaxonomyRequest](f, json.RawMessage(DPVPurposes))
}
func FuzzGetTaxonomy(f *testing.F) { fuzzRequest[GetTaxonomyRequest](f, GetTaxonomyRequest{1}) }
func FuzzRequest(f *testing.F) {
	fuzzRequest[RequestConsentRequest](f, RequestConsentRequest{Subject: alice, Terms: terms("c")})
}
func FuzzGive(f *testing.F) {
	fuzzRequest[GiveRequest](f, GiveRequest{Terms: terms("c")}.Under(Notice{NoticeContent: content(), SHA256: content().DocumentSHA256, TaxonomyVersion: 1}))
}
func FuzzRenew(f *testing.F) {
	fuzzRequest[RenewRequest](f, RenewRequest{ConsentID: "c", NoticeVersion: 1, NoticeSHA256: content().DocumentSHA256, TaxonomyVersion: 1, ValidUntil: noon, Follows: jti})
}
func FuzzDecision(f *testing.F) { fuzzRequest[DecisionRequest](f, DecisionRequest{ConsentID: "c"}) }
func FuzzInvalidate(f *testing.F) {
	fuzzRequest[InvalidateRequest](f, InvalidateRequest{alice, "c", NotInformed})
}
func FuzzObject(f *testing.F) {
	fuzzRequest[ObjectRequest](f, ObjectRequest{Right: RightToObject, NoticeID: "n"}, ObjectRequest{Right: RightToRestrict, Controller: "UtilityMSP"})
}
func FuzzPrivate(f *testing.F) {
	fuzzRequest[Private](f, Private{Name: "Alice", Salt: "00112233445566778899aabbccddeeff"})
}
func FuzzStorePrivate(f *testing.F) {
	fuzzRequest[StorePrivateRequest](f, StorePrivateRequest{alice, "c"})
}
func FuzzRecordUse(f *testing.F) {
	fuzzRequest[RecordUseRequest](f, RecordUseRequest{alice, "c", "dpv:Purpose", []string{"pd:Power"}, "run-1", Object{CommunityID: "c"}})
}
func FuzzRecordUses(f *testing.F) {
	fuzzRequest[RecordUsesRequest](f, RecordUsesRequest{"dpv:Purpose", []string{"pd:Power"}, []UseCount{{alice, "c", 1000}}, content().DocumentSHA256, Object{}})
}
func FuzzListUses(f *testing.F) { fuzzRequest[ListUsesRequest](f, ListUsesRequest{ConsentID: "c"}) }
func FuzzAcknowledgeStop(f *testing.F) {
	fuzzRequest[AcknowledgeStopRequest](f, AcknowledgeStopRequest{alice, "c"})
}
func FuzzListUnacknowledged(f *testing.F) {
	fuzzRequest[ListUnacknowledgedRequest](f, ListUnacknowledgedRequest{Controller: "UtilityMSP"})
}
func FuzzErase(f *testing.F) { fuzzRequest[EraseRequest](f, EraseRequest{"UtilityMSP"}) }
func FuzzPurge(f *testing.F) { fuzzRequest[PurgeRequest](f, PurgeRequest{alice}) }
func FuzzListPendingPurges(f *testing.F) {
	fuzzRequest[ListPendingPurgesRequest](f, ListPendingPurgesRequest{})
}
func FuzzAnswer(f *testing.F) {
	fuzzRequest[AnswerRequest](f, AnswerRequest{Request: RequestRef{"UtilityMSP", "c"}})
}
func FuzzWithdrawAll(f *testing.F) { fuzzRequest[WithdrawAllRequest](f, WithdrawAllRequest{Number: 1}) }
func FuzzAddKey(f *testing.F)      { fuzzRequest[AddKeyRequest](f, AddKeyRequest{"a.b.c"}) }
func FuzzRotateKey(f *testing.F)   { fuzzRequest[RotateKeyRequest](f, RotateKeyRequest{"a.b.c", 1}) }
func FuzzRemoveKey(f *testing.F)   { fuzzRequest[RemoveKeyRequest](f, RemoveKeyRequest{alice, noon}) }
func FuzzSuspendKey(f *testing.F)  { fuzzRequest[KeyRequest](f, KeyRequest{alice}) }
func FuzzLiftSuspension(f *testing.F) {
	fuzzRequest[LiftSuspensionRequest](f, LiftSuspensionRequest{alice, guardian, jti})
}
func FuzzCancelRemoval(f *testing.F) {
	fuzzRequest[CancelRemovalRequest](f, CancelRemovalRequest{alice, jti})
}
func FuzzRecoverKey(f *testing.F) {
	fuzzRequest[RecoverKeyRequest](f, RecoverKeyRequest{alice, "a.b.c", "CityMSP", "", "a.b.c"})
}
func FuzzRecovery(f *testing.F) {
	fuzzRequest[RecoveryRequest](f, RecoveryRequest{alice, []string{"CityMSP", "OversightMSP"}, 1})
}
func FuzzNameGuardian(f *testing.F) {
	fuzzRequest[NameGuardianRequest](f, NameGuardianRequest{Guardian: guardian, Until: noon, ReasonCode: PowerOfAttorney})
}
func FuzzAcceptGuardianship(f *testing.F) {
	fuzzRequest[AcceptGuardianshipRequest](f, AcceptGuardianshipRequest{alice, noon, ParentalResponsibility, "OversightMSP", "CityMSP", "", 0})
}
func FuzzGuardian(f *testing.F) {
	fuzzRequest[GuardianRequest](f, GuardianRequest{alice, guardian, jti})
}
func FuzzGetSubject(f *testing.F) { fuzzRequest[GetSubjectRequest](f, GetSubjectRequest{alice}) }
func FuzzGet(f *testing.F)        { fuzzRequest[GetRequest](f, GetRequest{ConsentID: "c"}) }
func FuzzListBySubject(f *testing.F) {
	fuzzRequest[ListBySubjectRequest](f, ListBySubjectRequest{Subject: alice})
}
func FuzzListByController(f *testing.F) {
	fuzzRequest[ListByControllerRequest](f, ListByControllerRequest{Controller: "UtilityMSP", NoticeID: "n"})
}
func FuzzListExpiring(f *testing.F) {
	fuzzRequest[ListExpiringRequest](f, ListExpiringRequest{Controller: "UtilityMSP", Before: noon})
}
func FuzzCheck(f *testing.F) { fuzzRequest[CheckRequest](f, question()) }
func FuzzReceipt(f *testing.F) {
	fuzzRequest[ReceiptRequest](f, ReceiptRequest{ConsentID: "c", Format: KantaraFormat})
}
func FuzzRecordOfProcessing(f *testing.F) {
	fuzzRequest[RecordOfProcessingRequest](f, RecordOfProcessingRequest{Controller: "UtilityMSP"})
}

func FuzzApproveGuardian(f *testing.F) {
	fuzzRequest[ApproveGuardianRequest](f, ApproveGuardianRequest{alice, guardian, jti, "a.b.c"})
}
