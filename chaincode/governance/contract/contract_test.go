package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
)

const rules = `{"version":1,"authorities":["OversightMSP"],"auditors":["CityMSP","OversightMSP"]}`

func TestRulesTakeEffectWithTheMajority(t *testing.T) {
	s := contracttest.New(t)
	require.Equal(t, fault.GovernanceMissing, s.Refuse(t, "CityMSP/steward", "governance:Get", `{}`, nil).Code)
	for approvals, msp := range []string{"CityMSP", "UtilityMSP"} {
		answer := contracttest.Answer[governance.ApproveAnswer](t, s.Submit(t, msp+"/admin", "governance:Approve", rules, nil))
		require.False(t, answer.Effective)
		require.Len(t, answer.ApprovedBy, approvals+1)
		require.Equal(t, 3, answer.Needed)
	}
	require.Equal(t, fault.GovernanceMissing, s.Refuse(t, "CityMSP/steward", "governance:Get", `{}`, nil).Code)

	answer := contracttest.Answer[governance.ApproveAnswer](t, s.Submit(t, "OversightMSP/admin", "governance:Approve", rules, nil))
	require.True(t, answer.Effective)
	record := contracttest.Answer[governance.Record](t, s.Submit(t, "CityMSP/steward", "governance:Get", `{}`, nil))
	require.Equal(t, []string{"CityMSP", "OversightMSP", "UtilityMSP"}, record.ApprovedBy)
	require.Equal(t, []string{"CityMSP", "OversightMSP"}, record.Auditors)
	require.Equal(t, []string{"governance.RulesApproved", "governance.RulesApproved", "governance.RulesAdopted"},
		[]string{s.Events[0].Name, s.Events[1].Name, s.Events[2].Name})

	keys := s.Keys()
	s.Submit(t, "CommunityMSP/admin", "governance:Approve", rules, nil)
	require.Equal(t, keys, s.Keys(), "approving what is in force changes nothing")
}

func TestOneOrganisationCannotVoteTwice(t *testing.T) {
	s := contracttest.New(t)
	for range 3 {
		s.Submit(t, "CityMSP/admin", "governance:Approve", rules, nil)
	}
	require.Equal(t, fault.GovernanceMissing, s.Refuse(t, "CityMSP/admin", "governance:Get", `{}`, nil).Code)
}

func TestVotesForOtherRulesDoNotCount(t *testing.T) {
	s := contracttest.New(t)
	s.Submit(t, "CityMSP/admin", "governance:Approve", rules, nil)
	s.Submit(t, "UtilityMSP/admin", "governance:Approve", rules, nil)
	answer := contracttest.Answer[governance.ApproveAnswer](t,
		s.Submit(t, "OversightMSP/admin", "governance:Approve", `{"version":1,"authorities":["CityMSP"],"auditors":["CityMSP"]}`, nil))
	require.False(t, answer.Effective)
	require.Equal(t, []string{"OversightMSP"}, answer.ApprovedBy)
}

func TestRefusals(t *testing.T) {
	for sentence, row := range map[string]struct {
		as, request string
		code        fault.Code
		field       string
	}{
		"a client of an organisation, whatever its role": {"CityMSP/steward,authority", rules, fault.Forbidden, ""},
		"an organisation outside the channel":            {"CityMSP/admin", `{"version":1,"authorities":["MalloryMSP"],"auditors":["CityMSP"]}`, fault.InvalidField, "authorities"},
		"a version that skips one":                       {"CityMSP/admin", `{"version":2,"authorities":["CityMSP"],"auditors":["CityMSP"]}`, fault.IllegalTransition, "version"},
		"version zero":                                   {"CityMSP/admin", `{"version":0,"authorities":["CityMSP"],"auditors":["CityMSP"]}`, fault.OutOfRange, "version"},
		"no auditors":                                    {"CityMSP/admin", `{"version":1,"authorities":["CityMSP"]}`, fault.InvalidField, "auditors"},
		"authorities out of order":                       {"CityMSP/admin", `{"version":1,"authorities":["UtilityMSP","CityMSP"],"auditors":["CityMSP"]}`, fault.InvalidField, "authorities"},
		"an authority named twice":                       {"CityMSP/admin", `{"version":1,"authorities":["CityMSP","CityMSP"],"auditors":["CityMSP"]}`, fault.InvalidField, "authorities"},
	} {
		t.Run(sentence, func(t *testing.T) {
			refusal := contracttest.New(t).Refuse(t, row.as, "governance:Approve", row.request, nil)
			require.Equal(t, row.code, refusal.Code)
			require.Equal(t, row.field, refusal.Details["field"])
		})
	}
}
