package transaction

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/party"
)

func TestARowAdmitsTheMembersThatItNames(t *testing.T) {
	stewards := May{{Role: party.Steward, Of: "the owner"}, {Role: Administrator}}
	for sentence, row := range map[string]struct {
		may     May
		caller  party.Caller
		message string
	}{
		"a member in the role":                   {stewards, party.Caller{Roles: []party.Role{party.Steward}}, ""},
		"a member in one of several roles":       {stewards, party.Caller{Roles: []party.Role{party.Auditor, party.Steward}}, ""},
		"an administrator where one counts":      {stewards, party.Caller{Admin: true}, ""},
		"any member":                             {Anybody, party.Caller{}, ""},
		"a resident, whom the row's flag admits": {stewards, party.Caller{Statement: &party.Statement{}}, ""},
		"a member in another role": {
			stewards, party.Caller{Roles: []party.Role{party.Auditor}},
			"requires role steward of the owner or an administrator of any organisation; you are CityMSP with role auditor",
		},
		"a member without a role": {
			stewards[:1], party.Caller{}, "requires role steward of the owner; you are CityMSP without a role (certificate attribute smartb.role)",
		},
		"an administrator where roles count": {stewards[:1], party.Caller{Admin: true}, "requires role steward of the owner; you are CityMSP as an administrator"},
		"a member where only residents call": {
			nil, party.Caller{Roles: []party.Role{party.Steward}}, "only a resident may do this, by a signed request; you are CityMSP with role steward",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			row.caller.MSP = "CityMSP"
			err := row.may.check(row.caller)
			if row.message == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, fault.Forbidden, fault.From(err).Code)
			require.Equal(t, row.message, fault.From(err).Message)
		})
	}
}
