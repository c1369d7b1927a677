// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryUseOfABatchCanBeProven(t *testing.T) {
	for _, size := range []int{1, 2, 5, 8, 13} {
		leaves := make([]UseLeaf, size)
		for i := range leaves {
			leaves[i] = UseLeaf{ConsentID: "c", Reference: strconv.Itoa(i), At: noon, Salt: "00112233445566778899aabbccddeeff"}
		}
		root, err := UsesRoot(leaves)
		require.NoError(t, err)
		r := RecordUsesRequest{Purpose: "dpv:Purpose", DataCategories: []string{"pd:Power"}, Uses: []UseCount{{alice, "c", int64(size)}}, MerkleRoot: root}
		require.NoError(t, r.Validate())
		batch := r.Evidence(Action{By: "UtilityMSP", At: noon})[0]
		for i := range leaves {
			proven, err := ProveUse(leaves, i)
			require.NoError(t, err)
			require.NoError(t, proven.Verify(batch), "use %d of %d", i, size)
			proven.Leaf.Reference += "x"
			require.ErrorIs(t, proven.Verify(batch), ErrUnproven)
		}
	}
}
