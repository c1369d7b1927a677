// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestConstraints asks each operand and operator by one permission under one constraint, and the same constraint on a
// prohibition. Anything that is not known leaves the first inactive and the second active.
func TestConstraints(t *testing.T) {
	noon := World{Now: at("2024-02-12T11:20:10.999Z")} // a Monday
	agreed := func(finalized, now string) World { return World{Finalized: at(finalized), Now: at(now)} }
	used := func(count int64, last string) World {
		use := Use{Count: count}
		if last != "" {
			use.Last = at(last)
		}
		return World{Now: at("2024-03-10T00:00:00Z"), Uses: map[string]Use{"ex:p": use, "ex:q": use}}
	}
	parts := Knowledge{PartOf: NewHierarchy([]Within{{"ex:bob", "ex:staff"}, {"ex:Berlin", "iso3166:DE-BE"}, {"iso3166:DE", "ex:EU"}})}
	for name, row := range map[string]struct {
		left, operator, right string
		request               Request
		world                 World
		want                  truth
	}{
		"dateTime eq counts milliseconds":               {"dateTime", "eq", "2024-02-12T11:20:10.999Z", reading, noon, yes},
		"dateTime eq a millisecond off":                 {"dateTime", "eq", "2024-02-12T11:20:10.998Z", reading, noon, no},
		"dateTime neq":                                  {"dateTime", "neq", "2024-02-12T11:20:10.999Z", reading, noon, no},
		"dateTime lt itself":                            {"dateTime", "lt", "2024-02-12T11:20:10.999Z", reading, noon, no},
		"dateTime lteq itself":                          {"dateTime", "lteq", "2024-02-12T11:20:10.999Z", reading, noon, yes},
		"dateTime gt itself":                            {"dateTime", "gt", "2024-02-12T11:20:10.999Z", reading, noon, no},
		"dateTime gteq itself":                          {"dateTime", "gteq", "2024-02-12T11:20:10.999Z", reading, noon, yes},
		"a date is its beginning":                       {"dateTime", "lteq", "2024-02-12", reading, noon, no},
		"a time without zone is UTC":                    {"dateTime", "gt", "2024-02-12T11:20:10", reading, noon, yes},
		"a time without seconds":                        {"dateTime", "lt", "2024-02-12T11:21", reading, noon, yes},
		"a time in another zone":                        {"dateTime", "gt", "2024-02-12T13:20:10+02:00", reading, noon, yes},
		"the end of a day":                              {"dateTime", "lt", "2024-02-11T24:00:00Z", reading, noon, no},
		"a time that is none":                           {"dateTime", "gt", "2023-02-29", reading, noon, unknown},
		"no clock":                                      {"dateTime", "gt", "2000-01-01", reading, World{}, unknown},
		"a request cannot set the clock":                {"dateTime", "gt", "2000-01-01", saying("dateTime", "2024-01-01"), World{}, unknown},
		"dayOfWeek eq":                                  {"dayOfWeek", "eq", "Monday", reading, noon, yes},
		"dayOfWeek as an IRI of OWL-Time":               {"dayOfWeek", "eq", "http://www.w3.org/2006/time#Monday", reading, noon, yes},
		"dayOfWeek isAnyOf":                             {"dayOfWeek", "isAnyOf", `["Saturday","Sunday"]`, reading, noon, no},
		"dayOfWeek isNoneOf":                            {"dayOfWeek", "isNoneOf", `["Saturday","Sunday"]`, reading, noon, yes},
		"elapsedTime within months of the calendar":     {"elapsedTime", "lteq", "P1M", reading, agreed("2024-01-31T12:00Z", "2024-02-29T12:00Z"), yes},
		"elapsedTime just beyond them":                  {"elapsedTime", "lteq", "P1M", reading, agreed("2024-01-31T12:00Z", "2024-02-29T12:00:00.001Z"), no},
		"elapsedTime eq means during":                   {"elapsedTime", "eq", "PT1H", reading, agreed("2024-01-01T12:00Z", "2024-01-01T12:30Z"), yes},
		"P60M is 60 months":                             {"elapsedTime", "lt", "P60M", reading, agreed("2024-01-01", "2028-12-31"), yes},
		"PT60M is 60 minutes":                           {"elapsedTime", "lt", "PT60M", reading, agreed("2024-01-01T00:00", "2024-01-01T01:00"), no},
		"elapsedTime before the agreement is final":     {"elapsedTime", "lt", "P1Y", reading, noon, unknown},
		"delayPeriod eq means not before":               {"delayPeriod", "eq", "P7D", reading, agreed("2024-01-01", "2024-01-09"), yes},
		"delayPeriod too early":                         {"delayPeriod", "gteq", "P7D", reading, agreed("2024-01-01", "2024-01-07T23:59:59Z"), no},
		"timeInterval before the first use":             {"timeInterval", "eq", "P7D", reading, used(0, ""), yes},
		"timeInterval too early":                        {"timeInterval", "eq", "P7D", reading, used(1, "2024-03-03T00:00:01Z"), no},
		"timeInterval in time":                          {"timeInterval", "gteq", "P7D", reading, used(1, "2024-03-03"), yes},
		"timeInterval of a rule with unknown uses":      {"timeInterval", "eq", "P7D", reading, noon, unknown},
		"count includes this use":                       {"count", "lteq", "3", reading, used(2, ""), yes},
		"count is exhausted":                            {"count", "lteq", "3", reading, used(3, ""), no},
		"count lt":                                      {"count", "lt", "3", reading, used(2, ""), no},
		"count that is not known":                       {"count", "lteq", "3", reading, World{}, unknown},
		"a request cannot count":                        {"count", "lteq", "3", saying("count", "1"), World{}, unknown},
		"purpose eq is identity":                        {"purpose", "eq", "dpv:Marketing", saying("purpose", "dpv:Advertising"), World{Knowledge: purposes()}, no},
		"purpose isA includes narrower ones":            {"purpose", "isA", "dpv:Marketing", saying("purpose", "dpv:Advertising"), World{Knowledge: purposes()}, yes},
		"purpose isA itself":                            {"purpose", "isA", "dpv:Marketing", saying("purpose", "dpv:Marketing"), World{}, yes},
		"purpose isA through one of two parents":        {"purpose", "isA", "dpv:CommercialPurpose", saying("purpose", "dpv:CommercialResearch"), World{Knowledge: purposes()}, yes},
		"purpose isA a narrower one":                    {"purpose", "isA", "dpv:Advertising", saying("purpose", "dpv:Marketing"), World{Knowledge: purposes()}, no},
		"purpose isAnyOf is identity":                   {"purpose", "isAnyOf", `["dpv:Marketing","ex:other"]`, saying("purpose", "dpv:Advertising"), World{Knowledge: purposes()}, no},
		"purpose isNoneOf includes narrower ones":       {"purpose", "isNoneOf", `["dpv:Marketing"]`, saying("purpose", "dpv:Advertising"), World{Knowledge: purposes()}, no},
		"purpose isNoneOf":                              {"purpose", "isNoneOf", `["dpv:Marketing"]`, saying("purpose", "dpv:AcademicResearch"), World{Knowledge: purposes()}, yes},
		"purpose isNoneOf without a purpose":            {"purpose", "isNoneOf", `["dpv:Marketing"]`, reading, World{Knowledge: purposes()}, unknown},
		"purpose isNoneOf of a purpose that is no term": {"purpose", "isNoneOf", `["dpv:Marketing"]`, saying("purpose", "ex:secret"), World{Knowledge: purposes()}, unknown},
		"purpose isNoneOf without a taxonomy":           {"purpose", "isNoneOf", `["dpv:Marketing"]`, saying("purpose", "ex:secret"), World{}, yes},
		"purpose neq":                                   {"purpose", "neq", "dpv:Marketing", saying("purpose", "dpv:Advertising"), World{}, yes},
		"purpose by its full IRI":                       {"purpose", "eq", "https://w3id.org/dpv#Marketing", saying("purpose", "dpv:Marketing"), World{}, yes},
		"two purposes of which one is right":            {"purpose", "eq", "ex:a", saying("purpose", "ex:a", "ex:b"), World{}, unknown},
		"two purposes that are both right":              {"purpose", "isAnyOf", `["ex:a","ex:b","ex:c"]`, saying("purpose", "ex:a", "ex:b"), World{}, yes},
		"eq with two right operands":                    {"purpose", "eq", `["ex:a","ex:b"]`, saying("purpose", "ex:a"), World{}, unknown},
		"isAllOf":                                       {"industry", "isAllOf", `["ex:a","ex:b"]`, saying("industry", "ex:b", "ex:a", "ex:c"), World{}, yes},
		"isAllOf with one missing":                      {"industry", "isAllOf", `["ex:a","ex:b"]`, saying("industry", "ex:a"), World{}, no},
		"hasPart":                                       {"spatial", "hasPart", "ex:Berlin", saying("spatial", "ex:EU"), World{Knowledge: parts}, yes},
		"hasPart of a list":                             {"product", "hasPart", `["ex:a","ex:b"]`, saying("product", "ex:a", "ex:b"), World{}, yes},
		"recipient isPartOf a collection":               {"recipient", "isPartOf", "ex:staff", saying("recipient", "ex:bob"), World{Knowledge: parts}, yes},
		"recipient that the world knows better":         {"recipient", "eq", "ex:bob", saying("recipient", "ex:bob"), World{Values: Values{"recipient": {{Value: "ex:eve"}}}}, no},
		"recipient nobody names":                        {"recipient", "eq", "ex:bob", reading, World{}, unknown},
		"a subdivision lies within its country":         {"spatial", "isPartOf", "iso3166:AT", saying("spatial", "iso3166:AT-9"), World{}, yes},
		"a subdivision is not its country":              {"spatial", "eq", "iso3166:AT", saying("spatial", "iso3166:AT-9"), World{}, no},
		"a place within what lies within":               {"spatial", "isPartOf", "ex:EU", saying("spatial", "ex:Berlin"), World{Knowledge: parts}, yes},
		"a place that only begins alike":                {"spatial", "isPartOf", "iso3166:AT", saying("spatial", "iso3166:ATX"), World{}, no},
		"spatial isNoneOf includes parts":               {"spatial", "isNoneOf", `["iso3166:DE"]`, saying("spatial", "iso3166:DE-BE"), World{}, no},
		"a language within a language":                  {"language", "isPartOf", "de", saying("language", "de-AT"), World{}, yes},
		"languages have no case":                        {"language", "eq", "de-AT", saying("language", "DE-at"), World{}, yes},
		"a language that only begins alike":             {"language", "isPartOf", "de", saying("language", "den"), World{}, no},
		"version order is that of its numbers":          {"version", "gteq", "2.9", saying("version", "2.10"), World{}, yes},
		"versions with needless zeros":                  {"version", "eq", "2", saying("version", "v2.0"), World{}, yes},
		"a version that is none":                        {"version", "gteq", "2.9", saying("version", "latest"), World{}, unknown},
		"percentage":                                    {"percentage", "lteq", "33.30", saying("percentage", "33.3"), World{}, yes},
		"a percentage beyond 100":                       {"percentage", "gt", "50", saying("percentage", "101"), World{}, unknown},
		"numbers of any length are exact":               {"resolution", "lt", "9007199254740993", saying("resolution", "9007199254740992.999"), World{}, yes},
		"negative numbers":                              {"payAmount", "gt", "-2", saying("payAmount", "-1.5"), World{}, yes},
		"an operator that has no meaning here":          {"purpose", "lt", "ex:a", saying("purpose", "ex:a"), World{}, unknown},
		"an operand that is not known, with a value":    {"partner", "eq", "gold", saying("partner", "gold"), World{}, yes},
		"an operand that is not known, without one":     {"partner", "neq", "gold", reading, World{}, unknown},
		"event eq":                {"event", "eq", "ex:fair", saying("event", "ex:fair"), World{}, yes},
		"deliveryChannel isAnyOf": {"deliveryChannel", "isAnyOf", `["ex:api","ex:mail"]`, saying("deliveryChannel", "ex:fax"), World{}, no},
	} {
		t.Run(name, func(t *testing.T) {
			atom := atomText(row.left, row.operator, row.right)
			policy := policyOf(t, `{"conflict":"perm","permission":[{"uid":"ex:p","constraint":[`+atom+`]}],"prohibition":[{"uid":"ex:q","constraint":[`+atom+`]}]}`)
			report := Evaluate(policy, row.request, row.world)
			require.Equal(t, row.want.satisfaction(), report.Rules[0].Constraints[0].SatisfactionState)
			assert.Equal(t, row.want == yes, report.Rules[0].ActivationState == Active)
			assert.Equal(t, row.want != no, report.Rules[1].ActivationState == Active)
		})
	}
}

func TestLogicalConstraintsAreThreeValued(t *testing.T) {
	T, F, U := atomText("purpose", "eq", "ex:a"), atomText("purpose", "eq", "ex:b"), atomText("industry", "eq", "ex:a")
	for name, row := range map[string]struct {
		constraint string
		want       truth
	}{
		"and of true and true":               {`{"and":[` + T + `,` + T + `]}`, yes},
		"and of unknown and false":           {`{"and":[` + U + `,` + F + `]}`, no},
		"and of unknown and true":            {`{"and":[` + U + `,` + T + `]}`, unknown},
		"or of unknown and true":             {`{"or":[` + U + `,` + T + `]}`, yes},
		"or of unknown and false":            {`{"or":[` + U + `,` + F + `]}`, unknown},
		"or of false and false":              {`{"or":[` + F + `,` + F + `]}`, no},
		"xone of true and false":             {`{"xone":[` + T + `,` + F + `]}`, yes},
		"xone of true and true":              {`{"xone":[` + T + `,` + T + `]}`, no},
		"xone of true, true and unknown":     {`{"xone":[` + T + `,` + T + `,` + U + `]}`, no},
		"xone of true and unknown":           {`{"xone":[` + T + `,` + U + `]}`, unknown},
		"xone of false and false":            {`{"xone":[` + F + `,` + F + `]}`, no},
		"andSequence of true and true":       {`{"andSequence":{"@list":[` + T + `,` + T + `]}}`, yes},
		"an or within an and":                {`{"and":[` + T + `,{"or":[` + F + `,` + T + `]}]}`, yes},
		"an xone within an or within an and": {`{"and":[{"or":[{"xone":[` + T + `,` + T + `]},` + U + `]},` + T + `]}`, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			policy := policyOf(t, `{"permission":{"constraint":`+row.constraint+`}}`)
			report := Evaluate(policy, saying("purpose", "ex:a"), World{})
			assert.Equal(t, row.want.satisfaction(), report.Rules[0].Constraints[0].SatisfactionState)
			assert.Equal(t, row.want == yes, report.Permit)
		})
	}
}

func TestActionsFormATree(t *testing.T) {
	for action, broader := range broaderAction {
		steps := 0
		for up := action; up != ""; up = broaderAction[up] {
			steps++
			require.LessOrEqual(t, steps, 5, action)
		}
		if broader != "" {
			assert.True(t, isAction(broader), broader)
		}
	}
	assert.True(t, includes("use", "write"))
	assert.True(t, includes("modify", "write"))
	assert.False(t, includes("write", "modify"))
	assert.False(t, includes("use", "sell"))
	assert.True(t, includes("transfer", "sell"))
	assert.True(t, includes("ex:own", "ex:own"))
	assert.False(t, includes("use", "ex:own"))
}

func TestDurationsAreAddedAsTheCalendarDoes(t *testing.T) {
	for name, row := range map[string]struct{ start, duration, want string }{
		"the last day of a shorter month": {"2023-01-31T10:00Z", "P1M", "2023-02-28T10:00Z"},
		"a leap day":                      {"2024-02-29", "P1Y", "2025-02-28"},
		"weeks and days":                  {"2024-01-01", "P1W2D", "2024-01-10"},
		"months, then the rest":           {"2023-01-31", "P1MT24H", "2023-03-01"},
		"fractions of a second":           {"2024-01-01", "PT0.5S", "2024-01-01T00:00:00.5"},
	} {
		t.Run(name, func(t *testing.T) {
			d, ok := readDuration(row.duration)
			require.True(t, ok)
			assert.Equal(t, at(row.want), d.after(at(row.start)))
		})
	}
	for _, text := range []string{"P", "PT", "P1", "1D", "P1YT", "-P1D", "P1.5D", "P1H", "P99999Y", "PT9999999999S", "P1D "} {
		_, ok := readDuration(text)
		assert.False(t, ok, text)
	}
	for _, text := range []string{"2024-13-01", "2024-02-30", "24-01-01", "2024-01-01T25:00Z", "2024-01-01T10:60Z", "2024-01-01T10:00+15:00", "2024-01-01T24:00:01Z", "0000-01-01"} {
		_, ok := readInstant(text)
		assert.False(t, ok, text)
	}
}

func TestHorizonIsWhereTimeMayChangeTheAnswer(t *testing.T) {
	world := World{Now: at("2024-02-12T11:00Z"), Finalized: at("2024-02-01"), Uses: map[string]Use{"ex:p": {Count: 1, Last: at("2024-02-12T10:00Z")}}}
	for name, row := range map[string]struct {
		constraint string
		want       string
	}{
		"no constraint on time":   {atomText("purpose", "eq", "ex:a"), ""},
		"a limit that has passed": {atomText("dateTime", "lt", "2024-01-01"), ""},
		"the nearer of two":       {atomText("dateTime", "lt", "2024-04-01") + `,` + atomText("dateTime", "lt", "2024-03-01"), "2024-03-01"},
		"the end of a period":     {atomText("elapsedTime", "lteq", "P1M"), "2024-03-01"},
		"the next use":            {atomText("timeInterval", "eq", "PT2H"), "2024-02-12T12:00Z"},
		"the end of the day":      {`{"or":[` + atomText("dayOfWeek", "eq", "Monday") + `]}`, "2024-02-13"},
	} {
		t.Run(name, func(t *testing.T) {
			next, changes := Horizon(policyOf(t, `{"permission":{"uid":"ex:p","constraint":[`+row.constraint+`]}}`), world)
			require.Equal(t, row.want != "", changes)
			if changes {
				assert.Equal(t, at(row.want), next.In(time.UTC))
			}
		})
	}
}
