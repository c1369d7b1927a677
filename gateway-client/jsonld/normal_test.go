// SPDX-License-Identifier: Apache-2.0

package jsonld

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/internal/vectors"
)

func hashOf(t *testing.T, text string) string {
	t.Helper()
	compacted, err := Compact([]byte(text))
	require.NoError(t, err)
	policy, findings := odrl.Parse(compacted)
	require.Empty(t, findings, "%s", compacted)
	hash, err := odrl.Hash(policy)
	require.NoError(t, err)
	return hash
}

const (
	dsp  = `"https://w3id.org/dspace/2025/1/context.jsonld"`
	w3c  = `"http://www.w3.org/ns/odrl.jsonld"`
	ns   = "http://www.w3.org/ns/odrl/2/"
	head = `"@id":"urn:offer:9","@type":"Offer","assigner":"CityMSP"`
	body = head + `,"target":"urn:air","permission":[{"action":"read","constraint":[` +
		`{"leftOperand":"percentage","operator":"lteq","rightOperand":"5"},` +
		`{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]`
)

func TestAllFormsOfAPolicyAreOne(t *testing.T) {
	want := hashOf(t, `{"@context":`+dsp+`,`+body+`}`)
	for name, text := range map[string]string{
		"the context of ODRL":     `{"@context":` + w3c + `,` + body + `}`,
		"both contexts":           `{"@context":[` + dsp + `,` + w3c + `],` + body + `}`,
		"a graph":                 `{"@context":` + w3c + `,"@graph":[{` + body + `}]}`,
		"a list":                  `[{"@context":` + w3c + `,` + body + `}]`,
		"no context":              `{` + body + `}`,
		"both names of the offer": `{"@context":` + dsp + `,"odrl:uid":"urn:offer:9",` + body + `}`,
		"another namespace of dc": `{"@context":[` + dsp + `,{"dc":"http://purl.org/dc/elements/1.1/"}],"dc:title":"Air",` + body + `}`,
		"a term's definition":     `{"@context":[` + dsp + `,{"ex":{"@id":"https://ex.example/","@prefix":true}}],` + body + `}`,
		"an own word": `{"@context":[` + w3c + `,{"darf":{"@id":"odrl:permission","@type":"@id"}}],` + head + `,"target":"urn:air",
			"darf":{"action":"read","constraint":[
			{"leftOperand":"purpose","operator":"isA","rightOperand":{"@id":"https://w3id.org/dpv#Marketing"}},
			{"leftOperand":"percentage","operator":"lteq","rightOperand":5.0}]}}`,
		"a nested context": `{"@context":` + dsp + `,` + head + `,"target":"urn:air","permission":[{"@context":` + w3c + `,
			"action":"read","constraint":[
			{"leftOperand":"percentage","operator":"lteq","rightOperand":{"@value":"5.00","@type":"xsd:decimal"}},
			{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"}]}]}`,
		"expanded": `[{"@id":"urn:offer:9","@type":["` + ns + `Offer"],"` + ns + `assigner":[{"@id":"CityMSP"}],
			"` + ns + `permission":[{"` + ns + `target":[{"@id":"urn:air"}],"` + ns + `action":[{"@id":"` + ns + `read"}],
			"` + ns + `constraint":[{"` + ns + `leftOperand":[{"@id":"` + ns + `purpose"}],"` + ns + `operator":[{"@id":"` + ns + `isA"}],
			"` + ns + `rightOperand":[{"@id":"https://w3id.org/dpv#Marketing"}]},
			{"` + ns + `leftOperand":[{"@id":"` + ns + `percentage"}],"` + ns + `operator":[{"@id":"` + ns + `lteq"}],
			"` + ns + `rightOperand":[{"@value":5}]}]}]}]`,
		"nodes apart": `{"@context":` + w3c + `,"@graph":[{"@id":"_:r","target":"urn:air","action":"read","constraint":["_:c1","_:c2"]},
			{` + head + `,"permission":"_:r"},
			{"@id":"_:c2","leftOperand":"purpose","operator":"isA","rightOperand":"dpv:Marketing"},
			{"@id":"_:c1","leftOperand":"percentage","operator":"lteq","rightOperand":"5"}]}`,
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, want, hashOf(t, text)) })
	}
	other := `{"@context":` + w3c + `,"@graph":[{` + head + `,"target":"urn:air","permission":{"action":"use"}}]}`
	assert.NotEqual(t, want, hashOf(t, other))
}

func TestWhatTheExpansionWouldLoseIsRefused(t *testing.T) {
	for name, row := range map[string]struct{ text, reason string }{
		"a context from elsewhere": {
			`{"@context":["https://profile.example/policy.jsonld"],"@type":"Offer","permission":[{"action":"use"}]}`,
			`the context "https://profile.example/policy.jsonld" is not known here`,
		},
		"two policies": {
			`{"@context":` + w3c + `,"@graph":[{"@type":"Offer","uid":"ex:1"},{"@type":"Offer","uid":"ex:2"}]}`, "holds 2 policies",
		},
		"a node that nobody needs": {
			`{"@context":` + w3c + `,"@graph":[{"@type":"Offer","uid":"ex:1"},{"uid":"ex:2","action":"use"}]}`, `"ex:2" belongs to nothing`,
		},
		"a node within itself": {
			`{"@context":` + w3c + `,"@graph":[{"@type":"Offer","uid":"ex:1","permission":"_:a"},{"uid":"_:a","action":"use","duty":"_:a"}]}`,
			"lies within itself",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compact([]byte(row.text))
			require.ErrorContains(t, err, row.reason)
		})
	}
	compacted, err := Compact([]byte(`{"@context":` + w3c + `,"@graph":[{"@type":"Offer","uid":"ex:1","permission":{"actoin":"use"}}]}`))
	require.NoError(t, err)
	_, findings := odrl.Parse(compacted)
	require.NotEmpty(t, findings, "a member that no context defines is kept and refused")
}

func TestTheFormsFromTheField(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors.FieldCases(t, "dataspace/07-jsonld-forms"), "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			compacted, err := Compact(text)
			if filepath.Base(file) == "local-context-unknown.json" {
				require.ErrorContains(t, err, "https://profile.example/policy.jsonld")
				return
			}
			require.NoError(t, err)
			_, findings := odrl.Parse(compacted)
			assert.Empty(t, findings, "%s", compacted)
		})
	}
}

func FuzzCompact(f *testing.F) {
	f.Add([]byte(`{"@context":` + w3c + `,"@graph":[{"@type":"Offer","uid":"ex:1","permission":{"action":"use"}}]}`))
	f.Add([]byte(`[{"` + ns + `permission":[{"` + ns + `action":[{"@id":"` + ns + `use"}]}]}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		compacted, err := Compact(text)
		if err != nil {
			return
		}
		again, err := Compact(compacted)
		if err == nil {
			assert.Equal(t, string(compacted), string(again))
		}
	})
}
