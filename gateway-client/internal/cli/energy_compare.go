// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func newEnergyCompareCommand(app *App) *cobra.Command {
	var flags ruleFlags
	var keys []string
	command := &cobra.Command{
		Use:   "compare FILE|-",
		Short: "Show what each key would give each member of a file of load profiles, offline",
		Long: `compare allocates the same file by several keys and shows each member's shared energy beside its consumption or production: what a community's assembly
needs for its vote. Shares, tiers and connections are those of smartb energy allocate.`,
		Example: `  smartb energy compare month.csv --keys prorata,static,static-rounds,hybrid
  smartb energy compare month.csv --keys prorata,static --shares 1=500000,2=300000,3=200000 --output csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			load, err := app.load(args[0])
			if err != nil {
				return err
			}
			var rules []energy.Rule
			for _, key := range keys {
				rule, err := flags.rule(app)
				if err != nil {
					return usagef("%w", err)
				}
				rule.Key = allocation.Key(key)
				rules = append(rules, rule)
			}
			comparison, err := energy.Compare(load, rules)
			if err != nil {
				return usagef("%s: %w", args[0], err)
			}
			return app.Render(comparisonTable{comparison})
		},
	}
	flags.add(command)
	must(command.Flags().MarkHidden("key"))
	command.Flags().StringSliceVar(&keys, "keys", []string{"prorata", "static", "static-rounds", "hybrid"}, "the `KEYS` to compare: "+keyNames())
	return command
}

type comparisonTable struct{ energy.Comparison }

// Columns names the columns.
func (t comparisonTable) Columns() []string {
	columns := []string{"point", "direction", "metered kWh"}
	for _, key := range t.Keys {
		columns = append(columns, string(key)+" kWh")
	}
	return columns
}

// Rows returns a row for each member and one for the sum of the consumers.
func (t comparisonTable) Rows() (rows [][]any) {
	all := energy.MemberComparison{ID: "all consumers", Shared: make([]int64, len(t.Keys))}
	for _, member := range t.Consumers {
		rows = append(rows, comparisonRow(member, "consumption"))
		all.Metered += member.Metered
		for k, shared := range member.Shared {
			all.Shared[k] += shared
		}
	}
	for _, member := range t.Producers {
		rows = append(rows, comparisonRow(member, "production"))
	}
	return append(rows, comparisonRow(all, "consumption"))
}

func comparisonRow(member energy.MemberComparison, direction string) []any {
	row := []any{member.ID, direction, kWh(member.Metered)}
	for _, shared := range member.Shared {
		row = append(row, kWh(shared))
	}
	return row
}
