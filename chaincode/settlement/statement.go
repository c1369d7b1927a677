package settlement

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// StatementRequest asks for one member's result of one day.
type StatementRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	Day         string `json:"day"`
	Run         RunID  `json:"run"`
}

// Validate checks the request by itself.
func (r StatementRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), request.ID("memberId", r.MemberID), date("day", r.Day), runID(r.Run))
}

// Statement is one member's result of one day with the proof that it belongs to the public run. It is private: only its member, the organiser and
// an auditor get it.
type Statement struct {
	Leaf Leaf `json:"leaf"`
	// Index is the leaf's place among the Size leaves of the run.
	Index int `json:"index"`
	Size  int `json:"size"`
	// Path is the RFC 6962 audit path from the leaf to the root, in hex.
	Path []string `json:"path"`
	// ServedBy is the MSP of the peer that read the private data; it keeps this answer out of blocks.
	ServedBy string `json:"servedBy"`
}

// ErrUnproven reports a statement that does not belong to the run.
var ErrUnproven = errors.New("the statement is not proven")

// Verify checks the statement against the public run, which any peer serves, also one that holds no private data. A changed digit anywhere fails.
func (s Statement) Verify(run Run) error {
	l := s.Leaf
	if l.CommunityID != run.CommunityID || l.Day != run.Day || l.Run != run.Run {
		return fmt.Errorf("%w: it is for run %s of %s in %s, the ledger's run is %s of %s in %s", ErrUnproven, l.Run, l.Day, l.CommunityID, run.Run, run.Day, run.CommunityID)
	}
	if s.Size != run.Leaves {
		return fmt.Errorf("%w: it counts %d members, the run has %d", ErrUnproven, s.Size, run.Leaves)
	}
	if err := l.wellFormed(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	path, err := decodeHashes(s.Path)
	if err != nil {
		return fmt.Errorf("%w: path: %w", ErrUnproven, err)
	}
	root, err := hex.DecodeString(run.MerkleRoot)
	if err != nil {
		return fmt.Errorf("%w: the run's root: %w", ErrUnproven, err)
	}
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(s.Index), uint64(s.Size), hashLeaf(l.Canonical()), path, root); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return nil
}

// wellFormed refuses texts that would need escaping: unescaped they could be cut elsewhere and hash to what another leaf hashes to.
func (l Leaf) wellFormed() error {
	return request.All(
		StatementRequest{CommunityID: l.CommunityID, MemberID: l.MemberID, Day: l.Day, Run: l.Run}.Validate(),
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
func (s Summary) Statement(chunk Chunk, index int, servedBy string) (Statement, error) {
	if index%LeavesPerChunk >= len(chunk.Leaves) {
		return Statement{}, fault.New(fault.Internal, "the run's private results do not hold leaf %d", index)
	}
	hashes, err := decodeHashes(s.LeafHashes)
	if err != nil {
		return Statement{}, err
	}
	path, err := inclusionPath(hashes, index)
	if err != nil {
		return Statement{}, err
	}
	return Statement{
		Leaf: chunk.Leaves[index%LeavesPerChunk], Index: index, Size: len(hashes), Path: encodeHashes(path), ServedBy: servedBy,
	}, nil
}
