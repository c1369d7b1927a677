// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// liars are two organisations that run altered chaincode: as many as endorse a transaction.
type liars struct{ client *gateway.Client }

// twoLiars has the city and the community run altered chaincode until the test ends.
func twoLiars(t *testing.T) liars {
	t.Helper()
	nativeOnly(t, "containers run no chaincode besides smartb")
	require.NoError(t, deployProbe())
	lie(t, "city")
	lie(t, "community")
	return liars{connect(t, "city", "steward")}
}

// forge writes what the two like. The ledger takes it unless a key's own policy forbids it.
func (l liars) forge(ctx context.Context, t *testing.T, writes ...write) error {
	t.Helper()
	receipt, err := l.client.Submit(ctx, "probe:Forge", map[string]any{"writes": writes}, nil, gateway.WithEndorsingOrganizations("CityMSP", "CommunityMSP"))
	if err == nil {
		require.NoError(t, connect(t, "utility", "steward").Await(ctx, receipt))
	}
	return err
}

// TestTwoLiarsCannotGovern has two organisations forge a vote, a version, a rollback and the founding itself: the ledger refuses it, or no reader believes it.
func TestTwoLiarsCannotGovern(t *testing.T) {
	ctx := within(t, 5*time.Minute)
	honest := connect(t, "utility", "steward").Governance()
	before, err := honest.Get(ctx)
	require.NoError(t, err)
	founded, err := honest.GetFounding(ctx)
	require.NoError(t, err)
	rules := before.Rules
	rules.Version, rules.Authorities, rules.Auditors = before.Version+1, []string{"CityMSP"}, []string{"CityMSP"}
	signature, err := connect(t, "city", "admin").SignMember(governance.VoteType, rules.Payload(networkID(t)))
	require.NoError(t, err)
	l := twoLiars(t)

	t.Run("the founding record cannot be written again", func(t *testing.T) {
		forged := founded.Founding
		forged.Rules = rules
		require.ErrorContains(t, l.forge(ctx, t, record(t, forged, "governance.founding")), "ENDORSEMENT_POLICY_FAILURE")
	})
	t.Run("the rules in force cannot be written, neither forward nor back", func(t *testing.T) {
		forged := governance.Record{Schema: 1, Adoption: governance.Adoption{Rules: rules, Since: time.Now().UTC()}, ApprovedBy: []string{"CityMSP", "CommunityMSP", "UtilityMSP"}}
		require.ErrorContains(t, l.forge(ctx, t, record(t, forged, "governance.rules")), "ENDORSEMENT_POLICY_FAILURE")
		first := governance.Record{Schema: 1, Adoption: governance.Adoption{Rules: founded.Founding.Rules, Since: time.Now().UTC()}}
		require.ErrorContains(t, l.forge(ctx, t, record(t, first, "governance.rules")), "ENDORSEMENT_POLICY_FAILURE")
	})
	t.Run("votes in the names of others are written, and not counted", func(t *testing.T) {
		for _, msp := range []string{"UtilityMSP", "OversightMSP"} {
			vote := governance.Vote{Schema: 1, Rules: rules, Ballot: governance.Ballot{MSP: msp, Signature: signature, At: time.Now().UTC()}}
			require.NoError(t, l.forge(ctx, t, record(t, vote, "governance.vote", strconv.Itoa(rules.Version), msp, "0")))
		}
		own := governance.Vote{Schema: 1, Rules: rules, Ballot: governance.Ballot{MSP: "CityMSP", Signature: signature, At: time.Now().UTC()}}
		require.NoError(t, l.forge(ctx, t, record(t, own, "governance.vote", strconv.Itoa(rules.Version), "CityMSP", "0")))
		var answer governance.ApproveAnswer
		community := connect(t, "community", "admin")
		vote, err := community.SignMember(governance.VoteType, rules.Payload(networkID(t)))
		require.NoError(t, err)
		request := governance.ApproveRequest{Rules: rules, Signature: vote}
		_, err = community.Submit(ctx, "governance:Approve", request, &answer, gateway.WithEndorsingOrganizations("UtilityMSP", "OversightMSP"))
		require.NoError(t, err)
		require.Equal(t, []string{"CityMSP", "CommunityMSP"}, answer.ApprovedBy)
		require.False(t, answer.Effective)
	})
	after, err := honest.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// TestTwoLiarsMakeUpNothingInAResidentsName has two organisations write consents, keys and guardians that nobody signed, and take an end back.
func TestTwoLiarsMakeUpNothingInAResidentsName(t *testing.T) {
	ctx := within(t, 5*time.Minute)
	alice, withdrawn, puppet := consents(ctx, t), consents(ctx, t), consents(ctx, t)
	honest, processor := connect(t, "utility", "steward"), connect(t, "utility", "processor")
	own := connect(t, "utility", "steward", gateway.WithResidentKey(withdrawn.key))
	_, receipt, err := own.Consent().Withdraw(ctx, consent.DecisionRequest{ConsentID: withdrawn.consentID})
	require.NoError(t, err)
	require.NoError(t, processor.Await(ctx, receipt))
	genuine, err := honest.Consent().Get(ctx, consent.GetRequest{Subject: alice.subject, ConsentID: alice.consentID})
	require.NoError(t, err)
	l := twoLiars(t)
	allowed := func(subject string) consent.Verdict {
		verdict, err := processor.Consent().Check(ctx, consent.CheckRequest{
			Subject: subject, Controller: "CommunityMSP", Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadProfile}, Recipient: "UtilityMSP",
		})
		require.NoError(t, err)
		return verdict
	}
	require.True(t, allowed(alice.subject).Allowed)

	t.Run("a consent of somebody who gave none, with another's signature", func(t *testing.T) {
		bob := newResident(t)
		forged := genuine.Record
		forged.Subject = bob.subject
		require.NoError(t, l.forge(ctx, t, record(t, forged, "consent.record", bob.subject, forged.ConsentID)))
		require.False(t, allowed(bob.subject).Allowed)
	})
	t.Run("a consent again that was withdrawn", func(t *testing.T) {
		view, err := honest.Consent().Get(ctx, consent.GetRequest{Subject: withdrawn.subject, ConsentID: withdrawn.consentID})
		require.NoError(t, err)
		again := view.Record
		again.ConsentID = random(t)
		require.NoError(t, l.forge(ctx, t, record(t, again, "consent.record", withdrawn.subject, again.ConsentID)))
		require.False(t, allowed(withdrawn.subject).Allowed)
	})
	t.Run("the end of a consent, changed", func(t *testing.T) {
		key := record(t, map[string]any{"schema": 1}, "consent.end", withdrawn.subject, withdrawn.consentID, "Withdraw")
		require.ErrorContains(t, l.forge(ctx, t, key), "ENDORSEMENT_POLICY_FAILURE")
		key.Removes = true
		require.ErrorContains(t, l.forge(ctx, t, key), "ENDORSEMENT_POLICY_FAILURE", "removed")
		require.False(t, allowed(withdrawn.subject).Allowed)
	})
	t.Run("a key of a stranger as one of the resident's", func(t *testing.T) {
		thief := newResident(t)
		key := consent.Key{Schema: 1, Key: thief.subject, Subject: alice.subject, Algorithm: "ES256", AddedAt: time.Now().UTC(), TxID: "0"}
		require.NoError(t, l.forge(ctx, t, record(t, key, "consent.key", thief.subject)))
		speaks := connect(t, "utility", "steward", gateway.WithResidentKey(thief.key), gateway.WithSubject(alice.subject))
		_, err := speaks.Consent().ListBySubject(ctx, consent.ListBySubjectRequest{})
		require.ErrorIs(t, err, gateway.ErrForbidden, "at the honest peer")
	})
	t.Run("a guardian that the resident never named", func(t *testing.T) {
		office := consent.Office{ID: "made-up-0123456789", From: time.Now().UTC().Add(-time.Hour), Until: time.Now().UTC().AddDate(9, 0, 0), ReasonCode: consent.CourtAppointed, By: alice.subject}
		guardian := consent.Guardian{Schema: 1, Subject: alice.subject, Guardian: puppet.subject, Offices: []consent.Office{office}}
		require.NoError(t, l.forge(ctx, t, record(t, guardian, "consent.guardian", alice.subject, puppet.subject)))
		speaks := connect(t, "utility", "steward", gateway.WithResidentKey(puppet.key), gateway.WithSubject(alice.subject))
		_, err := speaks.Consent().ListBySubject(ctx, consent.ListBySubjectRequest{})
		require.ErrorIs(t, err, gateway.ErrForbidden, "at the honest peer")
	})
	t.Run("an end that the resident did not sign ends, and is called unproven", func(t *testing.T) {
		end := consent.End{Schema: 1, ConsentRef: consent.ConsentRef{Subject: alice.subject, ConsentID: alice.consentID}}
		end.Type, end.State, end.At, end.By = consent.StepWithdraw, consent.Withdrawn, time.Now().UTC(), alice.subject
		require.NoError(t, l.forge(ctx, t, record(t, end, "consent.end", alice.subject, alice.consentID, "Withdraw")))
		verdict := allowed(alice.subject)
		require.False(t, verdict.Allowed)
		require.Equal(t, consent.EndIsUnproven, verdict.Reasons[0].Code)
	})
}
