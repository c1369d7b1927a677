// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func newSharesCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "shares",
		Short:   "Shares of every interval, for the allocation keys dynamic and full-dynamic",
		Example: "  smartb shares submit sunny 2025-10-26 shares.csv --as community/organiser",
	}
	command.AddCommand(newSharesReadCommand(app), newSharesSubmitCommand(app))
	return command
}

func newSharesSubmitCommand(app *App) *cobra.Command {
	var producers []string
	version := 1
	command := &cobra.Command{
		Use:   "submit COMMUNITY DATE FILE…",
		Short: "Submit the shares of every interval of a day (organiser)",
		Long: `submit stores the shares privately, as the French grid operator's key file has them: Horodate;<member>;… in percent
with a decimal comma, one row for each interval. dynamic takes one file for all producers; full-dynamic one file for
each producer, in the order of --producers. Other shares of the same day are the next version; a final run keeps those
that it used.`,
		Example: `  smartb shares submit sunny 2025-10-26 shares.csv --as community/organiser
  smartb shares submit sunny 2025-10-26 roof.csv school.csv --producers roof,school --as community/organiser`,
		Args: cobra.MinimumNArgs(3),
		RunE: func(command *cobra.Command, args []string) error {
			key, err := keyDay(args[1], version, producers, args[2:])
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			record, receipt, err := client.Settlement().SubmitKeyDay(command.Context(), settlement.SubmitKeyDayRequest{CommunityID: args[0]}, key)
			if err != nil {
				return err
			}
			return app.renderCommitted(record, receipt)
		},
	}
	command.Flags().StringSliceVar(&producers, "producers", nil, "the producing members that the files are for, `ID,…`, for full-dynamic")
	command.Flags().IntVar(&version, "version", version, "1, or the next version of the day's shares")
	return command
}

// keyDay is the key of the files. All tables have the same columns: the members that any of them names.
func keyDay(day string, version int, producers, files []string) (settlement.KeyDay, error) {
	key := settlement.KeyDay{Day: day, Version: version, Producers: producers, Salt: randomHex()}
	if len(files) != max(1, len(producers)) {
		return key, usagef("%d files for %d producers; dynamic takes one file, full-dynamic one for each of --producers", len(files), len(producers))
	}
	var tables []energy.ShareTable
	named := map[string]bool{}
	for _, file := range files {
		table, err := readShares(file)
		if err != nil {
			return key, usagef("%w", err)
		}
		tables = append(tables, table)
		for _, row := range table {
			for member := range row {
				named[member] = true
			}
		}
	}
	key.Consumers = slices.Sorted(maps.Keys(named))
	for _, table := range tables {
		var rows [][]int64
		for _, shares := range table {
			row := make([]int64, len(key.Consumers))
			for i, member := range key.Consumers {
				row[i] = shares[member]
			}
			rows = append(rows, row)
		}
		key.Shares = append(key.Shares, rows)
	}
	return key, nil
}
