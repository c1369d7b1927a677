// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// anybody marks transactions that every member of the channel may call.
var anybody = []string{"*"}

// prepared is a community in a state in which the transaction is possible.
func prepared(t *testing.T, transaction string) *contracttest.Suite {
	t.Helper()
	s := billable(t)
	switch transaction {
	case "ChangeKey", "ChangeTariff", "AddMember", "EndMember", "AssentToEnd", "SubmitMeterDays", "ClosePeriod":
		s = measured(t)
		settled(t, s, settleFinal)
	case "FinalizePeriod":
		closed(t, s, settlement.ProvisionalPhase)
		s.Now = s.Now.AddDate(0, 0, 31)
	case "RaiseDispute", "ResolveDispute":
		closed(t, s, settlement.ProvisionalPhase)
		s.Submit(t, organiser, "settlement:RaiseDispute", dispute("d", settlement.AboutReadings), nil)
	case "ReplaceTerms": // as long as nothing is final
	case "PurgeMeterDays":
		finalized(t, s)
		retained(s)
	case "PublishFigures":
		s = published(t)
	default:
		finalized(t, s)
	}
	return s
}

// TestAuthorisationMatrix calls every transaction of the contract as every organisation in every role; only those named here get through.
func TestAuthorisationMatrix(t *testing.T) {
	organisers := []string{"CityMSP/organiser", "CommunityMSP/organiser", "OversightMSP/organiser", "UtilityMSP/organiser"}
	rows := map[string]struct {
		request   any
		transient map[string]any
		allowed   []string
	}{
		"CreateCommunity": {nil, nil, organisers},
		"AddMember":       {membership("new", settlement.Consumption), nil, []string{organiser}},
		"ConfirmMember":   {confirmation("sunny", "a"), known(neighbour(), 0), []string{operator}},
		"ChangeKey":       {changeKey("2026-02-01", "static", false), nil, []string{organiser}},
		"ChangeTariff":    {settlement.ChangeTariffRequest{CommunityID: "sunny", From: "2026-02-01", FreeOfCharge: true}, nil, []string{organiser}},
		"EndMember":       {settlement.EndMemberRequest{CommunityID: "sunny", MemberID: "a", To: "2026-02-01"}, nil, []string{organiser}},
		"AssentToEnd":     {settlement.AssentToEndRequest{CommunityID: "sunny", MemberID: "a", To: "2026-02-01"}, nil, []string{operator}},
		"ReplaceTerms":    {settlement.ReplaceTermsRequest{Terms: priced()}, nil, []string{organiser}},
		"SubmitKeyDay": {settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": settlement.KeyDay{
			Day: day, Version: 1, Consumers: []string{"a"}, Shares: [][][]int64{slices.Repeat([][]int64{{1}}, 96)}, Salt: salt,
		}}, []string{organiser}},
		"SubmitMeterDays": {submit, readings(flat("a", day, 96, 1000)), []string{operator}},
		"SettleDay":       {settleFinal, nil, []string{organiser, operator}},
		"ClosePeriod":     {settlement.ClosePeriodRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.Preview}, nil, []string{organiser}},
		"FinalizePeriod":  {june, nil, []string{organiser}},
		"RecordOfficial":  {settlement.RecordOfficialRequest{CommunityID: "sunny"}, readings(flat("a", day, 96, 1)), []string{operator}},
		"RaiseDispute": {
			settlement.RaiseDisputeRequest{CommunityID: "sunny", Period: "2025-06", DisputeID: "d", MemberID: "a", Reason: settlement.AboutReadings}, nil, []string{organiser},
		},
		"ResolveDispute": {settlement.ResolveDisputeRequest{CommunityID: "sunny", Period: "2025-06", DisputeID: "d"}, nil, []string{operator}},
		"ConfirmPayment": {
			settlement.ConfirmPaymentRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.FinalPhase, MemberID: "a"}, nil, []string{organiser},
		},
		"PurgeMeterDays": {settlement.PurgeMeterDaysRequest{CommunityID: "sunny", Day: day}, nil, []string{operator}},
		"MeterDays":      {settlement.MeterDaysRequest{CommunityID: "sunny", Day: day}, nil, []string{organiser, operator, auditor}},
		"GetPeriod":      {settlement.GetPeriodRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.FinalPhase}, nil, anybody},
		"Bill": {
			settlement.BillRequest{CommunityID: "sunny", MemberID: "a", Period: "2025-06", Phase: settlement.FinalPhase}, nil, []string{organiser, auditor},
		},
		"Proof": {
			settlement.ProofRequest{CommunityID: "sunny", MemberID: "a", Period: "2025-06", Phase: settlement.FinalPhase}, nil, []string{organiser, auditor},
		},
		"Positions": {
			settlement.PositionsRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.FinalPhase}, nil, []string{organiser, auditor},
		},
		"Differences":  {settlement.DifferencesRequest{CommunityID: "sunny", Day: day, Run: settlement.Final}, nil, []string{organiser, operator, auditor}},
		"Coverage":     {settlement.CoverageRequest{CommunityID: "sunny", Period: "2025-06"}, nil, []string{organiser, operator, auditor}},
		"ListDisputes": {settlement.ListDisputesRequest{CommunityID: "sunny", Period: "2025-06"}, nil, anybody},
		"GetCommunity": {settlement.GetCommunityRequest{CommunityID: "sunny"}, nil, anybody},
		"ListMembers":  {settlement.ListMembersRequest{CommunityID: "sunny"}, nil, []string{organiser, operator, auditor}},
		"GetRun":       {settleFinal, nil, anybody},
		"RunTotals":    {settleFinal, nil, []string{organiser, operator, auditor}},
		"CheckDay":     {settleFinal, nil, []string{organiser, operator, auditor}},
		"CheckMeterDays": {
			settlement.CheckMeterDaysRequest{CommunityID: "sunny"}, readings(flat("a", day, 96, 1000)), []string{operator},
		},
		"CheckKeyDay": {settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": settlement.KeyDay{
			Day: day, Version: 1, Consumers: []string{"a"}, Shares: [][][]int64{slices.Repeat([][]int64{{1}}, 96)}, Salt: salt,
		}}, []string{organiser}},
		"PublishFigures": {settlement.PublishFiguresRequest{CommunityID: "sunny", Period: "2025-06"}, nil, []string{organiser}},
		"AgreeToFigures": {
			settlement.AgreeToFiguresRequest{CommunityID: "sunny", MemberID: "p", RegisterNumber: "FN 123456a", Agreed: true}, nil, nil,
		},
		"ListCommunities": {settlement.ListCommunitiesRequest{}, nil, anybody},
		"ListFigures":     {settlement.ListFiguresRequest{CommunityID: "sunny", Period: "2025-06"}, nil, anybody},
		"RecordReads": {settlement.RecordReadsRequest{CommunityID: "sunny"}, map[string]any{"reads": settlement.Reads{
			Salt: salt, Reads: []settlement.Read{{MemberID: "a", What: settlement.ReadStatement, Days: []string{day}}},
		}}, []string{organiser, operator, auditor}},
		"Uses":      {settlement.UsesRequest{CommunityID: "sunny", MemberID: "a", Period: "2025-06"}, nil, []string{organiser, auditor}},
		"ListReads": {settlement.ListReadsRequest{CommunityID: "sunny", Period: "2025-06"}, nil, anybody},
		"PeriodTotals": {
			settlement.GetPeriodRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.FinalPhase}, nil, []string{organiser, auditor},
		},
		"ListRuns": {settlement.ListRunsRequest{CommunityID: "sunny"}, nil, anybody},
		"Statement": {
			settlement.StatementRequest{CommunityID: "sunny", MemberID: "a", Day: day, Run: settlement.Final}, nil,
			[]string{organiser, auditor},
		},
	}
	for _, contract := range contracts.All() {
		if contract.API.GetName() != "settlement" {
			continue
		}
		for _, transaction := range contract.Transactions {
			if transaction.Name == "Relay" { // anybody relays; whom a statement lets in is in the tests of the residents
				continue
			}
			row, known := rows[transaction.Name]
			require.True(t, known, "the matrix lacks %s", transaction.Name)
			t.Run(transaction.Name, func(t *testing.T) {
				s := prepared(t, transaction.Name)
				if transaction.Name == "AddMember" {
					row.transient = private(t, s, 50)
				}
				for _, msp := range contracttest.MSPs {
					for _, role := range append(slices.Clone(contracttest.Roles), "admin", "") {
						as := msp + "/" + string(role)
						request := row.request
						if request == nil { // each organisation creates a community of its own
							own := terms
							own.CommunityID = "of-" + msp
							request = own
						}
						_, refusal := s.Call(t, as, "settlement:"+transaction.Name, request, row.transient)
						if len(row.allowed) > 0 && row.allowed[0] == "*" || slices.Contains(row.allowed, as) {
							require.Nil(t, refusal, "%s as %s", transaction.Name, as)
							continue
						}
						require.NotNil(t, refusal, "%s as %s", transaction.Name, as)
						require.Equal(t, fault.Forbidden, refusal.Code, "%s as %s", transaction.Name, as)
					}
				}
			})
		}
	}
}
