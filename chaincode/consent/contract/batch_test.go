// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Shared transactions are tested with consents, since signed requests, reads of the subject and errors all occur there.

// call is one call of a batch.
func call(t testing.TB, name string, request any) batch.Call {
	t.Helper()
	text, err := json.Marshal(request)
	require.NoError(t, err)
	return batch.Call{Transaction: name, Request: text}
}

// relays is the call by which a resident gives a consent.
func relays(t testing.TB, s *contracttest.Suite, resident contracttest.Resident, id string) batch.Call {
	t.Helper()
	return call(t, "consent:Relay", resident.Sign(t, s, "consent:Give", give(s, id)))
}

// together submits calls in one transaction.
func together(t testing.TB, s *contracttest.Suite, calls ...batch.Call) []json.RawMessage {
	t.Helper()
	return contracttest.Answer[batch.Answer](t, s.Submit(t, relay, "batch:Submit", batch.Request{Calls: calls}, nil)).Answers
}

// refusals are the codes by which the calls of a batch are refused, "" for those that are not; nothing of it is on the ledger.
func refusals(t testing.TB, s *contracttest.Suite, calls ...batch.Call) []fault.Code {
	t.Helper()
	refusal := s.Refuse(t, relay, "batch:Submit", batch.Request{Calls: calls}, nil)
	require.Equal(t, fault.BatchRefused, refusal.Code)
	codes := make([]fault.Code, len(calls))
	for place, refused := range refusal.Refused {
		codes[place] = refused.Code
	}
	return codes
}

func TestCallsShareATransaction(t *testing.T) {
	s, alice, bob := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-0")) // her key is known: the first request of a key has a transaction to itself
	given, first := len(s.Events), relays(t, s, alice, "c-a")
	answers := together(t, s, first, relays(t, s, bob, "c-b"), relays(t, s, alice, "c-2"))
	for i, id := range []string{"c-a", "c-b", "c-2"} {
		require.Equal(t, id, contracttest.Answer[consent.View](t, answers[i]).ConsentID)
		require.Equal(t, consent.Given, get(t, s, []contracttest.Resident{alice, bob, alice}[i], id).State)
	}
	require.Len(t, s.Events, given+1, "a transaction has one event")
	require.Equal(t, batch.EventName, s.Events[given].Name)
	events := contracttest.Answer[batch.Events](t, s.Events[given].Payload).Events
	require.Len(t, events, 3)
	require.Equal(t, "consent.ConsentGiven", events[1].Name)
	require.JSONEq(t, `{"subject":"`+bob.Subject+`","consentId":"c-b","noticeId":"sharing","state":"GIVEN"}`, string(events[1].Payload))
	require.Equal(t, fault.SignedRequestReplayed, s.Refuse(t, relay, "consent:Relay", string(first.Request), nil).Code, "what was carried out in a batch is spent")
}

// TestWhatIsRefusedStopsAll and is named: a refused signed request or a slip in a request shall not be in a block
// beside what was carried out.
func TestWhatIsRefusedStopsAll(t *testing.T) {
	s, alice, bob := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-0"))
	forged := alice.Sign(t, s, "consent:Give", give(s, "c-f"))
	forged["signedRequest"] = forged["signedRequest"][:len(forged["signedRequest"])-4] + "AAAA"
	unknown := give(s, "c-u")
	unknown.NoticeVersion = 9
	require.Equal(t, []fault.Code{
		"", fault.SignedRequestForged, fault.NoticeNotFound, fault.BatchConflict, "", fault.Forbidden, fault.InvalidField, fault.InvalidField, fault.UnknownTransaction,
		fault.PrivateDataUnexpected, fault.InvalidField, fault.BatchConflict,
	}, refusals(t, s,
		relays(t, s, alice, "c-a"),
		call(t, "consent:Relay", forged),
		call(t, "consent:Relay", bob.Sign(t, s, "consent:Give", unknown)),
		relays(t, s, alice, "c-a"),
		relays(t, s, alice, "c-2"),
		call(t, "consent:RetireNotice", consent.RetireNoticeRequest{NoticeID: "sharing", Version: 1}),
		call(t, "consent:Get", consent.GetRequest{Subject: alice.Subject, ConsentID: "c-a"}),
		batch.Call{Transaction: "batch:Submit", Request: json.RawMessage(`{"calls":[]}`)},
		call(t, "consent:give", give(s, "c-g")),
		call(t, "consent:StorePrivate", consent.StorePrivateRequest{Subject: alice.Subject, ConsentID: "c-a"}),
		batch.Call{Transaction: "consent:Relay", Request: json.RawMessage(`{"signedRequest":1}`)},
		batch.Call{Transaction: "settlement:SettleDay", Request: json.RawMessage(`{}`)},
	), "an id that an earlier call takes is a conflict, another consent of the same resident none, and long work goes alone")
}

// TestACallSeesWhatAnotherOneOfItsTransactionWrites: it cannot, so it is refused, also where it would read a list.
func TestACallSeesWhatAnotherOneOfItsTransactionWrites(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	withdraws := func(id string) batch.Call {
		return call(t, "consent:Relay", alice.Sign(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: id}))
	}
	erases := call(t, "consent:Relay", alice.Sign(t, s, "consent:Erase", consent.EraseRequest{}))
	for sentence, calls := range map[string][]batch.Call{
		"the same consent is withdrawn twice":             {withdraws("c-1"), withdraws("c-1")},
		"a consent is given after a withdrawal":           {withdraws("c-1"), relays(t, s, alice, "c-2")},
		"all consents are listed to erase after one more": {relays(t, s, alice, "c-2"), erases},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Equal(t, []fault.Code{"", fault.BatchConflict}, refusals(t, s, calls...))
		})
	}
}

func TestABatchIsRefusedAsAWhole(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	many := make([]batch.Call, batch.MaxCalls+1)
	for i := range many {
		many[i] = relays(t, s, alice, "c-1")
	}
	unknown := give(s, "c-u")
	unknown.NoticeVersion = 9
	for sentence, row := range map[string]struct {
		calls []batch.Call
		code  fault.Code
		field string
	}{
		"no call":                  {[]batch.Call{}, fault.OutOfRange, "calls"},
		"too many calls":           {many, fault.OutOfRange, "calls"},
		"the only call is refused": {[]batch.Call{call(t, "consent:Relay", alice.Sign(t, s, "consent:Give", unknown))}, fault.NoticeNotFound, "calls/0/noticeId"},
	} {
		t.Run(sentence, func(t *testing.T) {
			refusal := s.Refuse(t, relay, "batch:Submit", batch.Request{Calls: row.calls}, nil)
			require.Equal(t, row.code, refusal.Code)
			require.Equal(t, row.field, refusal.Details["field"])
		})
	}
}

// TestPrivatePartsOfOneTransactionLieApart: two consents of one batch have two private parts.
func TestPrivatePartsOfOneTransactionLieApart(t *testing.T) {
	s, alice, bob := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	first, second := give(s, "c-a"), give(s, "c-b")
	first.PrivateSHA256, second.PrivateSHA256 = strings.Repeat("1", 64), strings.Repeat("2", 64)
	together(t, s, call(t, "consent:Relay", alice.Sign(t, s, "consent:Give", first)), call(t, "consent:Relay", bob.Sign(t, s, "consent:Give", second)))
	require.NotEqual(t, get(t, s, alice, "c-a").PrivateID, get(t, s, bob, "c-b").PrivateID)
}
