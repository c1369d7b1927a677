package odrl

import (
	"fmt"
	"slices"
	"time"
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

// dead says why the permission can never become active, or "".
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

// never says why the literals of a clause never hold together, or "".
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
