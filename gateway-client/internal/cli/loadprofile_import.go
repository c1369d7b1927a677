// SPDX-License-Identifier: Apache-2.0

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
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

// meterDaysPerSubmit is how many meter days one transaction of an import carries: enough for speed, few enough to show
// progress.
const meterDaysPerSubmit = 500

func newLoadProfileImportCommand(app *App) *cobra.Command {
	var of delivery
	var secretFile string
	command := &cobra.Command{
		Use:   "import FILE...|-",
		Short: "Import files of load profiles as meter days (role meter-operator)",
		Long: `import reads the formats of smartb loadprofile read, which shows offline what would be stored. It cuts the files into the local days of the community, assigns each metering point to its member, and submits the days
privately. A bad line costs its own day of its own point only; the reason is shown with its line, and the exit code is
1. Repeat an interrupted import: it leaves unchanged what is stored already.

With --correct, the files are merged with what is stored: a gap never replaces a value, the source's later version wins,
and where no version tells, a value of the same or a better quality does. Days that then say something else become their
next versions: settle them again as corrections.`,
		Example: `  smartb loadprofile import month.csv --community sunny --point-secret points.secret --as utility/meter-operator
  smartb loadprofile import late.csv --correct --community sunny --point-secret points.secret --as utility/meter-operator
  smartb loadprofile import feed.xml --point-file p.txt --community sunny --point-secret s.secret --as utility/meter-operator`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			var err error
			if of.secret, err = readSecret(secretFile); err != nil {
				return err
			}
			if err := of.check(app, args); err != nil {
				return err
			}
			report, err := app.importFiles(command.Context(), args, of)
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
	command.Flags().
		BoolVar(&of.corrects, "correct", false, "merge with what is stored, and store what differs as the next versions")
	command.Flags().
		StringVar(&of.pointFile, "point-file", "", "the `FILE` (- for stdin) with the metering point's number, where the files do not name it")
	addProfileFlags(command, &of.options)
	addSecretFlag(command, &secretFile)
	must(command.MarkFlagRequired("community"))
	return command
}

// delivery describes what the files of an import are.
type delivery struct {
	community string
	options   loadprofile.Options
	pointFile string
	secret    []byte
	corrects  bool
}

// check finds wrong use before the network is asked.
func (d *delivery) check(app *App, paths []string) (err error) {
	if d.pointFile == "-" && slices.Contains(paths, "-") {
		return usagef("stdin has either the load profiles or the metering point's number")
	}
	if d.options.Point, err = app.readLine("the metering point's number", d.pointFile); err != nil {
		return err
	}
	d.options.Correct = d.corrects
	trial := d.options
	trial.Zone, trial.Interval = "UTC", 15
	if _, err := app.readProfiles(&trial, nil); err != nil {
		return err
	}
	if loadprofile.Nameless(d.options.Format) && d.options.Point == "" {
		return usagef("a %s file does not name its metering point; name it in a file: --point-file", d.options.Format)
	}
	return nil
}

// source describes where meter days come from.
func source(paths []string) string {
	name := filepath.Base(paths[0])
	if len(paths) > 1 {
		name += fmt.Sprintf(" and %d more", len(paths)-1)
	}
	return name
}

func (a *App) importFiles(ctx context.Context, paths []string, of delivery) (*importReport, error) {
	client, err := a.Client(ctx)
	if err != nil {
		return nil, err
	}
	contract := client.Settlement()
	community, err := contract.GetCommunity(ctx, settlement.GetCommunityRequest{CommunityID: of.community})
	if err != nil {
		return nil, err
	}
	of.options.Zone, of.options.Interval = community.TimeZone, community.IntervalMinutes
	set, err := a.readProfiles(&of.options, paths)
	if err != nil {
		return nil, err
	}
	members, err := contract.AllMembers(ctx, of.community)
	if err != nil {
		return nil, err
	}
	days, refused := set.Days()
	for _, note := range set.Notes() {
		a.Notef("%s", note)
	}
	byPoint := loadprofile.MembersByPoint(members, community.GridOperator, of.secret)
	readings, strangers := loadprofile.MeterDays(days, of.community, byPoint, source(paths))
	if len(strangers) > 0 && len(readings)+len(refused) == 0 {
		a.Notef(
			"no day of the file can be assigned: is --point-secret the one that the points' references were made with?",
		)
	}
	if of.corrects {
		stored, err := storedDays(ctx, contract, of.community, readings)
		if err != nil {
			return nil, err
		}
		if err := a.recordReads(ctx, client, of.community, readsOf(stored)); err != nil {
			return nil, err
		}
		if kept := loadprofile.Correct(readings, stored); kept > 0 {
			a.Notef("%d values of the files are older or of a worse quality than what is stored, which stays", kept)
		}
	}
	report := newImportReport(strangers, refused)
	return report, a.deliver(ctx, contract, community, readings, report)
}

// deliver submits the readings, and counts what became of them.
func (a *App) deliver(
	ctx context.Context,
	contract gateway.Settlement,
	community settlement.Community,
	readings []settlement.Reading,
	report *importReport,
) error {
	communityID, flags := community.CommunityID, community.Plausibility == settlement.Flag
	bar := a.Progress(int64(len(readings)), "importing meter days")
	for batch := range loadprofile.Deliveries(readings, meterDaysPerSubmit) {
		answer, _, err := contract.SubmitMeterDays(
			ctx,
			settlement.SubmitMeterDaysRequest{CommunityID: communityID},
			settlement.Readings{MeterDays: batch},
		)
		var results settlement.ReadingResults
		if flags || err != nil || answer.Rejected > 0 { // the answer names none
			var unexplained error
			results, unexplained = contract.CheckMeterDays(
				ctx,
				settlement.CheckMeterDaysRequest{CommunityID: communityID},
				settlement.Readings{MeterDays: batch},
			)
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
func storedDays(
	ctx context.Context,
	contract gateway.Settlement,
	communityID string,
	readings []settlement.Reading,
) (stored []settlement.MeterDay, err error) {
	for _, day := range daysIn(readings) {
		days, _, err := contract.AllMeterDays(ctx, settlement.MeterDaysRequest{CommunityID: communityID, Day: day})
		if errors.Is(err, gateway.ErrPurged) {
			continue // the ledger refuses its readings, and explains why
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

// importReport describes what became of the files.
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

// newImportReport counts the days that the files do not give; the same reason on several days is told once.
func newImportReport(strangers []loadprofile.Stranger, refused []loadprofile.Refusal) *importReport {
	report, places := &importReport{Rejected: len(strangers) + len(refused)}, map[[2]string]int{}
	add := func(day, point, reason string) {
		at, known := places[[2]string{point, reason}]
		if !known {
			at = len(report.Problems)
			places[[2]string{point, reason}] = at
			report.Problems = append(report.Problems, importProblem{Days: []string{}, Point: point, Reason: reason})
		}
		if day != "" {
			report.Problems[at].Days = append(report.Problems[at].Days, day)
		}
	}
	for _, s := range strangers {
		add(s.Day, s.Point, s.Reason)
	}
	for _, r := range refused {
		add(r.Day, r.Point, r.File+", "+r.Error())
	}
	return report
}

// add counts what became of a batch. One whose readings are all bad is refused as a whole; the import goes on.
func (r *importReport) add(
	batch []settlement.Reading,
	answer settlement.SubmitMeterDaysAnswer,
	results settlement.ReadingResults,
	err error,
) error {
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
			Days: daysIn(
				batch,
			), Reason: fmt.Sprintf("all %d meter days were refused, the first because: %s", len(batch), reason),
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
			r.Problems = append(
				r.Problems,
				importProblem{[]string{reading.Day}, "member " + reading.MemberID, result.Reason.Message},
			)
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
	rows := [][]any{
		{"accepted", r.Accepted, "", ""},
		{"unchanged", r.Unchanged, "", ""},
		{"rejected", r.Rejected, "", ""},
	}
	for _, p := range r.Problems {
		days := ""
		if n := len(p.Days); n > 0 {
			days = p.Days[0]
			if last := p.Days[n-1]; last != days {
				days += " to " + last
			}
		}
		rows = append(rows, []any{"", days, p.Point, p.Reason})
	}
	return rows
}
