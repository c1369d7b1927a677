package test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// TestAuthorisationMatrix calls every transaction as every user of every organisation, with real certificates of its Fabric CA. It evaluates, so that
// nothing changes; who is refused is refused before anything is decided.
func TestAuthorisationMatrix(t *testing.T) {
	ctx, p := within(t, 3*time.Minute), everyone(t)
	community, members := p.found(ctx, t, 1, 1)
	p.measure(ctx, t, community, map[string]int64{members[0]: 1000, members[1]: 500})
	settle := settlement.SettleDayRequest{CommunityID: community, Day: day, Run: settlement.Final}
	_, receipt, err := p.organiser.Settlement().SettleDay(ctx, settle)
	require.NoError(t, err)

	const organiser, operator, auditor = "community/organiser", "utility/meter-operator", "oversight/auditor"
	anybody := []string{"*"}
	membership := settlement.Membership{CommunityID: community, MemberID: random(t), Direction: settlement.Consumption, Factor: 100, From: "2025-01-01", ConsentID: "c"}
	rules := governance.Rules{Version: 1, Authorities: []string{"OversightMSP"}, Auditors: []string{"OversightMSP"}}
	rows := map[string]struct {
		request   any
		transient string
		allowed   []string
	}{
		"governance:Approve":         {governance.ApproveRequest{Rules: rules}, "", []string{"city/admin", "utility/admin", "community/admin", "oversight/admin"}},
		"governance:Get":             {governance.GetRequest{}, "", anybody},
		"settlement:CreateCommunity": {terms(t), "", []string{organiser}},
		"settlement:AddMember":       {membership, `{"meteringPoint":"x","salt":"` + random(t) + `"}`, []string{organiser}},
		"settlement:ConfirmMember": {
			settlement.ConfirmMemberRequest{CommunityID: community, MemberID: members[0], PointRef: settlement.PointRef(pointSecret, "another")}, "", []string{operator},
		},
		"settlement:SubmitMeterDays": {
			settlement.SubmitMeterDaysRequest{CommunityID: community}, `{"meterDays":[{"memberId":"` + members[0] + `"}]}`, []string{operator},
		},
		"settlement:SettleDay":    {settle, "", []string{organiser, operator}},
		"settlement:GetCommunity": {settlement.GetCommunityRequest{CommunityID: community}, "", anybody},
		"settlement:ListMembers":  {settlement.ListMembersRequest{CommunityID: community}, "", []string{organiser, operator, auditor}},
		"settlement:GetRun":       {settle, "", anybody},
		"settlement:ListRuns":     {settlement.ListRunsRequest{CommunityID: community}, "", anybody},
		"settlement:Statement": {
			settlement.StatementRequest{CommunityID: community, MemberID: members[0], Day: day, Run: settlement.Final}, "", []string{organiser, auditor},
		},
	}
	private := map[string]string{"settlement:AddMember": "member", "settlement:SubmitMeterDays": "readings"}
	for _, org := range net.Topology {
		for _, user := range org.Users {
			client, as := connect(t, org.Name, user.Name), org.Name+"/"+user.Name
			require.NoError(t, client.Await(ctx, receipt))
			for _, contract := range contracts.All() {
				for _, transaction := range contract.Transactions {
					name := contract.API.GetName() + ":" + transaction.Name
					row, known := rows[name]
					require.True(t, known, "the matrix lacks %s", name)
					var options []gateway.CallOption
					if row.transient != "" {
						options = append(options, gateway.WithTransient(map[string][]byte{private[name]: []byte(row.transient)}))
					}
					err := client.Evaluate(ctx, name, row.request, nil, options...)
					allowed := row.allowed[0] == "*" || slices.Contains(row.allowed, as)
					require.Equal(t, allowed, !errors.Is(err, gateway.ErrForbidden), "%s as %s: %v", name, as, err)
				}
			}
		}
	}
}
