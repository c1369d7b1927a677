// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func newEnergyCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "energy",
		Short:   "Energy offline: allocate a file of load profiles, compare keys, write a sample",
		Example: "  smartb energy allocate month.csv --key prorata --rounding EXACT --output csv",
	}
	command.AddCommand(newEnergyAllocateCommand(app), newEnergyCompareCommand(app), newEnergySampleCommand(app))
	return command
}

// open opens a file, - for stdin.
func (a *App) open(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.stdin), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, usagef("the load profiles cannot be read: %w", err)
	}
	return file, nil
}

// load reads a plain file of load profiles, - for stdin.
func (a *App) load(path string) (*energy.Load, error) {
	file, err := a.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	load, err := energy.Read(file)
	if err != nil {
		return nil, usagef("%s: %w", path, err)
	}
	return load, nil
}

func newEnergySampleCommand(app *App) *cobra.Command {
	var (
		month  string
		seed   uint64
		points int
	)
	command := &cobra.Command{
		Use:   "sample",
		Short: "Write a month of load profiles of an invented community",
		Long: `sample writes a month of quarter-hours of six consumers and three producers, two of them at one connection with a consumer. The same month and
seed give the same bytes; clock-change days have their right number of rows.`,
		Example: `  smartb energy sample --month 2025-10 > month.csv
  smartb energy sample --month 2025-10 --points 1000 > large.csv`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := energy.WriteSample(app.stdout, month, seed, points); err != nil {
				return usagef("%w", err)
			}
			return nil
		},
	}
	command.Flags().StringVar(&month, "month", "2025-10", "the `YEAR-MONTH`")
	command.Flags().IntVar(&points, "points", 0, "a community of so many metering points, every third of which produces (default: the community of nine)")
	command.Flags().Uint64Var(&seed, "seed", 1, "the seed of weather and noise")
	return command
}
