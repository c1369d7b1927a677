// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/internal/soak"
)

// writer writes policies that look for what is slow: many rules, deep alternatives, many values, operands that meet.
type writer struct {
	*rand.Rand
	text strings.Builder
}

func (w *writer) list(open, shut string, n int, element func()) {
	w.text.WriteString(open)
	for i := range n {
		if i > 0 {
			w.text.WriteByte(',')
		}
		element()
	}
	w.text.WriteString(shut)
}

func (w *writer) one(list ...string) string { return list[w.IntN(len(list))] }

func (w *writer) atom() {
	left := w.one("purpose", "industry", "product", "event", "recipient", "spatial", "dateTime", "dayOfWeek", "percentage", "count", "timeInterval", "version", "elapsedTime")
	operator := w.one("eq", "neq", "lt", "lteq", "gt", "gteq", "isA", "isAnyOf", "isNoneOf", "isAllOf", "hasPart", "isPartOf")
	fmt.Fprintf(&w.text, `{"leftOperand":"%s","operator":"%s","rightOperand":`, left, operator)
	values := 1
	if w.IntN(3) == 0 {
		values = 1 + w.IntN(40)
	}
	w.list("[", "]}", values, func() {
		switch left {
		case "dateTime":
			fmt.Fprintf(&w.text, `"2026-%02d-%02dT%02d:00:00Z"`, 1+w.IntN(12), 1+w.IntN(28), w.IntN(24))
		case "dayOfWeek":
			fmt.Fprintf(&w.text, `"%s"`, w.one("Monday", "Tuesday", "Sunday"))
		case "timeInterval", "elapsedTime":
			fmt.Fprintf(&w.text, `"P%dD"`, w.IntN(40))
		case "percentage", "count", "version":
			fmt.Fprintf(&w.text, `"%d"`, w.IntN(100))
		default:
			fmt.Fprintf(&w.text, `"ex:v%d"`, w.IntN(60))
		}
	})
}

func (w *writer) constraint(depth int) {
	if depth == 0 || w.IntN(3) > 0 {
		w.atom()
		return
	}
	fmt.Fprintf(&w.text, `{"%s":`, w.one("or", "and", "xone", "andSequence"))
	w.list("[", "]}", 1+w.IntN(12), func() { w.constraint(depth - 1) })
}

func (w *writer) rule() {
	fmt.Fprintf(&w.text, `{"action":"%s"`, w.one("use", "read", "sell", "distribute", "transfer"))
	if w.IntN(4) == 0 {
		w.text.WriteString(`,"target":`)
		w.list("[", "]", 1+w.IntN(20), func() { fmt.Fprintf(&w.text, `"ex:t%d"`, w.IntN(30)) })
	}
	if w.IntN(4) == 0 {
		w.text.WriteString(`,"assignee":`)
		w.list("[", "]", 1+w.IntN(20), func() { fmt.Fprintf(&w.text, `"ex:a%d"`, w.IntN(30)) })
	}
	w.text.WriteString(`,"constraint":`)
	w.list("[", "]}", 1+w.IntN(20), func() { w.constraint(3) })
}

// policy is a text of at most 104 kB; some are cut, so that they are no JSON.
func (w *writer) policy() []byte {
	fmt.Fprintf(&w.text, `{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","conflict":"%s","permission":`, w.one("invalid", "invalid", "perm", "prohibit"))
	w.list("[", `],"prohibition":`, 1+w.IntN(1+w.IntN(50)), w.rule)
	w.list("[", "]}", w.IntN(1+w.IntN(50)), w.rule)
	text := w.text.String()
	return []byte(text[:min(len(text), 104<<10)])
}

// TestFuzzedPoliciesStayWithinTheBudget: no text of the allowed size takes more, and each takes the same steps every time. How long the budget lasts in
// milliseconds is BenchmarkHostile.
func TestFuzzedPoliciesStayWithinTheBudget(t *testing.T) {
	seed, exhausted, slowest := soak.Seed(t), 0, time.Duration(0)
	cases := soak.Form(1_000, 100_000)
	for i := range cases {
		text := (&writer{Rand: soak.Rand(seed, i)}).policy()
		steps, begin := budget.New(), time.Now()
		whole(text, steps)
		slowest = max(slowest, time.Since(begin))
		require.LessOrEqual(t, steps.Spent(), budget.Limit+1, "case %d", i)
		if steps.Exhausted() {
			exhausted++
		}
		if i%20 == 0 {
			again := budget.New()
			whole(text, again)
			require.Equal(t, steps.Spent(), again.Spent(), "case %d takes the same steps every time", i)
		}
	}
	t.Logf("%d policies, %d of them too complex, the slowest took %s", cases, exhausted, slowest)
}
