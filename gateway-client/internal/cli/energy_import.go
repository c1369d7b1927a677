package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

// meterDaysPerSubmit is how many meter days one transaction of an import carries: enough for speed, few enough to show progress.
const meterDaysPerSubmit = 500

func newEnergyImportCommand(app *App) *cobra.Command {
	var of delivery
	var secretFile string
	command := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Import a file of load curves as meter days (role meter-operator)",
		Long: `import reads the plain CSV of smartb energy allocate (--format plain), the French operator's Horodate;Valeur in watts (enedis), or a Green Button feed
(greenbutton; both of one metering point, --point-file). It cuts the file into the local days of the community, assigns each column to the member with its
metering point, and submits the days privately. A bad line spoils its own day only; the reason is shown and the exit code is 1. What was imported
before is left unchanged, so an interrupted import is simply repeated. With --correct, days that say something else than what is stored become their next
versions: settle them again as corrections.`,
		Example: `  smartb energy import month.csv --community sunny --point-secret points.secret --as utility/meter-operator
  smartb energy import late.csv --correct --community sunny --point-secret points.secret --as utility/meter-operator
  smartb energy import prm.csv --format enedis --point-file prm.txt --community sunny --point-secret points.secret --as utility/meter-operator`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			var err error
			if of.secret, err = readSecret(secretFile); err != nil {
				return err
			}
			report, err := app.importFile(command.Context(), args[0], of)
			if err != nil {
				return err
			}
			if err := app.Render(report); err != nil {
				return err
			}
			return rejected(report.Rejected)
		},
	}
	command.Flags().StringVar(&of.community, "community", "", "the `COMMUNITY` that the metering points belong to")
	command.Flags().BoolVar(&of.corrects, "correct", false, "store what differs from the stored days as their next versions")
	of.source.addFlags(command)
	addSecretFlag(command, &secretFile)
	must(command.MarkFlagRequired("community"))
	return command
}

// delivery says what a file of an import is.
type delivery struct {
	community string
	source    curveSource
	secret    []byte
	corrects  bool
}

func (a *App) importFile(ctx context.Context, path string, of delivery) (*importReport, error) {
	if err := of.source.check(a, path); err != nil {
		return nil, err
	}
	file, err := a.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	client, err := a.Client(ctx)
	if err != nil {
		return nil, err
	}
	contract := client.Settlement()
	community, err := contract.GetCommunity(ctx, settlement.GetCommunityRequest{CommunityID: of.community})
	if err != nil {
		return nil, err
	}
	load, err := of.source.read(file, community)
	if err != nil {
		return nil, usagef("%s: %w", path, err)
	}
	members, err := contract.AllMembers(ctx, of.community)
	if err != nil {
		return nil, err
	}
	readings, problems := energy.Readings(load, community, energy.MembersByPoint(members, community.Operator, of.secret), filepath.Base(path))
	if strangers(problems) && len(readings) == 0 {
		a.Notef("no day of the file can be assigned: is --point-secret the one that the points' references were made with?")
	}
	if of.corrects {
		stored, err := storedDays(ctx, contract, of.community, readings)
		if err != nil {
			return nil, err
		}
		if err := a.recordReads(ctx, client, of.community, readsOf(stored)); err != nil {
			return nil, err
		}
		energy.Correct(readings, stored)
	}
	report := newImportReport(problems)
	return report, a.deliver(ctx, contract, community, readings, report)
}

// deliver submits the readings, and counts what became of them.
func (a *App) deliver(ctx context.Context, contract gateway.Settlement, community settlement.Community, readings []settlement.Reading, report *importReport) error {
	communityID, flags := community.CommunityID, community.Plausibility == settlement.Flag
	bar := a.Progress(int64(len(readings)), "importing meter days")
	for batch := range energy.Deliveries(readings, meterDaysPerSubmit) {
		answer, _, err := contract.SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: communityID}, settlement.Readings{MeterDays: batch})
		var results settlement.ReadingResults
		if flags || err != nil || answer.Rejected > 0 { // the answer names none
			var unexplained error
			results, unexplained = contract.CheckMeterDays(ctx, settlement.CheckMeterDaysRequest{CommunityID: communityID}, settlement.Readings{MeterDays: batch})
			if unexplained != nil && err == nil {
				return unexplained
			}
		}
		if err := report.add(batch, answer, results, err); err != nil {
			return err
		}
		advanceBy(bar, len(batch))
	}
	return nil
}

// storedDays are the stored meter days of the readings' days.
func storedDays(ctx context.Context, contract gateway.Settlement, communityID string, readings []settlement.Reading) (stored []settlement.MeterDay, err error) {
	for _, day := range daysIn(readings) {
		days, _, err := contract.AllMeterDays(ctx, settlement.MeterDaysRequest{CommunityID: communityID, Day: day})
		if errors.Is(err, gateway.ErrPurged) {
			continue // the ledger refuses its readings, and says why
		}
		if err != nil {
			return nil, err
		}
		stored = append(stored, days...)
	}
	return stored, nil
}

// readsOf are the reads of meter days, by member.
func readsOf(days []settlement.MeterDay) (reads []settlement.Read) {
	at := map[string]int{}
	for _, day := range days {
		i, known := at[day.MemberID]
		if !known || len(reads[i].Days) == settlement.MaxDays {
			i, at[day.MemberID] = len(reads), len(reads)
			reads = append(reads, settlement.Read{MemberID: day.MemberID, What: settlement.ReadMeterDays})
		}
		reads[i].Days = append(reads[i].Days, day.Day)
	}
	return reads
}

// importReport tells what became of a file.
type importReport struct {
	Accepted  int             `json:"accepted"`
	Unchanged int             `json:"unchanged"`
	Rejected  int             `json:"rejected"`
	Problems  []importProblem `json:"problems,omitempty"`
}

type importProblem struct {
	Days   []string `json:"days"`
	Point  string   `json:"point,omitempty"`
	Reason string   `json:"reason"`
}

// newImportReport counts the days that a file does not give; the same reason on several days is told once.
func newImportReport(problems []energy.Problem) *importReport {
	report, places := &importReport{Rejected: len(problems)}, map[[2]string]int{}
	for _, p := range problems {
		at, known := places[[2]string{p.Point, p.Reason}]
		if !known {
			at = len(report.Problems)
			places[[2]string{p.Point, p.Reason}] = at
			report.Problems = append(report.Problems, importProblem{Point: p.Point, Reason: p.Reason})
		}
		report.Problems[at].Days = append(report.Problems[at].Days, p.Day)
	}
	return report
}

// strangers reports whether a file is of nobody: all that is wrong with it is that its points have no members.
func strangers(problems []energy.Problem) bool {
	return len(problems) > 0 && !slices.ContainsFunc(problems, func(p energy.Problem) bool { return !p.NoMember })
}

// add counts what became of a batch. One whose readings are all bad is refused as a whole; the import goes on.
func (r *importReport) add(batch []settlement.Reading, answer settlement.SubmitMeterDaysAnswer, results settlement.ReadingResults, err error) error {
	refusal := new(gateway.ContractError)
	switch {
	case errors.Is(err, gateway.ErrForbidden):
		return err
	case errors.As(err, &refusal):
		reason := refusal.Message
		if len(results.Readings) > 0 {
			reason = results.Readings[0].Reason.Message
		}
		r.Rejected += len(batch)
		r.Problems = append(r.Problems, importProblem{
			Days: daysIn(batch), Reason: fmt.Sprintf("all %d meter days were refused, the first because: %s", len(batch), reason),
		})
		return nil
	case err != nil:
		return err
	}
	r.Accepted += answer.Accepted
	r.Unchanged += answer.Unchanged
	r.Rejected += answer.Rejected
	for _, result := range results.Readings {
		if result.Reason != nil {
			reading := batch[result.Index]
			r.Problems = append(r.Problems, importProblem{[]string{reading.Day}, "member " + reading.MemberID, result.Reason.Message})
		}
	}
	return nil
}

// daysIn are the days of readings, which are in their order.
func daysIn(batch []settlement.Reading) (days []string) {
	for _, reading := range batch {
		days = append(days, reading.Day)
	}
	return slices.Compact(days)
}

// Columns names the columns.
func (*importReport) Columns() []string { return []string{"meter days", "day", "point", "reason"} }

// Rows returns the counts and a row for each problem.
func (r *importReport) Rows() [][]any {
	rows := [][]any{{"accepted", r.Accepted, "", ""}, {"unchanged", r.Unchanged, "", ""}, {"rejected", r.Rejected, "", ""}}
	for _, p := range r.Problems {
		days := p.Days[0]
		if last := p.Days[len(p.Days)-1]; last != days {
			days += " to " + last
		}
		rows = append(rows, []any{"", days, p.Point, p.Reason})
	}
	return rows
}
