package settlement

import (
	"encoding/hex"
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// hashLeaf is the RFC 6962 hash of a leaf's canonical bytes.
func hashLeaf(canonical []byte) []byte { return rfc6962.DefaultHasher.HashLeaf(canonical) }

// treeRoot is the RFC 6962 root of the leaves' hashes, in order.
func treeRoot(leaves [][]byte) ([]byte, error) {
	if len(leaves) == 0 {
		return rfc6962.DefaultHasher.EmptyRoot(), nil
	}
	tree := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for _, leaf := range leaves {
		if err := tree.Append(leaf, nil); err != nil {
			return nil, fmt.Errorf("build the Merkle tree: %w", err)
		}
	}
	return tree.GetRootHash(nil)
}

// inclusionPath is the RFC 6962 audit path of one leaf.
func inclusionPath(leaves [][]byte, index int) ([][]byte, error) {
	nodes, err := proof.Inclusion(uint64(index), uint64(len(leaves)))
	if err != nil {
		return nil, fmt.Errorf("prove a leaf: %w", err)
	}
	path := make([][]byte, len(nodes.IDs))
	for i, node := range nodes.IDs {
		first := node.Index << node.Level
		if path[i], err = treeRoot(leaves[first:min(first+1<<node.Level, uint64(len(leaves)))]); err != nil {
			return nil, err
		}
	}
	return nodes.Rehash(path, rfc6962.DefaultHasher.HashChildren)
}

func encodeHashes(hashes [][]byte) []string {
	texts := make([]string, len(hashes))
	for i, hash := range hashes {
		texts[i] = hex.EncodeToString(hash)
	}
	return texts
}

func decodeHashes(texts []string) ([][]byte, error) {
	hashes := make([][]byte, len(texts))
	for i, text := range texts {
		hash, err := hex.DecodeString(text)
		if err != nil || len(hash) != rfc6962.DefaultHasher.Size() {
			return nil, fmt.Errorf("hash %d is not a SHA-256 in hex", i)
		}
		hashes[i] = hash
	}
	return hashes, nil
}
