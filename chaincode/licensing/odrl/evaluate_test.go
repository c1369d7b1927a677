// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestConformance_ODRLFormalSemantics are the nine situations of W3C's ODRL formal semantics. A1 is a date limit, B1 a
// refinement, C1 a duty, C2 a duty that is in effect on Sundays only.
func TestConformance_ODRLFormalSemantics(t *testing.T) {
	distribute := `{"@type":"Set","uid":"http://example.com/policy/A1","permission":[{"uid":"ex:rule","target":"ex:1234","assigner":"ex:16","action":"distribute",
		"constraint":[{"leftOperand":"dateTime","operator":"lt","rightOperand":{"@value":"2018-01-01","@type":"xsd:date"}}]}]}`
	print := `{"@type":"Set","uid":"http://example.com/policy/B1","permission":[{"uid":"ex:rule","target":"ex:1234","assigner":"ex:616","action":[{
		"rdf:value":{"@id":"odrl:print"},"refinement":[{"leftOperand":"resolution","operator":"lteq","rightOperand":{"@value":"1200","@type":"xsd:integer"},
		"unit":"http://dbpedia.org/resource/Dots_per_inch"}]}]}]}`
	play := func(constraint string) string {
		return `{"@type":"Agreement","uid":"http://example.com/policy/C","permission":[{"uid":"ex:rule","assigner":"ex:sony","assignee":"ex:billie",
			"target":"ex:1999.mp3","action":"play","duty":[{"@id":"ex:duty","action":[{"@id":"ex:payment","rdf:value":{"@id":"odrl:compensate"},"refinement":[{
			"leftOperand":"payAmount","operator":"eq","rightOperand":{"@value":"5.00","@type":"xsd:decimal"},"unit":"http://dbpedia.org/resource/Euro"}]}]` +
			constraint + `}]}]}`
	}
	onSundays := `,"constraint":[{"leftOperand":"ex:dayOfWeek","operator":"eq","rightOperand":{"@value":"Sunday","@type":"xsd:string"}}]`
	paid := map[string]DutyRecord{"ex:duty": {Performed: true, Values: Values{"payAmount": {{"5", "https://dbpedia.org/resource/Euro"}}}}}
	playing := Request{Action: "play", Target: "ex:1999.mp3", Assignee: "ex:billie"}
	distributing := Request{Action: "distribute", Target: "ex:1234", Assignee: "ex:1"}
	printing := func(dpi string) Request {
		return Request{Action: "print", Target: "ex:1234", Assignee: "ex:1", Values: Values{"resolution": {{dpi, "dbr:Dots_per_inch"}}}}
	}
	sunday, monday := at("2025-08-31T15:00:00Z"), at("2025-09-01T15:00:00Z")
	for name, row := range map[string]struct {
		policy  string
		request Request
		world   World
		active  ActivationState
		control ControlState
		duty    ActivationState
		deontic DeonticState
	}{
		"A1-1 before the date limit":                             {policy: distribute, request: distributing, world: World{Now: at("2017-12-19T15:00")}, active: Active, control: Permit},
		"A1-2 after the date limit":                              {policy: distribute, request: distributing, world: World{Now: at("2019-12-19T15:00")}, active: Inactive, control: Deny},
		"B1-1 the refinement holds":                              {policy: print, request: printing("600"), active: Active, control: Permit},
		"B1-2 the refinement does not hold":                      {policy: print, request: printing("1201"), active: Active, control: Deny},
		"C1-1 the duty is unpaid":                                {play(""), playing, World{}, Inactive, Deny, Active, NotSet},
		"C1-2 the duty is paid":                                  {play(""), playing, World{Duties: paid}, Active, Permit, Active, Fulfilled},
		"C2-1 it is not the day of the duty":                     {play(onSundays), playing, World{Now: monday}, Active, Permit, Inactive, NotSet},
		"C2-2 it is the day of the duty, and it is unpaid":       {play(onSundays), playing, World{Now: sunday}, Inactive, Deny, Active, NotSet},
		"C2-3 it is the day of the duty, and it is paid":         {play(onSundays), playing, World{Now: sunday, Duties: paid}, Active, Permit, Active, Fulfilled},
		"beyond them: the day is not known, so the duty is due":  {play(onSundays), playing, World{}, Inactive, Deny, Active, NotSet},
		"beyond them: too little was paid":                       {play(""), playing, World{Duties: map[string]DutyRecord{"ex:duty": {Performed: true, Values: Values{"payAmount": {{"4.99", "dbr:Euro"}}}}}}, Inactive, Deny, Active, NotSet},
		"beyond them: it was paid in another currency":           {play(""), playing, World{Duties: map[string]DutyRecord{"ex:duty": {Performed: true, Values: Values{"payAmount": {{"5", "dbr:Yen"}}}}}}, Inactive, Deny, Active, NotSet},
		"beyond them: something was paid, nobody knows how much": {play(""), playing, World{Duties: map[string]DutyRecord{"ex:duty": {Performed: true}}}, Inactive, Deny, Active, NotSet},
		"beyond them: the beneficiary confirmed the payment":     {play(""), playing, World{Duties: map[string]DutyRecord{"ex:duty": {Deontic: Fulfilled}}}, Active, Permit, Active, Fulfilled},
		"beyond them: the request claims the payment itself":     {play(""), Request{Action: "play", Target: "ex:1999.mp3", Assignee: "ex:billie", Values: Values{"payAmount": {{"5", ""}}}}, World{}, Inactive, Deny, Active, NotSet},
	} {
		t.Run(name, func(t *testing.T) {
			report := Evaluate(policyOf(t, row.policy), row.request, row.world)
			rule := report.Rules[0]
			assert.Equal(t, row.active, rule.ActivationState)
			assert.Equal(t, row.control, rule.ControlState)
			assert.Equal(t, row.control == Permit, report.Permit)
			if row.duty == "" {
				assert.Empty(t, rule.Duties)
				return
			}
			assert.Equal(t, row.duty, rule.Duties[0].ActivationState)
			assert.Equal(t, row.deontic, rule.Duties[0].DeonticState)
		})
	}
}

// verdict is what one policy states to one request.
type verdict struct {
	permit bool
	void   Void
	states []string
}

func judge(report Report) verdict {
	v := verdict{permit: report.Permit, void: report.Void}
	for _, rule := range report.Rules {
		v.states = append(v.states, string(rule.ActivationState)+" "+string(rule.ControlState)+string(rule.DeonticState))
	}
	return v
}

func TestRulesMeetARequest(t *testing.T) {
	collections := World{Knowledge: Knowledge{PartOf: NewHierarchy([]Within{{"ex:alice", "ex:staff"}, {"ex:staff", "ex:city"}, {"ex:x", "ex:data"}})}}
	both := func(strategy string) string {
		return `{"conflict":"` + strategy + `","permission":[{"uid":"ex:p","action":"use"}],"prohibition":[{"uid":"ex:q","action":"read","assignee":"ex:staff"}]}`
	}
	permitted, denied := verdict{true, "", []string{"Active Permit"}}, verdict{false, "", []string{"Inactive Deny"}}
	for name, row := range map[string]struct {
		policy string
		world  World
		want   verdict
	}{
		"a rule without action, target and assignee is about everything":   {`{"permission":{}}`, World{}, permitted},
		"a policy without rules permits nothing":                           {`{"uid":"ex:1"}`, World{}, verdict{}},
		"an action includes narrower ones":                                 {`{"permission":{"action":"odrl:use"}}`, World{}, permitted},
		"an action does not include broader ones":                          {`{"permission":{"action":"extract"}}`, World{}, denied},
		"one of several actions is enough":                                 {`{"permission":{"action":["sell","read"]}}`, World{}, permitted},
		"one of several targets is enough":                                 {`{"permission":{"target":["ex:y","ex:x"]}}`, World{}, permitted},
		"another assignee is not met":                                      {`{"permission":{"assignee":"ex:bob"}}`, World{}, denied},
		"members of a collection's part are members":                       {`{"permission":{"assignee":"ex:city","target":"ex:data"}}`, collections, permitted},
		"a collection whose members are not known has none":                {`{"permission":{"assignee":"ex:city"}}`, World{}, denied},
		"properties of the policy are those of its rules":                  {`{"target":"ex:x","action":"read","permission":[{"assignee":"ex:alice"}]}`, World{}, permitted},
		"another target of the policy is not met":                          {`{"target":"ex:y","permission":[{"assignee":"ex:alice"}]}`, World{}, denied},
		"a prohibition alone denies":                                       {`{"prohibition":{}}`, World{}, verdict{false, "", []string{"Active Violated"}}},
		"prefer permissions":                                               {both("perm"), collections, verdict{true, "", []string{"Active Permit", "Active Violated"}}},
		"prefer prohibitions":                                              {both("prohibit"), collections, verdict{false, "", []string{"Active Permit", "Active Violated"}}},
		"prefer prohibitions that are not met":                             {both("prohibit"), World{}, verdict{true, "", []string{"Active Permit", "Inactive NonSet"}}},
		"a contradiction voids the policy for those whom it does not meet": {both("invalid"), World{}, verdict{false, VoidContradiction, []string{"Active Permit", "Inactive NonSet"}}},
		"a contradiction that only the world shows voids the policy": {`{"permission":{"assignee":"ex:alice"},"prohibition":{"assignee":"ex:staff"}}`, collections,
			verdict{false, VoidContradiction, []string{"Active Permit", "Active Violated"}}},
		"an offer permits nothing": {`{"@type":"Offer","permission":{}}`, World{}, verdict{false, VoidOffer, []string{"Active Permit"}}},
		"a refined prohibition that is about something else": {
			`{"conflict":"prohibit","permission":{},"prohibition":{"action":{"rdf:value":"read","refinement":` + atomText("language", "eq", "de") + `}}}`,
			World{Values: Values{"language": {{Value: "fr"}}}}, verdict{true, "", []string{"Active Permit", "Active NonSet"}},
		},
		"a refined prohibition of which that is not known": {
			`{"conflict":"prohibit","permission":{},"prohibition":{"action":{"rdf:value":"read","refinement":` + atomText("language", "eq", "de") + `}}}`,
			World{}, verdict{false, "", []string{"Active Permit", "Active Violated"}},
		},
		"the refinement of one matching action is enough": {
			`{"permission":{"action":["read",{"rdf:value":"use","refinement":` + atomText("language", "eq", "de") + `}]}}`, World{}, permitted},
		"a refined collection of assignees": {
			`{"permission":{"assignee":{"@type":"PartyCollection","source":"ex:staff","refinement":` + atomText("industry", "eq", "ex:energy") + `}}}`,
			World{Knowledge: collections.Knowledge, Values: Values{"industry": {{Value: "ex:energy"}}}}, permitted},
	} {
		t.Run(name, func(t *testing.T) {
			got := judge(Evaluate(policyOf(t, row.policy), reading, row.world))
			assert.Equal(t, row.want, got)
		})
	}
}

func TestDutiesObligationsAndRemedies(t *testing.T) {
	duty := `{"permission":{"duty":{"uid":"ex:d","action":"compensate","consequence":{"uid":"ex:c","action":"delete"}}}}`
	for name, row := range map[string]struct {
		policy string
		duties map[string]DutyRecord
		permit bool
		state  DeonticState
	}{
		"nothing is known of a duty":                              {duty, nil, false, NotSet},
		"a duty was performed":                                    {duty, map[string]DutyRecord{"ex:d": {Performed: true}}, true, Fulfilled},
		"a duty was broken":                                       {duty, map[string]DutyRecord{"ex:d": {Deontic: Violated}}, false, Violated},
		"a broken duty was performed late":                        {duty, map[string]DutyRecord{"ex:d": {Deontic: Violated, Performed: true}}, false, Violated},
		"a broken duty's consequence alone is not enough":         {duty, map[string]DutyRecord{"ex:d": {Deontic: Violated}, "ex:c": {Performed: true}}, false, Violated},
		"a broken duty was performed late, and its consequence":   {duty, map[string]DutyRecord{"ex:d": {Deontic: Violated, Performed: true}, "ex:c": {Performed: true}}, true, Fulfilled},
		"an obligation is broken, which only the owner acts upon": {`{"permission":{},"obligation":{"uid":"ex:d","action":"delete"}}`, map[string]DutyRecord{"ex:d": {Deontic: Violated}}, true, Violated},
	} {
		t.Run(name, func(t *testing.T) {
			report := Evaluate(policyOf(t, row.policy), reading, World{Duties: row.duties})
			assert.Equal(t, row.permit, report.Permit)
			state := report.Rules[len(report.Rules)-1]
			if len(state.Duties) > 0 {
				state = state.Duties[0]
			}
			assert.Equal(t, row.state, state.DeonticState)
		})
	}
	prohibition := policyOf(t, `{"prohibition":{"uid":"ex:q","remedy":{"uid":"ex:r","action":"delete"}}}`)
	assert.Empty(t, Evaluate(prohibition, reading, World{}).Rules[0].Remedies)
	infringed := World{Duties: map[string]DutyRecord{"ex:q": {Deontic: Violated}, "ex:r": {Performed: true}}}
	assert.Equal(t, Fulfilled, Evaluate(prohibition, reading, infringed).Rules[0].Remedies[0].DeonticState)
	others := policyOf(t, `{"obligation":{"assignee":"ex:bob","target":"ex:y","action":"delete"}}`)
	assert.Equal(t, Inactive, Evaluate(others, reading, World{}).Rules[0].ActivationState)
}

func TestAReportSaysWhyInStableBytes(t *testing.T) {
	policy := policyOf(t, `{"uid":"ex:1","permission":{"uid":"ex:p","target":"ex:y","constraint":[{"uid":"ex:c","xone":[`+atomText("dateTime", "lt", "2025-01-01")+`,`+
		atomText("purpose", "isA", "dpv:Marketing")+`]}],"duty":{"action":"inform"}}}`)
	text, err := json.Marshal(Evaluate(policy, saying("purpose", "https://w3id.org/dpv#Advertising"), World{Now: at("2024-06-01"), Knowledge: purposes()}))
	require.NoError(t, err)
	assert.JSONEq(t, `{"policy":"ex:1","permit":false,"rules":[{"uid":"ex:p","type":"Permission","activationState":"Inactive","controlState":"Deny","mismatch":["target"],
		"constraints":[{"uid":"ex:c","logic":"xone","satisfactionState":"Unsatisfied","operands":[
			{"leftOperand":"dateTime","operator":"lt","rightOperand":["2025-01-01T00:00:00Z"],"leftValue":["2024-06-01T00:00:00Z"],"satisfactionState":"Satisfied"},
			{"leftOperand":"purpose","operator":"isA","rightOperand":["dpv:Marketing"],"leftValue":["dpv:Advertising"],"satisfactionState":"Satisfied"}]}],
		"duties":[{"uid":"/permission/0/duty/0","type":"Duty","activationState":"Active","deonticState":"NonSet"}]}]}`, string(text))
	again, err := json.Marshal(Evaluate(policy, saying("purpose", "dpv:Advertising"), World{Now: at("2024-06-01"), Knowledge: purposes()}))
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
}

func TestAPolicyThatWasNotReadPermitsNothing(t *testing.T) {
	assert.Equal(t, Report{Void: VoidUnread, Rules: []RuleReport{}}, Evaluate(Policy{Permissions: []Rule{{Type: Permission}}}, reading, World{}))
	policy, found := Parse([]byte(`{"permission":{"actoin":"read"}}`))
	require.NotEmpty(t, found)
	assert.Equal(t, VoidUnread, Evaluate(policy, reading, World{}).Void)
}
