// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Container is one of the project's containers.
type Container struct {
	ID      string
	Service string
	// Image is the id of the image that the container was made from, Tag the name that the Compose file gives.
	Image, Tag string
	// PID is 0 while the container is down.
	PID          int
	ExitCode     int
	RestartCount int
	Status       string
}

// labels by which Compose finds its containers.
const (
	projectLabel = "com.docker.compose.project"
	serviceLabel = "com.docker.compose.service"
	oneOffLabel  = "com.docker.compose.oneoff"
)

// Containers are those of the project's services, also the ones that are down, by service. Containers of `compose run` are not among them.
func (p Project) Containers(ctx context.Context) (map[string]Container, error) {
	ids, err := p.list(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]Container{}
	if len(ids) == 0 {
		return found, nil
	}
	text, err := Run(ctx, append([]string{"inspect"}, ids...)...)
	if err != nil {
		return nil, err
	}
	var all []inspected
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("docker inspect: %w", err)
	}
	for _, i := range all {
		c := i.container()
		found[c.Service] = c
	}
	return found, nil
}

// list are the ids of the project's containers that have these labels too.
func (p Project) list(ctx context.Context, labels ...string) ([]string, error) {
	args := []string{"ps", "-aq", "--no-trunc"}
	for _, label := range append(labels, projectLabel+"="+p.Name, oneOffLabel+"=False") {
		args = append(args, "--filter", "label="+label)
	}
	ids, err := Run(ctx, args...)
	return strings.Fields(string(ids)), err
}

// ID returns the id of the container of one service.
func (p Project) ID(ctx context.Context, service string) (string, error) {
	ids, err := p.list(ctx, serviceLabel+"="+service)
	if err == nil && len(ids) != 1 {
		err = fmt.Errorf("project %s has %d containers of service %s; is it up?", p.Name, len(ids), service)
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// inspected is the part of `docker inspect` that is used here.
type inspected struct {
	ID     string `json:"Id"`
	Image  string
	Config struct {
		Image  string
		Labels map[string]string
	}
	State struct {
		Status        string
		Pid, ExitCode int
	}
	RestartCount int
}

func (i inspected) container() Container {
	return Container{
		ID: i.ID, Service: i.Config.Labels[serviceLabel], Image: i.Image, Tag: i.Config.Image,
		PID: i.State.Pid, ExitCode: i.State.ExitCode, RestartCount: i.RestartCount, Status: i.State.Status,
	}
}
