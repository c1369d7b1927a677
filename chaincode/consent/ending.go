package consent

import (
	"slices"
	"time"
)

// Ending is since when a consent allows nothing any more, and how it stands now.
type Ending struct {
	// At is the zero time where the consent was never given.
	At time.Time
	// State is the effective state; it is active where only the notice is suspended.
	State State
}

// Ended is the consent's ending, nil while it is in force. What was processed before stays lawful (Art. 7-3): other contracts ask it for processing
// that concerns an earlier day.
func (r Record) Ended(standing Standing, suspended *Mark, now time.Time) *Ending {
	line := r.Timeline(standing, now)
	newest := line[len(line)-1]
	if standing.Unproven { // it never allowed anything
		return &Ending{State: newest.State}
	}
	if newest.State.Active() {
		if suspended.Holds() {
			return &Ending{suspended.At, newest.State}
		}
		return nil
	}
	for i, event := range slices.Backward(line) {
		if event.State.Active() {
			return &Ending{line[i+1].At, newest.State}
		}
	}
	return &Ending{State: newest.State}
}

// Before reports whether the consent had ended at the time.
func (e *Ending) Before(at time.Time) bool { return e != nil && !at.Before(e.At) }
