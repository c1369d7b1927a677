// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

func TestEveryCommandExplainsItselfWithAnExample(t *testing.T) {
	var check func(*cobra.Command)
	check = func(command *cobra.Command) {
		t.Run(command.CommandPath(), func(t *testing.T) {
			require.NotEmpty(t, command.Short)
			require.NotEmpty(t, command.Long)
			require.Contains(t, command.Example, "network "+firstWord(command))
		})
		for _, child := range command.Commands() {
			check(child)
		}
	}
	check(rootCommand())
}

// firstWord is the verb that the example must show; the root shows any.
func firstWord(command *cobra.Command) string {
	if !command.HasParent() {
		return ""
	}
	for command.Parent().HasParent() {
		command = command.Parent()
	}
	return command.Name()
}

func TestUsageErrorsAreErrors(t *testing.T) {
	for name, args := range map[string][]string{
		"unknown command":        {"explode"},
		"kill without component": {"kill", "city"},
		"unknown organisation":   {"stop", "mars", "peer"},
		"unknown consensus":      {"up", "--consensus", "pbft"},
		"export without folder":  {"export"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("SMARTB_STATE", t.TempDir())
			command := rootCommand()
			command.SetArgs(args)
			command.SetOut(&bytes.Buffer{})
			require.Error(t, command.ExecuteContext(t.Context()))
		})
	}
}
