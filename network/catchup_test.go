// SPDX-License-Identifier: Apache-2.0

package network

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStatusSaysHowFarAComponentIsBehind(t *testing.T) {
	all := []ComponentStatus{{Component: CA}, {Component: Orderer, Height: 3400}, {Component: Peer, Height: 120}, {Component: Peer, Height: 3395}}
	markBehind(all)
	require.Equal(t, []uint64{0, 0, 3280, 0}, []uint64{all[0].Behind, all[1].Behind, all[2].Behind, all[3].Behind})
}
