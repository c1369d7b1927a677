// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/smartb-suite/smartb/network/supervisor"
)

// Network is a topology with a place to live: a folder of state and a block of ports.
type Network struct {
	Topology Topology

	options    Options
	root       string
	layout     layout
	state      state
	programs   programs
	supervisor *supervisor.Process // only if this process started it
}

// New finds the network of the options; it starts nothing and writes nothing.
func New(options Options) (*Network, error) {
	root, err := moduleRoot()
	if err != nil && os.Getenv(EnvPlacement) != string(Inside) { // images hold no sources
		return nil, err
	}
	if options, err = options.withDefaults(root); err != nil {
		return nil, err
	}
	n := &Network{Topology: DefaultTopology(), options: options, root: root, layout: layout(options.StateDir)}
	if n.state, err = loadState(n.layout); err != nil {
		return nil, err
	}
	if err := n.state.settle(options); err != nil {
		return nil, err
	}
	if n.options.Placement == "" {
		n.options.Placement = n.state.Placement
	}
	return n, n.settleContainers()
}

// Address returns where clients on this machine reach an organisation's peer, and so its gateway.
func (n *Network) Address(org Organisation) string {
	return ports{n.state.PortBase, org, Native}.address(portPeer)
}

// StateDir returns the folder that holds all of the network's state.
func (n *Network) StateDir() string { return string(n.layout) }

// locked runs the work while no other command changes the same network.
func (n *Network) locked(work func() error) (err error) {
	if err := os.MkdirAll(string(n.layout), 0o700); err != nil {
		return fmt.Errorf("state folder: %w", err)
	}
	lock := flock.New(filepath.Join(string(n.layout), "lock"))
	free, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock of the state folder: %w", err)
	}
	if !free {
		return fmt.Errorf("another command is changing the network in %s; wait until it is done", n.layout)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	return work()
}

// Down ends everything that Up started and keeps the state: another Up continues with the same ledger.
func (n *Network) Down(ctx context.Context) error { return n.down(ctx) }

// down passes these options to Compose too, if it is containers that end.
func (n *Network) down(ctx context.Context, options ...string) error {
	if !exists(string(n.layout)) && n.placement() != Containers {
		return nil
	}
	return n.locked(func() error {
		if n.placement() == Containers {
			return n.downContainers(ctx, options...)
		}
		return supervisor.Shutdown(ctx, string(n.layout))
	})
}

// Reset is Down and then deletes the state: keys, ledgers, logs.
func (n *Network) Reset(ctx context.Context) error {
	if err := n.down(ctx, "--volumes"); err != nil {
		return err
	}
	if _, err := os.Stat(n.layout.record()); errors.Is(err, os.ErrNotExist) {
		return n.removeUnfinished()
	}
	n.state = state{}
	return errors.Join(os.RemoveAll(string(n.layout)), n.state.settle(n.options), n.settleContainers())
}

// claim marks an empty folder as the network's own. Reset deletes the whole folder, so nobody else's may become it; containers' folders are volumes.
func (n *Network) claim() error {
	if exists(n.layout.record()) {
		return nil
	}
	if n.placement() == Inside {
		return n.state.save(n.layout)
	}
	entries, err := os.ReadDir(string(n.layout))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() != "lock" {
			return fmt.Errorf("%s is not empty and holds no network; choose a new folder with %s", n.layout, EnvState)
		}
	}
	return n.state.save(n.layout)
}

// removeUnfinished spares a folder that does not look like a network's.
func (n *Network) removeUnfinished() error {
	entries, err := os.ReadDir(string(n.layout))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(entries) > 1 || (len(entries) == 1 && entries[0].Name() != "lock") {
		return fmt.Errorf("%s holds no network but other files; it is left alone", n.layout)
	}
	return os.RemoveAll(string(n.layout))
}

// Ended is closed when the supervisor that this process started has ended; nil if it started none.
func (n *Network) Ended() <-chan struct{} {
	if n.supervisor == nil {
		return nil
	}
	return n.supervisor.Ended()
}
