// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/internal/vectors"
)

// alternatives is one constraint with many ways to be met.
func alternatives(left, prefix string, ways int) string {
	var parts []string
	for i := range ways {
		parts = append(parts, fmt.Sprintf(`{"leftOperand":"%s","operator":"isNoneOf","rightOperand":"%s%d"}`, left, prefix, i))
	}
	return `{"or":[` + strings.Join(parts, ",") + `]}`
}

// values is a constraint with many values.
func values(left, prefix string, count int) string {
	var all []string
	for i := range count {
		all = append(all, fmt.Sprintf(`"%s%d"`, prefix, i))
	}
	return `{"leftOperand":"` + left + `","operator":"isNoneOf","rightOperand":[` + strings.Join(all, ",") + `]}`
}

func opposed(permission, prohibition string) string {
	return `{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","conflict":"invalid","permission":[{"action":"use","constraint":[` + permission +
		`]}],"prohibition":[{"action":"use","constraint":[` + prohibition + `]}]}`
}

// hostile are policies of at most 64 kB that keep a naive engine busy for minutes.
func hostile() map[string]string {
	sides := func(side string, more string) string {
		text := alternatives("industry", "ex:i"+side, 24) + "," + alternatives("product", "ex:p"+side, 24) + more
		return text
	}
	heavy := func(side string) string {
		text := ""
		for _, left := range []string{"event", "deliveryChannel", "recipient", "spatial"} {
			text += "," + values(left, "ex:"+side, 100)
		}
		return text
	}
	below := `,{"leftOperand":"percentage","operator":"lt","rightOperand":"50"}`
	above := `,{"leftOperand":"percentage","operator":"gt","rightOperand":"50"}`
	many := func(kind, left string, rules int) string {
		var list []string
		for i := range rules {
			list = append(list, fmt.Sprintf(`{"action":"use","constraint":[%s,%s]}`, alternatives(left, fmt.Sprintf("%s%d", kind, i), 4), values("recipient", kind, 20)))
		}
		return strings.Join(list, ",")
	}
	var xone, refinements, moments []string
	for i := range 60 {
		xone = append(xone, fmt.Sprintf(`{"leftOperand":"purpose","operator":"isA","rightOperand":"p%d"}`, i))
	}
	for i := range 500 {
		refinements = append(refinements, fmt.Sprintf(`{"leftOperand":"version","operator":"gt","rightOperand":"%d"}`, i))
	}
	for i := range 300 {
		moments = append(moments, fmt.Sprintf(`{"leftOperand":"dateTime","operator":"neq","rightOperand":"2026-01-01T00:00:00.%03dZ"}`, i))
	}
	bare := strings.TrimSuffix(strings.Repeat(`{},`, 180), ",")
	return map[string]string{
		"alternatives":       opposed(sides("a", below), sides("b", above)),
		"values":             opposed(sides("a", heavy("a")+below), sides("b", heavy("b")+above)),
		"pairs of rules":     `{"@type":"Offer","conflict":"invalid","permission":[` + many("a", "industry", 30) + `],"prohibition":[` + many("b", "product", 30) + `]}`,
		"xone":               opposed(`{"xone":[`+strings.Join(xone, ",")+`]}`+below, `{"xone":[`+strings.Join(xone, ",")+`]}`+above),
		"shared refinements": `{"@type":"Offer","action":[{"rdf:value":{"@id":"use"},"refinement":[` + strings.Join(refinements, ",") + `]}],"permission":[` + bare + `]}`,
		"moments":            opposed(strings.Join(moments, ","), strings.Join(moments, ",")+`,{"leftOperand":"dayOfWeek","operator":"eq","rightOperand":"Monday"},{"leftOperand":"dayOfWeek","operator":"eq","rightOperand":"Tuesday"}`),
		"members":            `{"permission":[` + strings.TrimSuffix(strings.Repeat(`{"action":"use","target":[`+strings.TrimSuffix(strings.Repeat(`"x",`, 200), ",")+`]},`, 70), ",") + `]}`,
	}
}

func world(steps *budget.Steps) World { return World{Knowledge: Knowledge{Steps: steps}} }

// ordinary is what the ledger does with a policy that is published or used.
func ordinary(text []byte, steps *budget.Steps) (Policy, bool) {
	policy, findings := ParseWithin(text, steps)
	if len(findings) > 0 {
		return policy, false
	}
	CheckWithin(policy, steps, ODRL, Profile)
	if document, findings := ExportDSP(policy); len(findings) == 0 {
		CheckDSPWithin(document, steps)
	}
	if policy.Conflict == Invalidate {
		Conflicts(policy, Knowledge{Steps: steps})
	}
	Simulate(policy, Request{Action: "use", Target: "ex:x", Assignee: "ex:y"}, world(steps))
	return policy, true
}

// whole is all the work that there is, the comparison with a policy that is no simpler included.
func whole(text []byte, steps *budget.Steps) {
	if policy, ok := ordinary(text, steps); ok {
		Refines(policy, policy, Knowledge{Steps: steps})
	}
}

// TestNoPolicyIsWorkedOnForLong: the budget ends the work, with the same answer every time. The engine of before took minutes for some of them.
func TestNoPolicyIsWorkedOnForLong(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			require.LessOrEqual(t, len(text), 104<<10)
			spent := -1
			for range 2 {
				steps := budget.New()
				whole([]byte(text), steps)
				require.LessOrEqual(t, steps.Spent(), budget.Limit+1)
				require.True(t, spent < 0 || spent == steps.Spent(), "the steps are the same every time")
				spent = steps.Spent()
			}
			t.Logf("%d bytes, %d steps", len(text), spent)
		})
	}
}

// TestWhatIsTooComplexIsNeverAnswered: an exhausted budget permits nothing, proves nothing and is told.
func TestWhatIsTooComplexIsNeverAnswered(t *testing.T) {
	steps := budget.New()
	_, findings := ParseWithin([]byte(hostile()["values"]), steps)
	require.Equal(t, []Finding{{Syntax, TooComplex, "", "it takes more steps than a call may take"}}, findings)
	var refusal *fault.Error
	require.True(t, errors.As(steps.Err(), &refusal))
	require.Equal(t, fault.TooComplex, refusal.Code)

	simple := policyOf(t, `{"@type":"Set","permission":[{"action":"use","constraint":[`+atomText("purpose", "isA", "ex:p")+`]}],"prohibition":[{"action":"sell"}]}`)
	require.Equal(t, VoidTooComplex, Simulate(simple, Request{Action: "use"}, world(steps)).Void)
	require.False(t, Simulate(simple, Request{Action: "use"}, world(steps)).Permit)
	require.Equal(t, Undecided, Refines(simple, simple, Knowledge{Steps: steps}).Answer)
	for _, conflict := range Conflicts(simple, Knowledge{Steps: steps}) {
		require.False(t, conflict.Certain)
	}
	require.Len(t, Conflicts(simple, Knowledge{Steps: steps}), 1, "what was not looked at may conflict")
}

// TestALargePolicyPasses has 50 rules of 20 constraints each, with other values in each.
func TestALargePolicyPasses(t *testing.T) {
	rule := func(i int) string {
		var list []string
		for j, left := range []string{"industry", "product", "event", "deliveryChannel", "recipient", "spatial", "systemDevice", "media", "fileFormat", "language"} {
			list = append(list, atomText(left, "neq", fmt.Sprintf("ex:v%d", i)), atomText(left, "neq", fmt.Sprintf("ex:w%d", j)))
		}
		return `{"action":"use","constraint":[` + strings.Join(list, ",") + `]}`
	}
	for _, prohibitions := range []int{0, 25} {
		var permissions, forbidden []string
		for i := range 50 - prohibitions {
			permissions = append(permissions, rule(i))
		}
		for i := range prohibitions {
			forbidden = append(forbidden, rule(100+i))
		}
		text := `{"@type":"Offer","conflict":"perm","permission":[` + strings.Join(permissions, ",") + `],"prohibition":[` + strings.Join(forbidden, ",") + `]}`
		steps := budget.New()
		_, findings := ParseWithin([]byte(text), steps)
		require.Empty(t, findings)
		t.Logf("%d bytes, %d steps to read", len(text), steps.Spent())
		ordinary([]byte(text), steps)
		require.NoError(t, steps.Err())
		t.Logf("%d steps in all", steps.Spent())
	}
}

// TestOrdinaryPoliciesTakeLessThanATenth: all the public cases and samples share transactions.
func TestOrdinaryPoliciesTakeLessThanATenth(t *testing.T) {
	folder := vectors.Folder()
	roots := []string{"../../../docs/samples", folder + "/odrl", folder + "/dsp", folder + "/../cases/dataspace"}
	most, read := 0, 0
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.Contains(filepath.Base(path), ".json") {
				return nil
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, policy := range policiesIn(text) {
				steps := budget.New()
				if len(policy) > 104<<10 { // too large for an offer
					parsed, _ := ParseWithin(policy, steps)
					Simulate(parsed, Request{Action: "read"}, world(steps))
				} else {
					ordinary(policy, steps)
				}
				require.LessOrEqual(t, steps.Spent(), budget.Shared, "%s: %.200s", path, policy)
				most, read = max(most, steps.Spent()), read+1
			}
			return nil
		})
	}
	require.Positive(t, read)
	t.Logf("%d policies, at most %d steps of %d", read, most, budget.Shared)
}

// policiesIn are the objects in a document, itself or below, that have rules.
func policiesIn(text []byte) (found [][]byte) {
	for decoder := json.NewDecoder(strings.NewReader(string(text))); ; {
		var value any
		if err := decoder.Decode(&value); err != nil {
			return found
		}
		search(value, &found)
	}
}

func search(value any, found *[][]byte) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			search(element, found)
		}
	case string: // a document in a document
		if strings.HasPrefix(strings.TrimSpace(v), "{") {
			*found = append(*found, policiesIn([]byte(v))...)
		}
	case map[string]any:
		for _, member := range []string{"permission", "odrl:permission", "prohibition", "obligation"} {
			if v[member] != nil {
				text, _ := json.Marshal(v)
				*found = append(*found, text)
				break
			}
		}
		for _, member := range v {
			search(member, found)
		}
	}
}

// FuzzBudget has the budget as its property, for every text that may be sent.
func FuzzBudget(f *testing.F) {
	for _, text := range hostile() {
		f.Add([]byte(text))
	}
	f.Add(fifty(Invalidate))
	f.Fuzz(func(t *testing.T, text []byte) {
		text = text[:min(len(text), 104<<10)] // longer ones are no policy of an offer
		steps := budget.New()
		whole(text, steps)
		if steps.Spent() > budget.Limit+1 {
			t.Fatalf("%d steps", steps.Spent())
		}
	})
}

// BenchmarkHostile is how long the budget lasts.
func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			spent := 0
			for b.Loop() {
				steps := budget.New()
				whole([]byte(text), steps)
				spent = steps.Spent()
			}
			b.ReportMetric(float64(spent), "steps")
		})
	}
}
