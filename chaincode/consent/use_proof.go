package consent

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/smartb-suite/smartb/chaincode/canonical"
)

// UseLeaf is a single use of a batch as the processor keeps it off-chain: a leaf of the batch's Merkle tree.
type UseLeaf struct {
	ConsentID string    `json:"consentId"`
	Reference string    `json:"reference"`
	At        time.Time `json:"at"`
	// Salt is random, in hex: without it the hash would tell a guessed use.
	Salt string `json:"salt"`
}

// hash is the RFC 6962 leaf hash of the canonical JSON.
func (l UseLeaf) hash() ([]byte, error) {
	text, err := canonical.JSON(l)
	return rfc6962.DefaultHasher.HashLeaf(text), err
}

// UsesRoot is the Merkle root that RecordUses takes, in lower-case hex, over at least one use.
func UsesRoot(leaves []UseLeaf) (string, error) {
	hashes, err := leafHashes(leaves)
	if err != nil {
		return "", err
	}
	root, err := treeRoot(hashes)
	return hex.EncodeToString(root), err
}

func leafHashes(leaves []UseLeaf) ([][]byte, error) {
	hashes := make([][]byte, len(leaves))
	for i, leaf := range leaves {
		hash, err := leaf.hash()
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return hashes, nil
}

func treeRoot(hashes [][]byte) ([]byte, error) {
	tree := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for _, hash := range hashes {
		if err := tree.Append(hash, nil); err != nil {
			return nil, fmt.Errorf("build the tree of uses: %w", err)
		}
	}
	return tree.GetRootHash(nil)
}

// UseProof is a single use with the proof that it belongs to a recorded batch.
type UseProof struct {
	Leaf  UseLeaf `json:"leaf"`
	Index int     `json:"index"`
	// Path is the RFC 6962 audit path from the leaf to the root, in hex.
	Path []string `json:"path"`
}

// ProveUse proves the use at the index.
func ProveUse(leaves []UseLeaf, index int) (UseProof, error) {
	nodes, err := proof.Inclusion(uint64(index), uint64(len(leaves)))
	if err != nil {
		return UseProof{}, fmt.Errorf("prove a use: %w", err)
	}
	hashes, err := leafHashes(leaves)
	if err != nil {
		return UseProof{}, err
	}
	path := make([][]byte, len(nodes.IDs))
	for i, node := range nodes.IDs {
		first := node.Index << node.Level
		if path[i], err = treeRoot(hashes[first:min(first+1<<node.Level, uint64(len(hashes)))]); err != nil {
			return UseProof{}, err
		}
	}
	if path, err = nodes.Rehash(path, rfc6962.DefaultHasher.HashChildren); err != nil {
		return UseProof{}, fmt.Errorf("prove a use: %w", err)
	}
	proven := UseProof{Leaf: leaves[index], Index: index}
	for _, hash := range path {
		proven.Path = append(proven.Path, hex.EncodeToString(hash))
	}
	return proven, nil
}

// ErrUnproven reports a use that does not belong to the batch.
var ErrUnproven = errors.New("the use is not proven")

// Verify checks the proof against the batch that the ledger holds.
func (p UseProof) Verify(batch Use) error {
	if p.Leaf.ConsentID != batch.ConsentID || p.Index < 0 || batch.Leaves < 1 {
		return fmt.Errorf("%w: it is not of this batch", ErrUnproven)
	}
	hash, err := p.Leaf.hash()
	if err != nil {
		return err
	}
	root, err := hex.DecodeString(batch.MerkleRoot)
	if err != nil {
		return fmt.Errorf("%w: the batch's root: %w", ErrUnproven, err)
	}
	path := make([][]byte, len(p.Path))
	for i, text := range p.Path {
		if path[i], err = hex.DecodeString(text); err != nil {
			return fmt.Errorf("%w: path: %w", ErrUnproven, err)
		}
	}
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(batch.Leaves), hash, path, root); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return nil
}
