package odrl

// maxExamples bounds the examples that are tried for one clause.
const maxExamples = 400

// search looks for a request that a permits by the variant under the clause, and b does not.
func (r *refiner) search(p *variant, c clause) *Situation {
	base, possible := r.solveClause(c)
	if possible != yes {
		return nil
	}
	tried := 0
	try := func(values *assignment, request Request) *Situation {
		if tried++; tried > maxExamples || r.exhausted() {
			return nil
		}
		example := values.situation(request, r.knowledge, p.rule)
		r.steps += len(r.a.Permissions) + len(r.b.Permissions)
		if Simulate(*r.a, example.Request, example.World).Permit && !Simulate(*r.b, example.Request, example.World).Permit {
			return example
		}
		return nil
	}
	for _, request := range r.requests(p) {
		if found := try(base, request); found != nil {
			return found
		}
	}
	plain := r.requests(p)[0]
	for _, l := range r.questions(c) {
		about := c.about(l.variable())
		for _, v := range candidates(append(append(clause{}, about...), l), r.knowledge) {
			if len(about) > 0 && r.all(about, v) != yes {
				continue
			}
			values := base.clone()
			values.set(l, v)
			if found := try(values, plain); found != nil {
				return found
			}
		}
	}
	return nil
}

// requests are requests that the variant matches: the one that it names first, then those that something in b names and the variant includes.
func (r *refiner) requests(p *variant) []Request {
	action, _ := meetAction(p.action, "")
	target, _ := meetEntity(p.target, Entity{}, nil)
	assignee, _ := meetEntity(p.assignee, Entity{}, nil)
	plain := Request{Action: action, Target: target, Assignee: assignee}
	list := []Request{plain}
	for _, q := range append(append([]variant{}, r.permissions...), r.prohibitions...) {
		special := plain
		if met, ok := meetAction(p.action, q.action); ok == yes {
			special.Action = met
		}
		if met, ok := meetEntity(p.target, q.target, r.knowledge.PartOf); ok == yes {
			special.Target = met
		}
		if met, ok := meetEntity(p.assignee, q.assignee, r.knowledge.PartOf); ok == yes {
			special.Assignee = met
		}
		list = append(list, special)
	}
	return list
}

// questions are literals of the clause and of b, one for each that may be answered differently.
func (r *refiner) questions(c clause) (list []literal) {
	list = append(list, c...)
	for _, ways := range [][]variant{r.permissions, r.prohibitions} {
		for i := range ways {
			cases, _ := clauses(ways[i].constraints, ways[i].rule.Key())
			for _, asked := range cases {
				list = append(list, asked...)
			}
		}
	}
	return list
}
