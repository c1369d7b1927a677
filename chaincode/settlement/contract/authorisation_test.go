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

// TestAuthorisationMatrix calls every transaction of the contract as every organisation in every role; only those named here get through.
func TestAuthorisationMatrix(t *testing.T) {
	organisers := []string{"CityMSP/organiser", "CommunityMSP/organiser", "OversightMSP/organiser", "UtilityMSP/organiser"}
	rows := map[string]struct {
		request   any
		transient map[string]any
		allowed   []string
	}{
		"CreateCommunity": {nil, nil, organisers},
		"AddMember":       {membership("new", settlement.Consumption), private("AT0new"), []string{organiser}},
		"ConfirmMember":   {settlement.ConfirmMemberRequest{CommunityID: "sunny", MemberID: "a", PointRef: pointRef(0)}, nil, []string{operator}},
		"ChangeKey":       {changeKey("2026-02-01", "static", false), nil, []string{organiser}},
		"ChangeTariff":    {settlement.ChangeTariffRequest{CommunityID: "sunny", From: "2026-02-01"}, nil, []string{organiser}},
		"EndMember":       {settlement.EndMemberRequest{CommunityID: "sunny", MemberID: "a", To: "2026-02-01"}, nil, []string{organiser}},
		"SubmitKeyDay": {settlement.SubmitKeyDayRequest{CommunityID: "sunny"}, map[string]any{"keyDay": settlement.KeyDay{
			Day: day, Version: 1, Consumers: []string{"a"}, Shares: [][][]int64{slices.Repeat([][]int64{{1}}, 96)}, Salt: salt,
		}}, []string{organiser}},
		"SubmitMeterDays": {submit, readings(flat("a", day, 96, 1000)), []string{operator}},
		"SettleDay":       {settleFinal, nil, []string{organiser, operator}},
		"GetCommunity":    {settlement.GetCommunityRequest{CommunityID: "sunny"}, nil, anybody},
		"ListMembers":     {settlement.ListMembersRequest{CommunityID: "sunny"}, nil, []string{organiser, operator, auditor}},
		"GetRun":          {settleFinal, nil, anybody},
		"ListRuns":        {settlement.ListRunsRequest{CommunityID: "sunny"}, nil, anybody},
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
			row, known := rows[transaction.Name]
			require.True(t, known, "the matrix lacks %s", transaction.Name)
			t.Run(transaction.Name, func(t *testing.T) {
				s := measured(t)
				settled(t, s, settleFinal)
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
						if row.allowed[0] == "*" || slices.Contains(row.allowed, as) {
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
