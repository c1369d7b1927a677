// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/smartb-suite/smartb/network/docker"
	"github.com/smartb-suite/smartb/network/supervisor"
)

// dockerKeeper lets Docker keep the components.
type dockerKeeper struct{ project docker.Project }

func (n *Network) docker() dockerKeeper { return dockerKeeper{n.project()} }

func (k dockerKeeper) Start(ctx context.Context, name string) error { return k.do(ctx, "start", name) }
func (k dockerKeeper) Stop(ctx context.Context, name string) error  { return k.do(ctx, "stop", name) }

// Kill leaves the container down: Docker restarts what ended by itself only.
func (k dockerKeeper) Kill(ctx context.Context, name string) error { return k.do(ctx, "kill", name) }

func (k dockerKeeper) do(ctx context.Context, verb, name string) error {
	all, err := k.project.Containers(ctx)
	if err != nil {
		return err
	}
	c, found := all[serviceOf(name)]
	switch {
	case !found:
		return supervisor.ErrNotRunning
	case verb != "start" && c.PID == 0:
		return nil // it is down already
	}
	_, err = docker.Run(ctx, verb, c.ID)
	return err
}

// serviceOf turns a spec's name, city/peer, into that of the service.
func serviceOf(name string) string { return strings.ReplaceAll(name, "/", "-") }

func (k dockerKeeper) List(ctx context.Context) ([]supervisor.State, error) {
	all, err := k.project.Containers(ctx)
	if err != nil {
		return nil, err
	}
	var states []supervisor.State
	for _, c := range all {
		org, component, _ := strings.Cut(c.Service, "-")
		states = append(states, supervisor.State{
			Name: org + "/" + component, PID: c.PID, Restarts: c.RestartCount,
			Wanted: c.Status == "restarting", Exit: fmt.Sprintf("exit status %d", c.ExitCode),
		})
	}
	return states, nil
}

// insideHealth runs the health program in the component's container and returns what it printed.
func (n *Network) insideHealth(ctx context.Context, c component, args ...string) ([]byte, error) {
	id, err := n.project().ID(ctx, serviceOf(c.spec.Name))
	if err != nil {
		return nil, err
	}
	return docker.Run(ctx, append([]string{"exec", id, containerPrograms.path("health")}, args...)...)
}

func (n *Network) containerLogs(ctx context.Context, c component, follow bool, out io.Writer) error {
	id, err := n.project().ID(ctx, serviceOf(c.spec.Name))
	if err != nil {
		return err
	}
	if follow {
		return docker.Logs(ctx, id, out, "--follow")
	}
	return docker.Logs(ctx, id, out)
}
