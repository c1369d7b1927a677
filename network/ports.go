// SPDX-License-Identifier: Apache-2.0

package network

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// DefaultPortBase is the first port of a network that names no other.
const DefaultPortBase = 17000

// Each organisation has a block of 40 ports, so that ten fit into the 400 of a network.
const (
	portsPerOrganisation = 40

	portCA               = 0
	portCAOperations     = 1
	portAgent            = 5
	portOrderer          = 10
	portOrdererOperation = 11
	portOrdererAdmin     = 12
	portPeer             = 20
	portPeerChaincode    = 21
	portPeerOperations   = 22
	portChaincode        = 30

	chaincodesPerOrganisation = 10
)

// ports turns an organisation's place in the topology into port numbers and addresses.
type ports struct {
	base      int
	org       Organisation
	placement Placement
}

// ports are those by which the components reach each other. Among containers they never move, since each has an address of its own.
func (n *Network) ports(org Organisation) ports {
	if n.placement() == Native {
		return ports{n.state.PortBase, org, Native}
	}
	return ports{DefaultPortBase, org, Inside}
}

func (p ports) number(offset int) int {
	return p.base + p.org.Index*portsPerOrganisation + offset
}

// componentsByPort are the owners of an organisation's ports, each of ten but the agent's.
var componentsByPort = []string{CA, Orderer, Peer, Server}

// host is the name under which the owner of the port is reached.
func (p ports) host(offset int) string {
	switch {
	case p.placement == Native:
		return Host
	case offset == portAgent:
		return service(p.org, Agent)
	}
	return service(p.org, componentsByPort[offset/10])
}

func (p ports) address(offset int) string { return p.at(p.host(offset), offset) }

// listen is the address that the owner of the port listens on: a container is reached through its networks only.
func (p ports) listen(offset int) string { return p.at(p.interfaces(), offset) }

// loopback is an address for what nobody else needs to reach.
func (p ports) loopback(offset int) string { return p.at(Host, offset) }

func (p ports) interfaces() string {
	if p.placement == Native {
		return Host
	}
	return "0.0.0.0"
}

func (p ports) at(host string, offset int) string {
	return net.JoinHostPort(host, strconv.Itoa(p.number(offset)))
}

// checkFree names every port in the list that something else already listens on.
func checkFree(addresses map[string]string) error {
	var taken []error
	for address, owner := range addresses {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			taken = append(taken, fmt.Errorf("%s, wanted by %s: %w", address, owner, err))
			continue
		}
		if err := listener.Close(); err != nil {
			taken = append(taken, err)
		}
	}
	if len(taken) == 0 {
		return nil
	}
	return fmt.Errorf("ports are taken; see who has them with `ss -ltnp`, or move the network with SMARTB_PORT_BASE: %w", errors.Join(taken...))
}
