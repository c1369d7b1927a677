// SPDX-License-Identifier: Apache-2.0

// Package merkle builds and proves the Merkle trees of the public records, as RFC 6962 defines them.
package merkle

import (
	"encoding/hex"
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// HashLeaf is the hash of a leaf's canonical bytes.
func HashLeaf(canonical []byte) []byte { return rfc6962.DefaultHasher.HashLeaf(canonical) }

// Root is the root of the leaves' hashes, in order.
func Root(leaves [][]byte) ([]byte, error) {
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

// Path is the audit path of one leaf, from the leaf to the root.
func Path(leaves [][]byte, index int) ([][]byte, error) {
	nodes, err := proof.Inclusion(uint64(index), uint64(len(leaves)))
	if err != nil {
		return nil, fmt.Errorf("prove a leaf: %w", err)
	}
	path := make([][]byte, len(nodes.IDs))
	for i, node := range nodes.IDs {
		first := node.Index << node.Level
		if path[i], err = Root(leaves[first:min(first+1<<node.Level, uint64(len(leaves)))]); err != nil {
			return nil, err
		}
	}
	return nodes.Rehash(path, rfc6962.DefaultHasher.HashChildren)
}

// Verify checks that a leaf's hash is at the index of a tree of so many leaves. The path and the root are in hex.
func Verify(leaf []byte, index, size int64, path []string, root string) error {
	hashes, err := Decode(path)
	if err != nil {
		return fmt.Errorf("path: %w", err)
	}
	rootHash, err := hex.DecodeString(root)
	if err != nil {
		return fmt.Errorf("the public root: %w", err)
	}
	if index < 0 || size < 1 {
		return fmt.Errorf("no leaf %d of %d", index, size)
	}
	return proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), leaf, hashes, rootHash)
}

// Encode writes hashes in hex.
func Encode(hashes [][]byte) []string {
	texts := make([]string, len(hashes))
	for i, hash := range hashes {
		texts[i] = hex.EncodeToString(hash)
	}
	return texts
}

// Decode reads hashes in hex.
func Decode(texts []string) ([][]byte, error) {
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
