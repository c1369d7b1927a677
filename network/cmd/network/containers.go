// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/network"
)

func imagesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "images",
		Short: "Make the images of docker-compose.yaml, without a registry",
		Long: `Compile the programs of the network as static binaries and make an image of each kind of component from them: smartb-ca, smartb-orderer, smartb-peer,
smartb-chaincode and smartb-bootstrap. SMARTB_TAG is their tag (latest). FABRIC_CA_IMAGE, FABRIC_ORDERER_IMAGE and FABRIC_PEER_IMAGE name official images to
build upon instead of nothing; their programs are used then, and only the health check and the peer's builder are added.`,
		Example: `  network images
  FABRIC_PEER_IMAGE=hyperledger/fabric-peer:3.1.1 network images`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			n, err := network.New(network.Options{Progress: command.OutOrStdout()})
			if err != nil {
				return err
			}
			if err := n.BuildImages(command.Context()); err != nil {
				return err
			}
			for _, image := range network.Images() {
				fmt.Fprintln(command.OutOrStdout(), image)
			}
			return nil
		},
	}
}

func composeCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "compose",
		Short:   "Print docker-compose.yaml, as it follows from the topology",
		Long:    "Print docker-compose.yaml, as it follows from the topology; `make generate` keeps the file at the top level so.",
		Example: `  network compose > docker-compose.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			file, err := network.ComposeFile()
			if err != nil {
				return err
			}
			_, err = command.OutOrStdout().Write(file)
			return err
		},
	}
}

func bootstrapCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "bootstrap PART",
		Short: "Do a part of up from inside of a container",
		Long: `Do a part of what up does, as a one-shot service of docker-compose.yaml: configure before anything starts, enrol when the certificate authorities run,
deploy when everything runs. Done twice it changes nothing.`,
		Example: `  network bootstrap enrol`,
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			n, err := network.New(network.Options{Progress: command.OutOrStdout()})
			if err != nil {
				return err
			}
			return n.Bootstrap(command.Context(), args[0])
		},
	}
}
