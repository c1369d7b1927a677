// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/network"
)

// TestAuthorisationMatrix calls every transaction as every user of every organisation, with real certificates of its
// Fabric CA. It evaluates, so that nothing changes; anyone who is refused is refused before anything is decided.
func TestAuthorisationMatrix(t *testing.T) {
	ctx, p := within(t, 3*time.Minute), everyone(t)
	community, members := p.found(ctx, t, 1, 1)
	p.measure(ctx, t, community, map[string]int64{members[0]: 1000, members[1]: 500})
	settle := settlement.SettleDayRequest{CommunityID: community, Day: day, Run: settlement.Final}
	_, receipt, err := p.organiser.Settlement().SettleDay(ctx, settle)
	require.NoError(t, err)

	const organiser, operator, auditor = "community/organiser", "utility/meter-operator", "oversight/auditor"
	anybody, month := []string{"*"}, day[:len("2006-01")]
	// Each role at each organisation that has not such a member already: a role counts only together with its organisation.
	foreigners := foreignRoles(ctx, t)
	var arbiters []string // whose role may resolve some dispute, whatever the organisation
	for _, org := range net.Topology.Names() {
		for _, role := range []identity.Role{identity.Organiser, identity.MeterOperator, identity.Auditor} {
			arbiters = append(arbiters, org+"/"+string(role), org+"/"+string(role)+"-guest")
		}
	}
	organisers := []string{organiser, "city/organiser-guest", "utility/organiser-guest", "oversight/organiser-guest"}
	membership, hidden := theNeighbour(ctx, t).member(t, community, settlement.Consumption, "x")
	require.NoError(t, p.relay(ctx, theNeighbour(ctx, t).agrees(t, community, hidden)))
	private, err := json.Marshal(hidden)
	require.NoError(t, err)
	another, err := json.Marshal(settlement.Confirmation{Subject: hidden.Subject, Reference: settlement.Reference("UtilityMSP", pointSecret, "another")})
	require.NoError(t, err)
	founded, err := connect(t, "city", "steward").Governance().GetFounding(ctx)
	require.NoError(t, err)
	inForce, err := connect(t, "city", "steward").Governance().Get(ctx)
	require.NoError(t, err)
	admins := []string{"city/admin", "utility/admin", "community/admin", "oversight/admin"}
	tariff, err := json.Marshal(settlement.ChangeTariffRequest{CommunityID: community, From: "2199-01-01", FreeOfCharge: true})
	require.NoError(t, err)
	rows := map[string]struct {
		request   any
		transient string
		allowed   []string
		// outcome is what those who are allowed get; nil is success.
		outcome error
	}{
		"batch:Submit": { // a call has the caller's rights for it, and no others
			batch.Request{Calls: []batch.Call{{Transaction: "settlement:ChangeTariff", Request: tariff}}}, "", []string{organiser}, nil,
		},
		"governance:Found":       {governance.FoundRequest{Founding: founded.Founding, Signatures: founded.Signatures.Signatures}, "", admins, nil},
		"governance:GetFounding": {governance.GetFoundingRequest{}, "", anybody, nil},
		"governance:AddRoot": {
			governance.AddRootRequest{Certificate: founded.Founding.Organisations[0].Roots[0], Signature: "none"}, "", admins, gateway.ErrSignatureMissing,
		},
		"governance:Approve":         {governance.ApproveRequest{Rules: inForce.Rules, Signature: "none"}, "", admins, nil},
		"governance:Get":             {governance.GetRequest{}, "", anybody, nil},
		"settlement:CreateCommunity": {terms(t), "", organisers, nil},
		"settlement:AddMember":       {membership, string(private), []string{organiser}, nil},
		"settlement:ConfirmMember": {
			settlement.ConfirmMemberRequest{CommunityID: community, MemberID: members[0]}, string(another), []string{operator}, gateway.ErrInvalidField,
		},
		"settlement:SubmitMeterDays": {
			settlement.SubmitMeterDaysRequest{CommunityID: community}, `{"meterDays":[{"memberId":"` + members[0] + `"}]}`, []string{operator}, gateway.ErrMissingField,
		},
		"settlement:ChangeKey": {
			settlement.ChangeKeyRequest{CommunityID: community, From: "2199-01-01", Key: settlement.AllocationKey{Type: "static"}, Rounding: "EXACT"}, "", []string{organiser}, nil,
		},
		"settlement:ChangeTariff": {settlement.ChangeTariffRequest{CommunityID: community, From: "2199-01-01", FreeOfCharge: true}, "", []string{organiser}, nil},
		"settlement:SubmitKeyDay": {
			settlement.SubmitKeyDayRequest{CommunityID: community}, `{"day":"` + day + `","version":1,"consumers":[],"shares":[[[]]],"salt":"` + random(t) + `"}`, []string{organiser}, gateway.ErrOutOfRange,
		},
		"settlement:EndMember":   {settlement.EndMemberRequest{CommunityID: community, MemberID: members[0], To: "2199-01-01"}, "", []string{organiser}, nil},
		"settlement:AssentToEnd": {settlement.AssentToEndRequest{CommunityID: community, MemberID: members[0], To: "2199-01-01"}, "", []string{operator}, nil},
		"settlement:ReplaceTerms": {settlement.ReplaceTermsRequest{Terms: settlement.Terms{
			CommunityID: community, Name: "x", Country: "AT", GridOperator: "UtilityMSP", Collection: "meterData", IntervalMinutes: 15,
			TimeZone: "Europe/Vienna", Key: settlement.AllocationKey{Type: "prorata"}, Rounding: "EXACT", ValidFrom: "2025-01-01",
		}}, "", []string{organiser}, gateway.ErrIllegalTransition},
		"settlement:RecordOfficial": {
			settlement.RecordOfficialRequest{CommunityID: community}, `{"meterDays":[{"memberId":"` + members[0] + `"}]}`, []string{operator}, gateway.ErrMissingField,
		},
		"settlement:ClosePeriod": {
			settlement.ClosePeriodRequest{CommunityID: community, Period: month, Phase: settlement.Preview}, "", []string{organiser}, nil,
		},
		"settlement:FinalizePeriod": {settlement.FinalizePeriodRequest{CommunityID: community, Period: month}, "", []string{organiser}, gateway.ErrIllegalTransition},
		"settlement:RaiseDispute": {
			settlement.RaiseDisputeRequest{CommunityID: community, Period: month, DisputeID: "d", MemberID: members[0], Reason: settlement.AboutReadings}, "",
			[]string{organiser}, gateway.ErrIllegalTransition,
		},
		"settlement:ResolveDispute": {settlement.ResolveDisputeRequest{CommunityID: community, Period: month, DisputeID: "d"}, "", arbiters, gateway.ErrNotFound},
		"settlement:ConfirmPayment": {
			settlement.ConfirmPaymentRequest{CommunityID: community, Period: month, Phase: settlement.FinalPhase, MemberID: members[0]}, "", []string{organiser}, gateway.ErrNotFound,
		},
		"settlement:PurgeMeterDays": {settlement.PurgeMeterDaysRequest{CommunityID: community, Day: day}, "", []string{operator}, gateway.ErrRetentionRunning},
		"settlement:Relay":          {map[string]string{"signedRequest": "none"}, "", anybody, gateway.ErrSignedRequestMalformed},
		"settlement:MeterDays":      {settlement.MeterDaysRequest{CommunityID: community, Day: day}, "", []string{organiser, operator, auditor}, nil},
		"settlement:GetPeriod": {
			settlement.GetPeriodRequest{CommunityID: community, Period: month, Phase: settlement.FinalPhase}, "", anybody, gateway.ErrNotFound,
		},
		"settlement:Bill": {
			settlement.BillRequest{CommunityID: community, MemberID: members[0], Period: month, Phase: settlement.FinalPhase}, "", []string{organiser, auditor}, gateway.ErrNotFound,
		},
		"settlement:Proof": {
			settlement.ProofRequest{CommunityID: community, MemberID: members[0], Day: day, Run: settlement.Final}, "", []string{organiser, auditor}, nil,
		},
		"settlement:Positions": {
			settlement.PositionsRequest{CommunityID: community, Period: month, Phase: settlement.FinalPhase}, "", []string{organiser, auditor}, gateway.ErrNotFound,
		},
		"settlement:Differences": {settlement.DifferencesRequest{CommunityID: community, Day: day, Run: settlement.Final}, "", []string{organiser, operator, auditor}, nil},
		"settlement:RunTotals":   {settle, "", []string{organiser, operator, auditor}, nil},
		"settlement:CheckDay":    {settle, "", []string{organiser, operator, auditor}, nil},
		"settlement:CheckMeterDays": {
			settlement.CheckMeterDaysRequest{CommunityID: community}, `{"meterDays":[{"memberId":"` + members[0] + `"}]}`, []string{operator}, nil,
		},
		"settlement:CheckKeyDay": {
			settlement.SubmitKeyDayRequest{CommunityID: community}, `{"day":"` + day + `","version":1,"consumers":[],"shares":[[[]]],"salt":"` + random(t) + `"}`, []string{organiser}, gateway.ErrOutOfRange,
		},
		"settlement:RecordReads": {
			settlement.RecordReadsRequest{CommunityID: community},
			`{"salt":"` + random(t) + `","reads":[{"memberId":"` + members[0] + `","what":"` + string(settlement.ReadMeterDays) + `","days":["` + day + `"]}]}`,
			[]string{organiser, operator, auditor}, nil,
		},
		"settlement:PublishFigures": {settlement.PublishFiguresRequest{CommunityID: community, Period: month}, "", []string{organiser}, gateway.ErrIllegalTransition},
		"settlement:AgreeToFigures": {
			settlement.AgreeToFiguresRequest{CommunityID: community, MemberID: members[0], RegisterNumber: "FN 123456a", Agreed: true}, "", []string{"a resident"}, nil,
		},
		"settlement:Uses":            {settlement.UsesRequest{CommunityID: community, MemberID: members[0], Period: month}, "", []string{organiser, auditor}, nil},
		"settlement:ListCommunities": {settlement.ListCommunitiesRequest{}, "", anybody, nil},
		"settlement:ListFigures":     {settlement.ListFiguresRequest{CommunityID: community, Period: month}, "", anybody, nil},
		"settlement:ListReads":       {settlement.ListReadsRequest{CommunityID: community, Period: month}, "", anybody, nil},
		"settlement:PeriodTotals": {
			settlement.GetPeriodRequest{CommunityID: community, Period: month, Phase: settlement.FinalPhase}, "", []string{organiser, auditor}, gateway.ErrNotFound,
		},
		"settlement:Coverage":     {settlement.CoverageRequest{CommunityID: community, Period: month}, "", []string{organiser, operator, auditor}, nil},
		"settlement:ListDisputes": {settlement.ListDisputesRequest{CommunityID: community, Period: month}, "", anybody, nil},
		"settlement:SettleDay":    {settle, "", []string{organiser, operator}, nil},
		"settlement:GetCommunity": {settlement.GetCommunityRequest{CommunityID: community}, "", anybody, nil},
		"settlement:ListMembers":  {settlement.ListMembersRequest{CommunityID: community}, "", []string{organiser, operator, auditor}, nil},
		"settlement:GetRun":       {settle, "", anybody, nil},
		"settlement:ListRuns":     {settlement.ListRunsRequest{CommunityID: community}, "", anybody, nil},
		"settlement:Statement": {
			settlement.StatementRequest{CommunityID: community, MemberID: members[0], Day: day, Run: settlement.Final}, "", []string{organiser, auditor}, nil,
		},
	}
	entries := map[string]string{
		"settlement:AddMember": "member", "settlement:ConfirmMember": "confirmation", "settlement:SubmitMeterDays": "readings", "settlement:RecordOfficial": "readings", "settlement:SubmitKeyDay": "keyDay",
		"settlement:CheckMeterDays": "readings", "settlement:CheckKeyDay": "keyDay", "settlement:RecordReads": "reads",
	}
	for _, org := range net.Topology {
		users := slices.Clone(foreigners[org.Name])
		for _, user := range org.Users {
			users = append(users, user.Name)
		}
		for _, user := range users {
			client, as := connect(t, org.Name, user), org.Name+"/"+user
			require.NoError(t, client.Await(ctx, receipt))
			for _, contract := range contracts.All() {
				if name := contract.API.GetName(); name == "consent" || name == "licensing" { // residents act there; their own packages walk who may what
					continue
				}
				for _, transaction := range contract.Transactions {
					name := contract.API.GetName() + ":" + transaction.Name
					row, known := rows[name]
					require.True(t, known, "the matrix lacks %s", name)
					var options []gateway.CallOption
					if row.transient != "" {
						options = append(options, gateway.WithTransient(map[string][]byte{entries[name]: []byte(row.transient)}))
					}
					want := row.outcome
					if row.allowed[0] != "*" && !slices.Contains(row.allowed, as) {
						want = gateway.ErrForbidden
					}
					require.ErrorIs(t, client.Evaluate(ctx, name, row.request, nil, options...), want, "%s as %s", name, as)
				}
			}
		}
	}
}

// foreignRoles adds a user "<role>-guest" with each role to each organisation that has no such user, and returns their names.
func foreignRoles(ctx context.Context, t *testing.T) map[string][]string {
	t.Helper()
	guests := map[string][]string{}
	for _, org := range net.Topology {
		for _, role := range identity.Roles {
			if slices.ContainsFunc(org.Users, func(u network.User) bool { return u.Name == string(role) }) {
				continue
			}
			name := string(role) + "-guest"
			addUser(ctx, t, org.Name, name, string(role))
			guests[org.Name] = append(guests[org.Name], name)
		}
	}
	return guests
}

// addUser adds a user with roles to an organisation, unless a kept network has it from an earlier run.
func addUser(ctx context.Context, t *testing.T, org, name string, roles ...string) {
	t.Helper()
	if _, err := os.Stat(net.ProfilePath(org, name)); err != nil {
		require.NoError(t, net.AddUser(ctx, org, name, roles...))
	}
}
