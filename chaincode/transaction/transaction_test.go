// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

func TestARowAdmitsTheMembersThatItNames(t *testing.T) {
	stewards := May{{Role: identity.Steward, Of: "the owner"}, {Role: Administrator}}
	for sentence, row := range map[string]struct {
		may     May
		caller  identity.Caller
		message string
	}{
		"a member in the role":                   {stewards, identity.Caller{Roles: []identity.Role{identity.Steward}}, ""},
		"a member in one of several roles":       {stewards, identity.Caller{Roles: []identity.Role{identity.Auditor, identity.Steward}}, ""},
		"an administrator where one counts":      {stewards, identity.Caller{Admin: true}, ""},
		"any member":                             {Anybody, identity.Caller{}, ""},
		"a resident, whom the row's flag admits": {stewards, identity.Caller{SignedRequest: &signedrequest.Signed{}}, ""},
		"a member in another role": {
			stewards, identity.Caller{Roles: []identity.Role{identity.Auditor}},
			"requires role steward of the owner or an administrator of any organisation; you are CityMSP with role auditor",
		},
		"a member without a role": {
			stewards[:1], identity.Caller{}, "requires role steward of the owner; you are CityMSP without a role (certificate attribute smartb.role)",
		},
		"an administrator where roles count": {stewards[:1], identity.Caller{Admin: true}, "requires role steward of the owner; you are CityMSP as an administrator"},
		"a member where only residents call": {
			nil, identity.Caller{Roles: []identity.Role{identity.Steward}}, "only a resident may do this, by a signed request; you are CityMSP with role steward",
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
