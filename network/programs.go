// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gofrs/flock"
)

// programs is the folder of Fabric's commands that fit network/tools.
type programs string

func (p programs) path(name string) string { return filepath.Join(string(p), name) }

// build is one run of the compiler for Fabric's commands.
type build struct {
	module   string // its folder in this repository
	cgo      string
	flags    []string
	packages []string
}

// fabricBuilds are the exact lines that make static binaries; the CA needs C for its SQLite. The CA is a module of its own because it needs an older viper:
// a newer one turns the registrar's attributes into lower case, and then nobody may register anybody.
var fabricBuilds = []build{
	{
		module:   "network/tools",
		cgo:      "0",
		flags:    []string{"-ldflags", "-s -w -X github.com/hyperledger/fabric/common/metadata.Version=v" + fabricVersion},
		packages: []string{"github.com/hyperledger/fabric/cmd/peer", "github.com/hyperledger/fabric/cmd/orderer", "github.com/hyperledger/fabric/cmd/configtxgen"},
	},
	{
		module: "network/tools/ca",
		cgo:    "1",
		flags: []string{
			"-tags", "netgo osusergo sqlite_omit_load_extension",
			"-ldflags", "-s -w -extldflags '-static' -X github.com/hyperledger/fabric-ca/lib/metadata.Version=" + caVersion,
		},
		packages: []string{"github.com/hyperledger/fabric-ca/cmd/fabric-ca-server"},
	},
}

// Versions of Fabric's commands, as network/tools pins them.
const (
	fabricVersion = "3.1.1"
	caVersion     = "1.5.15"
)

// Space that must be free: for compiling Fabric, and for a network's first days.
const (
	spaceToBuild = 3 << 30
	spaceToRun   = 512 << 20
)

// findPrograms names the cache folder for the versions that the modules of tools pin.
func (n *Network) findPrograms() (programs, error) {
	key := sha256.New()
	for _, b := range fabricBuilds {
		sums, err := os.ReadFile(filepath.Join(n.root, b.module, "go.sum"))
		if err != nil {
			return "", fmt.Errorf("versions of Fabric's commands: %w", err)
		}
		fmt.Fprintf(key, "%s%v", sums, b)
	}
	return programs(filepath.Join(n.options.BinDir, fmt.Sprintf("%x", key.Sum(nil)[:6]))), nil
}

// buildFabric compiles Fabric's commands unless the cache has them. Networks that start at the same time wait for one build.
func (n *Network) buildFabric(ctx context.Context) (err error) {
	if n.programs, err = n.findPrograms(); err != nil {
		return err
	}
	if exists(string(n.programs)) {
		return nil
	}
	return n.oneBuild(func() error {
		if exists(string(n.programs)) {
			return nil
		}
		return n.fillCache(ctx)
	})
}

// oneBuild does the work when nobody else builds into the cache.
func (n *Network) oneBuild(work func() error) (err error) {
	if err := os.MkdirAll(n.options.BinDir, 0o755); err != nil {
		return err
	}
	lock := flock.New(filepath.Join(n.options.BinDir, "lock"))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	return work()
}

func (n *Network) fillCache(ctx context.Context) error {
	if _, err := exec.LookPath("gcc"); err != nil {
		return fmt.Errorf("building Fabric CA needs a C compiler; install gcc: %w", err)
	}
	if err := requireSpace(n.options.BinDir, spaceToBuild); err != nil {
		return err
	}
	fmt.Fprintln(n.options.Progress, "building Fabric's commands, once; this takes some minutes")
	draft, err := os.MkdirTemp(n.options.BinDir, "building-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	for _, b := range fabricBuilds {
		if err := n.compile(ctx, draft, b); err != nil {
			return err
		}
	}
	if err := os.Chmod(draft, 0o755); err != nil {
		return err
	}
	return os.Rename(draft, string(n.programs))
}

// compile builds packages into a folder, or a single package into a file.
func (n *Network) compile(ctx context.Context, output string, b build) error {
	if _, err := exec.LookPath("go"); err != nil {
		return fmt.Errorf("the network is built from source; install Go: %w", err)
	}
	args := append([]string{"build", "-trimpath"}, b.flags...)
	args = append(append(args, "-o", output), b.packages...)
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = filepath.Join(n.root, b.module)
	command.Env = append(os.Environ(), "CGO_ENABLED="+b.cgo)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %v: %w\n%s", b.packages, err, out)
	}
	return nil
}

// Program returns the path of one of Fabric's commands (peer, orderer, configtxgen, fabric-ca-server), which Up builds.
func (n *Network) Program(name string) string { return n.programs.path(name) }
