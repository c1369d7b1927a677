// SPDX-License-Identifier: Apache-2.0

package memory_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/ledger/behaviour"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
)

// TestBehaviour proves one half of the shared table; the network tests prove the other, on a real peer.
func TestBehaviour(t *testing.T) {
	members := []string{behaviour.Outsider, behaviour.MemberB, "OversightMSP", behaviour.MemberA}
	world := memory.New("smartcity", behaviour.MemberA, members,
		memory.Collection{Name: behaviour.Collection, Members: []string{behaviour.MemberA, behaviour.MemberB, "OversightMSP"}})
	for _, c := range slices.Concat(behaviour.Cases, behaviour.LargeCases) {
		t.Run(c.Sentence, func(t *testing.T) {
			open := map[string]*memory.Tx{}
			for _, step := range c.Steps {
				if step.Commit != "" {
					require.Equal(t, step.Commit, world.Commit(open[step.Tx]), "commit of %s", step.Tx)
					continue
				}
				caller, err := memory.NewIdentity(step.As, "client")
				require.NoError(t, err)
				tx := world.Begin(caller, nil, "probe")
				if len(step.Endorsers) > 0 {
					tx.Endorsers = step.Endorsers
				}
				answers, err := behaviour.Perform(tx, step.Ops)
				require.NoError(t, err)
				require.Equal(t, step.Answers, answers, "answers of %s", step.Tx)
				open[step.Tx] = tx
			}
		})
	}
}

// TestNoScanIsCutWithoutAnError asks for one record more than a scan reads, and for more than the peer gives.
func TestNoScanIsCutWithoutAnError(t *testing.T) {
	world := memory.New("smartcity", behaviour.MemberA, []string{behaviour.MemberA})
	caller, err := memory.NewIdentity(behaviour.MemberA, "client")
	require.NoError(t, err)
	fill := func(first, many int) {
		tx := world.Begin(caller, nil, "probe")
		_, err := behaviour.Perform(tx, []behaviour.Op{{Do: "fill", Key: "all", Value: fmt.Sprint(first, " ", many)}})
		require.NoError(t, err)
		require.Equal(t, memory.Valid, world.Commit(tx))
	}
	all := ledger.Key{Type: behaviour.ObjectType, Attributes: []string{"all"}}
	scan := func() (int, error) {
		records, err := ledger.Scan[struct{}](ledger.New(world.Begin(caller, nil, "probe")), all)
		return len(records), err
	}
	fill(0, ledger.ScanLimit)
	found, err := scan()
	require.NoError(t, err)
	require.Equal(t, ledger.ScanLimit, found)
	fill(ledger.ScanLimit, 1)
	_, err = scan()
	require.ErrorIs(t, err, fault.TooManyRecords)
	fill(ledger.ScanLimit+1, behaviour.PeerLimit)
	_, err = scan()
	require.ErrorIs(t, err, fault.TooManyRecords)
	require.Less(t, ledger.ScanLimit, world.QueryLimit, "a peer that ends before would leave records out without a word")
}
