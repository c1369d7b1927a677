// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/network"
)

func userCommand() *cobra.Command {
	command := &cobra.Command{
		Use:     "user",
		Short:   "Manage the organisations' members",
		Long:    "Manage the identities that an organisation's certificate authority issues to its members.",
		Example: `  network user add city anna --role steward,processor`,
	}
	command.AddCommand(userAddCommand())
	return command
}

func userAddCommand() *cobra.Command {
	var roles []string
	command := &cobra.Command{
		Use:   "add ORG NAME",
		Short: "Issue an identity and its client profile",
		Long:  "Have the organisation's certificate authority issue an identity with its roles as attribute, and write the profile that clients connect with.",
		Example: `  network user add city anna --role steward,processor
  network user add utility reader-7 --role meter-operator`,
		Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			return open(func(n *network.Network) error {
				if err := n.AddUser(command.Context(), args[0], args[1], roles...); err != nil {
					return err
				}
				fmt.Fprintln(command.OutOrStdout(), n.ProfilePath(args[0], args[1]))
				return nil
			})
		},
	}
	command.Flags().StringSliceVar(&roles, "role", nil, "roles that the certificate attests, separated by commas")
	return command
}
