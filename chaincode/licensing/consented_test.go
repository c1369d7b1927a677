// SPDX-License-Identifier: Apache-2.0

package licensing_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// TestOnePurposesLineageDecidesAsTheWholeTaxonomy asks every operator about every pair of purposes, in a permission and in a prohibition.
func TestOnePurposesLineageDecidesAsTheWholeTaxonomy(t *testing.T) {
	var shipped consent.Taxonomy
	require.NoError(t, json.Unmarshal(consent.DPVPurposes, &shipped.TaxonomyContent))
	whole, asked := licensing.Purposes(shipped.Terms), append(shipped.Lineages(), consent.Lineage{Term: "ex:Unknown"})
	for _, operator := range []odrl.Operator{odrl.Eq, odrl.Neq, odrl.IsA, odrl.IsPartOf, odrl.HasPart, odrl.IsAnyOf, odrl.IsAllOf, odrl.IsNoneOf} {
		t.Run(string(operator), func(t *testing.T) {
			for _, right := range shipped.Terms {
				policy, findings := odrl.Parse(fmt.Appendf(nil, `{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Set","uid":"p","conflict":"prohibit",
					"permission":[{"action":"use","constraint":[{"leftOperand":"purpose","operator":%[1]q,"rightOperand":%[2]q}]}],
					"prohibition":[{"action":"use","constraint":[{"leftOperand":"purpose","operator":%[1]q,"rightOperand":%[2]q}]}]}`, operator, right.Term))
				require.Empty(t, findings)
				for _, purpose := range asked {
					request := odrl.Request{Action: "use", Target: "d", Assignee: "a", Values: odrl.Values{"purpose": {{Value: purpose.Term}}}}
					evaluate := func(known *odrl.Hierarchy) odrl.Report {
						return odrl.Evaluate(policy, request, odrl.World{Now: time.Unix(0, 0), Knowledge: odrl.Knowledge{Purposes: known}})
					}
					lineage := licensing.Purposes(nil)
					if purpose.Term != "ex:Unknown" {
						lineage = licensing.Lineage(purpose)
					}
					require.Equal(t, evaluate(whole), evaluate(lineage), "%s %s %s", purpose.Term, operator, right.Term)
				}
			}
		})
	}
}
