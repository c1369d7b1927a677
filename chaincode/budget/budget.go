// Package budget bounds the work of one call by its steps (docs/adr/0029). Steps are counted where the work is done, so that all endorsers stop at the same one:
// a clock would let one peer answer what another refuses.
package budget

import "github.com/smartb-suite/smartb/chaincode/fault"

const (
	// Limit is how many steps a call may take: at most 50 ms of one core.
	Limit = 1_200_000
	// Shared is how many steps a call may take that shares its transaction with others.
	Shared = Limit / 10
)

// Steps are those of one call. The nil Steps count nothing.
type Steps struct {
	limit, spent int
	shared       bool
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
	s.spent += steps
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

// Err refuses the call where the budget was not enough: whatever was found by then may be wrong.
func (s *Steps) Err() error {
	switch {
	case !s.Exhausted():
		return nil
	case s.shared:
		return fault.New(fault.BatchConflict, "the call takes more than %d steps, a tenth of what a call may take; submit it by itself", s.limit)
	default:
		return fault.New(fault.TooComplex, "the call takes more than %d steps", s.limit)
	}
}
