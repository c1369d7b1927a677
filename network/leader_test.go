// SPDX-License-Identifier: Apache-2.0

package network

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheLeaderIsReadFromTheMetrics(t *testing.T) {
	for sentence, row := range map[string]struct {
		metrics string
		leader  int
	}{
		"BFT names the consenter":      {"# HELP x\nconsensus_BFT_is_leader{channel=\"c\"} 0\nconsensus_BFT_leader_id{channel=\"c\"} 3\n", 2},
		"a Raft leader names itself":   {"consensus_etcdraft_is_leader{channel=\"c\"} 1\n", 1},
		"a Raft follower names nobody": {"consensus_etcdraft_is_leader{channel=\"c\"} 0\n", -1},
		"an orderer without a channel": {"go_goroutines 12\n", -1},
	} {
		t.Run(sentence, func(t *testing.T) {
			leader, err := leaderIn(strings.NewReader(row.metrics), 1)
			require.NoError(t, err)
			require.Equal(t, row.leader, leader)
		})
	}
}
