// SPDX-License-Identifier: Apache-2.0

package network

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/server"
)

func newNetwork(t *testing.T, options Options) *Network {
	t.Helper()
	if options.StateDir == "" {
		options.StateDir = filepath.Join(t.TempDir(), "state")
	}
	n, err := New(options)
	require.NoError(t, err)
	return n
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	cases := map[string]struct {
		options Options
		says    string
	}{
		"unknown consensus":          {Options{Consensus: "pbft"}, "choose bft or raft"},
		"ports that need privileges": {Options{PortBase: 80}, "between 1024"},
		"ports beyond the last one":  {Options{PortBase: 65300}, "between 1024"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.options.StateDir = t.TempDir()
			_, err := New(c.options)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestEnvironmentMovesANetwork(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(EnvState, dir)
	t.Setenv(EnvPortBase, "21000")
	n, err := New(Options{})
	require.NoError(t, err)
	require.Equal(t, dir, n.StateDir())
	require.Equal(t, "127.0.0.1:21020", n.Address(n.Topology[0]))
	require.Equal(t, "127.0.0.1:21060", n.Address(n.Topology[1]))
}

func TestAnExistingNetworkKeepsWhatItsGenesisBlockSays(t *testing.T) {
	dir := t.TempDir()
	n := newNetwork(t, Options{StateDir: dir, PortBase: 22000, Consensus: Raft})
	require.NoError(t, n.state.save(n.layout))

	again := newNetwork(t, Options{StateDir: dir})
	require.Equal(t, state{Consensus: Raft, PortBase: 22000, Placement: Native}, again.state)

	_, err := New(Options{StateDir: dir, Consensus: BFT})
	require.ErrorContains(t, err, "runs on raft")
	_, err = New(Options{StateDir: dir, PortBase: 23000})
	require.ErrorContains(t, err, "ports from 22000")
}

func TestChaincodesKeepTheirPort(t *testing.T) {
	var s state
	for i, name := range []string{"smartb", "probe", "smartb"} {
		slot, err := s.slot(name)
		require.NoError(t, err)
		require.Equal(t, i%2, slot)
	}
	for i := range chaincodesPerOrganisation - 2 {
		_, err := s.slot("more-" + string(rune('a'+i)))
		require.NoError(t, err)
	}
	_, err := s.slot("one-too-many")
	require.ErrorContains(t, err, "ports for 10 chaincodes")
}

func TestATakenPortIsNamedBeforeAnythingStarts(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	err = checkFree(map[string]string{listener.Addr().String(): "utility's peer"})
	require.ErrorContains(t, err, listener.Addr().String()+", wanted by utility's peer")
	require.ErrorContains(t, err, EnvPortBase)
}

func TestAFullDiskIsNoticed(t *testing.T) {
	require.NoError(t, requireSpace(t.TempDir(), 1))
	require.ErrorContains(t, requireSpace(t.TempDir(), 1<<62), "make room")
}

func TestTwoCommandsDoNotChangeANetworkAtOnce(t *testing.T) {
	n := newNetwork(t, Options{})
	err := n.locked(func() error { return n.locked(func() error { return nil }) })
	require.ErrorContains(t, err, "another command")
	require.NoError(t, n.locked(func() error { return nil }))
}

func TestResetSparesAFolderThatIsNoNetwork(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "thesis.tex")
	require.NoError(t, os.WriteFile(precious, nil, 0o600))
	n := newNetwork(t, Options{StateDir: dir})
	require.ErrorContains(t, n.Reset(t.Context()), "left alone")
	require.FileExists(t, precious)
}

func TestUpSparesAFolderThatIsNoNetwork(t *testing.T) {
	n := newNetwork(t, Options{})
	require.NoError(t, os.MkdirAll(filepath.Join(n.StateDir(), "docs"), 0o700))
	require.ErrorContains(t, n.Up(t.Context()), "is not empty and holds no network")
	require.DirExists(t, filepath.Join(n.StateDir(), "docs"))
	require.Error(t, n.Reset(t.Context()))
	require.DirExists(t, filepath.Join(n.StateDir(), "docs"))
}

func TestWhoHoldsLoadCurvesStandsInFirst(t *testing.T) {
	topology := DefaultTopology()
	for org, want := range map[string][]string{
		"city": {"utility", "community", "oversight"}, "community": {"utility", "oversight", "city"}, "oversight": {"utility", "community", "city"},
	} {
		found, err := topology.Find(org)
		require.NoError(t, err)
		require.Equal(t, want, topology.others(found).Names(), org)
	}
}

func TestUsersGetNoRoleThatNoContractKnows(t *testing.T) {
	require.NoError(t, checkRoles([]string{"steward", "meter-operator"}))
	require.ErrorContains(t, checkRoles([]string{"organisr"}), `role "organisr" is unknown`)
}

func TestResetOfNothingIsNoError(t *testing.T) {
	n := newNetwork(t, Options{})
	require.NoError(t, n.Reset(t.Context()))
	require.NoDirExists(t, n.StateDir())
}

func TestStatusOfANetworkThatIsDown(t *testing.T) {
	statuses, err := newNetwork(t, Options{}).Status(t.Context())
	require.NoError(t, err)
	require.Len(t, statuses, 16)
	for _, s := range statuses {
		require.False(t, s.Healthy)
		require.Equal(t, "not started", s.Problem)
	}
}

func TestAnUnknownComponentIsRefusedWithTheKnownOnes(t *testing.T) {
	_, err := newNetwork(t, Options{}).findComponent("city", "database")
	require.ErrorContains(t, err, "[ca orderer peer agent]")
}

func TestTailShowsTheLastLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.WriteFile(file, []byte("one\ntwo\nthree\n"), 0o600))
	require.Equal(t, "  two\n  three", tail(file, 2))
	require.Equal(t, "  one\n  two\n  three", tail(file, 9))
}

// TestAPeerRefusesLaterThanItsChaincodeServer: only the server keeps slots for submissions and rights.
func TestAPeerRefusesLaterThanItsChaincodeServer(t *testing.T) {
	for processors := 1; processors <= 64; processors *= 2 {
		bounds := concurrencyFor(processors)
		require.Greater(t, bounds.Endorser, server.Slots(processors))
		require.Greater(t, bounds.Gateway, bounds.Endorser)
	}
}
