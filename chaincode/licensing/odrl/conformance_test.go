// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/internal/vectors"
)

// suiteCase is a case of the ODRL test suite.
type suiteCase struct {
	Case     string          `json:"case"`
	Title    string          `json:"title"`
	Policy   json.RawMessage `json:"policy"`
	Request  json.RawMessage `json:"request"`
	World    json.RawMessage `json:"sotw"`
	Expected []struct {
		Type            string `json:"type"`
		Rule            string `json:"rule"`
		ActivationState string `json:"activationState"`
	} `json:"expected"`
}

// divergences are the cases whose duty need only be fulfilled some day; by ODRL 2.2 and W3C's formal semantics a permission waits for its duties.
var divergences = map[string]ActivationState{"059": Inactive, "065": Inactive}

func suite(t testing.TB) (cases []suiteCase) {
	require.NoError(t, json.Unmarshal(vectors.Read(t, "odrl/odrl-test-suite.json"), &cases))
	require.NotEmpty(t, cases)
	return cases
}

func (c suiteCase) read(t testing.TB) (Policy, Request, World) {
	policy, found := Parse(c.Policy)
	require.Empty(t, found)
	request, found := ParseRequest(c.Request)
	require.Empty(t, found)
	world, found := ParseWorld(c.World)
	require.Empty(t, found)
	return policy, request, world
}

func TestConformance_ODRLTestSuite(t *testing.T) {
	agree := 0
	cases := suite(t)
	for _, c := range cases {
		t.Run(c.Case+" "+c.Title, func(t *testing.T) {
			report := Evaluate(c.read(t))
			require.Len(t, report.Rules, len(c.Expected))
			for _, expected := range c.Expected {
				want := ActivationState(strings.TrimPrefix(expected.ActivationState, "report:"))
				if other, diverges := divergences[c.Case]; diverges {
					require.NotEqual(t, want, other)
					want = other
				} else {
					agree++
				}
				rule := find(report.Rules, expected.Rule)
				require.NotNil(t, rule)
				assert.Equal(t, want, rule.ActivationState)
				assert.Equal(t, expected.Type, string(rule.Type)+"Report")
				assert.Equal(t, want == Active && rule.Type == Permission, report.Permit)
			}
		})
	}
	t.Logf("%d of %d cases agree with the suite, the others are documented divergences", agree, len(cases))
}

func find(rules []RuleReport, uid string) *RuleReport {
	for i := range rules {
		if rules[i].UID == uid {
			return &rules[i]
		}
	}
	return nil
}

func TestConformance_DataspaceProtocolPolicies(t *testing.T) {
	var cases []struct {
		Name        string          `json:"name"`
		ExpectValid bool            `json:"expectValid"`
		JSON        json.RawMessage `json:"json"`
	}
	require.NoError(t, json.Unmarshal(vectors.Read(t, "dsp/policy-vectors.json"), &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			found := &findings{}
			root, ok := read(c.JSON, found)
			require.True(t, ok)
			checkDSP(root, found)
			assert.Equal(t, c.ExpectValid, len(found.list) == 0, "%v", found.list)
			for _, finding := range found.list {
				assert.Equal(t, DSP, finding.Level)
			}
		})
	}
}
