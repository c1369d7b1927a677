// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// at is a time for tests.
func at(text string) time.Time {
	t, ok := readInstant(text)
	if !ok {
		panic(text)
	}
	return t
}

// policyOf parses a policy that has no findings.
func policyOf(t testing.TB, text string) Policy {
	t.Helper()
	policy, found := Parse([]byte(text))
	require.Empty(t, found)
	return policy
}

// constrained is a policy that permits reading ex:x under one constraint.
func constrained(left, operator, right string) string {
	return `{"permission":[{"uid":"ex:p","action":"read","target":"ex:x","constraint":[` + atomText(left, operator, right) + `]}]}`
}

// atomText writes an atomic constraint; a right operand that is not JSON yet is a string.
func atomText(left, operator, right string) string {
	if right[0] != '[' && right[0] != '{' && right[0] != '"' {
		right = `"` + right + `"`
	}
	return `{"leftOperand":"` + left + `","operator":"` + operator + `","rightOperand":` + right + `}`
}

var reading = Request{Action: "read", Target: "ex:x", Assignee: "ex:alice"}

// saying is a request to read that states one thing of itself.
func saying(left string, values ...string) Request {
	request := reading
	request.Values = Values{}
	for _, value := range values {
		request.Values[left] = append(request.Values[left], Given{Value: value})
	}
	return request
}

// purposes is a small taxonomy: commercial research is both research and commercial.
func purposes() Knowledge {
	return Knowledge{Purposes: NewHierarchy([]Within{
		{"dpv:ResearchAndDevelopment", "dpv:Purpose"}, {"dpv:CommercialPurpose", "dpv:Purpose"}, {"dpv:Marketing", "dpv:Purpose"},
		{"dpv:AcademicResearch", "dpv:ResearchAndDevelopment"},
		{"dpv:CommercialResearch", "dpv:ResearchAndDevelopment"}, {"dpv:CommercialResearch", "dpv:CommercialPurpose"},
		{"dpv:Advertising", "dpv:Marketing"},
	})}
}
