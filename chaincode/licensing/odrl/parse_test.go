// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/internal/vectors"
)

// TestNothingIsIgnored lists what cannot be read, with the place and the code of the finding.
func TestNothingIsIgnored(t *testing.T) {
	for name, row := range map[string]struct {
		text, path string
		code       Code
	}{
		"no JSON":                                   {`{"permission":`, "/permission", NotJSON},
		"not an object":                             {`[]`, "", WrongType},
		"two documents":                             {`{} {}`, "", NotJSON},
		"invalid UTF-8":                             {"{\"uid\":\"\xff\"}", "/uid", NotJSON},
		"a member twice":                            {`{"uid":"ex:1","uid":"ex:1"}`, "/uid", DuplicateMember},
		"a member under two names":                  {`{"uid":"ex:1","@id":"ex:2"}`, "/@id", DuplicateMember},
		"a member with and without prefix":          {`{"permission":[],"odrl:permission":[]}`, "/odrl:permission", DuplicateMember},
		"a member that nobody knows":                {`{"permission":[{"actoin":"read"}]}`, "/permission/0/actoin", UnknownMember},
		"a constraint of the policy":                {`{"constraint":[]}`, "/constraint", UnknownMember},
		"a duty of a prohibition":                   {`{"prohibition":{"duty":{"action":"read"}}}`, "/prohibition/duty", UnknownMember},
		"a status":                                  {`{"permission":{"constraint":{"leftOperand":"count","operator":"lt","rightOperand":3,"status":1}}}`, "/permission/constraint/status", UnknownMember},
		"null":                                      {`{"permission":null}`, "/permission", WrongType},
		"a rule that is text":                       {`{"permission":["ex:p"]}`, "/permission/0", WrongType},
		"an id with a space":                        {`{"uid":"ex:a b"}`, "/uid", InvalidID},
		"an id with an invisible character":         {`{"uid":"ex:a\u200bb"}`, "/uid", InvalidID},
		"an id that reads backwards":                {`{"uid":"ex:\u202eb"}`, "/uid", InvalidID},
		"an id with a letter that looks like a":     {`{"permission":{"assignee":"ex:\u0430lice"}}`, "/permission/assignee", InvalidID},
		"an id with a zero byte":                    {`{"permission":{"target":"ex:a\u0000"}}`, "/permission/target", InvalidID},
		"an empty id":                               {`{"permission":{"target":""}}`, "/permission/target", InvalidID},
		"an id that is too long":                    {`{"uid":"` + strings.Repeat("a", 501) + `"}`, "/uid", InvalidID},
		"a value with a control character":          {constrained("purpose", "eq", `"a\u0007"`), "/permission/0/constraint/0/rightOperand", InvalidValue},
		"a value that is null":                      {constrained("purpose", "eq", `{"@value":null}`), "/permission/0/constraint/0/rightOperand/@value", WrongType},
		"a class that is none of policies":          {`{"@type":"Ticket"}`, "/@type", InvalidTerm},
		"a conflict strategy that is none":          {`{"conflict":"ask"}`, "/conflict", InvalidTerm},
		"a permission that says it is a duty":       {`{"permission":{"@type":"Duty"}}`, "/permission", InvalidTerm},
		"an operator that is none":                  {constrained("purpose", "like", "ex:a"), "/permission/0/constraint/0", InvalidTerm},
		"a constraint without an operator":          {`{"permission":{"constraint":{"leftOperand":"purpose","rightOperand":"ex:a"}}}`, "/permission/constraint", MissingMember},
		"a constraint without a right operand":      {`{"permission":{"constraint":{"leftOperand":"purpose","operator":"eq"}}}`, "/permission/constraint", MissingMember},
		"a constraint that is logical and atomic":   {`{"permission":{"constraint":{"and":[` + atomText("purpose", "eq", "a") + `],"leftOperand":"purpose"}}}`, "/permission/constraint/leftOperand", UnknownMember},
		"a logical constraint of two kinds":         {`{"permission":{"constraint":{"and":[` + atomText("purpose", "eq", "a") + `],"or":[]}}}`, "/permission/constraint/or", UnknownMember},
		"a logical constraint of nothing":           {`{"permission":{"constraint":{"xone":[]}}}`, "/permission/constraint", MissingMember},
		"a right operand and a reference":           {`{"permission":{"constraint":{"leftOperand":"purpose","operator":"eq","rightOperand":"a","rightOperandReference":"ex:a"}}}`, "/permission/constraint", Ambiguous},
		"an action without a name":                  {`{"permission":{"action":{"refinement":[]}}}`, "/permission/action", MissingMember},
		"an own definition of an action":            {`{"permission":{"action":{"@id":"ex:peek","includedIn":"read"}}}`, "/permission/action/includedIn", UnknownMember},
		"a blank node as an asset":                  {`{"permission":{"target":"_:b0"}}`, "/permission/target", InvalidID},
		"a class of assets that nobody knows":       {`{"permission":{"target":{"uid":"ex:a","@type":"ex:Thing"}}}`, "/permission/target", InvalidTerm},
		"a context that nobody knows":               {`{"@context":"https://example.com/context"}`, "/@context", InvalidContext},
		"a context that gives a term a new meaning": {`{"@context":{"permission":"odrl:prohibition"}}`, "/@context/permission", InvalidContext},
		"a context that takes ODRL's prefix":        {`{"@context":{"odrl":"http://example.com/"}}`, "/@context/odrl", InvalidContext},
		"a context with a base":                     {`{"@context":{"@base":"http://example.com/"}}`, "/@context/@base", InvalidContext},
	} {
		t.Run(name, func(t *testing.T) {
			policy, found := Parse([]byte(row.text))
			require.NotEmpty(t, found)
			assert.Equal(t, row.code, found[0].Code, found[0].Message)
			assert.Equal(t, row.path, found[0].Path)
			assert.Equal(t, Syntax, found[0].Level)
			assert.False(t, Evaluate(policy, reading, World{}).Permit)
			assert.Equal(t, found, Validate([]byte(row.text), Syntax))
		})
	}
}

func TestHostilePoliciesAreRefused(t *testing.T) {
	rules := func(n int, rule string) string {
		return `{"permission":[` + strings.Repeat(rule+",", n-1) + rule + `]}`
	}
	for name, row := range map[string]struct {
		text string
		code Code
	}{
		"nested 1,000 deep":           {strings.Repeat(`{"permission":{"constraint":{"and":[`, 250) + strings.Repeat(`]}}}`, 250), TooDeep},
		"arrays nested 1,000 deep":    {`{"permission":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, TooDeep},
		"one megabyte":                {`{"description":"` + strings.Repeat("a", 1<<20) + `"}`, TooLarge},
		"many small values":           {`{"profile":[` + strings.Repeat("1,", 30_000) + `1]}`, TooMany},
		"many members":                {`{"a1":1` + repeat(200, func(i string) string { return `,"b` + i + `":1` }) + `}`, TooMany},
		"many rules":                  {rules(201, `{}`), TooMany},
		"many constraints":            {rules(100, `{"constraint":[`+strings.Repeat(`{"and":[]},`, 29)+`{"and":[]}]}`), TooMany},
		"many right operands":         {constrained("purpose", "isAnyOf", `[`+strings.Repeat(`"a",`, 300)+`"a"]`), TooMany},
		"more findings than matter":   {rules(199, `{"x":1}`), TooMany},
		"unknown terms in all places": {`{"@type":"ex:T","conflict":"ex:c","permission":{"action":5,"target":[],"constraint":{"leftOperand":{},"operator":"ex:o","rightOperand":[[]]}}}`, WrongType},
	} {
		t.Run(name, func(t *testing.T) {
			policy, found := Parse([]byte(row.text))
			require.NotEmpty(t, found)
			assert.LessOrEqual(t, len(found), maxFindings+1)
			codes := map[Code]bool{}
			for _, finding := range found {
				codes[finding.Code] = true
			}
			assert.True(t, codes[row.code], "%v", found)
			assert.Equal(t, VoidUnread, Evaluate(policy, reading, World{}).Void)
			assert.NotEmpty(t, Validate([]byte(row.text)))
		})
	}
}

func repeat(n int, of func(i string) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(of(string(rune('a'+i/26)) + string(rune('a'+i%26))))
	}
	return b.String()
}

// TestWorkIsBounded gives the solver policies whose normal forms explode.
func TestWorkIsBounded(t *testing.T) {
	choice := `{"xone":[` + strings.Repeat(atomText("purpose", "isA", "ex:a")+",", 7) + atomText("dateTime", "lt", "2024-01-01") + `]}`
	explosive := `"constraint":[` + strings.Repeat(choice+",", 9) + choice + `]`
	rules := strings.Repeat(`{`+explosive+`},`, 9) + `{` + explosive + `}`
	policy := policyOf(t, `{"permission":[`+rules+`],"prohibition":[`+rules+`]}`)
	for _, conflict := range Conflicts(policy, purposes()) {
		assert.False(t, conflict.Certain)
	}
	assert.Equal(t, Undecided, Refines(policy, policy, purposes()).Answer)

	wide := `{"action":["read","print"],"constraint":[` + strings.Repeat(atomText("purpose", "isA", "ex:a")+",", 9) + atomText("dateTime", "lt", "2024-01-01") + `]},`
	many := strings.TrimSuffix(strings.Repeat(wide, 95), ",")
	crowd := policyOf(t, `{"conflict":"prohibit","permission":[`+many+`],"prohibition":[`+many+`]}`)
	assert.Len(t, Conflicts(crowd, purposes()), 95*95)
}

func TestOneThingHasOneName(t *testing.T) {
	plain := policyOf(t, `{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","@id":"ex:1","target":"http://city.example/air","permission":[{"action":"read","constraint":[
		{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`)
	for name, text := range map[string]string{
		"prefixes": `{"odrl:permission":{"odrl:action":"odrl:read","odrl:target":"http://city.example/air","odrl:constraint":{"odrl:leftOperand":{"@id":"odrl:purpose"},"odrl:operator":{"@id":"odrl:isA"},"odrl:rightOperand":"dpv:Marketing"}}}`,
		"full IRIs": `{"http://www.w3.org/ns/odrl/2/permission":[{"http://www.w3.org/ns/odrl/2/action":"http://www.w3.org/ns/odrl/2/read","target":"http://city.example/air",
			"constraint":[{"leftOperand":"http://www.w3.org/ns/odrl/2/purpose","operator":"http://www.w3.org/ns/odrl/2/isA","rightOperand":"https://w3id.org/dpv#Marketing"}]}]}`,
		"declared prefixes": `{"@context":["https://w3id.org/dspace/2025/1/context.jsonld",{"o":"http://www.w3.org/ns/odrl/2/","p":"https://w3id.org/dpv#","city":"http://city.example/"}],
			"o:permission":{"o:action":"o:read","target":"city:air","constraint":{"leftOperand":"o:purpose","operator":"o:isA","rightOperand":"p:Marketing"}}}`,
		"an agreement with its parties": `{"@type":"Agreement","uid":"ex:2","assigner":"ex:city","assignee":"ex:lab","timestamp":"2026-01-01T00:00:00Z","target":"http://city.example/air","permission":[
			{"action":"read","constraint":[{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`,
		"annotations": `{"dct:title":"Air","description":"äöü","target":"http://city.example/air","permission":[{"description":"x","action":"read","constraint":[{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, hash(t, plain), hash(t, policyOf(t, text)))
		})
	}
	for name, text := range map[string]string{
		"another target":    `{"target":"http://city.example/noise","permission":[{"action":"read","constraint":[{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`,
		"another strategy":  `{"conflict":"perm","target":"http://city.example/air","permission":[{"action":"read","constraint":[{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`,
		"a profile":         `{"profile":"urn:smartb:purposes:1","target":"http://city.example/air","permission":[{"action":"read","constraint":[{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`,
		"another operator":  `{"target":"http://city.example/air","permission":[{"action":"read","constraint":[{"leftOperand":"purpose","operator":"eq","rightOperand":"dpv:Marketing"}]}]}`,
		"a rule's assignee": `{"target":"http://city.example/air","permission":[{"assignee":"ex:lab","action":"read","constraint":[{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			assert.NotEqual(t, hash(t, plain), hash(t, policyOf(t, text)))
		})
	}
}

func hash(t *testing.T, policy Policy) string {
	sum, err := Hash(policy)
	require.NoError(t, err)
	require.Len(t, sum, 64)
	return sum
}

// TestConformance_DataspaceProtocolSchemaInCode compares the check in code with the protocol's JSON schema on documents that are made of the schema's own words.
func TestConformance_DataspaceProtocolSchemaInCode(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(vectors.Read(t, "dsp/contract-schema.json"))))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("urn:dsp", document))
	compiled, err := compiler.Compile("urn:dsp")
	require.NoError(t, err)
	valid := 0
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.Marshal(drawDSP(t))
		require.NoError(t, err)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		require.NoError(t, err)
		found := &findings{}
		root, ok := read(text, found)
		require.True(t, ok)
		checkDSP(root, found)
		refused := compiled.Validate(value)
		require.Equal(t, refused == nil, len(found.list) == 0, "%s\n%v\n%v", text, refused, found.list)
		if refused == nil {
			valid++
		}
	})
	require.NotZero(t, valid)
}

// drawDSP draws a document that is nearly or exactly an offer or an agreement.
func drawDSP(t *rapid.T) object {
	o := object{"@id": "ex:1", "@type": "Offer", "target": "ex:x", "permission": []any{drawDSPRule(t)}}
	if rapid.Bool().Draw(t, "agreement") {
		o["@type"], o["assigner"], o["assignee"] = "Agreement", "ex:city", "ex:lab"
	}
	spoil(t, o, "@id", 1, "")
	spoil(t, o, "@type", "Offer", "Set", 1)
	spoil(t, o, "target", 1, []any{"ex:x"})
	spoil(t, o, "assigner", 1)
	spoil(t, o, "timestamp", "2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "yesterday", 5)
	spoil(t, o, "profile", "ex:p", []any{"ex:p"}, []any{1}, 5)
	spoil(t, o, "permission", []any{}, object{}, []any{1})
	spoil(t, o, "prohibition", []any{drawDSPRule(t)}, "ex:q")
	spoil(t, o, "obligation", []any{drawDSPRule(t)}, []any{object{}})
	return o
}

func drawDSPRule(t *rapid.T) object {
	o := object{"action": "use", "constraint": []any{drawDSPConstraint(t, 2)}}
	spoil(t, o, "action", 1, object{"@id": "use"})
	spoil(t, o, "constraint", []any{}, object{}, "ex:c", []any{1})
	return o
}

func drawDSPConstraint(t *rapid.T, depth int) object {
	o := object{"leftOperand": "purpose", "operator": "eq", "rightOperand": "ex:a"}
	if depth > 0 && rapid.Bool().Draw(t, "logical") {
		o = object{string(rapid.SampledFrom([]Logic{And, Or, Xone, AndSequence}).Draw(t, "logic")): []any{drawDSPConstraint(t, depth-1)}}
	}
	spoil(t, o, "leftOperand", 1, "purpose")
	spoil(t, o, "operator", "term-lteq", "odrl:eq", 1)
	spoil(t, o, "rightOperand", 1, true, object{"@value": "1"}, []any{"a"})
	spoil(t, o, "xone", []any{}, "x", []any{object{}})
	return o
}

// spoil removes a member or gives it another value, now and then.
func spoil(t *rapid.T, o object, member string, values ...any) {
	const kept = 20
	switch i := rapid.IntRange(0, kept+len(values)).Draw(t, member) - kept; {
	case i == 0:
		delete(o, member)
	case i > 0:
		o[member] = values[i-1]
	}
}

// FuzzParseAndEvaluate reads anything as policy, request and world: nothing panics, and what is found at fault permits nothing.
func FuzzParseAndEvaluate(f *testing.F) {
	request, err := json.Marshal(saying("purpose", "dpv:Marketing"))
	require.NoError(f, err)
	f.Add([]byte(constrained("purpose", "isA", "dpv:Marketing")), request, []byte(`{"currentTime":"2024-01-01","partOf":[["ex:a","ex:b"]],"purposes":["dpv:Marketing"]}`))
	f.Add([]byte(`{"conflict":"prohibit","permission":{"duty":{"action":"pay"}},"prohibition":[{"action":"read"}]}`), request, []byte(`{}`))
	if _, err := os.Stat(filepath.Join(vectors.Folder(), "odrl")); err == nil {
		for _, c := range suite(f) {
			f.Add([]byte(c.Policy), []byte(c.Request), []byte(c.World))
		}
	}
	f.Fuzz(func(t *testing.T, policyText, requestText, worldText []byte) {
		policy, found := Parse(policyText)
		request, _ := ParseRequest(requestText)
		world, _ := ParseWorld(worldText)
		report := Simulate(policy, request, world)
		if len(found) > 0 && (report.Permit || report.Void != VoidUnread) {
			t.Fatalf("found %v and answered %+v", found, report)
		}
		again, err := json.Marshal(Simulate(policy, request, world))
		require.NoError(t, err)
		once, err := json.Marshal(report)
		require.NoError(t, err)
		require.Equal(t, string(once), string(again))
		Validate(policyText)
		if len(found) > 0 {
			return
		}
		if Refines(policy, policy, world.Knowledge).Answer == No {
			t.Fatal("a policy permits what it does not permit")
		}
		text, err := json.Marshal(policy)
		require.NoError(t, err)
		copied, found := Parse(text)
		require.Empty(t, found)
		require.Equal(t, hash(t, policy), hash(t, copied))
	})
}
