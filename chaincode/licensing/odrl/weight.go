package odrl

// weigh is how much there is to compare in the constraint: itself, its values and what it combines.
func (c *Constraint) weigh() int {
	weight := 1 + len(c.Right)
	for i := range c.Operands {
		weight += c.Operands[i].weigh()
	}
	return weight
}

// weighAll is the weight of several constraints.
func weighAll(constraints []*Constraint) (weight int) {
	for _, c := range constraints {
		weight += c.weigh()
	}
	return weight
}

// weighParts is the weight of the rule's actions and entities with their refinements.
func (r *Rule) weighParts() int {
	weight := len(r.Actions) + len(r.Targets) + len(r.Assigners) + len(r.Assignees)
	r.everyRefinement(func(list []Constraint) {
		for i := range list {
			weight += list[i].weigh()
		}
	})
	return weight
}

// weigh is the weight of a rule with all that is below it.
func weigh(r *Rule) int {
	weight := 1 + r.weighParts()
	for i := range r.Constraints {
		weight += r.Constraints[i].weigh()
	}
	for _, below := range [][]Rule{r.Duties, r.Consequences, r.Remedies} {
		for i := range below {
			weight += weigh(&below[i])
		}
	}
	return weight
}

// weigh is the weight of a policy with all its rules.
func (policy *Policy) weigh() (weight int) {
	for _, rules := range [][]Rule{policy.Permissions, policy.Prohibitions, policy.Obligations} {
		for i := range rules {
			weight += weigh(&rules[i])
		}
	}
	return weight
}
