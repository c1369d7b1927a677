// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Request is what somebody asks to do: one action of one party on one asset. Names are taken in normal form (see Name).
type Request struct {
	UID      string
	Action   string
	Target   string
	Assignee string
	// Values are what the request states of itself, by left operand: its purpose, for example. Left operands that only
	// the world can know (dateTime, count and the like) are not read from here.
	Values Values
}

// Values are the values of left operands.
type Values map[string][]Given

// Given is one value of a left operand. Without a unit it is in the unit that the policy asks for.
type Given struct {
	Value string
	Unit  string
}

// World is the state of the world that a policy is evaluated in. Anything that it does not say is unknown.
type World struct {
	// Now is the current time; the zero time is unknown, like the other times here.
	Now time.Time
	// Finalized is when the agreement came into force: elapsedTime and delayPeriod count from it.
	Finalized time.Time
	// Uses are the uses so far by the rule's Key.
	Uses map[string]Use
	// Duties are what is known of duties, obligations and infringed prohibitions, by the rule's Key.
	Duties map[string]DutyRecord
	// Values are the values that the world supplies, by left operand. They take precedence over those of the request.
	Values Values
	Knowledge
}

// Use counts the uses under a rule.
type Use struct {
	// Count is the number of permits so far.
	Count int64
	// Last is the time of the last permit, the zero time before the first one.
	Last time.Time
}

// DutyRecord is what the world knows of a duty.
type DutyRecord struct {
	// Deontic is Fulfilled where the beneficiary confirmed the duty, Violated where it was broken, otherwise NotSet.
	Deontic DeonticState
	// Performed is true where the action was performed. Where its refinements hold for Values, the duty is fulfilled.
	Performed bool
	// Values describe the performed action, for example the payAmount.
	Values Values
}

// Name returns the normal form of a name. Terms of ODRL are bare ("use" for odrl:use and
// http://www.w3.org/ns/odrl/2/use), and others have a known prefix ("dpv:Marketing" for
// https://w3id.org/dpv#Marketing). Everything else is unchanged.
func Name(text string) string { return vocabulary{}.name(text) }

// normal returns the request with its names in normal form.
func (r Request) normal() Request {
	r.Action, r.Target, r.Assignee = Name(r.Action), Name(r.Target), Name(r.Assignee)
	return r
}

// of returns the values of a left operand, whichever way its name is written.
func (v Values) of(left string) []Given {
	if given, ok := v[left]; ok {
		return given
	}
	return v[odrlPrefix+":"+left]
}

// Hierarchy describes what is within what: purposes within broader ones, members within collections, places within
// places. It is transitive, and everything is within itself. The nil Hierarchy knows nothing.
type Hierarchy struct {
	facts []Within
	alone []string
	// terms are all names, sorted.
	terms []string
	// above are the names that lie around a name, itself not among them.
	above map[string][]string
}

// Within is one fact of a Hierarchy: Narrow is directly within Broad.
type Within struct{ Narrow, Broad string }

// NewHierarchy makes a hierarchy of facts and of terms that are alone. Names are taken in normal form; a cycle makes
// its names equivalent.
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

// Covers reports whether narrow is within broad; both are names in normal form.
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

// isCollection reports whether something is within the name.
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

// commonMember returns something that is within both names.
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
	// Steps bound the work on the question; without them each question has a budget of its own. Once they are
	// exhausted, an answer states nothing that could be relied on: conflicts are not certain, a refinement is
	// undecided, nothing is permitted.
	Steps *budget.Steps
}

// mayBeAnything reports whether a value is a purpose that the taxonomy does not have.
func (k Knowledge) mayBeAnything(left, value string) bool {
	return left == leftPurpose && k.Purposes != nil && !k.Purposes.Has(value)
}

// within reports whether a value of an operand is within another one.
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

// inSubtag reports whether a language tag is the other one or begins with its subtags (RFC 4647, basic filtering):
// de-AT is within de.
func inSubtag(narrow, broad string) bool {
	narrow, broad = strings.ToLower(narrow), strings.ToLower(broad)
	return narrow == broad || strings.HasPrefix(narrow, broad+"-")
}

// subdivisionPattern is a code of ISO 3166-2, bare or at the end of an IRI.
var subdivisionPattern = regexp.MustCompile(`^(?:.*[/:#])?[A-Z]{2}-[A-Z0-9]{1,3}$`)

// country is the country of a subdivision by its code: AT of AT-9, iso3166:AT of iso3166:AT-9.
func country(place string) (string, bool) {
	if !subdivisionPattern.MatchString(place) {
		return "", false
	}
	return place[:strings.LastIndexByte(place, '-')], true
}

// place reports whether a place is within another one, by the hierarchy or by its code.
func (h *Hierarchy) place(narrow, broad string) bool {
	seen := []string{narrow}
	for i := 0; i < len(seen); i++ {
		around := []string{}
		if h != nil {
			around = h.above[seen[i]]
		}
		if of, is := country(seen[i]); is {
			around = append(slices.Clip(around), of)
		}
		for _, place := range around {
			if !slices.Contains(seen, place) {
				seen = append(seen, place)
			}
		}
	}
	return slices.Contains(seen, broad)
}
