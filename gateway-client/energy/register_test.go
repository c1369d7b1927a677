// SPDX-License-Identifier: Apache-2.0

package energy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func TestARegisterKeepsOnePersonForAPointAndIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "points.json")
	var register energy.Register
	register.Put(energy.RegisteredPoint{Subject: "alice", Number: "AT1", Reference: "UtilityMSP/aa"})
	register.Put(energy.RegisteredPoint{Subject: "alice", Number: "AT2", Reference: "UtilityMSP/bb"})
	register.Put(energy.RegisteredPoint{Subject: "bob", Number: "AT1", Reference: "UtilityMSP/aa"})
	require.NoError(t, register.Write(path))
	again, err := energy.ReadRegister(path)
	require.NoError(t, err)
	require.Equal(t, register, again)

	point, found := again.Find("bob", "UtilityMSP/aa")
	require.True(t, found)
	require.Equal(t, "AT1", point.Number)
	for _, other := range [][2]string{{"alice", "UtilityMSP/aa"}, {"bob", "UtilityMSP/bb"}, {"", ""}} {
		_, found := again.Find(other[0], other[1])
		require.False(t, found, "%v", other)
	}

	info, err := os.Stat(path)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
	require.NoError(t, os.Chmod(path, 0o640))
	_, err = energy.ReadRegister(path)
	require.ErrorContains(t, err, "others than its owner can read it")
}
