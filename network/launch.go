// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/network/supervisor"
)

const (
	// startTimeout bounds how long a component may take to become healthy; a peer with a long ledger takes its time.
	startTimeout = 2 * time.Minute
	pollInterval = 50 * time.Millisecond
	// tailLines of its log are shown when a component dies.
	tailLines = 15
)

// keeper keeps the components running. Components are named by their spec.
type keeper interface {
	Start(ctx context.Context, name string) error
	Stop(ctx context.Context, name string) error
	Kill(ctx context.Context, name string) error
	List(ctx context.Context) ([]supervisor.State, error)
}

// withKeeper speaks to what keeps the network's components.
func (n *Network) withKeeper(talk func(keeper) error) error {
	switch n.placement() {
	case Containers:
		return talk(n.docker())
	case Inside:
		return talk(unseen{})
	default:
		return n.withSupervisor(func(client *supervisor.Client) error { return talk(client) })
	}
}

// withSupervisor speaks to the network's supervisor.
func (n *Network) withSupervisor(talk func(*supervisor.Client) error) error {
	client, err := supervisor.Connect(string(n.layout))
	if err != nil {
		return err
	}
	return errors.Join(talk(client), client.Close())
}

// launch starts what does not run yet and waits until all of it is healthy. Containers are started by Compose, and a chaincode server there is seen by
// its peer only, so that its health shows when the chaincode answers.
func (n *Network) launch(ctx context.Context, components []component) error {
	if n.placement() == Inside {
		seen := slices.DeleteFunc(slices.Clone(components), func(c component) bool { return kind(c.name) == Server })
		return n.awaitHealthy(ctx, unseen{}, seen)
	}
	specs := make([]supervisor.Spec, len(components))
	for i, c := range components {
		specs[i] = c.spec
		for _, dir := range []string{c.spec.Dir, filepath.Dir(c.spec.Log)} {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return err
			}
		}
	}
	return n.withSupervisor(func(client *supervisor.Client) error {
		if err := client.Launch(ctx, specs); err != nil {
			return err
		}
		return n.awaitHealthy(ctx, client, components)
	})
}

// awaitHealthy fails at once if a component dies, with the end of its log.
func (n *Network) awaitHealthy(ctx context.Context, k keeper, components []component) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	before, err := restarts(ctx, k)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range components {
		group.Go(func() error { return n.await(ctx, k, c, before[c.spec.Name]) })
	}
	return group.Wait()
}

func restarts(ctx context.Context, k keeper) (map[string]int, error) {
	states, err := k.List(ctx)
	counts := map[string]int{}
	for _, state := range states {
		counts[state.Name] = state.Restarts
	}
	return counts, err
}

func (n *Network) await(ctx context.Context, k keeper, c component, restarts int) error {
	for {
		probeErr := n.probe(ctx, c)
		if probeErr == nil {
			return nil
		}
		states, err := k.List(ctx)
		if err != nil {
			return err
		}
		for _, state := range states {
			if state.Name == c.spec.Name && (!state.Running() || state.Restarts > restarts) {
				return n.died(c, state)
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not healthy: %w; see `network logs %s %s`", c.spec.Name, probeErr, c.org.Name, c.name)
		case <-time.After(pollInterval):
		}
	}
}

// probe asks the component for its health. From outside of the containers the component's own health program does it.
func (n *Network) probe(ctx context.Context, c component) error {
	if n.placement() == Containers {
		_, err := n.insideHealth(ctx, c, c.check.Args()...)
		return err
	}
	return c.check.Run(ctx)
}

func (n *Network) died(c component, state supervisor.State) error {
	log := tail(c.spec.Log, tailLines)
	if n.placement() == Containers {
		log = "  see `network logs " + c.org.Name + " " + c.name + "`"
	}
	return fmt.Errorf("%s ended by itself: %s; the end of its log:\n%s", c.spec.Name, state.Exit, log)
}

// tail returns the last lines of a file, or why it cannot.
func tail(file string, lines int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return "  " + strings.Join(all[max(0, len(all)-lines):], "\n  ")
}

// Start brings back a component that was stopped or killed, and waits until it is healthy. A peer whose ledger was lost joins the channel again.
func (n *Network) Start(ctx context.Context, org, name string) error {
	return n.withComponent(org, name, func(k keeper, c component) error {
		if err := k.Start(ctx, c.spec.Name); err != nil {
			return err
		}
		if err := n.awaitHealthy(ctx, k, []component{c}); err != nil {
			return err
		}
		return n.rejoin(ctx, c)
	})
}

// Stop ends a component in order; it stays down until Start.
func (n *Network) Stop(ctx context.Context, org, name string) error {
	return n.withComponent(org, name, func(k keeper, c component) error { return k.Stop(ctx, c.spec.Name) })
}

// Kill ends a component without warning, as a power failure would; it stays down until Start.
func (n *Network) Kill(ctx context.Context, org, name string) error {
	return n.withComponent(org, name, func(k keeper, c component) error { return k.Kill(ctx, c.spec.Name) })
}

func (n *Network) withComponent(org, name string, do func(keeper, component) error) error {
	c, err := n.findComponent(org, name)
	if err != nil {
		return err
	}
	return n.withKeeper(func(k keeper) error { return do(k, c) })
}
