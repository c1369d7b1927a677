// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

var (
	anybody    = []string{"*"}
	nobody     = []string{}
	overseen   = []string{steward, authority}
	processors = []string{processor, recipient}
)

// TestAuthorisationMatrix calls every transaction as every organisation in every role, as the resident, the guardian and a stranger: only those who are
// named here get through.
func TestAuthorisationMatrix(t *testing.T) {
	s, alice, guardian, stranger := open(t), contracttest.NewResident(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	alice.Do(t, s, "consent:NameGuardian", consent.NameGuardianRequest{
		Guardian: guardian.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.PowerOfAttorney,
	})
	s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-asked").Terms}, nil)
	alice.Do(t, s, "consent:Give", give(s, "c-gone"))
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-gone"})
	s.Now = s.Now.Add(time.Second)
	office := contracttest.Answer[consent.SubjectView](t,
		s.Submit(t, relay, "consent:GetSubject", consent.GetSubjectRequest{Subject: alice.Subject}, nil)).Guardians[0]
	theirs := contracttest.Answer[consent.View](t, s.Submit(t, relay, "consent:Get", consent.GetRequest{Subject: alice.Subject, ConsentID: "c-1"}, nil))
	second := notice()
	second.Version = 2
	one := consent.DecisionRequest{Subject: alice.Subject, ConsentID: "c-1"}
	onAsked := consent.AnswerRequest{Request: consent.RequestRef{MSP: "UtilityMSP", ID: "c-asked"}}
	get := consent.GetRequest{Subject: alice.Subject, ConsentID: "c-1"}
	some := "nothing-0123456789"
	dismissal := consent.GuardianRequest{Subject: alice.Subject, Guardian: guardian.Subject, ID: office.ID}
	recovery := consent.RecoveryRequest{NewKey: stranger.Subject, Organisations: []string{"CityMSP", "OversightMSP"}, Number: 1}
	spare := contracttest.NewResident(t)
	fresh := consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-new").Terms}
	uses := consent.RecordUsesRequest{Purpose: purpose, DataCategories: []string{category}, Uses: []consent.UseCount{{Subject: alice.Subject, ConsentID: "c-1", Count: 2}}, MerkleRoot: notice().DocumentSHA256}
	question := consent.CheckRequest{Subject: alice.Subject, Controller: "UtilityMSP", Purpose: purpose, DataCategories: []string{category}, Recipient: "CommunityMSP"}

	rows := map[string]struct {
		request any
		// allowed organisations; resident is true where the subject and the guardian may.
		allowed  []string
		resident bool
	}{
		"PublishNotice":      {second, []string{steward}, false},
		"RetireNotice":       {consent.RetireNoticeRequest{NoticeID: "sharing", Version: 1}, []string{steward}, false},
		"SuspendNotice":      {consent.NoticeRequest{NoticeID: "sharing"}, []string{authority}, false},
		"ResumeNotice":       {consent.NoticeRequest{NoticeID: "sharing"}, []string{authority}, false},
		"LoadTaxonomy":       {json.RawMessage(consent.DPVPurposes), []string{authority}, false},
		"Request":            {fresh, []string{steward}, false},
		"Give":               {give(s, "c-2").Under(noticeOf(t, s)), nobody, true},
		"Refuse":             {onAsked, nobody, true},
		"Defer":              {onAsked, nobody, true},
		"Renew":              {consent.RenewRequest{ValidUntil: s.Now.AddDate(2, 0, 0)}.After(theirs.Record).Under(noticeOf(t, s)), nobody, true},
		"Withdraw":           {one, nobody, true},
		"WithdrawAll":        {consent.WithdrawAllRequest{Subject: alice.Subject, Number: 1}, nobody, true},
		"Revoke":             {one, []string{steward}, false},
		"Invalidate":         {consent.InvalidateRequest{Subject: alice.Subject, ConsentID: "c-1", ReasonCode: consent.NotInformed}, []string{authority}, false},
		"Object":             {consent.ObjectRequest{Right: consent.RightToRestrict, Controller: "UtilityMSP"}, nobody, true},
		"StorePrivate":       {consent.StorePrivateRequest{Subject: alice.Subject, ConsentID: "c-1"}, []string{steward}, false},
		"RecordUse":          {consent.RecordUseRequest{Subject: alice.Subject, ConsentID: "c-1", Purpose: purpose, DataCategories: []string{category}, Reference: "r"}, processors, false},
		"RecordUses":         {uses, processors, false},
		"AcknowledgeStop":    {consent.AcknowledgeStopRequest{Subject: alice.Subject, ConsentID: "c-gone"}, processors, false},
		"Erase":              {consent.EraseRequest{}, nobody, true},
		"Purge":              {consent.PurgeRequest{Subject: alice.Subject}, []string{"CityMSP/steward", "CommunityMSP/steward", "OversightMSP/steward", steward}, false},
		"AddKey":             {consent.AddKeyRequest{Proof: spare.Prove(t, s, alice.Subject, some)}, nobody, true},
		"RotateKey":          {consent.RotateKeyRequest{Proof: spare.Prove(t, s, alice.Subject, some), Number: 1}, nobody, true},
		"RemoveKey":          {consent.RemoveKeyRequest{Key: alice.Subject}, nobody, true},
		"CancelRemoval":      {consent.CancelRemovalRequest{Key: alice.Subject, Follows: some}, nobody, true},
		"SuspendKey":         {consent.KeyRequest{Key: alice.Subject}, nobody, true},
		"LiftSuspension":     {consent.LiftSuspensionRequest{Key: alice.Subject, Suspender: alice.Subject, Follows: some}, nobody, true},
		"RecoverKey":         {consent.RecoverKeyRequest{Subject: alice.Subject, Proof: spare.Prove(t, s, alice.Subject, some), With: "OversightMSP"}, []string{"CityMSP/steward", "CityMSP/authority", "CommunityMSP/steward", "CommunityMSP/authority", "OversightMSP/steward", authority, "UtilityMSP/steward", "UtilityMSP/authority"}, false},
		"CancelRecovery":     {recovery, nobody, true},
		"CompleteRecovery":   {recovery, nobody, true},
		"NameGuardian":       {consent.NameGuardianRequest{Guardian: stranger.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.PowerOfAttorney}, nobody, true},
		"AcceptGuardianship": {consent.AcceptGuardianshipRequest{Subject: spare.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.ParentalResponsibility, Authority: "OversightMSP", Witness: "CityMSP"}, nobody, true},
		"ApproveGuardian":    {dismissal, nobody, false},
		"EndGuardian":        {dismissal, []string{authority}, true},
		"GetSubject":         {consent.GetSubjectRequest{Subject: alice.Subject}, anybody, true},
		"GetTaxonomy":        {consent.GetTaxonomyRequest{}, anybody, true},
		"GetNotice":          {consent.GetNoticeRequest{NoticeID: "sharing", Version: 1}, anybody, true},
		"ListNotices":        {consent.ListNoticesRequest{}, anybody, true},
		"Get":                {get, anybody, true},
		"History":            {get, []string{authority}, true},
		"ListBySubject":      {consent.ListBySubjectRequest{Subject: alice.Subject}, []string{authority}, true},
		"ListByController":   {consent.ListByControllerRequest{Controller: "UtilityMSP"}, overseen, false},
		"ListExpiring":       {consent.ListExpiringRequest{Controller: "UtilityMSP", Before: s.Now.AddDate(2, 0, 0)}, overseen, false},
		"ListUses":           {consent.ListUsesRequest{Subject: alice.Subject, ConsentID: "c-1"}, []string{authority}, true},
		"ListUnacknowledged": {consent.ListUnacknowledgedRequest{Controller: "UtilityMSP"}, overseen, false},
		"ListPendingPurges":  {consent.ListPendingPurgesRequest{}, []string{authority}, false},
		"Check":              {question, processors, false},
		"Receipt":            {consent.ReceiptRequest{Subject: alice.Subject, ConsentID: "c-1", Format: consent.DPVFormat}, nobody, true},
		"RecordOfProcessing": {consent.RecordOfProcessingRequest{Controller: "UtilityMSP"}, overseen, false},
	}
	for _, contract := range contracts.All() {
		if contract.API.GetName() != "consent" {
			continue
		}
		for _, transaction := range contract.Transactions {
			if transaction.Name == "Relay" {
				continue
			}
			row, known := rows[transaction.Name]
			require.True(t, known, "the matrix lacks %s", transaction.Name)
			require.Equal(t, row.resident, transaction.Resident, transaction.Name)
			var transient map[string]any
			if transaction.Private != "" {
				transient = map[string]any{transaction.Private: consent.Private{Salt: "00112233445566778899aabbccddeeff"}}
			}
			t.Run(transaction.Name, func(t *testing.T) {
				for _, msp := range contracttest.MSPs {
					for _, role := range append(slices.Clone(contracttest.Roles), "admin", "") {
						as := msp + "/" + string(role)
						_, response := s.Simulate(t, as, "consent:"+transaction.Name, row.request, transient)
						allowed := len(row.allowed) > 0 && row.allowed[0] == "*" || slices.Contains(row.allowed, as)
						require.Equal(t, allowed, code(t, response) != fault.Forbidden, "%s: %s", as, response.GetMessage())
					}
				}
				if slices.Contains(ownKeysOnly, transaction.Name) {
					return // keyset_test.go and recovery_test.go say which keys may
				}
				people(t, s, transaction.Name, transaction.Submit, row.request, row.resident, map[string]signer{
					"the resident":  {alice, ""},
					"the guardian":  {guardian, alice.Subject},
					"a stranger":    {stranger, ""},
					"a false guard": {stranger, alice.Subject},
				})
			})
		}
	}
}

// signer is a person who signs for a subject.
type signer struct {
	contracttest.Resident
	subject string
}

// ownKeysOnly are what decides who speaks for a subject: no guardian may.
var ownKeysOnly = []string{
	"AddKey", "RotateKey", "RemoveKey", "CancelRemoval", "SuspendKey", "LiftSuspension", "CancelRecovery", "CompleteRecovery", "NameGuardian",
	"AcceptGuardianship",
}

// open queries answer strangers, too, and what a stranger does to herself concerns nobody else.
var harmless = []string{"GetTaxonomy", "GetNotice", "ListNotices", "Get", "GetSubject", "Give", "Object", "Erase"}

func people(t *testing.T, s *contracttest.Suite, name string, submit bool, request any, resident bool, signers map[string]signer) {
	t.Helper()
	for who, signs := range signers {
		response := relayed(t, s, signs, name, submit, request)
		switch {
		case !resident && submit:
			require.Equal(t, fault.SignedRequestMisplaced, code(t, response), who)
		case !resident:
			require.NotEmpty(t, code(t, response), "%s: a query that no resident may ask", who)
		case who == "the resident" || who == "the guardian":
			require.Empty(t, code(t, response), "%s: %s", who, response.GetMessage())
		case who == "a stranger" && slices.Contains(harmless, name):
			require.Empty(t, code(t, response), "%s: %s", who, response.GetMessage())
		case slices.Contains([]string{"GetTaxonomy", "GetNotice", "ListNotices", "Get", "GetSubject"}, name):
			require.Empty(t, code(t, response), who)
		default:
			require.Equal(t, fault.Forbidden, code(t, response), "%s: %s", who, response.GetMessage())
		}
	}
}

// relayed simulates a signed request that the city relays.
func relayed(t *testing.T, s *contracttest.Suite, signs signer, name string, submit bool, request any) *peer.Response {
	t.Helper()
	target := "consent:" + name
	if submit {
		target = "consent:Relay"
	}
	_, response := s.Simulate(t, relay, target, signs.SignFor(t, s, signs.subject, "consent:"+name, request), nil)
	return response
}

// code is the error's code, "" for an answer.
func code(t *testing.T, response *peer.Response) fault.Code {
	t.Helper()
	if response.GetStatus() == 200 {
		return ""
	}
	refusal, ok := fault.Parse(response.GetMessage())
	require.True(t, ok, response.GetMessage())
	return refusal.Code
}
