// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// forge has two organisations with altered chaincode write a record.
func forge(t *testing.T, s *contracttest.Suite, typ string, attributes []string, record any) string {
	t.Helper()
	identity, err := memory.NewIdentity("CityMSP", "client", "steward")
	require.NoError(t, err)
	tx := s.Begin(identity, nil, "altered")
	tx.Endorsers = []string{"CityMSP", "UtilityMSP"}
	name, err := tx.CreateCompositeKey(typ, attributes)
	require.NoError(t, err)
	if record == nil {
		require.NoError(t, tx.DelState(name))
		return s.Commit(tx)
	}
	text, err := json.Marshal(record)
	require.NoError(t, err)
	require.NoError(t, tx.PutState(name, text))
	return s.Commit(tx)
}

// TestTwoLiarsMakeUpNoConsent: a record that does not rest on what the resident signed allows nothing, anywhere.
func TestTwoLiarsMakeUpNoConsent(t *testing.T) {
	s, alice, puppet := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	genuine := get(t, s, alice, "c-1").Record
	s.Now = s.Now.Add(time.Minute)
	alice.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1})
	s.Now = s.Now.Add(time.Minute)

	puppet.Do(t, s, "consent:Give", give(s, "forged"))
	by := get(t, s, puppet, "forged").Record
	renamed, longer, elsewhere, unsigned, claimed := genuine, genuine, genuine, genuine, by
	renamed.ConsentID, renamed.Epoch = "forged", 1 // alice's signature under another id
	longer.Epoch, longer.ValidUntil = 1, genuine.ValidUntil.AddDate(100, 0, 0)
	elsewhere.ConsentID, elsewhere.Epoch, elsewhere.Object = "forged", 1, consent.Object{CommunityID: "sunny"}
	unsigned.ConsentID, unsigned.Epoch = "forged", 1
	unsigned.Events = []consent.Event{genuine.Events[0]}
	unsigned.Events[0].Evidence = nil
	claimed.Subject, claimed.Epoch = alice.Subject, 0 // the puppet's signature as alice's
	claimed.Epoch = 1
	for what, record := range map[string]consent.Record{
		"a signature for another consent": renamed, "another end": longer, "another object": elsewhere, "no signature": unsigned,
		"another person's signature": claimed,
	} {
		require.Equal(t, "VALID", forge(t, s, "consent.record", []string{alice.Subject, record.ConsentID}, record), what)
		require.False(t, check(t, s, processor, alice.Subject, "").Allowed, what)
		require.True(t, get(t, s, alice, record.ConsentID).Unproven, what)
		use := consent.RecordUseRequest{
			Subject: alice.Subject, ConsentID: record.ConsentID, Purpose: purpose, DataCategories: []string{category}, Reference: "r",
			Object: record.Object,
		}
		require.Equal(t, fault.ProcessingDenied, s.Refuse(t, processor, "consent:RecordUse", use, nil).Code, what)
		receipt := consent.ReceiptRequest{ConsentID: record.ConsentID, Format: consent.DPVFormat}
		require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, relay, "consent:Receipt", alice.Sign(t, s, "consent:Receipt", receipt), nil).Code, what)
	}
}

// TestTwoLiarsMakeUpNoSpeaker: neither a key nor a guardian whom the subject did not make.
func TestTwoLiarsMakeUpNoSpeaker(t *testing.T) {
	s, alice, puppet := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	puppet.Do(t, s, "consent:Give", give(s, "p-1"))
	signed := get(t, s, puppet, "p-1").Events[0].Evidence
	office := consent.Office{
		ID: signed.ID, From: s.Now, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.PowerOfAttorney, By: alice.Subject, Evidence: signed,
	}
	guardian := consent.Guardian{Schema: 1, Subject: alice.Subject, Guardian: puppet.Subject, Offices: []consent.Office{office}}
	forge(t, s, "consent.guardian", []string{alice.Subject, puppet.Subject}, guardian)
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.Forbidden, actFor(t, s, puppet, alice.Subject, "Give", give(s, "c-2")).Code)

	key := consent.Key{
		Schema: 1, Key: puppet.Subject, Subject: alice.Subject, JWK: json.RawMessage(`{}`), Algorithm: "EdDSA", AddedAt: s.Now, AddedBy: signed,
	}
	forge(t, s, "consent.key", []string{puppet.Subject}, key)
	s.Now = s.Now.Add(time.Second)
	for _, as := range []string{"", alice.Subject} {
		require.Equal(t, fault.Forbidden, actFor(t, s, puppet, as, "Give", give(s, "c-3")).Code, "the key opens nothing")
		list := puppet.SignFor(t, s, as, "consent:ListBySubject", consent.ListBySubjectRequest{})
		require.Equal(t, fault.Forbidden, s.Refuse(t, relay, "consent:ListBySubject", list, nil).Code, "nor does it read")
	}
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	require.False(t, check(t, s, processor, alice.Subject, "").Allowed)
}

// TestWhatHasEndedStaysEnded: two liars cannot take an end back; one that they make up ends all the same, and is listed as unproven.
func TestWhatHasEndedStaysEnded(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	alice.Do(t, s, "consent:Give", give(s, "c-2"))
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	for what, record := range map[string]any{"deleted": nil, "rewritten": map[string]int{"schema": 1}} {
		require.Equal(t, memory.EndorsementPolicyFailure, forge(t, s, "consent.end", []string{alice.Subject, "c-1", "Withdraw"}, record), what)
	}
	require.Equal(t, consent.Withdrawn, get(t, s, alice, "c-1").State)
	made := consent.End{Schema: 1, ConsentRef: consent.ConsentRef{Subject: alice.Subject, ConsentID: "c-2"}}
	made.Type, made.State, made.At, made.By = consent.StepWithdraw, consent.Withdrawn, s.Now, alice.Subject
	require.Equal(t, memory.Valid, forge(t, s, "consent.end", []string{alice.Subject, "c-2", "Withdraw"}, made))
	verdict := check(t, s, processor, alice.Subject, "")
	require.False(t, verdict.Allowed)
	require.Equal(t, consent.EndIsUnproven, verdict.Reasons[1].Code)
	view := get(t, s, alice, "c-2")
	require.True(t, view.Unproven)
	require.Equal(t, consent.Withdrawn, view.State)
	require.False(t, strings.Contains(string(view.State), "GIVEN"))
}

// TestTwoLiarsRecoverNoKey: neither the announcement nor its completion counts without the signatures of two organisations.
func TestTwoLiarsRecoverNoKey(t *testing.T) {
	s, alice, thief := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	thief.Do(t, s, "consent:Give", give(s, "t-1"))
	pair := []string{"CityMSP", "OversightMSP"}
	word := consent.Vouch{Schema: 1, Subject: alice.Subject, NewKey: thief.Subject, MSP: "CityMSP", At: s.Now.AddDate(0, 0, -9)}
	word.Signature = s.SignMember(t, "CityMSP/steward", consent.VouchType, word.Payload(contracttest.Network, "OversightMSP"))
	other := word // the city's own word in the name of the oversight
	other.MSP = "OversightMSP"
	recovery, err := word.Announce(other)
	require.NoError(t, err)
	completes := consent.RecoveryRequest{NewKey: thief.Subject, Organisations: pair, Number: 1}
	signed := thief.SignFor(t, s, alice.Subject, "consent:CompleteRecovery", completes)["signedRequest"]
	signedCall, err := signing.Read(signed)
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(signed))
	evidence := &consent.Proof{Signer: thief.Subject, ID: signedCall.ID, SHA256: hex.EncodeToString(sum[:])}
	forge(t, s, "consent.recovery", []string{alice.Subject, thief.Subject, pair[0], pair[1]}, recovery)
	forge(t, s, "signedRequest", []string{thief.Subject, signedCall.ID}, map[string]any{"schema": 1, "transaction": "consent:CompleteRecovery", "at": s.Now, "jws": signed})
	forge(t, s, "consent.recovered", []string{alice.Subject, "000001"}, consent.Recovered{
		Schema: 1, Subject: alice.Subject, Number: 1, NewKey: thief.Subject, Organisations: pair, At: s.Now, Evidence: evidence,
	})
	forge(t, s, "consent.key", []string{thief.Subject}, consent.Key{
		Schema: 1, Key: thief.Subject, Subject: alice.Subject, JWK: json.RawMessage(`{}`), Algorithm: "EdDSA", AddedAt: s.Now, AddedBy: evidence, Recovery: 1,
	})
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.Forbidden, actFor(t, s, thief, alice.Subject, "Give", give(s, "c-2")).Code)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	require.Equal(t, consent.Withdrawn, get(t, s, alice, "c-1").State, "what they made up keeps her from ending nothing")
}

// TestTwoLiarsApproveNoGuardian: the guardian of a person without a key takes the signatures of the authority and of another organisation.
func TestTwoLiarsApproveNoGuardian(t *testing.T) {
	s, child, puppet := open(t), contracttest.NewResident(t), contracttest.NewResident(t)
	made := contracttest.Answer[consent.GuardianView](t, puppet.Do(t, s, "consent:AcceptGuardianship", consent.AcceptGuardianshipRequest{
		Subject: child.Subject, Until: s.Now.AddDate(1, 0, 0), ReasonCode: consent.ParentalResponsibility, Authority: "OversightMSP", Witness: "CityMSP",
	}))
	payload := consent.ApproveGuardianRequest{Subject: child.Subject, Guardian: puppet.Subject, ID: made.ID}.Payload(contracttest.Network)
	own := s.SignMember(t, "CityMSP/steward", consent.ApprovalType, payload)
	for _, msp := range []string{"OversightMSP", "CityMSP"} {
		forge(t, s, "consent.guardianApproval", []string{child.Subject, puppet.Subject, made.ID, msp}, consent.Approval{Schema: 1, By: msp, Signature: own, At: s.Now})
	}
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.Forbidden, actFor(t, s, puppet, child.Subject, "Give", give(s, "c-1")).Code)
}

// TestTwoLiarsKeepNobodyFromEnding: a key that they end without a signature still ends what is the subject's.
func TestTwoLiarsKeepNobodyFromEnding(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	forge(t, s, "consent.keyEnd", []string{alice.Subject}, consent.KeyEnd{
		Schema: 1, Key: alice.Subject, Subject: alice.Subject, Type: consent.StepRemoveKey, At: s.Now, By: alice.Subject,
	})
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.KeyRemoved, alice.Refused(t, s, "consent:Give", give(s, "c-2")).Code)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	require.False(t, check(t, s, processor, alice.Subject, "").Allowed)

	bob, fresh := contracttest.NewResident(t), contracttest.NewResident(t)
	bob.Do(t, s, "consent:Give", give(s, "b-1"))
	rotates(t, s, bob, fresh, 1)
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.KeyRemoved, bob.Refused(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "b-1"}).Code, "a key that its owner replaced opens nothing")
}
