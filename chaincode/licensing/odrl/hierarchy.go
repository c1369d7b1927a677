package odrl

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Hierarchy says what lies within what: purposes within broader ones, members within collections, places within places. It is transitive, and everything
// lies within itself. The nil Hierarchy knows nothing.
type Hierarchy struct {
	facts []Within
	alone []string
	// terms are all names, sorted.
	terms []string
	// above are the names that lie around a name, itself not among them.
	above map[string][]string
}

// Within is one fact of a Hierarchy: Narrow lies directly within Broad.
type Within struct{ Narrow, Broad string }

// NewHierarchy makes a hierarchy of facts and of terms that stand alone. Names are taken in normal form; a cycle makes its names equivalent.
func NewHierarchy(facts []Within, alone ...string) *Hierarchy {
	h := &Hierarchy{above: map[string][]string{}}
	direct := map[string][]string{}
	for _, fact := range facts {
		narrow, broad := Name(fact.Narrow), Name(fact.Broad)
		direct[narrow] = append(direct[narrow], broad)
		h.terms = append(h.terms, narrow, broad)
		h.facts = append(h.facts, Within{narrow, broad})
	}
	for _, term := range alone {
		h.alone = append(h.alone, Name(term))
	}
	h.terms = append(h.terms, h.alone...)
	slices.Sort(h.terms)
	h.terms = slices.Compact(h.terms)
	for narrow := range direct { // each name's result is its own, so the order is of no consequence
		h.above[narrow] = climb(narrow, direct)
	}
	return h
}

// climb walks from a name to everything around it.
func climb(from string, direct map[string][]string) (above []string) {
	for walk := slices.Clone(direct[from]); len(walk) > 0; walk = walk[1:] {
		if !slices.Contains(above, walk[0]) {
			above = append(above, walk[0])
			walk = append(walk, direct[walk[0]]...)
		}
	}
	return above
}

// Covers reports whether narrow lies within broad; both are names in normal form.
func (h *Hierarchy) Covers(broad, narrow string) bool {
	return broad == narrow || h != nil && slices.Contains(h.above[narrow], broad)
}

// Has reports whether the hierarchy knows the name.
func (h *Hierarchy) Has(name string) bool {
	if h == nil {
		return false
	}
	_, found := slices.BinarySearch(h.terms, name)
	return found
}

// isCollection reports whether something lies within the name.
func (h *Hierarchy) isCollection(name string) bool {
	if h == nil {
		return false
	}
	for _, term := range h.terms {
		if term != name && h.Covers(name, term) {
			return true
		}
	}
	return false
}

// commonMember returns something that lies within both names.
func (h *Hierarchy) commonMember(a, b string) (string, bool) {
	if h == nil {
		return "", false
	}
	for _, term := range h.terms {
		if h.Covers(a, term) && h.Covers(b, term) {
			return term, true
		}
	}
	return "", false
}

// Knowledge is what holds besides a policy, whatever is requested.
type Knowledge struct {
	// Purposes is the taxonomy of purposes that the policy pins. Where it is given it is complete: a purpose that it does not have is not known to be none
	// of anything.
	Purposes *Hierarchy
	// PartOf has the members of collections of assets and parties (odrl:partOf), and the parts of places, industries, products and the like.
	PartOf *Hierarchy
	// Steps bound the work on the question; without them each question has a budget of its own. Once they are exhausted, an answer says nothing that could
	// be relied on: conflicts are not certain, a refinement is undecided, nothing is permitted.
	Steps *budget.Steps
}

// mayBeAnything reports whether a value is a purpose that the taxonomy does not have.
func (k Knowledge) mayBeAnything(left, value string) bool {
	return left == leftPurpose && k.Purposes != nil && !k.Purposes.Has(value)
}

// within reports whether a value of an operand lies within another one.
func (k Knowledge) within(left, narrow, broad string) bool {
	switch {
	case operands[left].kind == tag:
		return inSubtag(narrow, broad)
	case left == leftPurpose:
		return k.Purposes.Covers(broad, narrow)
	case left == leftSpatial:
		return k.PartOf.place(narrow, broad)
	default:
		return k.PartOf.Covers(broad, narrow)
	}
}
