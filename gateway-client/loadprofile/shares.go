// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"cmp"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Share is a point's part of what is shared, or the part of its own energy with which it takes part.
type Share struct {
	Point     string               `json:"point"`
	Direction settlement.Direction `json:"direction"`
	// From is its first instant, Until the first one after it. Both are zero where it holds always, Until where it holds
	// until further notice.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// PPM is in millionths.
	PPM int64 `json:"share"`
}

// wholeShare is all of it, in millionths.
const wholeShare = 1_000_000

// Shares gives the shares by point, direction and time, and what was refused.
func (s *Set) Shares() ([]Share, []Refusal) {
	slices.SortStableFunc(s.shares, func(a, b Share) int {
		return cmp.Or(cmp.Compare(a.Point, b.Point), cmp.Compare(a.Direction, b.Direction), a.From.Compare(b.From))
	})
	return s.shares, s.sortRefused()
}

// share takes a share.
func (f *file) share(share Share) {
	f.set.shares = append(f.set.shares, share)
}

// midnightOf is the local beginning of a day.
func (c clock) midnightOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, c.zone)
}
