package licensing

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Side is a side of a negotiation, a licence or a transfer: the consumer asks for data, the provider gives them.
type Side string

// The sides.
const (
	Consumer Side = "CONSUMER"
	Provider Side = "PROVIDER"
)

// Sides are both.
var Sides = []Side{Consumer, Provider}

// Transition is one row of a state machine. What is not in its table is illegal.
type Transition[S ~string] struct {
	Move string
	From []S
	To   S
	By   []Side
}

// next is the state that a side reaches by a move.
func next[S ~string](table []Transition[S], move string, from S, by Side) (S, error) {
	i := slices.IndexFunc(table, func(t Transition[S]) bool {
		return t.Move == move && slices.Contains(t.By, by) && slices.Contains(t.From, from)
	})
	if i >= 0 {
		return table[i].To, nil
	}
	to := move
	if i := slices.IndexFunc(table, func(t Transition[S]) bool { return t.Move == move }); i >= 0 {
		to = string(table[i].To)
	}
	shown := string(from)
	if from == "" {
		shown = "NONE"
	}
	return from, fault.New(fault.IllegalTransition, "the %s cannot move it from %s to %s", by, shown, to).
		With("from", shown).With("to", to).With("actor", string(by))
}
