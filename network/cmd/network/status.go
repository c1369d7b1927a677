// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/network"
)

func statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "Show what runs where, its health and block height",
		Long:    "Show every component: process id, address, health, block height of orderers and peers, how far one is behind the others, and how often it died and was restarted.",
		Example: `  network status`,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return open(func(n *network.Network) error { return printStatus(command.Context(), command.OutOrStdout(), n) })
		},
	}
}

func printStatus(ctx context.Context, out io.Writer, n *network.Network) error {
	components, err := n.Status(ctx)
	if err != nil {
		return err
	}
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"organisation", "component", "pid", "address", "health", "blocks", "restarts"})
	for _, c := range components {
		health := c.Problem
		if c.Healthy {
			health = "healthy"
		}
		if c.Behind > 0 {
			health = fmt.Sprintf("catches up: %d blocks behind", c.Behind)
		}
		if c.Leads {
			health += ", leads"
		}
		t.AppendRow(table.Row{c.Organisation, c.Component, number(uint64(c.PID)), c.Address, health, number(c.Height), c.Restarts})
	}
	t.Render()
	return nil
}

// number leaves a cell empty where there is nothing to count.
func number(value uint64) string {
	if value == 0 {
		return ""
	}
	return strconv.FormatUint(value, 10)
}
