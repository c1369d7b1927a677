// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/network"
)

const componentHelp = `
ORG is city, utility, community or oversight; COMPONENT is ca, orderer, peer or chaincode.`

func logsCommand() *cobra.Command {
	var follow bool
	command := &cobra.Command{
		Use:   "logs ORG COMPONENT",
		Short: "Print the log of one component",
		Long:  "Print the log of one component, from its first start on." + componentHelp,
		Example: `  network logs city peer
  network logs utility orderer -f`,
		Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			return open(func(n *network.Network) error {
				return n.Logs(command.Context(), args[0], args[1], follow, command.OutOrStdout())
			})
		},
	}
	command.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what is being written, until Ctrl-C")
	return command
}

func startCommand() *cobra.Command {
	return componentCommand("start", "Start a component that was stopped or killed",
		"Start a component that was stopped or killed, and wait until it is healthy.", (*network.Network).Start)
}

func stopCommand() *cobra.Command {
	return componentCommand("stop", "Stop a component until it is started again",
		"Ask a component to end (SIGTERM) and wait for it. It stays down until `network start`.", (*network.Network).Stop)
}

func killCommand() *cobra.Command {
	return componentCommand("kill", "Kill a component, for fault tests",
		"End a component without warning (SIGKILL), as a power failure would. It stays down until `network start`.", (*network.Network).Kill)
}

func componentCommand(verb, short, long string, do func(*network.Network, context.Context, string, string) error) *cobra.Command {
	return &cobra.Command{
		Use:     verb + " ORG COMPONENT",
		Short:   short,
		Long:    long + componentHelp,
		Example: "  network " + verb + " utility orderer\n  network " + verb + " city peer",
		Args:    cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			return open(func(n *network.Network) error { return do(n, command.Context(), args[0], args[1]) })
		},
	}
}
