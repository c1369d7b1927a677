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
	guarded := give(s, "c-1")
	guarded.Guardian = &consent.GuardianTerm{Key: guardian.Subject, Until: s.Now.AddDate(1, 0, 0)}
	alice.Do(t, s, "consent:Give", guarded)
	asked := consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-asked").Terms}
	asked.Guardian = guarded.Guardian
	s.Submit(t, steward, "consent:Request", asked, nil)
	alice.Do(t, s, "consent:Give", give(s, "c-gone"))
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-gone"})
	s.Now = s.Now.Add(time.Second)
	second := notice()
	second.Version = 2
	one, onAsked := consent.DecisionRequest{ConsentID: "c-1"}, consent.DecisionRequest{ConsentID: "c-asked"}
	get := consent.GetRequest{ConsentID: "c-1"}
	fresh := consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-new").Terms}
	uses := consent.RecordUsesRequest{Purpose: purpose, DataCategories: []string{category}, Uses: []consent.UseCount{{ConsentID: "c-1", Count: 2}}, MerkleRoot: notice().DocumentSHA256}
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
		"Give":               {guarded, nobody, true},
		"Refuse":             {onAsked, nobody, true},
		"Defer":              {onAsked, nobody, true},
		"Renew":              {consent.RenewRequest{ConsentID: "c-1", NoticeVersion: 1, ValidUntil: s.Now.AddDate(2, 0, 0)}, nobody, true},
		"Withdraw":           {one, nobody, true},
		"WithdrawAll":        {consent.WithdrawAllRequest{}, nobody, true},
		"Revoke":             {one, []string{steward}, false},
		"Invalidate":         {consent.InvalidateRequest{ConsentID: "c-1", ReasonCode: consent.NotInformed}, []string{authority}, false},
		"Object":             {consent.ObjectRequest{Right: consent.RightToRestrict, Controller: "UtilityMSP"}, nobody, true},
		"StorePrivate":       {consent.StorePrivateRequest{ConsentID: "c-1"}, []string{steward}, false},
		"RecordUse":          {consent.RecordUseRequest{ConsentID: "c-1", Purpose: purpose, DataCategories: []string{category}, Reference: "r"}, processors, false},
		"RecordUses":         {uses, processors, false},
		"AcknowledgeStop":    {consent.AcknowledgeStopRequest{ConsentID: "c-gone"}, processors, false},
		"Erase":              {consent.EraseRequest{}, nobody, true},
		"Purge":              {consent.PurgeRequest{Subject: alice.Subject}, []string{"CityMSP/steward", "CommunityMSP/steward", "OversightMSP/steward", steward}, false},
		"RotateKey":          {consent.RotateKeyRequest{Subject: alice.Subject, NewKey: stranger.Subject}, overseen, true},
		"GetTaxonomy":        {consent.GetTaxonomyRequest{}, anybody, true},
		"GetNotice":          {consent.GetNoticeRequest{NoticeID: "sharing", Version: 1}, anybody, true},
		"ListNotices":        {consent.ListNoticesRequest{}, anybody, true},
		"Get":                {get, anybody, true},
		"History":            {get, []string{authority}, true},
		"ListBySubject":      {consent.ListBySubjectRequest{Subject: alice.Subject}, []string{authority}, true},
		"ListByController":   {consent.ListByControllerRequest{Controller: "UtilityMSP"}, overseen, false},
		"ListExpiring":       {consent.ListExpiringRequest{Controller: "UtilityMSP", Before: s.Now.AddDate(2, 0, 0)}, overseen, false},
		"ListUses":           {consent.ListUsesRequest{ConsentID: "c-1"}, []string{authority}, true},
		"ListUnacknowledged": {consent.ListUnacknowledgedRequest{Controller: "UtilityMSP"}, overseen, false},
		"ListPendingPurges":  {consent.ListPendingPurgesRequest{}, []string{authority}, false},
		"Check":              {question, processors, false},
		"Receipt":            {consent.ReceiptRequest{ConsentID: "c-1", Format: consent.DPVFormat}, nobody, true},
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

// open queries answer strangers, too, and what a stranger does to herself concerns nobody else.
var harmless = []string{"GetTaxonomy", "GetNotice", "ListNotices", "Get", "WithdrawAll", "Object", "Erase"}

func people(t *testing.T, s *contracttest.Suite, name string, submit bool, request any, resident bool, signers map[string]signer) {
	t.Helper()
	for who, signs := range signers {
		response := relayed(t, s, signs, name, submit, request)
		switch {
		case !resident && submit:
			require.Equal(t, fault.StatementMisplaced, code(t, response), who)
		case !resident:
			require.NotEmpty(t, code(t, response), "%s: a query that no resident may ask", who)
		case who == "the resident" || who == "the guardian":
			require.Empty(t, code(t, response), "%s: %s", who, response.GetMessage())
		case who == "a stranger" && slices.Contains(harmless, name):
			require.Empty(t, code(t, response), "%s: %s", who, response.GetMessage())
		case who == "a stranger" && name == "Give":
			require.Equal(t, fault.AlreadyExists, code(t, response), "the id is another subject's")
		case slices.Contains([]string{"GetTaxonomy", "GetNotice", "ListNotices", "Get"}, name):
			require.Empty(t, code(t, response), who)
		default:
			require.Equal(t, fault.Forbidden, code(t, response), "%s: %s", who, response.GetMessage())
		}
	}
}

// relayed simulates a statement that the city relays.
func relayed(t *testing.T, s *contracttest.Suite, signs signer, name string, submit bool, request any) *peer.Response {
	t.Helper()
	target := "consent:" + name
	if submit {
		target = "consent:Relay"
	}
	_, response := s.Simulate(t, relay, target, signs.SignFor(t, s, signs.subject, "consent:"+name, request), nil)
	return response
}

// code is the refusal's code, "" for an answer.
func code(t *testing.T, response *peer.Response) fault.Code {
	t.Helper()
	if response.GetStatus() == 200 {
		return ""
	}
	refusal, ok := fault.Parse(response.GetMessage())
	require.True(t, ok, response.GetMessage())
	return refusal.Code
}
