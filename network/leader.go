// SPDX-License-Identifier: Apache-2.0

package network

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
)

// Leader returns the organisation whose orderer leads the consensus at present, by what most orderers' metrics say: one that was restarted believes in
// an earlier leader until the next block.
func (n *Network) Leader(ctx context.Context) (Organisation, error) {
	votes := make([]int, len(n.Topology))
	var (
		asking sync.WaitGroup
		mu     sync.Mutex
	)
	for _, org := range n.Topology {
		asking.Go(func() {
			leader, err := n.leaderSeenBy(ctx, org)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && leader >= 0 && leader < len(votes) {
				votes[leader]++
			}
		})
	}
	asking.Wait()
	best := 0
	for i, count := range votes {
		if count > votes[best] {
			best = i
		}
	}
	if votes[best] == 0 {
		return Organisation{}, errors.New("no orderer names a leader; the orderers may be choosing one, try again in some seconds")
	}
	return n.Topology[best], nil
}

// leaderSeenBy returns the place in the topology of the leader that the organisation's orderer names, -1 for none.
func (n *Network) leaderSeenBy(ctx context.Context, org Organisation) (int, error) {
	page, err := n.ordererPage(ctx, org, "https://"+n.ports(org).address(portOrdererOperation)+"/metrics")
	if err != nil {
		return -1, err
	}
	return leaderIn(bytes.NewReader(page), org.Index)
}

// leaderIn reads an orderer's metrics: a BFT orderer knows the number of the leading consenter (from 1), a Raft orderer only whether it leads itself.
func leaderIn(metrics io.Reader, self int) (int, error) {
	lines := bufio.NewScanner(metrics)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		switch {
		case strings.HasPrefix(name, "consensus_BFT_leader_id{"):
			number, err := strconv.Atoi(value)
			return number - 1, err
		case strings.HasPrefix(name, "consensus_etcdraft_is_leader{") && value == "1":
			return self, nil
		}
	}
	return -1, lines.Err()
}
