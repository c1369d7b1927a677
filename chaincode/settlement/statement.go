// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"fmt"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// StatementRequest asks for one member's result of one day.
type StatementRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	Day         string `json:"day"`
	// Run is empty for the newest run of the day.
	Run RunID `json:"run,omitempty"`
}

// Validate checks the request by itself.
func (r StatementRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), request.ID("memberId", r.MemberID), date("day", r.Day), anyRunID(r.Run))
}

// Statement is one member's result of one day with the proof that it belongs to the public run. It is private: only its member, the organiser and
// an auditor get it.
type Statement struct {
	Leaf Leaf `json:"leaf"`
	Inclusion
	// SupersededBy is the newest run of the day, where the statement was of an older one when it was asked for.
	SupersededBy RunID `json:"supersededBy,omitempty"`
}

// Verify checks the statement against the public run, which any peer serves, also one that holds no private data. A changed digit anywhere fails.
func (s Statement) Verify(run Run) error {
	l := s.Leaf
	if l.CommunityID != run.CommunityID || l.Day != run.Day || l.Run != run.Run {
		return fmt.Errorf("%w: it is for run %s of %s in %s, the ledger's run is %s of %s in %s", ErrUnproven, l.Run, l.Day, l.CommunityID, run.Run, run.Day, run.CommunityID)
	}
	if err := l.wellFormed(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return s.verify(l.Canonical(), run.Leaves, run.MerkleRoot)
}

// wellFormed refuses texts that would need escaping: unescaped they could be cut elsewhere and hash to what another leaf hashes to.
func (l Leaf) wellFormed() error {
	return request.All(
		StatementRequest{CommunityID: l.CommunityID, MemberID: l.MemberID, Day: l.Day}.Validate(), runID(l.Run),
		request.SHA256("salt", l.Salt),
		request.Within("schema", int64(l.Schema), SchemaVersion, SchemaVersion),
	)
}

// Totals are the member's sums over the complete intervals, in mWh: what was metered and what of it was shared.
func (s Statement) Totals() (metered, shared int64) {
	for _, pair := range s.Leaf.Intervals {
		if pair != nil {
			metered += pair[0]
			shared += pair[1]
		}
	}
	return metered, shared
}

// Find returns the number of the chunk that holds the member's leaf, and the leaf's index in the run.
func (s Summary) Find(memberID string) (chunk, index int, err error) {
	index, found := slices.BinarySearch(s.Members, memberID)
	if !found {
		return 0, 0, fault.Field(fault.NotFound, "memberId", "member %s is not in this run", memberID)
	}
	return index / LeavesPerChunk, index, nil
}

// Statement proves the leaf at the index.
func (s Summary) Statement(leaf Leaf, index int) (Statement, error) {
	inclusion, err := s.Inclusion(index)
	return Statement{Leaf: leaf, Inclusion: inclusion}, err
}
