// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"
	"path/filepath"

	"github.com/smartb-suite/smartb/network/docker"
)

// Placement describes where the components run, and from where this process sees them.
type Placement string

const (
	// Native components are processes on this machine that the supervisor keeps. Nothing listens on an address other than loopback.
	Native Placement = "native"
	// Containers are those of docker-compose.yaml on this machine's Docker engine, seen from outside: only the peers' gateways are published, on loopback.
	Containers Placement = "containers"
	// Inside is the view from a container among them, where every component is reached by its service's name.
	Inside Placement = "inside"
)

// The places in the images. Volumes are mounted below containerState as they would are in a native network's state
// folder.
const (
	containerState    layout   = "/state"
	containerPrograms programs = "/usr/local/bin"
	containerBuilder           = "/usr/local/lib/smartb/builder"
)

// known refuses misspelt placements.
func (p Placement) known() error {
	switch p {
	case "", Native, Containers, Inside:
		return nil
	default:
		return fmt.Errorf("placement %q is not known; choose %s or %s", p, Native, Containers)
	}
}

// settleContainers gives containers their Compose project, and refuses what docker-compose.yaml cannot express.
func (n *Network) settleContainers() error {
	if n.placement() != Containers {
		return nil
	}
	if n.state.PortBase%1000 != 0 {
		return fmt.Errorf("the port base %d of containers must be a multiple of 1000", n.state.PortBase)
	}
	if n.state.Consensus != BFT {
		return fmt.Errorf("containers agree by %s only; %s is for native networks", BFT, n.state.Consensus)
	}
	n.state.Project = firstOf(n.state.Project, docker.NameFor(n.root))
	return nil
}

// recorded is the placement that the state folder remembers: both views of containers are of the same network.
func (p Placement) recorded() Placement {
	if p == Inside {
		return Containers
	}
	return p
}

// service is the name of a component's Compose service, and so its host name among the containers.
func service(org Organisation, component string) string { return org.Name + "-" + component }

// site is the state folder as the components see it.
func (n *Network) site() layout {
	if n.placement() == Native {
		return n.layout
	}
	return containerState
}

// program is the path of one of Fabric's commands as the components see it.
func (n *Network) program(name string) string {
	if n.placement() == Native {
		return n.programs.path(name)
	}
	return containerPrograms.path(name)
}

// builder is the folder of the peers' external builder.
func (n *Network) builder() string {
	if n.placement() == Native {
		return n.layout.builder()
	}
	return containerBuilder
}

// server is the program of a chaincode's servers.
func (n *Network) server(chaincode string) string {
	if n.placement() == Native {
		return filepath.Join(n.layout.chaincode(chaincode), "server")
	}
	return containerPrograms.path("chaincode")
}

// agentProgram is the program of the agents.
func (n *Network) agentProgram() string {
	if n.placement() == Native {
		return filepath.Join(string(n.layout), "agent-program")
	}
	return containerPrograms.path(Agent)
}

func (n *Network) placement() Placement { return n.options.Placement }

// names are those that a component's TLS certificate is valid for.
func (n *Network) names(org Organisation, component string) []string {
	names := []string{tlsName, Host}
	if n.placement() != Native {
		names = append(names, service(org, component))
	}
	return names
}
