package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
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

func newRunSettleCommand(app *App) *cobra.Command {
	run := settlement.Final
	command := &cobra.Command{
		Use:   "settle COMMUNITY DATE|MONTH…",
		Short: "Settle days of a community (organiser or meter-operator)",
		Long: `settle divides each day's production among the members by the community's key, stores every member's result privately and a public record with
the hash of all inputs and the Merkle root of all results. Settling the same readings again changes nothing.
A month stands for all its days on which somebody is a member, and for a correction for those with readings newer than their run.`,
		Example: `  smartb run settle sunny 2025-10-26 --as community/organiser
  smartb run settle sunny 2025-10 --as community/organiser
  smartb run settle sunny 2025-10-25 2025-10-26 --run provisional --as utility/meter-operator`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			community, err := client.Settlement().GetCommunity(command.Context(), settlement.GetCommunityRequest{CommunityID: args[0]})
			if err != nil {
				return err
			}
			days, err := daysOf(command.Context(), client, args[0], run, args[1:])
			if err != nil {
				return err
			}
			bar := app.Progress(int64(len(days)), "settling days")
			var runs runTable
			for _, day := range days {
				request := settlement.SettleDayRequest{CommunityID: args[0], Day: day, Run: run}
				settled, _, err := client.Settlement().SettleDay(command.Context(), request, community.Organiser, community.GridOperator)
				if err != nil {
					return app.stopped(runs, days, err)
				}
				runs = append(runs, settled)
				advanceBy(bar, 1)
			}
			return app.Render(runs)
		},
	}
	addRunFlag(command, &run)
	return command
}

// stopped shows what was settled before a day was refused.
func (a *App) stopped(runs runTable, days []string, err error) error {
	if len(runs) > 0 {
		a.Notef("%d of %d days are settled, %s is not", len(runs), len(days), days[len(runs)])
	}
	return a.partly(runs, len(runs), err)
}

// partly shows what was done before the error.
func (a *App) partly(done any, count int, err error) error {
	if count == 0 {
		return err
	}
	if unshown := a.Render(done); unshown != nil {
		return unshown
	}
	return err
}

// daysOf are the days that the arguments name; a month names those on which somebody is a member, and for a correction those with newer readings.
func daysOf(ctx context.Context, client *gateway.Client, communityID string, run settlement.RunID, named []string) (days []string, err error) {
	for _, name := range named {
		if !monthPattern.MatchString(name) {
			days = append(days, name)
			continue
		}
		coverage, err := client.Settlement().Coverage(ctx, settlement.CoverageRequest{CommunityID: communityID, Period: name})
		if err != nil {
			return nil, err
		}
		before, corrects := len(days), run.Before() != ""
		for _, covered := range coverage.Days {
			if covered.Stale || !corrects {
				days = append(days, covered.Day)
			}
		}
		if len(days) == before {
			return nil, usagef("%s has no day to settle: nobody is a member, or for a correction no reading is newer than its run; a correction for another reason names its days", name)
		}
	}
	return days, nil
}

func newRunShowCommand(app *App) *cobra.Command {
	run := settlement.Final
	command := &cobra.Command{
		Use:     "show COMMUNITY DATE",
		Short:   "Show the public record of a run",
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
			return app.Render(view)
		},
	}
	addRunFlag(command, &run)
	return command
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
	run := settlement.Final
	return verb{
		use: "totals COMMUNITY DATE", short: "Show the private totals of a run (organiser, meter-operator, auditor)", args: cobra.ExactArgs(2), transaction: "settlement:RunTotals",
		long: `totals reads from the community's collection how many members took part, how many intervals are incomplete, and the sums over the complete ones. The public
record has none of these figures: two of them can tell what one household consumed.`,
		example: "  smartb run totals sunny 2025-10-26 --as oversight/auditor",
		request: func(args []string) (any, error) {
			return settlement.GetRunRequest{CommunityID: args[0], Day: args[1], Run: run}, nil
		},
		flags: func(command *cobra.Command) { addRunFlag(command, &run) },
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
			return settlement.SettleDayRequest{CommunityID: args[0], Day: args[1], Run: run}, nil
		},
		flags: func(command *cobra.Command) { addRunFlag(command, &run) },
		show:  decoded(func(f settlement.Findings) any { return dayFindingTable(f.Findings) }),
	}
}

type dayFindingTable []settlement.Finding

// Columns names the columns.
func (dayFindingTable) Columns() []string {
	return []string{"member", "interval", "from", "code", "finding"}
}

// Rows returns a row for each finding, or one that says that there is none.
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
