// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/network"
)

func exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "Write what the peer CLI and other SDKs need to reach the network",
		Long: `Write a folder per organisation with an .env for Fabric's peer CLI, MSP folders, TLS roots, a connection profile (connection.json) and the profiles
of smartb's own client, and print what each file is for. The folder holds the users' private keys: keep it as you keep those.`,
		Example: `  network export /tmp/smartb
  set -a; . /tmp/smartb/city/.env; peer channel getinfo -c smartcity`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			return open(func(n *network.Network) error {
				if err := n.Export(args[0]); err != nil {
					return err
				}
				fmt.Fprintf(command.OutOrStdout(), "exported to %s:\n\n", args[0])
				return n.Describe(command.OutOrStdout())
			})
		},
	}
}
