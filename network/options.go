// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// Environment variables that move a network, so that several can run side by side.
const (
	EnvState     = "SMARTB_STATE"
	EnvPortBase  = "SMARTB_PORT_BASE"
	EnvBin       = "SMARTB_BIN"
	EnvPlacement = "SMARTB_PLACEMENT"
)

// Consensus is how the orderers agree. It is part of the genesis block: a running network keeps its own.
type Consensus string

const (
	// BFT is SmartBFT: of four orderers any one may fail or lie.
	BFT Consensus = "bft"
	// Raft is etcdraft: a minority of orderers may fail, none may lie.
	Raft Consensus = "raft"
)

// Options of a network. The zero value is the environment's network: SMARTB_STATE, SMARTB_PORT_BASE, SMARTB_BIN and SMARTB_PLACEMENT, or their defaults.
type Options struct {
	// StateDir holds keys, ledgers and logs; network/.state by default.
	StateDir string
	// PortBase is the first of the 400 ports; that of the existing state, or DefaultPortBase.
	PortBase int
	// BinDir caches Fabric's commands for all networks; network/.bin by default.
	BinDir string
	// Placement is that of the existing state, or Native.
	Placement Placement
	// Consensus is that of the existing state, or BFT.
	Consensus Consensus
	// Detach lets the network outlive this process; otherwise it ends with it, however that ends.
	Detach bool
	// Progress receives one line per stage of Up; nil for silence.
	Progress io.Writer
}

func (o Options) withDefaults(root string) (Options, error) {
	var err error
	if o.StateDir, err = filepath.Abs(firstOf(o.StateDir, os.Getenv(EnvState), filepath.Join(root, "network", ".state"))); err != nil {
		return o, err
	}
	if o.BinDir, err = filepath.Abs(firstOf(o.BinDir, os.Getenv(EnvBin), filepath.Join(root, "network", ".bin"))); err != nil {
		return o, err
	}
	if base := os.Getenv(EnvPortBase); base != "" && o.PortBase == 0 {
		if o.PortBase, err = strconv.Atoi(base); err != nil {
			return o, fmt.Errorf("%s must be a port number: %w", EnvPortBase, err)
		}
	}
	o.Placement = Placement(firstOf(string(o.Placement), os.Getenv(EnvPlacement)))
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o, o.validate()
}

func (o Options) validate() error {
	const first, last = 1024, 65535 - 400
	if o.PortBase != 0 && (o.PortBase < first || o.PortBase > last) {
		return fmt.Errorf("the port base %d must lie between %d and %d, since 400 ports follow it", o.PortBase, first, last)
	}
	if o.Consensus != "" && o.Consensus != BFT && o.Consensus != Raft {
		return fmt.Errorf("consensus %q is not known; choose %s or %s", o.Consensus, BFT, Raft)
	}
	return o.Placement.known()
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
