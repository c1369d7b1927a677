// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"fmt"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Ledger is what a ledger knows of the uses of a policy that is to be published.
type Ledger struct {
	Knowledge
	// Now is the time of the publication; the zero time where it is not asked.
	Now time.Time
	// Consumer reports whether a party can take an offer: groups can not as long as the ledger does not have their
	// members.
	Consumer func(name string) bool
}

// Dead finds why nobody can ever use an offer: no permission can become active, for anybody, from now on. It finds
// nothing where one permission can, or where that cannot be told.
func Dead(policy Policy, ledger Ledger) []Finding {
	d := dying{solver: newSolver(ledger.Knowledge), ledger: ledger, policy: &policy}
	found := &findings{steps: d.knowledge.Steps}
	if len(policy.Permissions) == 0 {
		found.addf(Profile, Unusable, "", "an offer without a permission is denied for ever; add a permission")
	}
	d.takers(found)
	for i := range policy.Permissions {
		why := d.dead(&policy.Permissions[i])
		if why == "" && len(found.list) == 0 {
			return nil
		}
		if why != "" {
			found.addf(Profile, Unusable, policy.Permissions[i].Path, "%s", why)
		}
	}
	return found.all()
}

type dying struct {
	solver
	ledger Ledger
	policy *Policy
}

// takers finds groups, and permissions that name no party in common: who takes an offer takes all of it.
func (d *dying) takers(found *findings) {
	var common []string
	named := false
	for i := range d.policy.Permissions {
		rule := &d.policy.Permissions[i]
		if len(rule.Assignees) == 0 {
			continue
		}
		var able []string
		for _, e := range rule.Assignees {
			if !e.Collection && d.ledger.Consumer(e.UID) && (!named || slices.Contains(common, e.UID)) {
				able = append(able, e.UID)
			}
		}
		if common, named = able, true; len(able) == 0 {
			found.addf(Profile, Unusable, rule.Path+"/assignee",
				"nobody can take the offer: %s is no organisation, or not the same one for all permissions; "+
					"name the organisation by its MSP id, "+
					"such as CommunityMSP (groups are not kept on the ledger)", rule.Assignees[0].UID)
			return
		}
	}
}

// dead explains why the permission can never become active, or "".
func (d *dying) dead(rule *Rule) string {
	ways, ok := d.variants(rule)
	if !ok {
		return ""
	}
	reason := ""
	for i := range ways {
		cases, ok := d.clauses(ways[i].constraints, rule.Key())
		if !ok {
			return ""
		}
		if by := d.forbidden(&ways[i]); by != "" {
			const forbidden = "is denied for ever: the prohibition %s forbids all of it; narrow the prohibition or drop the permission"
			reason = fmt.Sprintf(forbidden, by)
			continue
		}
		for _, c := range cases {
			if reason = d.never(c); reason == "" || d.exhausted() {
				return ""
			}
		}
	}
	return reason
}

// never explains why the literals of a clause never hold together, or "".
func (d *dying) never(c clause) string {
	for _, variable := range c.variables() {
		about := c.about(variable)
		if !d.spend(len(about)) {
			return ""
		}
		atom := about[0].atom
		switch {
		case atom.Left == leftRecipient:
			if !d.recipient(about) {
				return "is denied for ever: recipient is the organisation that took the offer, and none can be what is asked; " +
					"name organisations by their MSP ids (groups are not kept on the ledger)"
			}
		case atom.Left == "payAmount":
			return "is denied for ever: payAmount is told of a duty that was performed, not of a use; " +
				"write it as a refinement of the duty to compensate"
		case variable == now && !d.ledger.Now.IsZero():
			until := Constraint{Left: leftDateTime, Operator: Gteq, kind: instant, variable: now, Right: []Value{{Text: "now"}}}
			until.ordered = []ordered{{kind: instant, at: d.ledger.Now}}
			about = append(slices.Clone(about), literal{atom: &until})
			if _, holds := d.satisfying(about); holds == no {
				const passed = "is denied for ever: no time from now on (%s) fits; correct the dates of dateTime"
				return fmt.Sprintf(passed, d.ledger.Now.UTC().Format(time.RFC3339))
			}
		default:
			if _, holds := d.satisfying(about); holds == no {
				return fmt.Sprintf("is denied for ever: no value of %s is all that the constraints ask", atom.Left)
			}
		}
	}
	return ""
}

// recipient reports whether an organisation can be the recipient that is asked for. On the ledger nothing is part of an
// organisation.
func (d *dying) recipient(about clause) bool {
	candidates := []string{other}
	for _, l := range about {
		for _, value := range l.atom.Right {
			if d.ledger.Consumer(value.Text) {
				candidates = append(candidates, value.Text)
			}
		}
	}
	for _, name := range candidates {
		if d.exhausted() || d.all(about, item{text: name, readable: true}) == yes {
			return true
		}
	}
	return false
}

// forbidden names a prohibition that forbids, always and to everybody, what the variant permits.
func (d *dying) forbidden(p *variant) string {
	if d.policy.Conflict != PreferProhibitions {
		return ""
	}
	for i := range d.policy.Prohibitions {
		rule := &d.policy.Prohibitions[i]
		if len(rule.Constraints) > 0 || rule.refinements() > 0 || len(rule.Assignees) > 0 || !d.spend(1+len(rule.Actions)) {
			continue
		}
		targets := len(rule.Targets) == 0 || hasEntity(rule.Targets, p.target.UID)
		if targets && slices.ContainsFunc(rule.Actions, func(a Action) bool { return includes(a.Name, p.action) }) {
			return rule.Key()
		}
	}
	return ""
}

// Until is the end of the permission: the earliest time that dateTime must not pass. It is false where no constraint by itself sets one.
func (r *Rule) Until() (end time.Time, limited bool) {
	for i := range r.Constraints {
		for _, part := range r.Constraints[i].conjuncts() {
			if part.Left != leftDateTime || len(part.ordered) != 1 || part.Operator != Lt && part.Operator != Lteq && part.Operator != Eq {
				continue
			}
			if at := part.ordered[0].at; !limited || at.Before(end) {
				end, limited = at, true
			}
		}
	}
	return end, limited
}

// Spaced reports whether a constraint counts from the rule's last permit.
func (r *Rule) Spaced() bool {
	spaced := false
	everyAtom(r.Constraints, func(c *Constraint) { spaced = spaced || c.Left == leftTimeInterval })
	return spaced
}

// Horizon is the next moment at which a constraint on time may change what the policy permits. It is a limit of
// dateTime, the end of an elapsedTime, delayPeriod or timeInterval, or the end of the day in UTC where dayOfWeek
// counts. It is false where time changes nothing any more. A decision holds until then, as far as time is concerned.
func Horizon(policy Policy, world World) (next time.Time, changes bool) {
	consider := func(at time.Time) {
		if at.After(world.Now) && (!changes || at.Before(next)) {
			next, changes = at, true
		}
	}
	policy.everyRule(func(rule *Rule) {
		visit := func(c *Constraint) { c.changes(world, rule.Key(), consider) }
		everyAtom(rule.Constraints, visit)
		rule.everyRefinement(func(refinements []Constraint) { everyAtom(refinements, visit) })
	})
	return next, changes
}

// changes names the moments at which an atomic constraint may change, and those just after, as a limit may belong to either side.
func (c *Constraint) changes(world World, rule string, consider func(time.Time)) {
	start := world.Finalized
	switch c.Left {
	case leftDayOfWeek:
		consider(world.Now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1))
		return
	case leftTimeInterval:
		start = world.Uses[rule].Last
	}
	for _, bound := range c.ordered {
		switch {
		case bound.kind == instant:
			consider(bound.at)
			consider(bound.at.Add(1))
		case bound.kind == period && !start.IsZero():
			end := bound.period.after(start)
			consider(end)
			consider(end.Add(1))
		}
	}
}

// Notices are what a reader may misunderstand in a policy that is valid: dates that end, or begin, earlier than people
// think. A day is its 00:00 UTC, so what holds until a day (lteq) does not hold on it.
func Notices(policy Policy, steps *budget.Steps) []Finding {
	found := &findings{steps: steps.Or()}
	policy.everyRule(func(rule *Rule) {
		if !found.steps.Spend(1 + weigh(rule)) {
			return
		}
		everyAtom(rule.Constraints, found.early)
		rule.everyRefinement(func(refinements []Constraint) { everyAtom(refinements, found.early) })
	})
	return found.all()
}

// early finds a limit at the very beginning of a day that the day itself does not satisfy.
func (f *findings) early(c *Constraint) {
	if c.Left != leftDateTime || len(c.ordered) != 1 {
		return
	}
	at := c.ordered[0].at.UTC()
	if !at.Truncate(24 * time.Hour).Equal(at) {
		return
	}
	day, next, end := at.Format(time.DateOnly), at.AddDate(0, 0, 1).Format(time.RFC3339), at.Format(time.RFC3339)
	const zone = "; other time zones by their offset, such as +01:00"
	switch c.Operator {
	case Lteq:
		f.addf(Notice, EndsEarly, c.Path,
			"ends at %s, so it does not hold on %s; if that day is meant too, write lt %s%s", end, day, next, zone)
	case Eq:
		f.addf(Notice, EndsEarly, c.Path,
			"holds at %s only; if the whole of %s is meant, write gteq %s and lt %s%s", end, day, end, next, zone)
	case Gt:
		f.addf(Notice, EndsEarly, c.Path,
			"holds from just after %s, so on %s too; if it is to begin the day after, write gteq %s%s", end, day, next, zone)
	}
}
