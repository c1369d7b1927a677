// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/smartb-suite/smartb/network/health"
	"github.com/smartb-suite/smartb/network/supervisor"
)

// ComponentStatus is what one component is doing.
type ComponentStatus struct {
	Organisation, Component, Address string
	// PID is 0 while the component is down.
	PID int
	// Healthy states that the component answers.
	Healthy bool
	// Problem explains why it is down or does not answer.
	Problem string
	// Restarts counts how often it died by itself since its last start.
	Restarts int
	// Height is the number of blocks of an orderer or peer; 0 where there is none.
	Height uint64
	// Behind is how many blocks it is behind the highest, if that is more than happens under load: it catches up.
	Behind uint64
	// Leads marks the orderer that leads the consensus.
	Leads bool
}

// Status looks at every component, also while the network is down.
func (n *Network) Status(ctx context.Context) ([]ComponentStatus, error) {
	components, err := n.components()
	if err != nil {
		return nil, err
	}
	states, err := n.processes(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]ComponentStatus, len(components))
	var looking sync.WaitGroup
	for i, c := range components {
		looking.Go(func() { all[i] = n.status(ctx, c, states[c.spec.Name]) })
	}
	looking.Wait()
	markBehind(all)
	if leader, err := n.Leader(ctx); err == nil { // without a leader nobody is marked
		for i, s := range all {
			all[i].Leads = s.Healthy && s.Component == Orderer && s.Organisation == leader.Name
		}
	}
	return all, nil
}

func (n *Network) processes(ctx context.Context) (map[string]supervisor.State, error) {
	byName := map[string]supervisor.State{}
	err := n.withKeeper(func(k keeper) error {
		states, err := k.List(ctx)
		for _, state := range states {
			byName[state.Name] = state
		}
		return err
	})
	if errors.Is(err, supervisor.ErrNotRunning) {
		return byName, nil
	}
	return byName, err
}

func (n *Network) status(ctx context.Context, c component, process supervisor.State) ComponentStatus {
	s := ComponentStatus{Organisation: c.org.Name, Component: c.name, Address: c.address, PID: process.PID, Restarts: process.Restarts}
	if !process.Running() && n.placement() != Inside {
		s.Problem = whyDown(process)
		return s
	}
	ctx, cancel := context.WithTimeout(ctx, n.patience())
	defer cancel()
	err := n.probe(ctx, c)
	if err == nil && c.height != nil {
		s.Height, err = c.height(ctx)
	}
	s.Healthy = err == nil
	if err != nil {
		s.Problem = err.Error()
	}
	return s
}

// patience bounds the looks at one component; one into a container starts programs for it.
func (n *Network) patience() time.Duration {
	if n.placement() == Containers {
		return 10 * health.Timeout
	}
	return 2 * health.Timeout
}

func whyDown(process supervisor.State) string {
	switch {
	case process.Name == "":
		return "not started"
	case process.Wanted:
		return "restarting after " + process.Exit
	default:
		return "ended on request"
	}
}
