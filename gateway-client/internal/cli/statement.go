// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func newStatementCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "statement",
		Short:   "Statements: a member's result of a day with its proof",
		Example: "  smartb statement show sunny 6f1e… 2025-10-26 --as community/organiser --output json > statement.json",
	}
	command.AddCommand(newStatementShowCommand(app), newStatementVerifyCommand(app))
	return command
}

func newStatementShowCommand(app *App) *cobra.Command {
	var run settlement.RunID
	command := &cobra.Command{
		Use:   "show COMMUNITY MEMBER DATE",
		Short: "Show a member's result of a day (organiser or auditor)",
		Long: `show reads a member's result of the newest run, or of the one that --run names, from a peer that holds it, and records the read in the member's list of uses
(smartb meter uses). As JSON it carries the proof that it belongs to the public run; anybody checks it with smartb
statement verify, at any peer.`,
		Example: `  smartb statement show sunny 6f1e… 2025-10-26 --as community/organiser
  smartb statement show sunny 6f1e… 2025-10-26 --as oversight/auditor --output json > statement.json`,
		Args: cobra.ExactArgs(3),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			request := settlement.StatementRequest{CommunityID: args[0], MemberID: args[1], Day: args[2], Run: run}
			statement, err := client.Settlement().Statement(command.Context(), request)
			if err != nil {
				return err
			}
			read := settlement.Read{MemberID: args[1], What: settlement.ReadStatement, Days: []string{args[2]}}
			if err := app.recordReads(command.Context(), client, args[0], []settlement.Read{read}); err != nil {
				return err
			}
			app.noteSuperseded(string(statement.Leaf.Run), statement.SupersededBy)
			if app.output != asJSON {
				metered, shared := statement.Totals()
				app.Notef("member %s on %s, run %s: metered %s kWh, of it shared %s kWh", args[1], args[2], statement.Leaf.Run, kWh(metered), kWh(shared))
			}
			return app.Render(statementTable{statement})
		},
	}
	addNewestRunFlag(command, &run)
	return command
}

// kWh writes an energy in kWh with all its digits.
func kWh(mWh int64) string { return fmt.Sprintf("%d.%06d", mWh/1e6, mWh%1e6) }

// statementTable shows a statement by interval; as JSON it is the statement itself.
type statementTable struct{ settlement.Statement }

// Columns names the columns.
func (statementTable) Columns() []string { return []string{"interval", "metered kWh", "shared kWh"} }

// Rows returns a row for each interval; one without a value is empty.
func (t statementTable) Rows() (rows [][]any) {
	for i, pair := range t.Leaf.Intervals {
		row := []any{i, "", ""}
		if pair != nil {
			row = []any{i, kWh(pair[0]), kWh(pair[1])}
		}
		rows = append(rows, row)
	}
	return rows
}
