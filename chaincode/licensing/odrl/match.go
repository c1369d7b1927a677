package odrl

// match says whether a part of a rule is the request's.
type match struct {
	matches bool
	// refined is whether the refinements of a part that matches hold.
	refined truth
	reports []ConstraintReport
}

// add takes one more alternative that matches.
func (m *match) add(s scope, refinements []Constraint) {
	holds, reports := s.conjunction(refinements)
	m.matches, m.refined, m.reports = true, max(m.refined, holds), append(m.reports, reports...)
}

// actions matches the requested action with those of a rule that are it or include it.
func (s scope) actions(actions []Action, requested string) match {
	if len(actions) == 0 {
		return match{matches: true, refined: yes}
	}
	m := match{refined: no}
	if !s.world.Steps.Spend(len(actions)) {
		return m
	}
	for i := range actions {
		if includes(actions[i].Name, requested) {
			m.add(s, actions[i].Refinements)
		}
	}
	return m
}

// entities matches the requested asset or party with those of a rule that are it or a collection that has it.
func (s scope) entities(entities []Entity, requested string) match {
	if len(entities) == 0 {
		return match{matches: true, refined: yes}
	}
	m := match{refined: no}
	if !s.world.Steps.Spend(len(entities)) {
		return m
	}
	for i := range entities {
		if s.world.PartOf.Covers(entities[i].UID, requested) {
			m.add(s, entities[i].Refinements)
		}
	}
	return m
}
