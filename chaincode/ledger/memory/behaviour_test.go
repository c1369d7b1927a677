package memory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/ledger/behaviour"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
)

// TestBehaviour proves one half of the shared table; the network tests prove the other, on a real peer.
func TestBehaviour(t *testing.T) {
	members := []string{behaviour.Outsider, behaviour.MemberB, "OversightMSP", behaviour.MemberA}
	world := memory.New("smartcity", behaviour.MemberA, members,
		memory.Collection{Name: behaviour.Collection, Members: []string{behaviour.MemberA, behaviour.MemberB, "OversightMSP"}})
	for _, c := range behaviour.Cases {
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
