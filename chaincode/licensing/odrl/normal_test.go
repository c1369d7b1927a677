// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func bound(left, operator, right string) string {
	return `{"@type":"Offer","uid":"ex:1","assigner":"ex:a","permission":[{"target":"ex:x","action":"use","constraint":[` + atomText(left, operator, right) + `]}]}`
}

func TestWhatMeansTheSameHasOneHash(t *testing.T) {
	for name, forms := range map[string][]string{
		"numbers": {
			bound("percentage", "lteq", "5"), bound("percentage", "lteq", "5.0"), bound("percentage", "lteq", `{"@value":"05","@type":"xsd:integer"}`),
			bound("percentage", "lteq", `{"@value":5,"@type":"http://www.w3.org/2001/XMLSchema#integer"}`), bound("percentage", "lteq", `[5]`),
		},
		"moments": {
			bound("dateTime", "lt", "2027-01-01"), bound("dateTime", "lt", "2027-01-01T00:00:00Z"), bound("dateTime", "lt", "2027-01-01T01:00:00.000+01:00"),
			bound("dateTime", "lt", `{"@value":"2026-12-31T24:00:00","@type":"xsd:dateTime"}`),
		},
		"months":   {bound("elapsedTime", "lteq", "P12M"), bound("elapsedTime", "lteq", "P1Y"), bound("elapsedTime", "lteq", `{"@value":"P1Y","@type":"xsd:duration"}`)},
		"hours":    {bound("elapsedTime", "lteq", "P1DT1H"), bound("elapsedTime", "lteq", "PT25H"), bound("elapsedTime", "lteq", "PT1500M")},
		"versions": {bound("version", "gteq", "2"), bound("version", "gteq", "v2.0")},
		"days":     {bound("dayOfWeek", "eq", "sunday"), bound("dayOfWeek", "eq", `{"@id":"http://www.w3.org/2006/time#Sunday"}`)},
		"names": {
			bound("purpose", "eq", "dpv:Marketing"), bound("purpose", "eq", "https://w3id.org/dpv#Marketing"), bound("purpose", "eq", `{"@id":"dpv:Marketing"}`),
			bound("purpose", "eq", `{"@value":"https://w3id.org/dpv/owl#Marketing","@type":"xsd:anyURI"}`),
		},
		"sets": {bound("purpose", "isAnyOf", `["ex:a","ex:b"]`), bound("purpose", "isAnyOf", `["ex:b","ex:a","ex:b"]`)},
		"rules": {
			`{"@type":"Offer","assigner":"ex:a","permission":[{"target":"ex:x","action":"use"},{"target":"ex:x","action":"sell"}]}`,
			`{"@type":"Offer","permission":[{"@id":"_:b0","assigner":"ex:a","target":"ex:x","action":"sell"},{"assigner":"ex:a","target":"ex:x","action":"use"}]}`,
		},
	} {
		for _, form := range forms[1:] {
			assert.Equal(t, hash(t, policyOf(t, forms[0])), hash(t, policyOf(t, form)), "%s: %s", name, form)
		}
	}
	assert.NotEqual(t, hash(t, policyOf(t, bound("elapsedTime", "lteq", "P1M"))), hash(t, policyOf(t, bound("elapsedTime", "lteq", "P30D"))))
}

// TestTheNormalFormIsOne: a value in normal form is what it was, and stays as it is.
func TestTheNormalFormIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := duration{rapid.IntRange(0, maxMonths).Draw(t, "months"), time.Duration(rapid.Int64Range(0, maxSeconds).Draw(t, "seconds")) * time.Second}
		text := d.String()
		again, ok := readDuration(text)
		if !ok || again != d {
			t.Fatalf("%v is written %s and read %v", d, text, again)
		}
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0)
		zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "offset")*60)
		utc, _ := normalText(instant, at.UTC().Format(time.RFC3339))
		local, _ := normalText(instant, at.In(zone).Format(time.RFC3339))
		if utc != local {
			t.Fatalf("%s and %s", utc, local)
		}
	})
}

func TestLabelsOfBlankNodesAreNeverComparedAcrossDocuments(t *testing.T) {
	limited := func(policy, rule, count string) string {
		return `{"@type":"Set","uid":"` + policy + `","permission":[{` + rule + `"target":"ex:x","action":"use","constraint":[` + atomText("count", "lteq", count) + `]}]}`
	}
	for _, rule := range []string{`"uid":"_:b0",`, ``} {
		narrow, wide := policyOf(t, limited("ex:1", rule, "3")), policyOf(t, limited("ex:2", rule, "5"))
		assert.NotEqual(t, Yes, Refines(narrow, wide, Knowledge{}).Answer)
		assert.Equal(t, Yes, Refines(narrow, narrow, Knowledge{}).Answer, "it is one document")
	}
	named := `"uid":"ex:rule",`
	assert.Equal(t, Yes, Refines(policyOf(t, limited("ex:1", named, "3")), policyOf(t, limited("ex:2", named, "5")), Knowledge{}).Answer)
	_, found := Parse([]byte(`{"permission":[{"action":"use","target":"_:asset"}]}`))
	require.NotEmpty(t, found)
	assert.Equal(t, InvalidID, found[0].Code)
}

func TestACollectionIsNamedByItsUID(t *testing.T) {
	policy := policyOf(t, `{"permission":{"action":"read","target":{"@type":"AssetCollection","uid":"ex:all","source":"https://city.example/list"}}}`)
	world := World{Knowledge: Knowledge{PartOf: NewHierarchy([]Within{{"ex:x", "ex:all"}})}}
	assert.True(t, Evaluate(policy, reading, world).Permit)
}

func TestOffersThatNobodyCanUse(t *testing.T) {
	ledger := Ledger{Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Consumer: func(name string) bool { return name == "CityMSP" || name == "LabMSP" }}
	offer := func(more string) string {
		return `{"@type":"Offer","uid":"ex:1","assigner":"ex:a","target":"ex:x",` + more + `}`
	}
	only := func(left, operator, right string) string {
		return offer(`"permission":[{"action":"use","constraint":[` + atomText(left, operator, right) + `]}]`)
	}
	for name, text := range map[string]string{
		"no permission":                offer(`"prohibition":[{"action":"sell"}]`),
		"a group":                      offer(`"permission":[{"action":"use","assignee":{"@type":"PartyCollection","uid":"urn:group:cities"}}]`),
		"a party that is none":         offer(`"permission":[{"action":"use","assignee":"urn:company:1"}]`),
		"two takers":                   offer(`"permission":[{"action":"use","assignee":"CityMSP"},{"action":"sell","assignee":"LabMSP"}]`),
		"a recipient in a group":       only("recipient", "isPartOf", "urn:group:cities"),
		"two recipients at once":       only("recipient", "isAllOf", `["CityMSP","LabMSP"]`),
		"a date that has passed":       only("dateTime", "lt", "2026-06-01"),
		"dates that do not meet":       offer(`"permission":[{"action":"use","constraint":[` + atomText("dateTime", "lt", "2027-01-01") + `,` + atomText("dateTime", "gt", "2028-01-01") + `]}]`),
		"an amount":                    only("payAmount", "gteq", "5"),
		"all of it is forbidden":       offer(`"conflict":"prohibit","permission":[{"action":"read"}],"prohibition":[{"action":"use"}]`),
		"a number that cannot be both": offer(`"permission":[{"action":"use","constraint":[` + atomText("percentage", "gt", "50") + `,` + atomText("percentage", "lt", "50") + `]}]`),
	} {
		found := Dead(policyOf(t, text), ledger)
		require.NotEmpty(t, found, name)
		assert.Equal(t, Unusable, found[0].Code, name)
	}
	for name, text := range map[string]string{
		"anybody":            offer(`"permission":[{"action":"use"}]`),
		"one of two":         only("recipient", "isAnyOf", `["urn:group:cities","LabMSP"]`),
		"all but one":        only("recipient", "neq", "CityMSP"),
		"one named":          offer(`"permission":[{"action":"use","assignee":"CityMSP"}]`),
		"the last moment":    only("dateTime", "lteq", "2026-06-01"),
		"a narrower refusal": offer(`"conflict":"prohibit","permission":[{"action":"use"}],"prohibition":[{"action":"sell"}]`),
		"one way is left": offer(`"permission":[{"action":"use","constraint":[{"or":[` + atomText("dateTime", "lt", "2020-01-01") + `,` +
			atomText("industry", "eq", "ex:energy") + `]}]}]`),
	} {
		assert.Empty(t, Dead(policyOf(t, text), ledger), name)
	}
}

func TestADayThatEndsEarlierThanPeopleThinkIsNoticed(t *testing.T) {
	for operator, noticed := range map[string]bool{"lteq": true, "eq": true, "gt": true, "lt": false, "gteq": false} {
		found := Notices(policyOf(t, bound("dateTime", operator, "2026-01-31")), nil)
		assert.Equal(t, noticed, len(found) > 0, operator)
		for _, notice := range found {
			assert.Equal(t, EndsEarly, notice.Code)
			assert.Equal(t, "/permission/0/constraint/0", notice.Path)
		}
	}
	assert.Empty(t, Notices(policyOf(t, bound("dateTime", "lteq", "2026-01-31T23:59:59Z")), nil))
}
