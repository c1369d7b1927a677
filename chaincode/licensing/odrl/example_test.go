// SPDX-License-Identifier: Apache-2.0

package odrl_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// A licence is read once, and each request is answered with a report that explains why.
func Example() {
	policy, findings := odrl.Parse([]byte(`{
		"@context": "https://w3id.org/dspace/2025/1/context.jsonld",
		"@type": "Agreement", "@id": "urn:uuid:licence-1",
		"target": "urn:dataset:air", "assigner": "CityMSP", "assignee": "LabMSP",
		"permission": [{
			"@id": "urn:rule:1", "action": "read",
			"constraint": [
				{"leftOperand": "purpose", "operator": "isA", "rightOperand": "dpv:ResearchAndDevelopment"},
				{"leftOperand": "dateTime", "operator": "lt", "rightOperand": {"@value": "2027-01-01", "@type": "xsd:date"}},
				{"leftOperand": "count", "operator": "lteq", "rightOperand": "100"}
			]
		}]
	}`))
	if len(findings) > 0 {
		fmt.Println(findings)
		return
	}
	request := odrl.Request{
		Action: "read", Target: "urn:dataset:air", Assignee: "LabMSP",
		Values: odrl.Values{"purpose": {{Value: "dpv:AcademicResearch"}}},
	}
	world := odrl.World{
		Now:  time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC),
		Uses: map[string]odrl.Use{policy.Permissions[0].Key(): {Count: 41}},
		Knowledge: odrl.Knowledge{Purposes: odrl.NewHierarchy([]odrl.Within{
			{Narrow: "dpv:AcademicResearch", Broad: "dpv:ResearchAndDevelopment"},
		})},
	}
	report := odrl.Evaluate(policy, request, world)
	fmt.Println("permit:", report.Permit)
	for _, constraint := range report.Rules[0].Constraints {
		fmt.Println(constraint.LeftOperand, constraint.LeftValue, constraint.SatisfactionState)
	}
	until, _ := odrl.Horizon(policy, world)
	fmt.Println("at the latest until", until.Format(time.DateOnly))

	request.Values["purpose"] = []odrl.Given{{Value: "dpv:Marketing"}}
	fmt.Println("for marketing:", odrl.Evaluate(policy, request, world).Permit)
	// Output:
	// permit: true
	// purpose [dpv:AcademicResearch] Satisfied
	// dateTime [2026-05-01T09:00:00Z] Satisfied
	// count [42] Satisfied
	// at the latest until 2027-01-01
	// for marketing: false
}

// A licence never exceeds what its owner consented to.
func ExampleRefines() {
	consent, _ := odrl.Parse([]byte(`{"permission": {"action": "use", "target": "urn:dataset:meter-7", "assignee": ["CityMSP", "LabMSP"],
		"constraint": {"leftOperand": "dateTime", "operator": "lt", "rightOperand": "2027-01-01"}}}`))
	licence, _ := odrl.Parse([]byte(`{"permission": {"action": "read", "target": "urn:dataset:meter-7", "assignee": "LabMSP",
		"constraint": {"leftOperand": "dateTime", "operator": "lt", "rightOperand": "2028-01-01"}}}`))
	result := odrl.Refines(licence, consent, odrl.Knowledge{})
	witness, _ := json.Marshal(result.Witness.World)
	fmt.Println(result.Answer, string(witness))
	// Output: no {"currentTime":"2027-12-31T23:59:59.999999999Z"}
}

// Contradictions show before a policy is published.
func ExampleConflicts() {
	policy, _ := odrl.Parse([]byte(`{"conflict": "prohibit",
		"permission":  {"uid": "urn:rule:1", "action": "use",  "target": "urn:dataset:air"},
		"prohibition": {"uid": "urn:rule:2", "action": "print", "target": "urn:dataset:air"}}`))
	for _, conflict := range odrl.Conflicts(policy, odrl.Knowledge{}) {
		fmt.Println(conflict.Permission, conflict.Prohibition, conflict.Certain, conflict.Example.Request.Action)
	}
	// Output: urn:rule:1 urn:rule:2 true print
}
