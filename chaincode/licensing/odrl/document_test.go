// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRequestsStateValues(t *testing.T) {
	want := Request{Action: "read", Target: "ex:x", Assignee: "ex:alice", Values: Values{"purpose": {{Value: "dpv:Marketing"}}}}
	ask := func(rest string) string {
		return `{"permission":[{"action":"odrl:read","target":"ex:x","assignee":"ex:alice"` + rest + `}]}`
	}
	for name, text := range map[string]string{
		"in a constraint": ask(`,"constraint":[{"leftOperand":"odrl:purpose","operator":"odrl:eq","rightOperand":"https://w3id.org/dpv#Marketing"}]`),
		"in a context":    ask(`,"sotw:context":{"leftOperand":"purpose","operator":"eq","rightOperand":{"@id":"dpv:Marketing"}}`),
		"by name":         ask(`,"purpose":"dpv:Marketing"`),
		"in an evaluation request": `{"@context":["http://www.w3.org/ns/odrl.jsonld",{"odrl-fs":"https://w3id.org/odrl-fs#"}],"@type":"odrl-fs:EvaluationRequest","action":"read",
			"assignee":{"@id":"ex:alice"},"target":"ex:x","dct:issued":"2026-01-01","purpose":["dpv:Marketing"]}`,
		"in a refinement": `{"permission":{"target":"ex:x","assignee":"ex:alice","assigner":"ex:city","action":{"rdf:value":{"@id":"read"},"refinement":[{"leftOperand":"purpose","operator":"eq","rightOperand":"dpv:Marketing"}]}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, found := ParseRequest([]byte(text))
			require.Empty(t, found)
			if name != "in a context" { // where the prefix is written out, the value stays as it is until it is compared
				got.Values["purpose"][0].Value = Name(got.Values["purpose"][0].Value)
			}
			assert.Equal(t, want, got)
		})
	}
	for name, row := range map[string]struct {
		text, path string
		code       Code
	}{
		"two requests at once":        {`{"permission":[{"action":"read"},{"action":"print"}]}`, "/permission", Ambiguous},
		"no action":                   {`{"permission":{"target":"ex:x","assignee":"ex:a"}}`, "/permission", MissingMember},
		"two actions":                 {`{"action":["read","print"],"target":"ex:x","assignee":"ex:a"}`, "", MissingMember},
		"no target":                   {`{"action":"read","assignee":"ex:a"}`, "", MissingMember},
		"no assignee":                 {`{"action":"read","target":"ex:a"}`, "", MissingMember},
		"a comparison":                {ask(`,"constraint":` + atomText("purpose", "isA", "ex:a")), "/permission/0/constraint", InvalidTerm},
		"a time of its own":           {ask(`,"constraint":` + atomText("dateTime", "eq", "2024-01-01")), "/permission/0/constraint", InvalidTerm},
		"a count of its own":          {ask(`,"count":1`), "/permission/0/count", UnknownMember},
		"something that nobody knows": {ask(`,"mood":"good"`), "/permission/0/mood", UnknownMember},
		"a prohibition":               {`{"prohibition":{},"action":"read","target":"ex:x","assignee":"ex:a"}`, "/prohibition", UnknownMember},
		"no JSON":                     {`{`, "", NotJSON},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := ParseRequest([]byte(row.text))
			require.NotEmpty(t, found)
			assert.Equal(t, row.code, found[0].Code)
			assert.Equal(t, row.path, found[0].Path)
		})
	}
}

func TestWorldsAreReadStrictly(t *testing.T) {
	world, found := ParseWorld([]byte(`{"file":"x.ttl","currentTime":"2024-02-12T11:20:10.999Z","finalized":"2024-01-01","partOf":[["ex:a","ex:c"]],"purposes":[["dpv:Advertising","https://w3id.org/dpv#Marketing"],"dpv:Purpose"],
		"duties":[{"rule":"ex:d","performance":"report:Performed","deontic":"report:NonSet","values":{"payAmount":{"value":"5","unit":"dbr:Euro"}}}],
		"uses":[{"rule":"ex:p","count":2,"last":"2024-02-01"}],"values":{"odrl:recipient":"ex:bob","industry":["ex:a","ex:b"]}}`))
	require.Empty(t, found)
	assert.Equal(t, at("2024-02-12T11:20:10.999Z"), world.Now)
	assert.Equal(t, at("2024-01-01"), world.Finalized)
	assert.True(t, world.PartOf.Covers("ex:c", "ex:a"))
	assert.True(t, world.Purposes.Covers("dpv:Marketing", "dpv:Advertising"))
	assert.True(t, world.Purposes.Has("dpv:Purpose"))
	assert.Equal(t, map[string]DutyRecord{"ex:d": {Deontic: NotSet, Performed: true, Values: Values{"payAmount": {{"5", "dbr:Euro"}}}}}, world.Duties)
	assert.Equal(t, map[string]Use{"ex:p": {Count: 2, Last: at("2024-02-01")}}, world.Uses)
	assert.Equal(t, Values{"recipient": {{Value: "ex:bob"}}, "industry": {{Value: "ex:a"}, {Value: "ex:b"}}}, world.Values)
	for name, row := range map[string]struct {
		text, path string
		code       Code
	}{
		"a time that is none":         {`{"currentTime":"noon"}`, "/currentTime", InvalidValue},
		"members that are no pairs":   {`{"partOf":[["ex:a"]]}`, "/partOf/0", WrongType},
		"a duty without a rule":       {`{"duties":[{"performance":"Performed"}]}`, "/duties/0", MissingMember},
		"a duty twice":                {`{"duties":[{"rule":"ex:d"},{"rule":"ex:d"}]}`, "/duties/1", DuplicateID},
		"a state that is none":        {`{"duties":[{"rule":"ex:d","deontic":"Broken"}]}`, "/duties/0/deontic", InvalidTerm},
		"a negative number of uses":   {`{"uses":[{"rule":"ex:p","count":-1}]}`, "/uses/0/count", InvalidValue},
		"half a use":                  {`{"uses":[{"rule":"ex:p","count":0.5}]}`, "/uses/0/count", InvalidValue},
		"something that nobody knows": {`{"weather":"rain"}`, "/weather", UnknownMember},
		"a document that is none":     {`5`, "", WrongType},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := ParseWorld([]byte(row.text))
			require.NotEmpty(t, found)
			assert.Equal(t, row.code, found[0].Code)
			assert.Equal(t, row.path, found[0].Path)
		})
	}
}

func TestHierarchies(t *testing.T) {
	h := NewHierarchy([]Within{{"ex:a", "ex:b"}, {"ex:b", "ex:c"}, {"ex:c", "ex:a"}, {"ex:d", "ex:a"}}, "ex:alone")
	for _, pair := range [][2]string{{"ex:c", "ex:a"}, {"ex:a", "ex:c"}, {"ex:c", "ex:d"}, {"ex:d", "ex:d"}, {"ex:none", "ex:none"}} {
		assert.True(t, h.Covers(pair[0], pair[1]), pair)
	}
	assert.False(t, h.Covers("ex:d", "ex:a"))
	assert.False(t, h.Covers("ex:alone", "ex:a"))
	assert.True(t, h.Has("ex:alone"))
	assert.False(t, h.Has("ex:none"))
	var none *Hierarchy
	assert.True(t, none.Covers("ex:a", "ex:a"))
	assert.False(t, none.Covers("ex:a", "ex:b"))
	assert.False(t, none.Has("ex:a"))
}
