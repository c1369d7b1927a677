// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"encoding/json"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawMoment(t *rapid.T, label string) time.Time {
	moment := at(pick(t, label, append(drawnTimes, "2024-02-14T12:00", "2024-02-18T23:59:59")))
	return moment.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "beside")) * rapid.SampledFrom([]time.Duration{1, time.Hour, 24 * time.Hour}).Draw(t, "unit"))
}

// drawPeriodBefore draws a time from which one of the periods ends now, or a moment beside it.
func drawPeriodBefore(t *rapid.T, world World) time.Time {
	if world.Now.IsZero() {
		return drawMoment(t, "start")
	}
	d, _ := readDuration(pick(t, "period", drawnPeriods))
	return d.before(world.Now).Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "beside")) * rapid.SampledFrom([]time.Duration{1, 24 * time.Hour}).Draw(t, "unit"))
}

// TestWhatRefinesIsNeverBeaten compares two policies, of which the second is often the first one widened, and looks for a counterexample to each answer.
func TestWhatRefinesIsNeverBeaten(t *testing.T) {
	answers, permits := map[Answer]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		first := drawPolicy(t, "a")
		var second object
		if rapid.Bool().Draw(t, "other") {
			second = drawPolicy(t, "b")
		} else {
			second = widened(t, first)
		}
		a, b, k := parsed(t, first), parsed(t, second), drawKnowledge(t)
		result := Refines(a, b, k)
		answers[result.Answer]++
		if result.Answer == No {
			request, world := again(t, result.Witness)
			require.True(t, Simulate(a, request, world).Permit)
			require.False(t, Simulate(b, request, world).Permit)
			return
		}
		for range 20 {
			request, world := drawSituation(t, k)
			if result.Answer == Yes && Simulate(a, request, world).Permit {
				permits++
				require.True(t, Simulate(b, request, world).Permit)
			}
		}
	})
	t.Logf("answers %v; %d permits of the first policy were asked of the second", answers, permits)
	require.NotZero(t, permits)
}

// widened is a policy whose permissions lost a constraint or an assignee list, or gained an action.
func widened(t *rapid.T, policy object) object {
	text, _ := json.Marshal(policy)
	var copied object
	_ = json.Unmarshal(text, &copied)
	permissions, _ := copied["permission"].([]any)
	for _, rule := range permissions {
		rule := rule.(map[string]any)
		switch rapid.IntRange(0, 3).Draw(t, "widening") {
		case 0:
			delete(rule, "assignee")
		case 1:
			delete(rule, "action")
		case 2:
			if list := rule["constraint"].([]any); len(list) > 0 {
				rule["constraint"] = list[1:]
			}
		}
	}
	return copied
}

// TestConflictsAreAllThatCanMeet looks for requests, all of whose values are known, that meet a pair of rules that Conflicts does not list.
func TestConflictsAreAllThatCanMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawPolicy(t, "a")
		document["conflict"] = PreferProhibitions
		policy, k := parsed(t, document), drawKnowledge(t)
		listed := map[[2]string]bool{}
		for _, conflict := range Conflicts(policy, k) {
			listed[[2]string{conflict.Permission, conflict.Prohibition}] = true
			if conflict.Certain {
				request, world := again(t, conflict.Example)
				report := Evaluate(policy, request, world)
				require.Equal(t, Permit, find(report.Rules, conflict.Permission).ControlState)
				require.Equal(t, Violated, find(report.Rules, conflict.Prohibition).DeonticState)
			}
		}
		for range 20 {
			request, world := drawSituation(t, k)
			world.PartOf = k.PartOf
			if !determined(request, world) {
				continue
			}
			report := Evaluate(policy, request, world)
			for i := range policy.Permissions {
				for j := range policy.Prohibitions {
					p, q := &policy.Permissions[i], &policy.Prohibitions[j]
					met := find(report.Rules, p.Key()).ControlState == Permit && find(report.Rules, q.Key()).DeonticState == Violated && definite(report, q.Key())
					require.False(t, met && !listed[[2]string{p.Key(), q.Key()}], "%s and %s meet", p.Key(), q.Key())
				}
			}
		}
	})
}

// determined reports whether a situation has one value for every operand.
func determined(request Request, world World) bool {
	for _, of := range drawnOperands {
		if !operands[of.left].state && len(request.Values[of.left]) != 1 {
			return false
		}
	}
	return !world.Now.IsZero() && !world.Finalized.IsZero() && len(world.Uses) == 6
}

// definite reports whether nothing about a rule is unknown.
func definite(report Report, key string) bool {
	rule := find(report.Rules, key)
	for _, list := range [][]ConstraintReport{rule.Constraints, rule.Refinements} {
		for _, constraint := range list {
			if constraint.SatisfactionState == Unknown {
				return false
			}
		}
	}
	return true
}

// TestTheOrderOfRulesDoesNotMatter shuffles the rules of a policy and the constraints of each.
func TestTheOrderOfRulesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawPolicy(t, "a")
		keys := 0
		rules, prohibitions := document["permission"].([]object), document["prohibition"].([]object)
		for _, rule := range append(append([]object{}, rules...), prohibitions...) {
			rule["uid"] = "ex:" + string(rune('a'+keys))
			keys++
		}
		k := drawKnowledge(t)
		policy := parsed(t, document)
		shuffle := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		shuffle.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
		for _, rule := range rules {
			list := rule["constraint"].([]object)
			shuffle.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		shuffled := parsed(t, document)
		for range 5 {
			request, world := drawSituation(t, k)
			one, other := Evaluate(policy, request, world), Evaluate(shuffled, request, world)
			require.Equal(t, one.Permit, other.Permit)
			require.Equal(t, one.Void, other.Void)
			for _, rule := range one.Rules {
				require.Equal(t, rule.ActivationState, find(other.Rules, rule.UID).ActivationState)
			}
		}
	})
}

// TestWhatIsWrittenIsReadAgain writes and reads policies, requests and worlds, and expects the same answers and the same hash.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy, k := parsed(t, drawPolicy(t, "a")), drawKnowledge(t)
		text, err := json.Marshal(policy)
		require.NoError(t, err)
		copied, found := Parse(text)
		require.Empty(t, found)
		one, err := Hash(policy)
		require.NoError(t, err)
		other, err := Hash(copied)
		require.NoError(t, err)
		require.Equal(t, one, other)
		request, world := drawSituation(t, k)
		readRequest, readWorld := again(t, &Situation{request, world})
		require.Equal(t, Evaluate(policy, request, world), Evaluate(copied, readRequest, readWorld))
	})
}

// TestKnowingMorePermitsNoLessAndForbidsNoMore takes a value away: a permission may end by it, and a prohibition may begin.
func TestKnowingMorePermitsNoLessAndForbidsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawPolicy(t, "a")
		policy, k := parsed(t, document), drawKnowledge(t)
		request, world := drawSituation(t, k)
		full := Evaluate(policy, request, world)
		delete(request.Values, drawnOperands[rapid.IntRange(0, len(drawnOperands)-1).Draw(t, "gone")].left)
		if rapid.Bool().Draw(t, "blind") {
			world.Now = time.Time{}
		}
		less := Evaluate(policy, request, world)
		for i, rule := range less.Rules {
			before := full.Rules[i]
			if rule.Type == Permission && len(rule.Duties) == 0 {
				require.False(t, rule.ControlState == Permit && !unsure(before) && before.ControlState == Deny)
			}
			if rule.Type == Prohibition {
				require.False(t, rule.DeonticState == NotSet && before.DeonticState == Violated && !unsure(before))
			}
		}
	})
}

// unsure reports whether values that differ made something of a rule unknown, which fewer values may decide.
func unsure(rule RuleReport) bool {
	for _, list := range [][]ConstraintReport{rule.Constraints, rule.Refinements} {
		for _, c := range list {
			if c.SatisfactionState == Unknown || len(c.LeftValue) > 1 || c.Logic != "" {
				return true
			}
		}
	}
	return false
}
