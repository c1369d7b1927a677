// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client"
)

func newTransactionCommand(app *App) *cobra.Command {
	command := &cobra.Command{Use: "transaction", Short: "Transactions: where and when they were committed", Example: "  smartb transaction show TXID --as city/steward"}
	command.AddCommand(&cobra.Command{
		Use:   "show TXID",
		Short: "Show a transaction's block, and its time beside its neighbours'",
		Long: `show looks a transaction up at your organisation's peer. A transaction's time is its submitter's clock, which is checked when the transaction is
endorsed and never again: whoever holds an endorsed transaction can keep it back and have it committed later. So its time is compared with the times of the
transactions beside it; where they lie more than an hour apart, "late" is true.`,
		Example: "  smartb transaction show 3f1c…  --as oversight/auditor   # the txId of any record, for example of smartb consent history",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			found, err := client.Committed(command.Context(), args[0])
			if err != nil {
				return err
			}
			if app.output == asJSON {
				return app.Render(found)
			}
			return app.Render(committedTable(found))
		},
	})
	return command
}

// committedTable is a row for each fact.
type committedTable gateway.Committed

// Columns names the columns.
func (committedTable) Columns() []string { return []string{"what", "value"} }

// Rows returns a row for each fact.
func (t committedTable) Rows() [][]any {
	around := any(t.Around)
	if t.Around.IsZero() {
		around = "no other transactions beside it"
	}
	return [][]any{
		{"transaction", t.TransactionID}, {"block", t.BlockNumber}, {"code", t.Code}, {"its own time", t.At}, {"beside it", around}, {"late", t.Late},
	}
}
