// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"errors"
	"fmt"
	"slices"

	"github.com/transparency-dev/merkle/proof"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/merkle"
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

// Inclusion is the RFC 6962 proof that a leaf belongs to a Merkle tree.
type Inclusion struct {
	// Index is the leaf's place among the Size leaves.
	Index int `json:"index"`
	Size  int `json:"size"`
	// Path is the audit path from the leaf to the root, in hex.
	Path []string `json:"path"`
}

// verify checks the leaf's bytes against the public root of a tree of so many leaves.
func (p Inclusion) verify(leaf []byte, size int, rootHex string) error {
	if p.Size != size {
		return fmt.Errorf("%w: size: it counts %d members, the public record has %d", ErrUnproven, p.Size, size)
	}
	err := merkle.Verify(merkle.HashLeaf(leaf), int64(p.Index), int64(p.Size), p.Path, rootHex)
	if other := (proof.RootMismatchError{}); errors.As(err, &other) {
		return fmt.Errorf("%w: it leads to the root %x, and the public root is %s", ErrUnproven, other.CalculatedRoot, rootHex)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return nil
}

// Inclusion proves the leaf at the index.
func (s Summary) Inclusion(index int) (Inclusion, error) {
	hashes, err := merkle.Decode(s.LeafHashes)
	if err != nil {
		return Inclusion{}, err
	}
	path, err := merkle.Path(hashes, index)
	if err != nil {
		return Inclusion{}, err
	}
	return Inclusion{Index: index, Size: len(hashes), Path: merkle.Encode(path)}, nil
}

// ProofRequest asks for the proof of a party's leaf, of a day's run or of a period.
type ProofRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	Day         string `json:"day,omitempty"`
	Run         RunID  `json:"run,omitempty"`
	Period      string `json:"period,omitempty"`
	Phase       Phase  `json:"phase,omitempty"`
}

// Validate checks the request by itself.
func (r ProofRequest) Validate() error {
	if (r.Day == "") == (r.Period == "") {
		return fault.Field(fault.MissingField, "day", "name a day and its run, or a period and its phase")
	}
	if r.Day != "" {
		return request.All(StatementRequest{r.CommunityID, r.MemberID, r.Day, r.Run}.Validate())
	}
	return BillRequest{r.CommunityID, r.MemberID, r.Period, r.Phase}.Validate()
}

// Proof is the Merkle path of a leaf without the leaf: who kept a statement proves it with it, also after the purge of the day.
type Proof struct {
	Inclusion
	// LeafHash is the RFC 6962 hash of the leaf, MerkleRoot the public root.
	LeafHash   string `json:"leafHash"`
	MerkleRoot string `json:"merkleRoot"`
}

// Proof proves the leaf of the party.
func (s Summary) Proof(memberID, root string) (Proof, error) {
	_, index, err := s.Find(memberID)
	if err != nil {
		return Proof{}, err
	}
	inclusion, err := s.Inclusion(index)
	return Proof{inclusion, s.LeafHashes[index], root}, err
}
