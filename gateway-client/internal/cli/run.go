// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func newRunCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "run",
		Short:   "Runs: settled days",
		Example: "  smartb run settle sunny 2025-10-26 --as community/organiser",
	}
	command.AddCommand(newRunSettleCommand(app), newRunShowCommand(app), runTotals().command(app), runCheck().command(app), runList().command(app))
	return command
}

func newRunShowCommand(app *App) *cobra.Command {
	var run settlement.RunID
	command := &cobra.Command{
		Use:     "show COMMUNITY DATE",
		Short:   "Show the public record of a run: the newest one of the day, or the one that --run names",
		Example: "  smartb run show sunny 2025-10-26 --as city/steward",
		Args:    cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			view, err := client.Settlement().GetRun(command.Context(), settlement.GetRunRequest{CommunityID: args[0], Day: args[1], Run: run})
			if err != nil {
				return err
			}
			app.noteSuperseded(string(view.Run), view.SupersededBy)
			return app.Render(view)
		},
	}
	addNewestRunFlag(command, &run)
	return command
}

// noteSuperseded states that there is a newer run of the day.
func (a *App) noteSuperseded(run string, by settlement.RunID) {
	if by != "" {
		a.Notef("run %s is superseded by %s; without --run the newest run is shown", run, by)
	}
}

func runList() verb {
	return verb{
		use: "list COMMUNITY", short: "List a community's runs in the order of their days", args: cobra.ExactArgs(1),
		transaction: "settlement:ListRuns", example: "  smartb run list sunny --limit 31 --as city/steward",
		request: func(args []string) (any, error) { return settlement.ListRunsRequest{CommunityID: args[0]}, nil },
		list:    listing{items: "runs"},
		show:    decoded(func(page settlement.RunPage) any { return runTable(page.Runs) }),
	}
}

func runTotals() verb {
	var run settlement.RunID
	return verb{
		use: "totals COMMUNITY DATE", short: "Show the private totals of a run (organiser, meter-operator, auditor)", args: cobra.ExactArgs(2), transaction: "settlement:RunTotals",
		long: `totals reads from the community's collection how many members took part, how many intervals are incomplete, and the sums over the complete ones. The public
record has none of these figures: two of them can tell what one household consumed.`,
		example: "  smartb run totals sunny 2025-10-26 --as oversight/auditor",
		request: func(args []string) (any, error) {
			return settlement.GetRunRequest{CommunityID: args[0], Day: args[1], Run: run}, nil
		},
		flags: func(command *cobra.Command) { addNewestRunFlag(command, &run) },
		show:  decoded(func(t settlement.RunTotals) any { return runTotalTable(t) }),
	}
}

type runTotalTable settlement.RunTotals

// Columns names the columns.
func (runTotalTable) Columns() []string {
	return []string{"consumers", "producers", "incomplete", "produced kWh", "consumed kWh", "self-consumed kWh", "shared kWh", "surplus kWh"}
}

// Rows returns the one row.
func (t runTotalTable) Rows() [][]any {
	return [][]any{{t.Consumers, t.Producers, t.Incomplete, kWh(t.Production), kWh(t.Consumption), kWh(t.SelfConsumed), kWh(t.Shared), kWh(t.Surplus)}}
}

func runCheck() verb {
	run := settlement.Final
	return verb{
		use: "check COMMUNITY DATE", short: "Show what hinders a run: missing and implausible readings (organiser, meter-operator, auditor)", args: cobra.ExactArgs(2),
		transaction: "settlement:CheckDay",
		long: `check reads the day's readings and names the members without a meter day, missing values, readings above the subscribed power and what the computation
would refuse. The refusal of a run names none of it, since refusals are seen by others.`,
		example: "  smartb run check sunny 2025-10-26 --as utility/meter-operator",
		request: func(args []string) (any, error) {
			return settlement.CheckDayRequest{
				SettleDayRequest: settlement.SettleDayRequest{CommunityID: args[0], Day: args[1], Run: run},
			}, nil
		},
		flags: func(command *cobra.Command) { addRunFlag(command, &run) },
		list:  listing{items: "findings"},
		show:  decoded(func(f settlement.Findings) any { return dayFindingTable(f.Findings) }),
	}
}

type dayFindingTable []settlement.Finding

// Columns names the columns.
func (dayFindingTable) Columns() []string {
	return []string{"member", "interval", "from", "code", "finding"}
}

// Rows returns a row for each finding, or one that states that there is none.
func (t dayFindingTable) Rows() (rows [][]any) {
	for _, f := range t {
		interval := any("")
		if f.Interval != nil {
			interval = *f.Interval
		}
		rows = append(rows, []any{f.MemberID, interval, f.From, f.Code, f.Message})
	}
	if len(rows) == 0 {
		rows = [][]any{{"", "", "", "", "nothing is missing or implausible"}}
	}
	return rows
}

// addNewestRunFlag adds the flag --run to a command that reads the newest run without it.
func addNewestRunFlag(command *cobra.Command, run *settlement.RunID) {
	command.Flags().StringVar((*string)(run), "run", "", "provisional, final or correction-1, correction-2, … (default: the newest)")
}

// addRunFlag adds the flag --run.
func addRunFlag(command *cobra.Command, run *settlement.RunID) {
	command.Flags().StringVar((*string)(run), "run", string(*run), "provisional, final or correction-1, correction-2, …")
}

type runTable []settlement.Run

// Columns names the columns.
func (runTable) Columns() []string {
	return []string{"day", "run", "intervals", "leaves", "Merkle root", "settled by"}
}

// Rows returns a row for each run.
func (t runTable) Rows() (rows [][]any) {
	for _, r := range t {
		rows = append(rows, []any{r.Day, r.Run, r.Intervals, r.Leaves, r.MerkleRoot, r.SettledBy})
	}
	return rows
}
