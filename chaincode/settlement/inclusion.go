// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"errors"
	"fmt"

	"github.com/transparency-dev/merkle/proof"

	"github.com/smartb-suite/smartb/chaincode/merkle"
)

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
