// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestConflicts asks one permission and one prohibition whether they meet.
func TestConflicts(t *testing.T) {
	c := func(left, operator, right string) string { return `,"constraint":` + atomText(left, operator, right) }
	during := func(from, to string) string {
		return `,"constraint":[` + atomText("dateTime", "gteq", from) + `,` + atomText("dateTime", "lt", to) + `]`
	}
	collections := Knowledge{PartOf: NewHierarchy([]Within{{"ex:x", "ex:data"}, {"ex:y", "ex:data"}, {"ex:y", "ex:air"}, {"ex:alice", "ex:staff"}})}
	const collection, staff = `{"@type":"AssetCollection","source":"ex:data"}`, `{"@type":"PartyCollection","source":"ex:staff"}`
	for name, row := range map[string]struct {
		permission, prohibition string
		knowledge               Knowledge
		want                    truth // yes: certain; unknown: undecided; no: none
	}{
		"the same":                                    {`"action":"read","target":"ex:x"`, `"action":"read","target":"ex:x"`, Knowledge{}, yes},
		"a wider prohibition":                         {`"action":"read"`, `"action":"use"`, Knowledge{}, yes},
		"a narrower prohibition":                      {`"action":"use"`, `"action":"extract"`, Knowledge{}, yes},
		"two branches of the actions":                 {`"action":"read"`, `"action":"extract"`, Knowledge{}, no},
		"use and transfer":                            {`"action":"use"`, `"action":"sell"`, Knowledge{}, no},
		"one of several actions":                      {`"action":["read","sell"]`, `"action":["extract","transfer"]`, Knowledge{}, yes},
		"no action is all actions":                    {`"target":"ex:x"`, `"action":"sell"`, Knowledge{}, yes},
		"other targets":                               {`"target":"ex:x"`, `"target":"ex:y"`, Knowledge{}, no},
		"a member of a collection":                    {`"target":"ex:x"`, `"target":"ex:data"`, collections, yes},
		"a collection whose members are not known":    {`"target":"ex:x"`, `"target":` + collection, Knowledge{}, unknown},
		"two collections with one member in both":     {`"target":"ex:data"`, `"target":"ex:air"`, collections, yes},
		"other assignees":                             {`"assignee":"ex:alice"`, `"assignee":"ex:bob"`, Knowledge{}, no},
		"a member of a party collection":              {`"assignee":"ex:alice"`, `"assignee":` + staff, collections, yes},
		"a party that may be a member":                {`"assignee":"ex:bob"`, `"assignee":` + staff, collections, unknown},
		"disjoint dates":                              {`"action":"read"` + during("2024-01-01", "2024-02-01"), `"action":"read"` + during("2024-02-01", "2024-03-01"), Knowledge{}, no},
		"overlapping dates":                           {`"action":"read"` + during("2024-01-01", "2024-02-02"), `"action":"read"` + during("2024-02-01", "2024-03-01"), Knowledge{}, yes},
		"dates that share a moment":                   {`"action":"read"` + c("dateTime", "lteq", "2024-02-01"), `"action":"read"` + c("dateTime", "gteq", "2024-02-01"), Knowledge{}, yes},
		"days of the week":                            {`"action":"read"` + c("dayOfWeek", "eq", "Monday"), `"action":"read"` + c("dayOfWeek", "isNoneOf", `["Sunday","Monday"]`), Knowledge{}, no},
		"a day within dates that it is not part of":   {`"action":"read"` + during("2024-02-12", "2024-02-14"), `"action":"read"` + c("dayOfWeek", "eq", "Wednesday"), Knowledge{}, no},
		"a day within dates":                          {`"action":"read"` + during("2024-02-12", "2024-02-14"), `"action":"read"` + c("dayOfWeek", "eq", "Tuesday"), Knowledge{}, yes},
		"the same purpose":                            {`"action":"read"` + c("purpose", "eq", "ex:a"), `"action":"read"` + c("purpose", "eq", "ex:a"), Knowledge{}, yes},
		"other purposes":                              {`"action":"read"` + c("purpose", "eq", "ex:a"), `"action":"read"` + c("purpose", "eq", "ex:b"), Knowledge{}, no},
		"a purpose within a prohibited one":           {`"action":"read"` + c("purpose", "eq", "dpv:Advertising"), `"action":"read"` + c("purpose", "isA", "dpv:Marketing"), purposes(), yes},
		"a purpose beside a prohibited one":           {`"action":"read"` + c("purpose", "eq", "dpv:AcademicResearch"), `"action":"read"` + c("purpose", "isA", "dpv:Marketing"), purposes(), no},
		"purposes with a common narrower one":         {`"action":"read"` + c("purpose", "isA", "dpv:CommercialPurpose"), `"action":"read"` + c("purpose", "isA", "dpv:ResearchAndDevelopment"), purposes(), yes},
		"purposes without a common one":               {`"action":"read"` + c("purpose", "isA", "dpv:Marketing"), `"action":"read"` + c("purpose", "isA", "dpv:ResearchAndDevelopment"), purposes(), no},
		"purposes in a taxonomy that is not known":    {`"action":"read"` + c("purpose", "isA", "ex:a"), `"action":"read"` + c("purpose", "isA", "ex:b"), Knowledge{}, unknown},
		"a prohibition of all but one purpose":        {`"action":"read"` + c("purpose", "isA", "dpv:Marketing"), `"action":"read"` + c("purpose", "isNoneOf", `["dpv:Marketing"]`), purposes(), no},
		"a permission without the purpose prohibited": {`"action":"read"`, `"action":"read"` + c("purpose", "eq", "ex:a"), Knowledge{}, yes},
		"counts":                               {`"action":"read"` + c("count", "lteq", "5"), `"action":"read"`, Knowledge{}, yes},
		"numbers that do not meet":             {`"action":"read"` + c("percentage", "lteq", "50"), `"action":"read"` + c("percentage", "gt", "50.0"), Knowledge{}, no},
		"numbers that meet between two others": {`"action":"read"` + c("percentage", "lt", "50.01"), `"action":"read"` + c("percentage", "gt", "50"), Knowledge{}, yes},
		"percentages beyond their range":       {`"action":"read"`, `"action":"read"` + c("percentage", "gt", "100"), Knowledge{}, no},
		"versions":                             {`"action":"read"` + c("version", "lt", "2"), `"action":"read"` + c("version", "gteq", "2.0"), Knowledge{}, no},
		"periods":                              {`"action":"read"` + c("elapsedTime", "lteq", "P1Y"), `"action":"read"` + c("delayPeriod", "gteq", "P13M"), Knowledge{}, no},
		"periods that meet":                    {`"action":"read"` + c("elapsedTime", "lteq", "P1Y"), `"action":"read"` + c("delayPeriod", "gteq", "P6M"), Knowledge{}, yes},
		"a refinement that excludes the prohibited":  {`"action":{"rdf:value":"read","refinement":` + atomText("language", "isPartOf", "de") + `}`, `"action":"read"` + c("language", "eq", "fr"), Knowledge{}, no},
		"languages that meet":                        {`"action":"read"` + c("language", "isPartOf", "de"), `"action":"read"` + c("language", "isPartOf", "de-AT"), Knowledge{}, yes},
		"a choice of which one part meets":           {`"action":"read","constraint":{"or":[` + atomText("purpose", "eq", "ex:a") + `,` + atomText("purpose", "eq", "ex:b") + `]}`, `"action":"read"` + c("purpose", "eq", "ex:b"), Knowledge{}, yes},
		"exactly one of two that exclude each other": {`"action":"read","constraint":{"xone":[` + atomText("purpose", "eq", "ex:a") + `,` + atomText("purpose", "eq", "ex:a") + `]}`, `"action":"read"`, Knowledge{}, no},
		"a permission with a duty":                   {`"action":"read","duty":{"action":"compensate"}`, `"action":"read"`, Knowledge{}, yes},
		"several values at once":                     {`"action":"read"` + c("industry", "isAllOf", `["ex:a","ex:b"]`), `"action":"read"` + c("industry", "eq", "ex:a"), Knowledge{}, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			policy := policyOf(t, `{"conflict":"prohibit","permission":{"uid":"ex:p",`+row.permission+`},"prohibition":{"uid":"ex:q",`+row.prohibition+`}}`)
			list := Conflicts(policy, row.knowledge)
			if row.want == no {
				assert.Empty(t, list)
				return
			}
			require.Len(t, list, 1)
			assert.Equal(t, "ex:p", list[0].Permission)
			assert.Equal(t, "ex:q", list[0].Prohibition)
			require.Equal(t, row.want == yes, list[0].Certain)
			if list[0].Certain {
				assert.Equal(t, verdict{false, "", []string{"Active Permit", "Active Violated"}}, judge(Evaluate(policy, list[0].Example.Request, list[0].Example.World)))
			} else {
				assert.Nil(t, list[0].Example)
			}
		})
	}
}
