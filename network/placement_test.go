// SPDX-License-Identifier: Apache-2.0

package network

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFolderIsOfOnePlacementOnly(t *testing.T) {
	dir := t.TempDir()
	n := newNetwork(t, Options{StateDir: dir, Placement: Containers})
	require.NoError(t, n.state.save(n.layout))

	again := newNetwork(t, Options{StateDir: dir})
	require.Equal(t, Containers, again.placement(), "commands need not be told again")
	require.Equal(t, n.state.Project, again.state.Project)
	_, err := New(Options{StateDir: dir, Placement: Native})
	require.ErrorContains(t, err, "is placed containers")
	_, err = New(Options{StateDir: dir, Placement: "kubernetes"})
	require.ErrorContains(t, err, "choose native or containers")
	_, err = New(Options{StateDir: t.TempDir(), Placement: Containers, PortBase: 21500})
	require.ErrorContains(t, err, "multiple of 1000")
	_, err = New(Options{StateDir: t.TempDir(), Placement: Containers, Consensus: Raft})
	require.ErrorContains(t, err, "raft is for native networks")
}

func TestContainersReachEachOtherByNameAndClientsReachThemOnLoopback(t *testing.T) {
	for placement, want := range map[Placement]struct{ peer, listens string }{
		Native: {"127.0.0.1:21060", "127.0.0.1:21060"},
		Inside: {"utility-peer:17060", "0.0.0.0:17060"},
	} {
		n := newNetwork(t, Options{PortBase: 21000, Placement: placement})
		org := n.Topology[1]
		require.Equal(t, want.peer, n.peerAddress(org))
		require.Equal(t, want.listens, n.ports(org).listen(portPeer))
		require.Equal(t, "127.0.0.1:21060", n.profile(org, "").Peers[0].Address, "profiles are for clients outside")
	}
	n := newNetwork(t, Options{PortBase: 21000, Placement: Containers})
	require.Equal(t, "127.0.0.1:21060", n.peerAddress(n.Topology[1]))
}

func TestCertificatesNameTheServiceAndLoopback(t *testing.T) {
	for placement, want := range map[Placement][]string{
		Native: {"localhost", "127.0.0.1"},
		Inside: {"localhost", "127.0.0.1", "city-peer"},
	} {
		n := newNetwork(t, Options{Placement: placement})
		for _, c := range n.connectors(n.Topology[0]) {
			if c.id == Peer {
				require.Equal(t, want, c.hosts)
			}
		}
	}
}

func TestBootstrapIsForContainers(t *testing.T) {
	require.ErrorContains(t, newNetwork(t, Options{}).Bootstrap(t.Context(), "enrol"), "network up")
	require.ErrorContains(t, newNetwork(t, Options{Placement: Inside}).Bootstrap(t.Context(), "explode"), "[configure deploy enrol]")
}
