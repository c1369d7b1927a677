// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The generators draw from few names, so that what they draw often meets.
var (
	drawnActions    = []string{"use", "read", "modify", "write", "reproduce", "extract", "sell", "transfer"}
	drawnAssets     = []string{"ex:x", "ex:y", "ex:data", "ex:air"}
	drawnParties    = []string{"ex:alice", "ex:bob", "ex:staff", "ex:city"}
	drawnPurposes   = []string{"dpv:Purpose", "dpv:ResearchAndDevelopment", "dpv:CommercialPurpose", "dpv:Marketing", "dpv:AcademicResearch", "dpv:CommercialResearch", "dpv:Advertising", "ex:none"}
	drawnPlaces     = []string{"AT", "AT-9", "DE", "ex:EU", "ex:street"}
	drawnLanguages  = []string{"de", "de-AT", "de-AT-1901", "fr"}
	drawnTimes      = []string{"2024-02-11", "2024-02-12", "2024-02-12T00:00:00.001Z", "2024-02-13", "2024-02-19", "2024-03-12"}
	drawnDays       = []string{"Monday", "Tuesday", "Sunday"}
	drawnPeriods    = []string{"P1D", "PT24H", "P28D", "P30D", "P1M", "P31D", "P2M", "P1Y"}
	drawnNumbers    = []string{"0", "1", "1.5", "2", "2.0", "50", "100"}
	drawnVersions   = []string{"1", "1.0", "1.9", "1.10", "2"}
	drawnKeys       = []string{"ex:p", "ex:q", "ex:r"}
	drawnIndustries = []string{"ex:energy", "ex:grid", "ex:health"}
)

// drawnOperands are the operands with the values that are drawn for them.
var drawnOperands = []struct {
	left   string
	values []string
}{
	{"purpose", drawnPurposes}, {"purpose", drawnPurposes}, {"dateTime", drawnTimes}, {"dateTime", drawnTimes}, {"spatial", drawnPlaces},
	{"language", drawnLanguages}, {"dayOfWeek", drawnDays}, {"elapsedTime", drawnPeriods}, {"delayPeriod", drawnPeriods}, {"timeInterval", drawnPeriods},
	{"count", []string{"1", "2", "3", "4"}}, {"percentage", drawnNumbers}, {"version", drawnVersions}, {"industry", drawnIndustries}, {"recipient", drawnParties},
}

func pick(t *rapid.T, label string, from []string) string {
	return rapid.SampledFrom(from).Draw(t, label)
}

func some(t *rapid.T, label string, most int, from []string) (list []string) {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, most, func(s string) string { return s }).Draw(t, label)
}

func drawAtom(t *rapid.T) object {
	of := drawnOperands[rapid.IntRange(0, len(drawnOperands)-1).Draw(t, "operand")]
	operator := rapid.SampledFrom(operands[of.left].operators).Draw(t, "operator")
	atom := object{"leftOperand": of.left, "operator": operator, "rightOperand": pick(t, "right", of.values)}
	if operator.takesSeveral() {
		atom["rightOperand"] = append(some(t, "rights", 2, of.values), pick(t, "right", of.values))
	}
	return atom
}

func drawConstraint(t *rapid.T, depth int) object {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "logical") > 0 {
		return drawAtom(t)
	}
	var parts []object
	for range rapid.IntRange(1, 3).Draw(t, "parts") {
		parts = append(parts, drawConstraint(t, depth-1))
	}
	return object{string(rapid.SampledFrom([]Logic{And, Or, Xone, AndSequence}).Draw(t, "logic")): parts}
}

func drawConstraints(t *rapid.T, most int) []object {
	list := []object{}
	for range rapid.IntRange(0, most).Draw(t, "constraints") {
		list = append(list, drawConstraint(t, 2))
	}
	return list
}

func drawRule(t *rapid.T, key string) object {
	rule := object{"constraint": drawConstraints(t, 3)}
	if rapid.Bool().Draw(t, "named") {
		rule["uid"] = key
	}
	if actions := some(t, "actions", 2, drawnActions); len(actions) > 0 {
		list := []any{}
		for _, action := range actions {
			list = append(list, object{"rdf:value": action, "refinement": drawConstraints(t, 1)})
		}
		rule["action"] = list
	}
	if targets := some(t, "targets", 2, drawnAssets); len(targets) > 0 {
		rule["target"] = targets
	}
	if assignees := some(t, "assignees", 2, drawnParties); len(assignees) > 0 {
		rule["assignee"] = assignees
	}
	return rule
}

// drawPolicy draws the document of a policy of few rules.
func drawPolicy(t *rapid.T, label string) object {
	policy := object{"uid": "ex:" + label, "conflict": rapid.SampledFrom([]Strategy{PreferPermissions, PreferProhibitions, Invalidate}).Draw(t, "conflict")}
	permissions, prohibitions := []object{}, []object{}
	for i := range rapid.IntRange(0, 2).Draw(t, "permissions") {
		rule := drawRule(t, drawnKeys[i])
		if rapid.IntRange(0, 3).Draw(t, "duty") == 0 {
			rule["duty"] = object{"uid": "ex:duty", "action": "compensate", "constraint": drawConstraints(t, 1)}
		}
		permissions = append(permissions, rule)
	}
	for range rapid.IntRange(0, 1).Draw(t, "prohibitions") {
		prohibitions = append(prohibitions, drawRule(t, "ex:r"))
	}
	policy["permission"], policy["prohibition"] = permissions, prohibitions
	return policy
}

// parsed is a drawn document as a policy.
func parsed(t require.TestingT, document object) Policy {
	text, err := json.Marshal(document)
	require.NoError(t, err)
	policy, found := Parse(text)
	require.Empty(t, found, "%s", text)
	return policy
}

// drawKnowledge draws what is known for sure; drawSituation may add members.
func drawKnowledge(t *rapid.T) Knowledge {
	var k Knowledge
	if rapid.Bool().Draw(t, "taxonomy") {
		k = purposes()
	}
	k.PartOf = NewHierarchy(drawFacts(t))
	return k
}

var possibleFacts = []Within{
	{"ex:x", "ex:data"}, {"ex:y", "ex:data"}, {"ex:y", "ex:air"}, {"ex:alice", "ex:staff"}, {"ex:staff", "ex:city"}, {"ex:bob", "ex:city"}, {"AT", "ex:EU"},
	{"ex:street", "AT-9"}, {"ex:grid", "ex:energy"}, {"ex:energy", "ex:grid"}, {"ex:x", "ex:y"},
}

func drawFacts(t *rapid.T) []Within {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(possibleFacts), 0, 4, func(f Within) string { return f.Narrow + f.Broad }).Draw(t, "facts")
}

// drawSituation draws a request in a world that has the knowledge, and perhaps more members.
func drawSituation(t *rapid.T, k Knowledge) (Request, World) {
	request := Request{Action: pick(t, "action", drawnActions), Target: pick(t, "target", drawnAssets), Assignee: pick(t, "assignee", drawnParties), Values: Values{}}
	world := World{Knowledge: k, Uses: map[string]Use{}, Duties: map[string]DutyRecord{}}
	world.PartOf = NewHierarchy(append(drawFacts(t), k.PartOf.facts...))
	for _, of := range drawnOperands {
		if !operands[of.left].state {
			for range rapid.SampledFrom([]int{0, 1, 1, 1, 1, 2}).Draw(t, of.left+" values") {
				request.Values[of.left] = append(request.Values[of.left], Given{Value: pick(t, of.left, of.values)})
			}
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "clock") > 0 {
		world.Now = drawMoment(t, "now")
	}
	if rapid.IntRange(0, 9).Draw(t, "final") > 0 {
		world.Finalized = drawPeriodBefore(t, world)
	}
	for _, key := range append([]string{"/permission/0", "/permission/1", "/prohibition/0"}, drawnKeys...) {
		if rapid.IntRange(0, 9).Draw(t, "uses") > 0 {
			use := Use{Count: rapid.Int64Range(0, 4).Draw(t, "count")}
			if use.Count > 0 {
				use.Last = drawPeriodBefore(t, world)
			}
			world.Uses[key] = use
		}
	}
	world.Duties["ex:duty"] = DutyRecord{Deontic: rapid.SampledFrom([]DeonticState{NotSet, Fulfilled, Violated}).Draw(t, "duty")}
	return request, world
}
