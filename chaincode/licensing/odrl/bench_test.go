// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fifty is a policy of 50 rules, of which one permission answers the request; the strategy decides whether contradictions are looked for.
func fifty(strategy Strategy) []byte {
	rule := func(i int) string {
		return fmt.Sprintf(`{"uid":"ex:r%d","action":"read","target":"ex:x%d","assignee":"ex:a%d","constraint":[%s,%s,%s]}`, i, i%5, i%7,
			atomText("dateTime", "gteq", "2024-01-01"), atomText("dateTime", "lt", "2025-01-01"), atomText("purpose", "isA", "dpv:ResearchAndDevelopment"))
	}
	var permissions, prohibitions []string
	for i := range 40 {
		permissions = append(permissions, rule(i))
	}
	for i := range 10 {
		prohibitions = append(prohibitions, strings.ReplaceAll(rule(40+i), `"action":"read"`, `"action":"sell"`))
	}
	return []byte(`{"conflict":"` + string(strategy) + `","permission":[` + strings.Join(permissions, ",") + `],"prohibition":[` + strings.Join(prohibitions, ",") + `]}`)
}

func BenchmarkEvaluate50Rules(b *testing.B) {
	policy, found := Parse(fifty(Invalidate))
	require.Empty(b, found)
	request := saying("purpose", "dpv:AcademicResearch")
	request.Target, request.Assignee = "ex:x3", "ex:a3"
	world := World{Now: at("2024-06-01"), Knowledge: purposes()}
	require.True(b, Evaluate(policy, request, world).Permit)
	b.ReportAllocs()
	for b.Loop() {
		Evaluate(policy, request, world)
	}
}

func BenchmarkEvaluateTheLargestPolicyOfTheSuite(b *testing.B) {
	for _, c := range suite(b) {
		if c.Case == "062" {
			policy, request, world := c.read(b)
			b.ReportAllocs()
			for b.Loop() {
				Evaluate(policy, request, world)
			}
		}
	}
}

func BenchmarkParse50Rules(b *testing.B) {
	text := fifty(Invalidate)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		_, found := Parse(text)
		require.Empty(b, found)
	}
}

// BenchmarkParseContradictions reads a policy of the largest size in which every permission might meet every prohibition.
func BenchmarkParseContradictions(b *testing.B) {
	rule := `{"action":["read","print"],"constraint":[` + strings.Repeat(atomText("purpose", "isA", "ex:a")+",", 8) + atomText("dateTime", "lt", "2024-01-01") + `]}`
	other := strings.ReplaceAll(rule, "ex:a", "ex:b")
	text := []byte(`{"permission":[` + strings.Repeat(rule+",", 99) + rule + `],"prohibition":[` + strings.Repeat(other+",", 99) + other + `]}`)
	for b.Loop() {
		_, found := Parse(text)
		require.Empty(b, found)
	}
}

func BenchmarkRefusedNesting(b *testing.B) {
	text := []byte(strings.Repeat(`{"permission":{"constraint":{"and":[`, 250) + strings.Repeat(`]}}}`, 250))
	for b.Loop() {
		Parse(text)
	}
}

func BenchmarkRefines(b *testing.B) {
	policy, found := Parse([]byte(consent))
	require.Empty(b, found)
	licence, err := json.Marshal(policy)
	require.NoError(b, err)
	other, found := Parse([]byte(strings.ReplaceAll(string(licence), `"use"`, `"read"`)))
	require.Empty(b, found)
	known := purposes()
	for b.Loop() {
		require.Equal(b, Yes, Refines(other, policy, known).Answer)
	}
}

func BenchmarkHash50Rules(b *testing.B) {
	policy, _ := Parse(fifty(Invalidate))
	for b.Loop() {
		_, err := Hash(policy)
		require.NoError(b, err)
	}
}
