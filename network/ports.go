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
	base, organisation int
}

func (p ports) number(offset int) int {
	return p.base + p.organisation*portsPerOrganisation + offset
}

func (p ports) address(offset int) string {
	return net.JoinHostPort(Host, strconv.Itoa(p.number(offset)))
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
