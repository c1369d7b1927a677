// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/network/supervisor"
)

// Up brings the network from whatever state it is in to running, with the chaincode deployed and every organisation's gateway able to have it endorsed by all.
// On an error it ends the processes that it has started; the state stays for the next attempt.
func (n *Network) Up(ctx context.Context) error {
	return n.locked(func() error {
		if n.placement() == Containers {
			return n.upContainers(ctx)
		}
		err := n.up(ctx)
		if err == nil || n.supervisor == nil {
			return err
		}
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return errors.Join(err, supervisor.Shutdown(ending, string(n.layout)))
	})
}

// up does its stages in order; what no stage waits for at once goes on beside them.
func (n *Network) up(ctx context.Context) error {
	var building, enrolling errgroup.Group
	ctx, cancel := context.WithCancel(ctx)
	err := runStages(ctx, n.options.Progress, []stage{
		{"ports and disk checked", n.preflight},
		{"Fabric's commands ready", n.buildFabric},
		{"supervisor running", n.startSupervisor},
		{"certificate authorities healthy", func(ctx context.Context) error {
			building.Go(func() error { return n.buildOwn(ctx) })
			return n.startAuthorities(ctx)
		}},
		{"orderers, peers and administrators enrolled", n.prepareOrganisations},
		{"genesis block and founding record made", func(ctx context.Context) error {
			err := n.prepareFounding(ctx)
			enrolling.Go(func() error { return n.everywhere(ctx, n.enrolUsers) }) // their profiles name the network
			return err
		}},
		{"orderers and peers healthy", func(ctx context.Context) error {
			return n.launch(ctx, append(n.each(n.orderer), n.each(n.peer)...))
		}},
		{"channel joined", func(ctx context.Context) error { return n.everywhere(ctx, n.join) }},
		{"every peer has all blocks", n.caughtUp},
		{"chaincode built", func(context.Context) error { return building.Wait() }},
		{"metrics passed on", func(ctx context.Context) error { return n.launch(ctx, n.each(n.agent)) }},
		{"chaincode committed", n.deployAll},
		{"members enrolled", func(context.Context) error { return enrolling.Wait() }},
		{"every gateway finds all endorsers", func(ctx context.Context) error { return n.ready(ctx, ChaincodeName) }},
		{"network founded and purposes loaded, the first transactions", n.adoptFirstRules},
	})
	cancel()
	for _, beside := range []error{building.Wait(), enrolling.Wait()} {
		if err == nil {
			err = beside
		}
	}
	return err
}

// preflight finds what would fail later, before anything starts.
func (n *Network) preflight(context.Context) error {
	if err := requireSpace(string(n.layout), spaceToRun); err != nil {
		return err
	}
	if err := n.claim(); err != nil {
		return err
	}
	client, err := supervisor.Connect(string(n.layout))
	if err == nil {
		return client.Close()
	}
	if !errors.Is(err, supervisor.ErrNotRunning) {
		return err
	}
	return checkFree(n.listeners())
}

// listeners maps every address that the network will listen on to its owner.
func (n *Network) listeners() map[string]string {
	all := map[string]string{}
	for _, org := range n.Topology {
		p := n.ports(org)
		for offset, owner := range map[int]string{
			portCA: "CA", portCAOperations: "CA's operations", portAgent: "agent",
			portOrderer: "orderer", portOrdererOperation: "orderer's operations", portOrdererAdmin: "orderer's administration",
			portPeer: "peer", portPeerChaincode: "peer's chaincode listener", portPeerOperations: "peer's operations",
		} {
			all[p.address(offset)] = org.Name + "'s " + owner
		}
		for slot := range max(1, len(n.state.Chaincodes)) {
			all[p.address(portChaincode+slot)] = org.Name + "'s chaincode server"
		}
	}
	return all
}

// startSupervisor builds and starts the supervisor unless one runs.
func (n *Network) startSupervisor(ctx context.Context) error {
	client, err := supervisor.Connect(string(n.layout))
	if err == nil {
		return client.Close()
	}
	program := filepath.Join(string(n.layout), "supervisor")
	if err := n.compile(ctx, program, build{cgo: "0", packages: []string{modulePath + "/network/cmd/supervisor"}}); err != nil {
		return err
	}
	if err := n.state.save(n.layout); err != nil {
		return err
	}
	n.supervisor, err = supervisor.Spawn(ctx, program, string(n.layout), n.options.Detach)
	return err
}

// buildOwn builds the peers' external builder, the agent and the chaincode.
func (n *Network) buildOwn(ctx context.Context) error {
	bin := filepath.Join(n.layout.builder(), "bin")
	if !exists(filepath.Join(bin, "build")) {
		if err := n.compile(ctx, filepath.Join(bin, "build"), build{cgo: "0", packages: []string{modulePath + "/network/cmd/ccaas-builder"}}); err != nil {
			return err
		}
	}
	if err := linkSteps(bin); err != nil {
		return err
	}
	if program := n.agentProgram(); !exists(program) {
		if err := n.compile(ctx, program, build{cgo: "0", packages: []string{modulePath + "/network/cmd/agent"}}); err != nil {
			return err
		}
	}
	return n.compileChaincode(ctx, n.smartb())
}

// linkSteps gives the external builder the names by which the peer calls its steps.
func linkSteps(bin string) error {
	for _, step := range []string{"detect", "release"} {
		if err := os.Symlink("build", filepath.Join(bin, step)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	return nil
}

func (n *Network) startAuthorities(ctx context.Context) error {
	if err := n.prepareAuthorities(); err != nil {
		return err
	}
	return n.launch(ctx, n.each(n.ca))
}

func (n *Network) prepareAuthorities() error {
	for _, org := range n.Topology {
		if err := n.prepareCA(org); err != nil {
			return err
		}
	}
	return nil
}

// prepareOrganisations issues the identities of the organisations' processes and writes their configuration.
func (n *Network) prepareOrganisations(ctx context.Context) error {
	return n.everywhere(ctx, func(ctx context.Context, org Organisation) error {
		return errors.Join(n.enrolNodes(ctx, org), n.writeConfigs(org))
	})
}

// deployAll deploys smartb and brings back the servers of what else was deployed.
func (n *Network) deployAll(ctx context.Context) error {
	if err := n.deploy(ctx, n.smartb()); err != nil {
		return err
	}
	for slot, chaincode := range n.state.Chaincodes {
		servers, err := n.servers(chaincode, slot)
		if err != nil {
			return err
		}
		if err := n.launch(ctx, servers); err != nil {
			return err
		}
	}
	return nil
}
