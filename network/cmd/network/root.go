// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/network"
)

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "network",
		Short: "Run a Fabric network of four organisations on this machine",
		Long: `Run a Hyperledger Fabric network of four equal organisations (city, utility, community, oversight) as native processes, without Docker, or with
SMARTB_PLACEMENT=containers as the containers of docker-compose.yaml; a network that exists keeps its placement. Each
organisation runs a certificate authority (ca), an orderer, a peer and a chaincode server (chaincode).

SMARTB_STATE moves the folder of keys, ledgers and logs (network/.state), SMARTB_PORT_BASE the 400 ports (17000),
SMARTB_BIN the cache of Fabric's commands (network/.bin).`,
		Example: `  network up --detach
  network status
  network down`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(upCommand(), downCommand(), resetCommand(), statusCommand(), logsCommand(),
		startCommand(), stopCommand(), killCommand(), userCommand(), exportCommand(), imagesCommand(), composeCommand(), bootstrapCommand())
	return root
}

// open finds the environment's network for a command that only needs an existing one.
func open(work func(*network.Network) error) error {
	n, err := network.New(network.Options{})
	if err != nil {
		return err
	}
	return work(n)
}
