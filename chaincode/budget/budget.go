// SPDX-License-Identifier: Apache-2.0

// Package budget bounds the work of one call by its steps (docs/explanation/adr/0029). Steps are counted where the work is done, so that all endorsers stop at the same one:
// a clock would let one peer answer what another refuses.
package budget

import (
	"runtime"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

const (
	// Limit is how many steps a call may take: at most 50 ms of one core.
	Limit = 1_200_000
	// Shared is how many steps a call may take that shares its transaction with others.
	Shared = Limit / 10
	// turn is after how many steps other calls have theirs, as a resident's that has read a key. The Go runtime by
	// itself would let them wait ten milliseconds for each call that computes.
	turn = 4096
)

// Steps are those of one call. The nil Steps count nothing.
type Steps struct {
	limit, spent int
	shared       bool
	work         *Work
	busy         bool
}

// Work counts the steps of all calls of a transaction for the server that does them. The nil Work counts nothing.
type Work struct {
	// Room asks the server, once, whether it has room for a transaction with more than [Shared] steps. It is asked at
	// the first step above, so that an answer never depends on it: a transaction goes on to its end, or is refused.
	Room func() bool

	spent   int
	asked   bool
	refused bool
}

// add counts steps before they are taken; it returns false where the server has no room for them.
func (w *Work) add(steps int) bool {
	if w == nil {
		return true
	}
	w.spent += steps
	if w.spent > Shared && !w.asked {
		w.asked, w.refused = true, !w.Room()
	}
	return !w.refused
}

// Counting has the steps count as work of a transaction too.
func (s *Steps) Counting(work *Work) *Steps {
	s.work = work
	return s
}

// New is the budget of a call that has its transaction to itself.
func New() *Steps { return &Steps{limit: Limit} }

// NewShared is the budget of a call that shares its transaction.
func NewShared() *Steps { return &Steps{limit: Shared, shared: true} }

// Or is the budget itself, or a new one where there is none.
func (s *Steps) Or() *Steps {
	if s == nil {
		return New()
	}
	return s
}

// Spend counts steps before they are taken. It returns false where the budget does not have them: they must not be taken.
func (s *Steps) Spend(steps int) bool {
	if s == nil {
		return true
	}
	if steps > s.limit-s.spent {
		s.spent = s.limit + 1
		return false
	}
	if !s.work.add(steps) {
		s.spent, s.busy = s.limit+1, true
		return false
	}
	before := s.spent
	s.spent += steps
	if s.spent/turn != before/turn {
		runtime.Gosched()
	}
	return true
}

// Exhausted reports whether the budget was not enough.
func (s *Steps) Exhausted() bool { return s != nil && s.spent > s.limit }

// Spent is how many steps were taken.
func (s *Steps) Spent() int {
	if s == nil {
		return 0
	}
	return s.spent
}

// Err refuses the call where the budget was not enough: anything that was found by then may be wrong.
func (s *Steps) Err() error {
	switch {
	case !s.Exhausted():
		return nil
	case s.busy && s.shared: // among all calls of the transaction, each of which is small
		return fault.New(fault.BatchConflict,
			"the calls take more than %d steps together, for which the server has no room now; submit them by themselves", Shared)
	case s.busy:
		return fault.New(fault.Busy,
			"the call takes more than %d steps, and as many such calls are under way as the server takes at once", Shared)
	case s.shared:
		return fault.New(fault.BatchConflict, "the call takes more than %d steps, a tenth of what a call may take; submit it by itself", s.limit)
	default:
		return fault.New(fault.TooComplex, "the call takes more than %d steps", s.limit)
	}
}
