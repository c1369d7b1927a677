// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/network"
)

func upCommand() *cobra.Command {
	var options network.Options
	var consensus string
	command := &cobra.Command{
		Use:   "up",
		Short: "Bring the network up, from nothing or from what is there",
		Long: `Build what is missing, issue certificates, start all processes, create the channel, deploy the chaincode, and wait until every organisation's
gateway reaches all others. Done twice it changes nothing. Without --detach the network ends with Ctrl-C; with it, with "network down".`,
		Example: `  network up
  network up --detach
  SMARTB_STATE=/tmp/second SMARTB_PORT_BASE=18000 network up --consensus raft --detach`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			options.Consensus = network.Consensus(consensus)
			options.Progress = command.OutOrStdout()
			n, err := network.New(options)
			if err != nil {
				return err
			}
			return up(command, n, options.Detach)
		},
	}
	command.Flags().StringVar(&consensus, "consensus", "", "how orderers agree: bft or raft (default bft, or what the network has)")
	command.Flags().BoolVar(&options.Detach, "detach", false, "let the network outlive this command")
	return command
}

func up(command *cobra.Command, n *network.Network, detach bool) error {
	if err := n.Up(command.Context()); err != nil {
		return err
	}
	if err := printStatus(command.Context(), command.OutOrStdout(), n); err != nil {
		return err
	}
	if detach || n.Ended() == nil {
		fmt.Fprintln(command.OutOrStdout(), "the network is up; `make down` ends it and keeps its ledger")
		return nil
	}
	fmt.Fprintln(command.OutOrStdout(), "the network is up; Ctrl-C ends it")
	return stay(command, n)
}

// stay keeps the network in the foreground until it is interrupted or ended from elsewhere.
func stay(command *cobra.Command, n *network.Network) error {
	select {
	case <-n.Ended():
		fmt.Fprintln(command.OutOrStdout(), "the network was ended")
		return nil
	case <-command.Context().Done():
		fmt.Fprintln(command.OutOrStdout(), "ending the network")
		ctx, cancel := context.WithTimeout(context.WithoutCancel(command.Context()), time.Minute)
		defer cancel()
		return n.Down(ctx)
	}
}

func downCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "down",
		Short:   "End everything that up started, and keep the ledger",
		Long:    "End the processes that `network up` started, and only those. The state stays: another `network up` goes on with the same ledger.",
		Example: `  network down`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return open(func(n *network.Network) error { return n.Down(command.Context()) })
		},
	}
}

func resetCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "reset",
		Short:   "End the network and delete its keys, ledgers and logs",
		Long:    "Do what `network down` does and delete the state: keys, ledgers and logs. The cache of Fabric's commands stays.",
		Example: `  network reset && network up`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return open(func(n *network.Network) error { return n.Reset(command.Context()) })
		},
	}
}
