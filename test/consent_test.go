package test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/statement"
)

// TestAResidentConsentsAndWithdrawsThroughAnyOrganisation: the city relays what the resident signed, the utility may process, the resident withdraws
// through another organisation, and the next block's question is answered with no.
func TestAResidentConsentsAndWithdrawsThroughAnyOrganisation(t *testing.T) {
	ctx := within(t, 2*time.Minute)
	key, err := statement.NewKey(statement.ES256)
	require.NoError(t, err)
	subject, err := key.Thumbprint()
	require.NoError(t, err)
	steward, processor := connect(t, "utility", "steward"), connect(t, "utility", "processor")
	city, community := connect(t, "city", "steward", gateway.WithStatementKey(key)), connect(t, "community", "steward", gateway.WithStatementKey(key))

	receipt, err := connect(t, "oversight", "authority").Submit(ctx, "consent:LoadTaxonomy", json.RawMessage(consent.DPVPurposes), nil)
	require.True(t, err == nil || errors.Is(err, gateway.ErrAlreadyExists), "%v", err)
	if err == nil {
		require.NoError(t, steward.Await(ctx, receipt))
	}
	notice := notice("n-" + random(t))
	receipt, err = steward.Submit(ctx, "consent:PublishNotice", notice, nil)
	require.NoError(t, err)
	require.NoError(t, city.Await(ctx, receipt))

	id := random(t)
	var view consent.View
	receipt, err = city.Submit(ctx, "consent:Give", consent.GiveRequest{Terms: consent.Terms{
		ConsentID: id, NoticeID: notice.NoticeID, NoticeVersion: 1, DataCategories: notice.DataCategories, Type: consent.Expressed, ValidUntil: time.Now().AddDate(1, 0, 0).UTC().Truncate(time.Second),
	}}, &view)
	require.NoError(t, err)
	require.Equal(t, subject, view.Subject)
	require.NoError(t, processor.Await(ctx, receipt))
	require.NoError(t, community.Await(ctx, receipt))

	check := consent.CheckRequest{Subject: subject, Controller: "UtilityMSP", Purpose: notice.Purpose, DataCategories: notice.DataCategories}
	var verdict consent.Verdict
	require.NoError(t, processor.Evaluate(ctx, "consent:Check", check, &verdict))
	require.True(t, verdict.Allowed)
	require.Equal(t, []string{id}, verdict.ConsentIDs)
	var list consent.Page
	require.NoError(t, city.Evaluate(ctx, "consent:ListBySubject", consent.ListBySubjectRequest{}, &list))
	require.Len(t, list.Consents, 1)

	receipt, err = community.Submit(ctx, "consent:Withdraw", consent.DecisionRequest{ConsentID: id}, &view)
	require.NoError(t, err)
	require.Equal(t, consent.Withdrawn, view.State)
	require.NoError(t, processor.Await(ctx, receipt))
	verdict = consent.Verdict{}
	require.NoError(t, processor.Evaluate(ctx, "consent:Check", check, &verdict))
	require.False(t, verdict.Allowed)
	require.NotEmpty(t, verdict.Reasons)

	_, err = steward.Submit(ctx, "consent:Withdraw", consent.DecisionRequest{ConsentID: id}, nil)
	require.ErrorIs(t, err, gateway.ErrForbidden, "no organisation speaks for the resident")
}

// notice is a complete notice of the utility.
func notice(id string) consent.NoticeContent {
	return consent.NoticeContent{
		NoticeID: id, Version: 1, Title: "Energy sharing", Purpose: "dpv:CustomerClaimsManagement", LawfulBases: []string{"eu-gdpr:A6-1-a"}, DataCategories: []string{"pd:PowerConsumption"},
		Controller: consent.Controller{MSP: "UtilityMSP", Name: "Utility", Address: "Grid street 1", Contact: "Privacy desk", Email: "privacy@utility.example", Phone: "+43 1 1", Type: "dpv:Organisation"},
		DPOContact: "dpo@utility.example", Languages: []string{"en"}, Necessity: "Without the load curve nothing can be shared.", Source: "the resident's meter",
		SubjectCategories: []string{"dpv:Consumer"}, CollectionMethod: "smart meter", ProcessingMethod: "allocation by the chaincode", AutomatedDecisions: "none",
		StorageLocations: []string{"AT"}, ProcessingLocations: []string{"AT"}, Retention: "P2Y", Jurisdiction: "AT",
		Rights: []string{"eu-gdpr:A7-3"}, WithdrawalMethod: "smartb consent withdraw", Authority: "Data protection authority", SecurityMeasures: "private data collections",
		Service:     consent.Service{Name: "settlement", SourceRepository: "https://example.org/smartb", SourceCommit: strings.Repeat("a", 40)},
		DocumentURL: "https://utility.example/notice", DocumentSHA256: strings.Repeat("0", 64), ValidFrom: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}
