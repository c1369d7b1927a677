// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/smartb-suite/smartb/network"
	"github.com/smartb-suite/smartb/network/docker"
)

// placement is where the tests' network runs: native, unless SMARTB_TEST_PLACEMENT states containers.
func placement() network.Placement {
	if os.Getenv("SMARTB_TEST_PLACEMENT") == string(network.Containers) {
		return network.Containers
	}
	return network.Native
}

// missing describes what a placement needs and this machine lacks.
func missing(p network.Placement) error {
	if p != network.Containers {
		return nil
	}
	return docker.Available(context.Background())
}

// isolateContainers gives the tests' containers a project and images of their own, and returns how to remove the images.
func isolateContainers(keep bool) (forget func(), err error) {
	name := "smartb-test"
	if !keep {
		name = fmt.Sprintf("smartb-test-%d", os.Getpid())
	}
	for variable, value := range map[string]string{docker.EnvProject: name, network.EnvTag: name} {
		if err := os.Setenv(variable, value); err != nil {
			return nil, err
		}
	}
	return func() {
		if keep {
			return
		}
		for _, image := range network.Images() {
			if _, err := docker.Run(context.Background(), "rmi", image); err != nil {
				fmt.Fprintln(os.Stderr, "left behind:", err)
			}
		}
	}, nil
}

// nativeOnly skips what containers do not offer.
func nativeOnly(t testing.TB, why string) {
	t.Helper()
	if placement() != network.Native {
		t.Skip("native networks only: " + why)
	}
}

// containersOnly skips what concerns Docker.
func containersOnly(t testing.TB) docker.Project {
	t.Helper()
	if placement() != network.Containers {
		t.Skip("containers only; `make test-containers` runs it")
	}
	return docker.Project{Name: os.Getenv(docker.EnvProject)}
}
