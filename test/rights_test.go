// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// turns is how often each right is exercised against the writers.
const turns = 3

// person is a resident with two devices and a guardian, who consented, was asked for more, and lost a key once: every right has something to end.
type person struct {
	resident
	second, other signing.Key
	guardian      string
	asked         consent.RequestRef
	recovery      consent.RecoveryRequest
}

// exercise is a right of a resident, by the transaction's name and its request.
type exercise struct {
	name    string
	request func(person) any
}

// rights are all by which a resident ends or limits something.
var rights = []exercise{
	{"Withdraw", func(p person) any { return consent.DecisionRequest{ConsentID: p.consentID} }},
	{"WithdrawAll", func(person) any { return consent.WithdrawAllRequest{Number: 1} }},
	{"Refuse", func(p person) any { return consent.AnswerRequest{Request: p.asked} }},
	{"Object", func(person) any {
		return consent.ObjectRequest{Right: consent.RightToRestrict, Controller: "CommunityMSP"}
	}},
	{"Erase", func(person) any { return consent.EraseRequest{} }},
	{"SuspendKey", func(p person) any { return consent.KeyRequest{Key: thumbprint(p.second)} }},
	{"RemoveKey", func(p person) any { return consent.RemoveKeyRequest{Key: thumbprint(p.second)} }},
	{"EndGuardian", func(p person) any { return consent.GuardianRequest{Guardian: p.guardian} }},
	{"CancelRecovery", func(p person) any { return p.recovery }},
}

func thumbprint(key signing.Key) string {
	made, err := key.Thumbprint()
	if err != nil {
		panic(err)
	}
	return made
}

// TestNobodyStandsBetweenAResidentAndARight has six writers of four organisations. Another device of the resident's
// own, write whatever touches the resident while each right is exercised, alone and among others in a relay's batch.
// The client repeats nothing, and the ledger is asked: each signed request is in exactly one transaction, and every
// transaction that carried one is VALID.
func TestNobodyStandsBetweenAResidentAndARight(t *testing.T) {
	ctx := within(t, 15*time.Minute)
	shared := connect(t, "utility", "steward", gateway.WithConflictAttempts(1), gateway.WithBatching(turns, 200*time.Millisecond))
	alone := connect(t, "utility", "steward", gateway.WithConflictAttempts(1))
	for name, relay := range map[string]*gateway.Client{"alone": alone, "in a relay's batch": shared} {
		t.Run(name, func(t *testing.T) {
			for _, right := range rights {
				t.Run(right.name, func(t *testing.T) { besieged(ctx, t, right, relay) })
			}
		})
	}
}

func besieged(ctx context.Context, t *testing.T, right exercise, relay *gateway.Client) {
	people, signed := make([]person, turns), make([]string, turns)
	var preparing sync.WaitGroup
	for i := range people {
		preparing.Go(func() {
			people[i] = newPerson(ctx, t)
			request, _, err := connect(t, "utility", "steward", gateway.WithResidentKey(people[i].key)).Consent().Complete(ctx, right.request(people[i]))
			require.NoError(t, err)
			signed[i], err = signing.Sign(people[i].key, signing.Claims{
				Network: networkID(t), Channel: "smartcity", Transaction: "consent:" + right.name, Request: request,
			})
			require.NoError(t, err)
		})
	}
	preparing.Wait()
	from := height(ctx, t)
	siege, lift := context.WithCancel(ctx)
	var writers sync.WaitGroup
	var sent atomic.Int64
	for i := range people {
		for _, write := range disturbances(siege, t, people[i]) {
			writers.Go(func() {
				for siege.Err() == nil {
					write()
					sent.Add(1)
				}
			})
		}
	}
	time.Sleep(300 * time.Millisecond)
	receipts := make([]gateway.Receipt, turns)
	var acting sync.WaitGroup
	for i := range people {
		acting.Go(func() {
			var err error
			_, receipts[i], err = relay.Relay(ctx, signed[i], nil)
			require.NoError(t, err, "at the first attempt")
		})
	}
	acting.Wait()
	lift()
	writers.Wait()
	for i, p := range people {
		committed, err := connect(t, "utility", "steward").Committed(ctx, receipts[i].TransactionID)
		require.NoError(t, err)
		require.Equal(t, "VALID", committed.Code)
		require.NoError(t, connect(t, "city", "steward").Await(ctx, receipts[i]))
		carried := carriers(ctx, t, "\x00transaction.signedRequest\x00"+p.subject+"\x00", from)
		require.Len(t, carried, 1, "the resident's key signed one request meanwhile")
		for key, codes := range carried {
			require.Equal(t, []string{"VALID"}, codes, "transactions that carried %q", key)
		}
	}
	t.Logf("%d of %d requests in one VALID transaction each, among %d writes of %d writers", turns, turns, sent.Load(), turns*len(disturbances(ctx, t, people[0])))
}

// newPerson makes a person of whom every right has something to end.
func newPerson(ctx context.Context, t *testing.T) person {
	t.Helper()
	p := person{resident: consents(ctx, t)}
	var err error
	p.second, err = signing.NewKey(signing.ES256)
	require.NoError(t, err)
	p.other, err = signing.NewKey(signing.ES256)
	require.NoError(t, err)
	own := connect(t, "utility", "steward", gateway.WithResidentKey(p.key))
	_, _, err = own.Consent().AddKey(ctx, p.second)
	require.NoError(t, err)
	guardian := newResident(t)
	p.guardian = guardian.subject
	_, receipt, err := own.Consent().NameGuardian(ctx, consent.NameGuardianRequest{
		Guardian: guardian.subject, Until: time.Now().AddDate(1, 0, 0).UTC().Truncate(time.Second), ReasonCode: consent.ParentalResponsibility,
	})
	require.NoError(t, err)
	controller := connect(t, "community", "steward")
	require.NoError(t, controller.Await(ctx, receipt))
	terms := p.will(t).Terms
	terms.ConsentID = random(t)
	_, receipt, err = controller.Consent().Request(ctx, consent.RequestConsentRequest{Subject: p.subject, Terms: terms})
	require.NoError(t, err)
	p.asked = consent.RequestRef{MSP: "CommunityMSP", ID: terms.ConsentID}
	require.NoError(t, own.Await(ctx, receipt))

	recovered, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	proof, err := signing.ProveKey(recovered, networkID(t), "smartcity", p.subject, random(t))
	require.NoError(t, err)
	p.recovery = consent.RecoveryRequest{NewKey: thumbprint(recovered), Organisations: []string{"CityMSP", "UtilityMSP"}}
	for _, vouches := range [][2]string{{"city", "UtilityMSP"}, {"utility", "CityMSP"}} {
		_, receipt, err = connect(t, vouches[0], "steward").Consent().RecoverKey(ctx, consent.RecoverKeyRequest{Subject: p.subject, Proof: proof, With: vouches[1]})
		require.NoError(t, err)
		require.NoError(t, own.Await(ctx, receipt))
	}
	return p
}

// disturbances are what others, and the resident's own second device, write about the person meanwhile; whether they succeed is no matter.
func disturbances(ctx context.Context, t *testing.T, p person) []func() {
	once := gateway.WithConflictAttempts(1)
	city, controller := connect(t, "city", "steward", once), connect(t, "community", "steward", once)
	oversight, user := connect(t, "oversight", "authority", once), connect(t, "utility", "processor", once)
	second := connect(t, "city", "steward", once, gateway.WithResidentKey(p.second))
	utility := connect(t, "utility", "steward", once)
	return []func(){
		func() { // a controller asks for more
			terms := p.will(t).Terms
			terms.ConsentID = random(t)
			_, _, _ = controller.Consent().Request(ctx, consent.RequestConsentRequest{Subject: p.subject, Terms: terms})
		},
		func() { // two organisations begin to recover the key for somebody else
			key, err := signing.NewKey(signing.EdDSA)
			if err != nil {
				return
			}
			proof, err := signing.ProveKey(key, networkID(t), "smartcity", p.subject, random(t))
			if err == nil {
				_, _, _ = city.Consent().RecoverKey(ctx, consent.RecoverKeyRequest{Subject: p.subject, Proof: proof, With: "UtilityMSP"})
				_, _, _ = utility.Consent().RecoverKey(ctx, consent.RecoverKeyRequest{Subject: p.subject, Proof: proof, With: "CityMSP"})
			}
		},
		func() { // a recipient records uses
			_, _, _ = user.Consent().RecordUse(ctx, consent.RecordUseRequest{
				ConsentID: p.consentID, Subject: p.subject, Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadProfile}, Reference: random(t),
			})
		},
		func() { // the authority suspends another notice, which every check reads
			_, _, _ = oversight.Consent().SuspendNotice(ctx, consent.NoticeRequest{NoticeID: "none"})
		},
		func() { // the resident's second device gives another consent
			give := p.will(t)
			give.ConsentID = random(t)
			_, _, _ = second.Consent().Give(ctx, give)
		},
		func() { // the controller ends another consent of the resident's
			_, _, _ = controller.Consent().Revoke(ctx, consent.DecisionRequest{Subject: p.subject, ConsentID: random(t)})
		},
	}
}
