// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// offer is an offer that is valid on all levels.
const offer = `{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@id":"ex:1","@type":"Offer","profile":["urn:smartb:odrl:1","urn:smartb:purposes:3"],
	"assigner":"CityMSP","target":"ex:air","permission":[{"@id":"ex:p","action":"read","constraint":[
	{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ResearchAndDevelopment"},
	{"and":[{"leftOperand":"count","operator":"lteq","rightOperand":"100"},{"leftOperand":"dateTime","operator":"lt","rightOperand":{"@value":"2027-01-01","@type":"xsd:date"}}]}],
	"duty":[{"action":"compensate","constraint":[{"leftOperand":"payAmount","operator":"eq","rightOperand":"5.00","unit":"dbr:Euro"}]}]}],
	"prohibition":[{"@id":"ex:q","action":"sell"}],"obligation":[{"action":"delete","constraint":[{"leftOperand":"delayPeriod","operator":"gteq","rightOperand":"P30D"}]}]}`

func TestAnOfferIsValidOnAllLevels(t *testing.T) {
	assert.Empty(t, Validate([]byte(offer)))
	policy := policyOf(t, offer)
	version, pinned := policy.PurposesVersion()
	assert.True(t, pinned)
	assert.Equal(t, 3, version)
	limit, limited := policy.Permissions[0].CountLimit()
	assert.True(t, limited)
	assert.EqualValues(t, 100, limit)
	_, limited = policy.Prohibitions[0].CountLimit()
	assert.False(t, limited)
	assert.True(t, policy.Permissions[0].CountsUses())
	assert.False(t, policy.Prohibitions[0].CountsUses())
	_, named := policy.Permissions[0].Duties[0].Payee()
	assert.False(t, named)
	described := policyOf(t, `{"permission":{"assignee":{"uid":"ex:lab","@type":"vcard:Organization","vcard:fn":"Lab"},"duty":{"action":"compensate","compensatedParty":"ex:city"}}}`)
	payee, named := described.Permissions[0].Duties[0].Payee()
	assert.True(t, named)
	assert.Equal(t, "ex:city", payee)
}

// TestValidate changes one thing of the valid offer.
func TestValidate(t *testing.T) {
	constraint := func(left, operator, right string) [2]string {
		return [2]string{`{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ResearchAndDevelopment"}`, atomText(left, operator, right)}
	}
	const at = "/permission/0/constraint/0"
	for name, row := range map[string]struct {
		change [2]string
		level  Level
		code   Code
		path   string
	}{
		"no uid, says the protocol":          {[2]string{`"@id":"ex:1",`, ``}, DSP, MissingMember, ""},
		"no uid, says ODRL":                  {[2]string{`"@id":"ex:1",`, ``}, ODRL, MissingMember, ""},
		"no assigner":                        {[2]string{`"assigner":"CityMSP",`, ``}, ODRL, MissingMember, "/permission/0"},
		"no target, says the protocol":       {[2]string{`"target":"ex:air",`, ``}, DSP, SchemaMismatch, ""},
		"no target, says ODRL":               {[2]string{`"target":"ex:air",`, ``}, ODRL, MissingMember, "/permission/0"},
		"no target, says the profile":        {[2]string{`"target":"ex:air",`, ``}, Profile, MissingMember, "/permission/0"},
		"no action":                          {[2]string{`"action":"read",`, ``}, ODRL, MissingMember, "/permission/0"},
		"two targets":                        {[2]string{`"action":"read",`, `"action":"read","target":"ex:noise",`}, Profile, Ambiguous, "/permission/0"},
		"an action that nobody knows":        {[2]string{`"action":"read",`, `"action":"ex:peek",`}, Profile, UnsupportedTerm, "/permission/0/action"},
		"an agreement without an assignee":   {[2]string{`"Offer"`, `"Agreement"`}, ODRL, MissingMember, "/permission/0"},
		"the same uid twice":                 {[2]string{`"@id":"ex:q"`, `"@id":"ex:p"`}, ODRL, DuplicateID, "/prohibition/0"},
		"a profile that is not supported":    {[2]string{`"urn:smartb:odrl:1"`, `"ex:other"`}, Profile, UnsupportedTerm, "/profile"},
		"a taxonomy version that is none":    {[2]string{`purposes:3`, `purposes:new`}, Profile, InvalidValue, "/profile"},
		"an inheritance":                     {[2]string{`"@type":"Offer",`, `"@type":"Offer","inheritFrom":"ex:0",`}, Profile, UnsupportedTerm, "/inheritFrom"},
		"an inheritance from itself":         {[2]string{`"@type":"Offer",`, `"@type":"Offer","inheritFrom":"ex:1",`}, ODRL, InheritanceCycle, "/inheritFrom"},
		"a contradiction":                    {[2]string{`"action":"sell"`, `"action":"use"`}, Profile, Contradiction, ""},
		"an operand that is not supported":   {constraint("fileFormat", "eq", "ex:csv"), Profile, UnsupportedTerm, at},
		"an operator without meaning":        {constraint("purpose", "lt", "ex:a"), Profile, UnsupportedTerm, at},
		"an operator of the protocol alone":  {constraint("purpose", "term-lteq", "ex:a"), Syntax, InvalidTerm, at},
		"count with eq":                      {constraint("count", "eq", "3"), Profile, UnsupportedTerm, at},
		"a count of zero":                    {constraint("count", "lteq", "0"), Profile, InvalidValue, at},
		"a count that is too large":          {constraint("count", "lteq", "10001"), Profile, InvalidValue, at},
		"a count that is no integer":         {constraint("count", "lteq", "1.5"), Profile, InvalidValue, at},
		"two counts":                         {constraint("count", "lteq", "5"), Profile, Ambiguous, "/permission/0"},
		"a date that is none":                {constraint("dateTime", "lt", "2026-02-30"), Profile, InvalidValue, at},
		"a date of another data type":        {constraint("dateTime", "lt", `{"@value":"2026-02-28","@type":"xsd:string"}`), Profile, InvalidValue, at},
		"a number as a right operand":        {constraint("percentage", "lt", `{"@value":5}`), Syntax, "", ""},
		"a duration that is none":            {constraint("elapsedTime", "lt", "60 minutes"), Profile, InvalidValue, at},
		"a percentage beyond 100":            {constraint("percentage", "lt", "100.1"), Profile, InvalidValue, at},
		"a purpose with a space":             {constraint("purpose", "eq", "some research"), Profile, InvalidID, at},
		"several right operands of eq":       {constraint("purpose", "eq", `["ex:a","ex:b"]`), Profile, Ambiguous, at},
		"a reference":                        {[2]string{`"rightOperand":"dpv:ResearchAndDevelopment"`, `"rightOperandReference":"ex:a"`}, Profile, UnsupportedTerm, at},
		"a unit of what has none":            {[2]string{`"rightOperand":"dpv:ResearchAndDevelopment"`, `"rightOperand":"ex:a","unit":"ex:u"`}, Profile, UnsupportedTerm, at},
		"a count as one choice among others": {[2]string{`{"and":[`, `{"or":[`}, Profile, UnsupportedTerm, "/permission/0/constraint/1/or/0"},
		"a count of a prohibition":           {[2]string{`"action":"sell"`, `"action":"sell","constraint":[` + atomText("count", "lteq", "3") + `]`}, Profile, UnsupportedTerm, "/prohibition/0/constraint/0"},
		"a refinement, says the protocol":    {[2]string{`"action":"read"`, `"action":{"rdf:value":"read","refinement":[` + atomText("language", "eq", "de") + `]}`}, DSP, WrongType, "/permission/0/action"},
		"a number, says the protocol":        {[2]string{`"rightOperand":"100"`, `"rightOperand":100`}, DSP, WrongType, "/permission/0/constraint/1/and/0/rightOperand"},
		"a rule without a list":              {[2]string{`"prohibition":[{"@id":"ex:q","action":"sell"}]`, `"prohibition":{"@id":"ex:q","action":"sell"}`}, DSP, WrongType, "/prohibition"},
		"a remedy with a consequence":        {[2]string{`"action":"sell"`, `"action":"sell","remedy":[{"action":"delete","consequence":[{"action":"inform"}]}]`}, ODRL, InvalidTerm, "/prohibition/0/remedy/0"},
		"a consequence with a consequence":   {[2]string{`"action":"delete",`, `"action":"delete","consequence":[{"action":"inform","consequence":[{"action":"inform"}]}],`}, ODRL, InvalidTerm, "/obligation/0/consequence/0"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, offer, row.change[0])
			text := []byte(strings.Replace(offer, row.change[0], row.change[1], 1))
			found := Validate(text)
			if row.code == "" {
				assert.Empty(t, found)
				return
			}
			for _, finding := range found {
				if finding.Level == row.level && finding.Code == row.code && finding.Path == row.path {
					for _, level := range []Level{DSP, ODRL, Profile} {
						assert.Equal(t, level == row.level || row.level == Syntax, contains(Validate(text, level), finding), level)
					}
					return
				}
			}
			t.Fatalf("not among %v", found)
		})
	}
}

func contains(list []Finding, finding Finding) bool {
	for _, other := range list {
		if other == finding {
			return true
		}
	}
	return false
}

func TestValidateDoesNotStopAtTheFirstFinding(t *testing.T) {
	found := Validate([]byte(`{"@type":"Offer","permission":[{"action":"ex:a"},{"action":"ex:b"}],"extra":1}`))
	levels := map[Level]int{}
	for _, finding := range found {
		levels[finding.Level]++
		assert.NotEmpty(t, finding.String())
	}
	assert.Equal(t, map[Level]int{Syntax: 1, DSP: 1, ODRL: 5, Profile: 4}, levels, "%v", found)
}

func TestExportToTheDataspaceProtocol(t *testing.T) {
	text, found := ExportDSP(policyOf(t, offer))
	require.Empty(t, found)
	assert.Empty(t, Validate(text))
	assert.Equal(t, hash(t, policyOf(t, offer)), hash(t, policyOf(t, string(text))))
	assert.Contains(t, string(text), `"rightOperand":{"@type":"xsd:dateTime","@value":"2027-01-01T00:00:00Z"}`)
	assert.Contains(t, string(text), `"rightOperand":{"@type":"xsd:integer","@value":"100"}`)
	for name, text := range map[string]string{
		"a refinement":          `{"@type":"Offer","uid":"ex:1","permission":{"target":"ex:x","action":{"rdf:value":"print","refinement":` + atomText("resolution", "lteq", "1200") + `}}}`,
		"two actions":           `{"@type":"Offer","uid":"ex:1","permission":{"target":"ex:x","action":["read","print"]}}`,
		"two targets":           `{"@type":"Offer","uid":"ex:1","permission":[{"target":"ex:x","action":"read"},{"target":"ex:y","action":"read"}]}`,
		"a collection":          `{"@type":"Offer","uid":"ex:1","permission":{"target":{"@type":"AssetCollection","source":"ex:x"},"action":"read"}}`,
		"a set":                 `{"uid":"ex:1","permission":{"target":"ex:x","action":"read"}}`,
		"no rules":              `{"@type":"Offer","uid":"ex:1"}`,
		"a reference":           `{"@type":"Offer","uid":"ex:1","permission":{"target":"ex:x","action":"read","constraint":{"leftOperand":"purpose","operator":"eq","rightOperandReference":"ex:a"}}}`,
		"a rule without target": `{"@type":"Offer","uid":"ex:1","permission":[{"target":"ex:x","action":"read"},{"action":"print"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			exported, found := ExportDSP(policyOf(t, text))
			assert.Empty(t, exported)
			require.NotEmpty(t, found)
			assert.Equal(t, DSP, found[0].Level)
		})
	}
}

func TestFlatten(t *testing.T) {
	family := map[string]Policy{}
	for uid, text := range map[string]string{
		"ex:parent":   `{"uid":"ex:parent","inheritFrom":"ex:grand","permission":{"action":"read","duty":{"action":"inform"}}}`,
		"ex:grand":    `{"uid":"ex:grand","profile":"ex:profile","assignee":"ex:lab","prohibition":{"uid":"ex:q","action":"sell"}}`,
		"ex:self":     `{"uid":"ex:self","inheritFrom":"ex:self"}`,
		"ex:one":      `{"uid":"ex:one","inheritFrom":"ex:two"}`,
		"ex:two":      `{"uid":"ex:two","inheritFrom":"ex:one"}`,
		"ex:other":    `{"uid":"ex:other","conflict":"perm"}`,
		"ex:opposite": `{"uid":"ex:opposite","prohibition":{"action":"read"}}`,
	} {
		family[uid] = policyOf(t, text)
	}
	resolve := func(uid string) (Policy, bool) {
		policy, ok := family[uid]
		return policy, ok
	}
	child := policyOf(t, `{"uid":"ex:child","inheritFrom":["ex:parent","ex:grand"],"target":"ex:x","permission":{"action":"print"}}`)
	flat, found := Flatten(child, resolve)
	require.Empty(t, found)
	assert.Empty(t, flat.InheritFrom)
	assert.Equal(t, []string{"ex:profile"}, flat.Profile)
	require.Len(t, flat.Permissions, 2)
	require.Len(t, flat.Prohibitions, 1)
	assert.Equal(t, "/permission/1", flat.Permissions[1].Key())
	assert.Equal(t, "/permission/1/duty/0", flat.Permissions[1].Duties[0].Key())
	assert.Equal(t, []Entity{{UID: "ex:x"}}, flat.Permissions[1].Targets)
	assert.Equal(t, "/permission/0", family["ex:parent"].Permissions[0].Key(), "the parent is not changed")
	assert.True(t, Evaluate(flat, Request{Action: "print", Target: "ex:x", Assignee: "ex:lab"}, World{}).Permit)
	text, err := flat.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, hash(t, flat), hash(t, policyOf(t, string(text))), "what was inherited is pinned")

	for name, row := range map[string]struct {
		from string
		code Code
	}{
		"from itself":                      {"ex:self", InheritanceCycle},
		"from two that inherit each other": {"ex:one", InheritanceCycle},
		"from nobody":                      {"ex:nobody", MissingMember},
		"from one of another strategy":     {"ex:other", Ambiguous},
	} {
		t.Run(name, func(t *testing.T) {
			flat, found := Flatten(policyOf(t, `{"uid":"ex:child","inheritFrom":"`+row.from+`","permission":{}}`), resolve)
			require.Len(t, found, 1)
			assert.Equal(t, row.code, found[0].Code)
			assert.Equal(t, VoidUnread, Evaluate(flat, reading, World{}).Void)
		})
	}
	contradictory, found := Flatten(policyOf(t, `{"uid":"ex:child","inheritFrom":"ex:opposite","permission":{}}`), resolve)
	require.Empty(t, found)
	assert.Equal(t, VoidContradiction, Evaluate(contradictory, reading, World{}).Void)
}

func TestManyAncestorsAreRefused(t *testing.T) {
	resolve := func(uid string) (Policy, bool) {
		var n int
		_, err := fmt.Sscanf(uid, "ex:%d", &n)
		require.NoError(t, err)
		return policyOf(t, fmt.Sprintf(`{"uid":"ex:%d","inheritFrom":"ex:%d"}`, n, n+1)), true
	}
	_, found := Flatten(policyOf(t, `{"uid":"ex:0","inheritFrom":"ex:1"}`), resolve)
	require.Len(t, found, 1)
	assert.Equal(t, TooMany, found[0].Code)
}
