// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/network/docker"
)

// project is the network's Compose project.
func (n *Network) project() docker.Project {
	return docker.Project{Name: n.state.Project, Dir: n.root, Env: []string{"SMARTB_PORT_THOUSANDS=" + strconv.Itoa(n.state.PortBase/1000)}}
}

// upContainers has Compose start the services and the bootstrap deploy, and fetches what clients on this machine need.
func (n *Network) upContainers(ctx context.Context) error {
	return runStages(ctx, n.options.Progress, []stage{
		{"Docker and Compose answer", docker.Available},
		{"folder claimed", n.claimForContainers},
		{"images built", n.BuildImages},
		{"containers of other images removed", n.removeOutdated},
		{"containers started", n.startContainers},
		{"bootstrap done, a first transaction committed", n.awaitBootstrap},
		{"members' identities fetched", n.fetch},
	})
}

// claimForContainers notes what the folder's containers will run.
func (n *Network) claimForContainers(context.Context) error {
	if err := n.claim(); err != nil {
		return err
	}
	if _, err := n.state.slot(ChaincodeName); err != nil {
		return err
	}
	return n.state.save(n.layout)
}

// startContainers returns when the bootstrap has started; anything that it waits for has succeeded by then.
func (n *Network) startContainers(ctx context.Context) error {
	if _, err := n.project().Compose(ctx, "up", "--detach", "--no-build"); err != nil {
		return errors.Join(err, n.explain(context.WithoutCancel(ctx)))
	}
	return nil
}

// awaitBootstrap waits here because the older docker-compose cannot, and the newer takes a service that ended for one that failed.
func (n *Network) awaitBootstrap(ctx context.Context) error {
	id, err := n.project().ID(ctx, bootstrapService)
	if err != nil {
		return err
	}
	code, err := docker.Run(ctx, "wait", id)
	if err != nil {
		return err
	}
	if got := strings.TrimSpace(string(code)); got != "0" {
		return errors.Join(fmt.Errorf("the bootstrap ended with %s", got), n.explain(ctx))
	}
	return nil
}

// explain prints the end of the log of whatever failed.
func (n *Network) explain(ctx context.Context) error {
	all, err := n.project().Containers(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if c := all[name]; c.ExitCode != 0 {
			var log strings.Builder
			err := docker.Logs(ctx, c.ID, &log, "--tail", strconv.Itoa(tailLines))
			failures = append(failures, fmt.Errorf("%s ended with %d:\n%s", name, c.ExitCode, &log), err)
		}
	}
	return errors.Join(failures...)
}

// removeOutdated removes the containers if one of them was made from another image than the one of that name now. The older docker-compose cannot exchange
// containers on current engines, and whoever has the newer one loses nothing: the state is in the volumes.
func (n *Network) removeOutdated(ctx context.Context) error {
	all, err := n.project().Containers(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		id, err := docker.Run(ctx, "image", "inspect", "--format", "{{.Id}}", c.Tag)
		if err != nil {
			return err
		}
		if strings.TrimSpace(string(id)) != c.Image {
			return n.downContainers(ctx)
		}
	}
	return nil
}

// downContainers removes containers and networks, with --volumes also the ledgers and keys. It tries again, because engines free the addresses of a
// container that has just ended a moment later, and until then keep its network.
func (n *Network) downContainers(ctx context.Context, options ...string) error {
	err := docker.Available(ctx)
	if err != nil {
		return err
	}
	for range 3 {
		if _, err = n.project().Compose(ctx, append([]string{"down"}, options...)...); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

// fetch copies out of the volumes what clients on this machine need: their identities with private keys, and what they trust.
func (n *Network) fetch(ctx context.Context) error {
	names := []string{filepath.Base(n.layout.genesis())}
	for _, org := range n.Topology {
		for _, name := range []string{"msp", "users", "peer/tls/ca.crt", "orderer/tls/ca.crt", "agent/" + scrapeToken} {
			names = append(names, filepath.Join(org.Name, name))
		}
	}
	return n.copyOut(ctx, names...)
}

// copyOut copies files and folders of the state folder inside to the same place in this one.
func (n *Network) copyOut(ctx context.Context, names ...string) error {
	id, err := n.project().ID(ctx, bootstrapService)
	if err != nil {
		return err
	}
	for _, name := range names {
		to := filepath.Join(string(n.layout), name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if _, err := docker.Run(ctx, "cp", id+":"+filepath.Join(string(containerState), name), filepath.Dir(to)); err != nil {
			return err
		}
	}
	return nil
}

// addUserInside has a container among the others enrol the user, since the certificate authorities are not reached from outside.
func (n *Network) addUserInside(ctx context.Context, org Organisation, name string, roles []string) error {
	args := []string{"run", "--rm", "--no-deps", "-T", bootstrapService, "user", "add", org.Name, name}
	if len(roles) > 0 {
		args = append(args, "--role", strings.Join(roles, ","))
	}
	if _, err := n.project().Compose(ctx, args...); err != nil {
		return err
	}
	return n.copyOut(ctx, filepath.Join(org.Name, "users", name))
}
