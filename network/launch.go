package network

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// withSupervisor speaks to the network's supervisor.
func (n *Network) withSupervisor(talk func(*supervisor.Client) error) error {
	client, err := supervisor.Connect(string(n.layout))
	if err != nil {
		return err
	}
	return errors.Join(talk(client), client.Close())
}

// launch starts what does not run yet and waits until all of it is healthy.
func (n *Network) launch(ctx context.Context, components []component) error {
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
		return awaitHealthy(ctx, client, components)
	})
}

// awaitHealthy fails at once if a component dies, with the end of its log.
func awaitHealthy(ctx context.Context, client *supervisor.Client, components []component) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	before, err := restarts(ctx, client)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range components {
		group.Go(func() error { return c.await(ctx, client, before[c.spec.Name]) })
	}
	return group.Wait()
}

func restarts(ctx context.Context, client *supervisor.Client) (map[string]int, error) {
	states, err := client.List(ctx)
	counts := map[string]int{}
	for _, state := range states {
		counts[state.Name] = state.Restarts
	}
	return counts, err
}

func (c component) await(ctx context.Context, client *supervisor.Client, restarts int) error {
	for {
		probeErr := c.probe(ctx)
		if probeErr == nil {
			return nil
		}
		states, err := client.List(ctx)
		if err != nil {
			return err
		}
		for _, state := range states {
			if state.Name == c.spec.Name && (!state.Running() || state.Restarts > restarts) {
				return c.died(state)
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not healthy: %w; see its log, %s", c.spec.Name, probeErr, c.spec.Log)
		case <-time.After(pollInterval):
		}
	}
}

func (c component) died(state supervisor.State) error {
	return fmt.Errorf("%s ended by itself: %s; the end of its log, %s:\n%s", c.spec.Name, state.Exit, c.spec.Log, tail(c.spec.Log, tailLines))
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

// Start brings back a component that was stopped or killed, and waits until it is healthy.
func (n *Network) Start(ctx context.Context, org, name string) error {
	return n.withComponent(org, name, func(client *supervisor.Client, c component) error {
		if err := client.Start(ctx, c.spec.Name); err != nil {
			return err
		}
		return awaitHealthy(ctx, client, []component{c})
	})
}

// Stop ends a component in order; it stays down until Start.
func (n *Network) Stop(ctx context.Context, org, name string) error {
	return n.withComponent(org, name, func(client *supervisor.Client, c component) error {
		return client.Stop(ctx, c.spec.Name)
	})
}

// Kill ends a component without warning, as a power failure would; it stays down until Start.
func (n *Network) Kill(ctx context.Context, org, name string) error {
	return n.withComponent(org, name, func(client *supervisor.Client, c component) error {
		return client.Kill(ctx, c.spec.Name)
	})
}

func (n *Network) withComponent(org, name string, do func(*supervisor.Client, component) error) error {
	c, err := n.findComponent(org, name)
	if err != nil {
		return err
	}
	return n.withSupervisor(func(client *supervisor.Client) error { return do(client, c) })
}
