// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/internal/vectors"
)

func TestAPartyIsAnOrganisationOrAResident(t *testing.T) {
	for sentence, row := range map[string]struct {
		party string
		code  fault.Code
	}{
		"an MSP":                                {"UtilityMSP", ""},
		"a pseudonym":                           {strings.Repeat("x", 43), ""},
		"a pseudonym that begins with a hyphen": {"-" + strings.Repeat("x", 42), ""},
		"a pseudonym that begins with a low line": {"_" + strings.Repeat("x", 42), ""},
		"a hyphen and less than a pseudonym":      {"-" + strings.Repeat("x", 41), fault.InvalidField},
		"nothing":                                 {"", fault.MissingField},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := party("owner", row.party)
			if row.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.code)
			require.Equal(t, "owner", fault.From(err).Details["field"])
		})
	}
}

// walk tries every move of every side from every state and compares with the table.
func walk[S ~string](t *testing.T, table []Transition[S], states []S) {
	t.Helper()
	legal := 0
	for _, from := range append([]S{""}, states...) {
		for _, row := range table {
			for _, side := range Sides {
				to, err := next(table, row.Move, from, side)
				i := slices.IndexFunc(table, func(r Transition[S]) bool {
					return r.Move == row.Move && slices.Contains(r.From, from) && slices.Contains(r.By, side)
				})
				if i >= 0 {
					require.NoError(t, err)
					require.Equal(t, table[i].To, to)
					legal++
					continue
				}
				require.ErrorIs(t, err, fault.IllegalTransition, "%s from %q by the %s", row.Move, from, side)
				require.Equal(t, from, to, "the state is unchanged")
				require.Equal(t, string(side), fault.From(err).Details["actor"])
			}
		}
	}
	require.NotZero(t, legal)
}

func TestEveryPairOfStatesAndSides(t *testing.T) {
	t.Run("negotiation", func(t *testing.T) { walk(t, NegotiationTransitions, NegotiationStates) })
	t.Run("transfer", func(t *testing.T) { walk(t, TransferTransitions, TransferStates) })
	for _, terminal := range []NegotiationState{Finalized, Terminated} {
		for _, row := range NegotiationTransitions {
			require.NotContains(t, row.From, terminal, "terminal states stay")
		}
	}
	for _, terminal := range []TransferState{TransferCompleted, TransferTerminated} {
		for _, row := range TransferTransitions {
			require.NotContains(t, row.From, terminal, "terminal states stay")
		}
	}
}

// scenario is one line of the compatibility kit of the Dataspace Protocol: its moves in order, and whether the last one is refused.
type scenario struct {
	name, text string
	refused    bool
}

var scenarioPattern = regexp.MustCompile(`^((CN|TP)(_C)?:(\d\d)-\d\d): Verify (.*)$`)

func scenarios(t *testing.T, kind string) (list []scenario) {
	t.Helper()
	for line := range strings.Lines(string(vectors.Read(t, "dsp/dsp-tck-scenarios.txt"))) {
		if parts := scenarioPattern.FindStringSubmatch(strings.TrimSuffix(line, "\n")); parts != nil && parts[2] == kind {
			list = append(list, scenario{parts[1], parts[5], parts[4] == "03"})
		}
	}
	require.NotEmpty(t, list)
	return list
}

// moves reads the moves of a scenario: who makes which.
func (s scenario) moves(words map[string]string) (moves []struct {
	name string
	side Side
}) {
	for part := range strings.SplitSeq(s.text, ", ") {
		times := 1
		if cut, twice := strings.CutSuffix(part, " (x2)"); twice {
			part, times = cut, 2
		}
		side := Provider
		if strings.Contains(part, "consumer") || strings.HasSuffix(part, "request") {
			side = Consumer
		}
		verb := part[strings.LastIndex(part, " ")+1:]
		for range times {
			moves = append(moves, struct {
				name string
				side Side
			}{words[verb], side})
		}
	}
	return moves
}

// run makes the moves; in refused scenarios one is refused and the state is unchanged.
func run[S ~string](t *testing.T, table []Transition[S], s scenario, words map[string]string) {
	t.Helper()
	var state S
	moves := s.moves(words)
	for i, move := range moves {
		require.NotEmpty(t, move.name, "%s: move %d of %q is not understood", s.name, i, s.text)
		to, err := next(table, move.name, state, move.side)
		if err != nil {
			require.True(t, s.refused, "%s: %s by the %s: %v", s.name, move.name, move.side, err)
			require.Equal(t, state, to)
			for _, after := range moves[i+1:] { // the kit tidies up
				require.Equal(t, MoveTerminate, after.name, "%s: the last move is the one refused", s.name)
			}
			return
		}
		state = to
	}
	require.False(t, s.refused, "%s: nothing of %q was refused", s.name, s.text)
}

// TestConformance_DataspaceProtocolScenarios runs every line of the protocol's own compatibility kit.
func TestConformance_DataspaceProtocolScenarios(t *testing.T) {
	for _, s := range scenarios(t, "CN") {
		t.Run(s.name, func(t *testing.T) {
			run(t, NegotiationTransitions, s, map[string]string{
				"request": MoveRequest, "received": MoveOffer, "offer": MoveOffer, "counter-offer": MoveRequest, "accepted": MoveAccept, "agreed": MoveAgree,
				"agreement": MoveAgree, "verified": MoveVerify, "finalized": MoveFinalize, "terminated": MoveTerminate,
			})
		})
	}
	for _, s := range scenarios(t, "TP") {
		t.Run(s.name, func(t *testing.T) {
			run(t, TransferTransitions, s, map[string]string{
				"request": MoveRequestTransfer, "started": MoveStartTransfer, "suspended": MoveSuspendTransfer, "completed": MoveCompleteTransfer, "terminated": MoveTerminateTransfer,
			})
		})
	}
}
