// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/smartb-suite/smartb/network/supervisor"
)

// bootstrap are the stages of Up that run in containers, by the one-shot service that does them: Compose starts the components in between.
func (n *Network) bootstrap() map[string][]stage {
	return map[string][]stage{
		"configure": {
			{"folder claimed", func(context.Context) error { return n.claim() }},
			{"certificate authorities configured", func(context.Context) error { return n.prepareAuthorities() }},
		},
		"enrol": {
			{"certificate authorities healthy", func(ctx context.Context) error { return n.launch(ctx, n.each(n.ca)) }},
			{"orderers, peers and administrators enrolled", n.prepareOrganisations},
			{"genesis block and founding record made", n.prepareFounding},
		},
		"deploy": {
			{"orderers, peers and agents healthy", func(ctx context.Context) error {
				return n.launch(ctx, append(append(n.each(n.orderer), n.each(n.peer)...), n.each(n.agent)...))
			}},
			{"channel joined", func(ctx context.Context) error { return n.everywhere(ctx, n.join) }},
			{"every peer has all blocks", n.caughtUp},
			{"chaincode committed", n.deployAll},
			{"members enrolled", func(ctx context.Context) error { return n.everywhere(ctx, n.enrolUsers) }},
			{"every gateway finds all endorsers", func(ctx context.Context) error { return n.ready(ctx, ChaincodeName) }},
			{"network founded and purposes loaded, the first transactions", n.adoptFirstRules},
		},
	}
}

// Bootstrap does a part of what Up does, from inside of a container: configure, before any component starts; enrol, when the certificate authorities
// run; deploy, when everything runs. Done twice it changes nothing.
func (n *Network) Bootstrap(ctx context.Context, part string) error {
	if n.placement() != Inside {
		return errors.New("bootstrap is for the containers of docker-compose.yaml; on this machine use `network up`")
	}
	parts := n.bootstrap()
	stages, known := parts[part]
	if !known {
		return fmt.Errorf("bootstrap has no part %q; its parts are %v", part, slices.Sorted(maps.Keys(parts)))
	}
	return n.locked(func() error { return runStages(ctx, n.options.Progress, stages) })
}

// unseen stands for Compose, of which a container among others sees nothing.
type unseen struct{}

var errUnseen = errors.New("containers are started and ended from outside, by `network` or by Docker's own commands")

func (unseen) Start(context.Context, string) error { return errUnseen }
func (unseen) Stop(context.Context, string) error  { return errUnseen }
func (unseen) Kill(context.Context, string) error  { return errUnseen }

// List knows of no state: whether a component runs is what its check states.
func (unseen) List(context.Context) ([]supervisor.State, error) { return nil, nil }
