package odrl

import "time"

// Request is what somebody asks to do: one action of one party on one asset. Names are taken in normal form (see Name).
type Request struct {
	UID      string
	Action   string
	Target   string
	Assignee string
	// Values are what the request says of itself, by left operand: its purpose, for example. Left operands that only the world can know (dateTime, count
	// and the like) are not read from here.
	Values Values
}

// Values are the values of left operands.
type Values map[string][]Given

// Given is one value of a left operand. Without a unit it is in the unit that the policy asks for.
type Given struct {
	Value string
	Unit  string
}

// World is the state of the world that a policy is evaluated in. What it does not say is unknown.
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

// Name returns the normal form of a name: terms of ODRL bare ("use" for odrl:use and http://www.w3.org/ns/odrl/2/use), others with a known prefix
// ("dpv:Marketing" for https://w3id.org/dpv#Marketing), everything else as it is.
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
