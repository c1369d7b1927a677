// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// consent is a resident's consent as a policy: use of a dataset by two parties for a purpose until a date.
const consent = `{"permission":{"action":"use","target":"ex:x","assignee":["ex:city","ex:lab"],"constraint":[
	{"leftOperand":"purpose","operator":"isA","rightOperand":"dpv:ResearchAndDevelopment"},
	{"leftOperand":"dateTime","operator":"gteq","rightOperand":"2024-01-01"},{"leftOperand":"dateTime","operator":"lt","rightOperand":"2025-01-01"}]}}`

func TestRefines(t *testing.T) {
	p := func(rest string) string {
		return `{"permission":{"uid":"ex:p","action":"read","target":"ex:x"` + rest + `}}`
	}
	c := func(left, operator, right string) string {
		return p(`,"constraint":` + atomText(left, operator, right))
	}
	licence := func(action, assignee, purpose, from, to string) string {
		return `{"permission":{"action":"` + action + `","target":"ex:x","assignee":"` + assignee + `","constraint":[` + purpose + `,` +
			atomText("dateTime", "gteq", from) + `,` + atomText("dateTime", "lt", to) + `]}}`
	}
	academic := atomText("purpose", "eq", "dpv:AcademicResearch")
	members := Knowledge{PartOf: NewHierarchy([]Within{{"ex:x", "ex:data"}, {"ex:alice", "ex:staff"}})}
	for name, row := range map[string]struct {
		a, b      string
		knowledge Knowledge
		want      Answer
	}{
		"a policy refines itself":                      {p(""), p(""), Knowledge{}, Yes},
		"a licence within a consent":                   {licence("read", "ex:lab", academic, "2024-03-01", "2024-06-01"), consent, purposes(), Yes},
		"a licence for a purpose in the consent's own": {licence("use", "ex:city", atomText("purpose", "isA", "dpv:CommercialResearch"), "2024-01-01", "2025-01-01"), consent, purposes(), Yes},
		"a licence of another purpose":                 {licence("read", "ex:lab", atomText("purpose", "eq", "dpv:Marketing"), "2024-03-01", "2024-06-01"), consent, purposes(), No},
		"a licence of a broader purpose":               {licence("read", "ex:lab", atomText("purpose", "isA", "dpv:Purpose"), "2024-03-01", "2024-06-01"), consent, purposes(), No},
		"a licence that outlasts the consent":          {licence("read", "ex:lab", academic, "2024-03-01", "2025-01-02"), consent, purposes(), No},
		"a licence that begins too early":              {licence("read", "ex:lab", academic, "2023-12-31", "2024-06-01"), consent, purposes(), No},
		"a licence for somebody else":                  {licence("read", "ex:eve", academic, "2024-03-01", "2024-06-01"), consent, purposes(), No},
		"a licence to sell":                            {licence("sell", "ex:lab", academic, "2024-03-01", "2024-06-01"), consent, purposes(), No},
		"a licence without an end":                     {`{"permission":{"action":"read","target":"ex:x","assignee":"ex:lab","constraint":` + academic + `}}`, consent, purposes(), No},
		"a licence whose taxonomy is not known":        {licence("read", "ex:lab", academic, "2024-03-01", "2024-06-01"), consent, Knowledge{}, No},
		"nothing refines everything":                   {`{"uid":"ex:1"}`, p(""), Knowledge{}, Yes},
		"something does not refine nothing":            {p(""), `{"uid":"ex:1"}`, Knowledge{}, No},
		"without an action it is everything":           {`{"permission":{"target":"ex:x"}}`, p(""), Knowledge{}, No},
		"a contradiction permits nothing":              {`{"permission":{},"prohibition":{}}`, `{"uid":"ex:1"}`, Knowledge{}, Yes},
		"a permission that never applies":              {`{"permission":{"constraint":[` + atomText("purpose", "eq", "ex:a") + `,` + atomText("purpose", "eq", "ex:b") + `]}}`, `{"uid":"ex:1"}`, Knowledge{}, Yes},
		"one of two permissions covers it":             {p(""), `{"permission":[{"action":"sell"},{"action":"use"}]}`, Knowledge{}, Yes},
		"two permissions cover one part each": {`{"permission":{"action":"read","constraint":{"or":[` + atomText("dateTime", "lt", "2024-01-01") + `,` + atomText("dateTime", "gteq", "2025-01-01") + `]}}}`,
			`{"permission":[{"action":"use","constraint":` + atomText("dateTime", "lt", "2024-06-01") + `},{"action":"use","constraint":` + atomText("dateTime", "gt", "2024-07-01") + `}]}`, Knowledge{}, Yes},
		"members of what is permitted":                 {p(""), `{"permission":{"target":"ex:data"}}`, members, Yes},
		"a collection of what is permitted":            {`{"permission":{"target":"ex:data"}}`, p(""), members, No},
		"a prohibition forbids it":                     {p(""), `{"conflict":"prohibit","permission":{},"prohibition":{"action":"use"}}`, Knowledge{}, No},
		"a prohibition of another action":              {p(""), `{"conflict":"prohibit","permission":{},"prohibition":{"action":"sell"}}`, Knowledge{}, Yes},
		"a prohibition that permissions win over":      {p(""), `{"conflict":"perm","permission":{},"prohibition":{"action":"use"}}`, Knowledge{}, Yes},
		"a prohibition at another time":                {c("dateTime", "lt", "2024-01-01"), `{"conflict":"prohibit","permission":{},"prohibition":{"constraint":` + atomText("dateTime", "gteq", "2024-01-01") + `}}`, Knowledge{}, Yes},
		"a prohibition of a purpose that is not named": {p(""), `{"conflict":"prohibit","permission":{},"prohibition":{"constraint":` + atomText("purpose", "eq", "ex:a") + `}}`, Knowledge{}, No},
		"a prohibition that both have": {`{"conflict":"prohibit","permission":{"action":"read"},"prohibition":{"constraint":` + atomText("purpose", "eq", "ex:a") + `}}`,
			`{"conflict":"prohibit","permission":{},"prohibition":{"constraint":` + atomText("purpose", "eq", "ex:a") + `}}`, Knowledge{}, Yes},
		"a prohibition of another target, which may be a collection": {p(""), `{"conflict":"prohibit","permission":{},"prohibition":{"target":"ex:y"}}`, Knowledge{}, Undecided},
		"a policy that is void":                               {p(""), `{"permission":{},"prohibition":{}}`, Knowledge{}, No},
		"a policy that is void by rules about something else": {p(""), `{"permission":[{"action":"read"},{"action":"print"}],"prohibition":{"action":"print"}}`, Knowledge{}, No},
		"the same duty":                                       {p(`,"duty":{"uid":"ex:d","action":"compensate"}`), p(`,"duty":{"uid":"ex:d","action":"compensate"}`), Knowledge{}, Yes},
		"a duty more":                                         {p(`,"duty":{"uid":"ex:d","action":"compensate"}`), p(""), Knowledge{}, Yes},
		"a duty less":                                         {p(""), p(`,"duty":{"uid":"ex:d","action":"compensate"}`), Knowledge{}, No},
		"a smaller count of the same rule":                    {c("count", "lteq", "5"), c("count", "lt", "7"), Knowledge{}, Yes},
		"a larger count of the same rule":                     {c("count", "lteq", "8"), c("count", "lt", "7"), Knowledge{}, No},
		"a count of another rule":                             {c("count", "lteq", "5"), `{"permission":{"uid":"ex:other","constraint":` + atomText("count", "lteq", "7") + `}}`, Knowledge{}, No},
		"a shorter period":                                    {c("elapsedTime", "lteq", "P11M"), c("elapsedTime", "eq", "P1Y"), Knowledge{}, Yes},
		"30 days may be longer than a month":                  {c("elapsedTime", "lteq", "P30D"), c("elapsedTime", "lteq", "P1M"), Knowledge{}, Undecided},
		"a later beginning":                                   {c("delayPeriod", "gteq", "P2D"), c("delayPeriod", "gt", "PT47H"), Knowledge{}, Yes},
		"a narrower language":                                 {c("language", "eq", "de-AT"), c("language", "isPartOf", "de"), Knowledge{}, Yes},
		"a narrower place, by its code":                       {c("spatial", "eq", "AT-9"), c("spatial", "isPartOf", "AT"), Knowledge{}, Yes},
		"a place that is none of others":                      {c("spatial", "isNoneOf", `["AT","DE"]`), c("spatial", "isNoneOf", `["AT"]`), Knowledge{}, Yes},
		"a place that may be part of others":                  {c("spatial", "eq", "ex:a"), c("spatial", "isNoneOf", `["ex:b"]`), Knowledge{}, Undecided},
		"a choice within a choice":                            {c("purpose", "isAnyOf", `["ex:a","ex:b"]`), c("purpose", "isAnyOf", `["ex:a","ex:b","ex:c"]`), Knowledge{}, Yes},
		"a choice beyond a choice":                            {c("purpose", "isAnyOf", `["ex:a","ex:d"]`), c("purpose", "isAnyOf", `["ex:a","ex:b","ex:c"]`), Knowledge{}, No},
		"a refinement is like a constraint":                   {c("resolution", "lt", "600"), `{"permission":{"action":{"rdf:value":"read","refinement":` + atomText("resolution", "lteq", "600") + `}}}`, Knowledge{}, Yes},
		"a condition that every known value meets":            {p(""), c("percentage", "gteq", "0"), Knowledge{}, No},
		"a moment between two limits":                         {c("dateTime", "gt", "2024-01-01T00:00:00Z"), c("dateTime", "gteq", "2024-01-01T00:00:00.000000002Z"), Knowledge{}, No},
		"the shorter of two periods that cannot be compared": {
			p(`,"constraint":[` + atomText("elapsedTime", "lteq", "P30D") + `,` + atomText("elapsedTime", "lteq", "P1M") + `]`), c("elapsedTime", "lteq", "P29D"), Knowledge{}, Undecided,
		},
		"a prohibition that counts the uses of another rule": {
			`{"conflict":"prohibit","permission":{},"prohibition":{"uid":"ex:q","constraint":` + atomText("count", "gt", "2") + `}}`,
			`{"conflict":"prohibit","permission":{},"prohibition":{"uid":"ex:r","constraint":` + atomText("count", "gt", "2") + `}}`, Knowledge{}, Undecided,
		},
		"a day within days":  {c("dayOfWeek", "eq", "Monday"), c("dayOfWeek", "isNoneOf", `["Saturday","Sunday"]`), Knowledge{}, Yes},
		"dates within a day": {p(`,"constraint":[` + atomText("dateTime", "gteq", "2024-02-12T10:00") + `,` + atomText("dateTime", "lt", "2024-02-12T12:00") + `]`), c("dayOfWeek", "eq", "Monday"), Knowledge{}, Yes},
		"exactly one of two": {`{"permission":{"constraint":{"xone":[` + atomText("purpose", "eq", "ex:a") + `,` + atomText("language", "eq", "de") + `]}}}`, `{"permission":{"constraint":{"or":[` + atomText("purpose", "eq", "ex:a") + `,` + atomText("language", "eq", "de") + `]}}}`, Knowledge{}, Yes},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := policyOf(t, row.a), policyOf(t, row.b)
			got := Refines(a, b, row.knowledge)
			require.Equal(t, row.want, got.Answer, "%v", got.Reasons)
			assert.Equal(t, row.want == Yes, len(got.Reasons) == 0)
			require.Equal(t, row.want == No, got.Witness != nil)
			if got.Witness == nil {
				return
			}
			// The witness counts in the form in which it is shown.
			request, world := again(t, got.Witness)
			assert.True(t, Simulate(a, request, world).Permit)
			assert.False(t, Simulate(b, request, world).Permit)
		})
	}
}

// again writes a situation and reads it.
func again(t require.TestingT, s *Situation) (Request, World) {
	request, err := json.Marshal(s.Request)
	require.NoError(t, err)
	world, err := json.Marshal(s.World)
	require.NoError(t, err)
	readRequest, found := ParseRequest(request)
	require.Empty(t, found)
	readWorld, found := ParseWorld(world)
	require.Empty(t, found)
	return readRequest, readWorld
}
