// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStateKeysAreInTheirContractsNamespace reads the sources: no two kinds of records can overwrite each other.
func TestStateKeysAreInTheirContractsNamespace(t *testing.T) {
	t.Chdir(filepath.Join("..", "..", ".."))
	code, err := readSource()
	require.NoError(t, err)
	require.Greater(t, len(code.keys), 100, "all contracts' keys and prefixes are read")
	text, err := os.ReadFile(layoutFile)
	require.NoError(t, err)
	require.Equal(t, string(text), stateLayout(code.keys), "make generate writes the document")
}

func TestCheckKeys(t *testing.T) {
	record := stateKey{Type: "settlement.run", Namespace: "settlement", Function: "runKey", Holds: "a Run"}
	with := func(change func(*stateKey)) []stateKey {
		other := record
		other.Function = "otherKey"
		change(&other)
		return []stateKey{record, other}
	}
	require.NoError(t, checkKeys(with(func(k *stateKey) { k.Type = "settlement.other" })))
	require.NoError(t, checkKeys(with(func(k *stateKey) { k.Private = true })), "a collection is another store")
	require.NoError(t, checkKeys(with(func(k *stateKey) { k.Holds = "" })), "a prefix of the same records")
	require.ErrorContains(t, checkKeys(with(func(*stateKey) {})), "runKey and otherKey both make state keys of type settlement.run")
	require.ErrorContains(t, checkKeys(with(func(k *stateKey) { k.Type = "consent.run" })), "not in the namespace settlement")
	require.ErrorContains(t, checkKeys(with(func(k *stateKey) { k.Type, k.Holds = "settlement.new", "" })), "say in the comment")
}
