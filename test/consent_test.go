// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// TestAResidentConsentsAndWithdrawsThroughAnyOrganisation: the city relays what the resident signed, the utility may process, the resident withdraws
// through another organisation, and the next block's question is answered with no.
func TestAResidentConsentsAndWithdrawsThroughAnyOrganisation(t *testing.T) {
	ctx := within(t, 2*time.Minute)
	alice := consents(ctx, t)
	processor, steward := connect(t, "utility", "processor"), connect(t, "community", "steward")
	city, utility := connect(t, "city", "steward", gateway.WithResidentKey(alice.key)), connect(t, "utility", "steward", gateway.WithResidentKey(alice.key))

	check := consent.CheckRequest{
		Subject: alice.subject, Controller: "CommunityMSP", Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadProfile}, Recipient: "UtilityMSP",
	}
	verdict, err := processor.Consent().Check(ctx, check)
	require.NoError(t, err)
	require.True(t, verdict.Allowed)
	require.Equal(t, []string{alice.consentID}, verdict.ConsentIDs)
	list, err := city.Consent().ListBySubject(ctx, consent.ListBySubjectRequest{})
	require.NoError(t, err)
	require.Len(t, list.Consents, 1)

	view, withdrawn, err := utility.Consent().Withdraw(ctx, consent.DecisionRequest{ConsentID: alice.consentID})
	require.NoError(t, err)
	require.Equal(t, consent.Withdrawn, view.State)
	require.NoError(t, processor.Await(ctx, withdrawn))
	verdict, err = processor.Consent().Check(ctx, check)
	require.NoError(t, err)
	require.False(t, verdict.Allowed)
	require.Equal(t, consent.ReasonFor(consent.Withdrawn), verdict.Reasons[0].Code)

	_, _, err = steward.Consent().Withdraw(ctx, consent.DecisionRequest{ConsentID: alice.consentID})
	require.ErrorIs(t, err, gateway.ErrForbidden, "no organisation speaks for the resident")
}

// TestARelayCannotReplayOrForge: what one organisation relayed another cannot relay again, whoever carries it first, and a changed signed request is nobody's.
func TestARelayCannotReplayOrForge(t *testing.T) {
	ctx := within(t, 2*time.Minute)
	alice := consents(ctx, t)
	sign := func(name string, request any) map[string]string {
		compact, err := signing.Sign(alice.key, signing.Claims{Network: networkID(t), Channel: "smartcity", Transaction: "consent:" + name, Request: request})
		require.NoError(t, err)
		return map[string]string{"signedRequest": compact}
	}
	city, utility := connect(t, "city", "steward"), connect(t, "utility", "processor")
	once := sign("Withdraw", consent.DecisionRequest{ConsentID: alice.consentID})
	receipt, err := city.Submit(ctx, "consent:Relay", once, nil)
	require.NoError(t, err)
	require.NoError(t, utility.Await(ctx, receipt))
	require.NoError(t, connect(t, "community", "steward").Await(ctx, receipt))
	_, err = utility.Submit(ctx, "consent:Relay", once, nil)
	require.ErrorIs(t, err, gateway.ErrSignedRequestReplayed)
	_, err = city.Submit(ctx, "consent:Relay", once, nil)
	require.ErrorIs(t, err, gateway.ErrSignedRequestReplayed)

	parts := strings.Split(sign("WithdrawAll", consent.WithdrawAllRequest{})["signedRequest"], ".")
	other := strings.Split(sign("Erase", consent.EraseRequest{})["signedRequest"], ".")
	_, err = city.Submit(ctx, "consent:Relay", map[string]string{"signedRequest": parts[0] + "." + other[1] + "." + parts[2]}, nil)
	require.ErrorIs(t, err, gateway.ErrSignedRequestForged)
	mallory := newResident(t)
	_, _, err = connect(t, "city", "steward", gateway.WithResidentKey(mallory.key), gateway.WithSubject(alice.subject)).Consent().WithdrawAll(ctx, consent.WithdrawAllRequest{})
	require.ErrorIs(t, err, gateway.ErrForbidden, "somebody who claims to be her guardian")
}

// TestNoPersonalDataOfAConsentIsInAnyBlock: the controller alone endorses the private part, receipts show it to its
// resident at the controller's peer only. After erasure and purge it is gone from every read of the ledger.
func TestNoPersonalDataOfAConsentIsInAnyBlock(t *testing.T) {
	ctx := within(t, 2*time.Minute)
	alice := consents(ctx, t)
	marked := consent.Private{Name: "NAME-MARK-" + random(t), Email: "CONTACT-MARK-" + random(t), Note: "NOTE-MARK-" + random(t), Salt: random(t) + random(t)}
	hash, err := marked.Hash()
	require.NoError(t, err)
	steward := connect(t, "community", "steward")
	at := func(org, user string) gateway.Consent {
		return connect(t, org, user, gateway.WithResidentKey(alice.key)).Consent()
	}
	notice := ownNotice(ctx, t, steward)
	terms := consent.Terms{
		ConsentID: random(t), NoticeID: notice.NoticeID, NoticeVersion: 1, DataCategories: notice.DataCategories, Type: consent.Expressed,
		ValidUntil: time.Now().AddDate(1, 0, 0).UTC().Truncate(time.Second),
	}
	_, receipt, err := at("city", "steward").Give(ctx, consent.GiveRequest{Terms: terms, PrivateSHA256: hash})
	require.NoError(t, err)
	require.NoError(t, steward.Await(ctx, receipt))
	swapped := marked
	swapped.Name = "somebody else"
	store := consent.StorePrivateRequest{Subject: alice.subject, ConsentID: terms.ConsentID}
	_, _, err = steward.Consent().StorePrivate(ctx, store, swapped)
	require.ErrorIs(t, err, gateway.ErrPrivateHashMismatch)
	_, receipt, err = steward.Consent().StorePrivate(ctx, store, marked)
	require.NoError(t, err)
	require.NoError(t, connect(t, "city", "steward").Await(ctx, receipt))

	ask := consent.ReceiptRequest{ConsentID: terms.ConsentID, Format: consent.KantaraFormat}
	own, err := at("community", "steward").Receipt(ctx, ask)
	require.NoError(t, err)
	require.Contains(t, string(own), marked.Name)
	foreign, err := at("city", "steward").Receipt(ctx, ask)
	require.NoError(t, err)
	require.NotContains(t, string(foreign), "MARK")

	_, receipt, err = at("city", "steward").Erase(ctx, consent.EraseRequest{})
	require.NoError(t, err)
	require.NoError(t, steward.Await(ctx, receipt))
	authority := connect(t, "oversight", "authority")
	require.NoError(t, authority.Await(ctx, receipt))
	require.True(t, pending(ctx, t, authority, alice.subject))
	answer, receipt, err := steward.Consent().Purge(ctx, consent.PurgeRequest{Subject: alice.subject})
	require.NoError(t, err)
	require.Equal(t, []string{terms.ConsentID}, answer.Purged)
	require.NoError(t, authority.Await(ctx, receipt))
	require.False(t, pending(ctx, t, authority, alice.subject))
	own, err = at("community", "steward").Receipt(ctx, ask)
	require.NoError(t, err)
	require.NotContains(t, string(own), "MARK", "gone from the controller's own peer")

	last := height(ctx, t)
	for _, org := range net.Topology {
		ledger := blocks(ctx, t, org.Name, org.Client().Name, last)
		require.True(t, contains(ledger, terms.ConsentID), "the scan of %s finds what is public", org.Name)
		for _, mark := range []string{marked.Name, marked.Email, marked.Note, marked.Salt} {
			require.False(t, contains(ledger, mark), "%s is in a block of %s", mark, org.Name)
		}
	}
}

// ownNotice publishes a notice under which no law keeps anything after an erasure.
func ownNotice(ctx context.Context, t *testing.T, steward *gateway.Client) consent.Notice {
	t.Helper()
	view, err := steward.Consent().GetNotice(ctx, consent.GetNoticeRequest{NoticeID: "energy-sharing", Version: 1})
	require.NoError(t, err)
	view.NoticeID, view.LawfulBases = "n-"+random(t), []string{"eu-gdpr:A6-1-a"}
	notice, receipt, err := steward.Consent().PublishNotice(ctx, consent.PublishNoticeRequest{NoticeContent: view.NoticeContent})
	require.NoError(t, err)
	for _, org := range net.Topology {
		require.NoError(t, connect(t, org.Name, org.Client().Name).Await(ctx, receipt))
	}
	return notice
}

// pending reports whether a controller has still to purge the subject.
func pending(ctx context.Context, t *testing.T, authority *gateway.Client, subject string) bool {
	t.Helper()
	for bookmark := ""; ; {
		page, err := authority.Consent().ListPendingPurges(ctx, consent.ListPendingPurgesRequest{Listing: request.Listing{Bookmark: bookmark}})
		require.NoError(t, err)
		if slices.ContainsFunc(page.Pending, func(p consent.PendingPurge) bool { return p.Subject == subject }) {
			return true
		}
		if bookmark = page.Bookmark; bookmark == "" {
			return false
		}
	}
}
