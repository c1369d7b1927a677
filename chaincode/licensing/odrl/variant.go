package odrl

// variant is one way in which a rule applies: one of its actions on one of its targets by one of its assignees, under all constraints and refinements.
// Empty fields match everything.
type variant struct {
	rule             *Rule
	action           string
	target, assignee Entity
	constraints      []*Constraint
}

// maxVariants bounds the variants of one rule that are told apart.
const maxVariants = 256

// variants lists the ways in which a rule applies. It returns false where there are too many.
func (r *Rule) variants() ([]variant, bool) {
	actions, targets, assignees := r.Actions, r.Targets, r.Assignees
	if len(actions) == 0 {
		actions = []Action{{}}
	}
	if len(targets) == 0 {
		targets = []Entity{{}}
	}
	if len(assignees) == 0 {
		assignees = []Entity{{}}
	}
	if len(actions)*len(targets)*len(assignees) > maxVariants {
		return nil, false
	}
	variants := make([]variant, 0, len(actions)*len(targets)*len(assignees))
	for i := range actions {
		for j := range targets {
			for k := range assignees {
				v := variant{rule: r, action: actions[i].Name, target: targets[j], assignee: assignees[k]}
				for _, list := range [][]Constraint{r.Constraints, actions[i].Refinements, targets[j].Refinements, assignees[k].Refinements} {
					for c := range list {
						v.constraints = append(v.constraints, &list[c])
					}
				}
				variants = append(variants, v)
			}
		}
	}
	return variants, true
}

// meet returns an action that both variants match, if there is one.
func meetAction(a, b string) (string, truth) {
	switch {
	case a == "" && b == "":
		return "use", yes
	case a == "" || b != "" && includes(a, b):
		return b, yes
	case b == "" || includes(b, a):
		return a, yes
	default:
		return "", no
	}
}

// meetEntity returns something that is, or is in, both entities. Of different collections that is not known.
func meetEntity(a, b Entity, known *Hierarchy) (string, truth) {
	switch {
	case a.UID == "" && b.UID == "":
		return other, yes
	case a.UID == "" || b.UID != "" && known.Covers(a.UID, b.UID):
		return b.UID, yes
	case b.UID == "" || known.Covers(b.UID, a.UID):
		return a.UID, yes
	}
	if known != nil {
		for _, term := range known.terms {
			if known.Covers(a.UID, term) && known.Covers(b.UID, term) {
				return term, yes
			}
		}
	}
	for _, e := range []Entity{a, b} {
		if e.Collection || known.isCollection(e.UID) {
			return "", unknown
		}
	}
	return "", no
}
