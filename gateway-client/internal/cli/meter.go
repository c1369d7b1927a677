// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

func newMeterCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "meter",
		Short:   "Meter days: what was measured",
		Example: "  smartb meter submit sunny readings.json --as utility/meter-operator",
	}
	command.AddCommand(newMeterSubmitCommand(app, "submit", "settlement:SubmitMeterDays", "Submit meter days as JSON (role meter-operator)"),
		newMeterSubmitCommand(app, "official", "settlement:RecordOfficial", "Record the grid operator's official shared energies as JSON (role meter-operator)"), newMeterCheckCommand(app), newMeterUsesCommand(app))
	for _, v := range []verb{meterShow(), meterCoverage(), meterDifferences(), meterPurge()} {
		command.AddCommand(v.command(app))
	}
	return command
}

// newMeterSubmitCommand makes the commands that submit a file of readings: metered energies, or official shared ones, which are given in the same form.
func newMeterSubmitCommand(app *App, name, transaction, short string) *cobra.Command {
	var request settlement.SubmitMeterDaysRequest
	command := &cobra.Command{
		Use:   name + " COMMUNITY FILE|-",
		Short: short,
		Long: `The command stores readings privately and certifies them publicly. The file is one JSON object
{"meterDays":[{"memberId","day","version","values","quality","source","salt"}]}; energies are integers of mWh, one for each interval of the local
day. To submit a CSV file use smartb loadprofile import. A correction is the next version of the day.`,
		Example: `  smartb meter ` + name + ` sunny readings.json --as utility/meter-operator
  jq -c . readings.json | smartb meter ` + name + ` sunny - --atomic --as utility/meter-operator`,
		Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			request.CommunityID = args[0]
			readings, err := app.readings(args[1])
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			var answer settlement.SubmitMeterDaysAnswer
			receipt, err := client.Submit(command.Context(), transaction, request, &answer, gateway.WithTransient(map[string][]byte{"readings": readings}))
			check := settlement.CheckMeterDaysRequest{CommunityID: args[0], Official: transaction == "settlement:RecordOfficial"}
			if err != nil {
				return app.explained(command.Context(), client, check, readings, err)
			}
			app.noteCommitted(receipt)
			results, err := app.checked(command.Context(), client, check, readings)
			if err != nil {
				return err
			}
			if err := app.Render(submittedReadings{answer, results.Readings}); err != nil {
				return err
			}
			return rejected(answer.Rejected)
		},
	}
	command.Flags().BoolVar(&request.Atomic, "atomic", false, "store all meter days or none")
	return command
}

// submittedReadings is what became of readings: the public answer, and from its own peer which of them were rejected or
// flagged and why.
type submittedReadings struct {
	settlement.SubmitMeterDaysAnswer
	Readings []settlement.ReadingResult `json:"readings,omitempty"`
}

// Columns names the columns.
func (submittedReadings) Columns() []string { return []string{"meter days", "member", "day", "reason"} }

// Rows returns the counts and a row for each reading that was rejected or flagged.
func (s submittedReadings) Rows() [][]any {
	rows := [][]any{{"accepted", s.Accepted, "", ""}, {"unchanged", s.Unchanged, "", ""}, {"rejected", s.Rejected, "", ""}}
	return append(rows, readingTable(s.Readings).Rows()...)
}

type readingTable []settlement.ReadingResult

// Columns names the columns.
func (readingTable) Columns() []string { return []string{"status", "member", "day", "reason"} }

// Rows returns a row for each reading.
func (t readingTable) Rows() (rows [][]any) {
	for _, r := range t {
		rows = append(rows, []any{r.Status, r.MemberID, r.Day, r.Reason.Message})
	}
	return rows
}

// checked asks its own peer what becomes of readings: the answer of the transaction, which is in a block, does not
// tell.
func (a *App) checked(ctx context.Context, client *gateway.Client, of settlement.CheckMeterDaysRequest, readings json.RawMessage) (settlement.ReadingResults, error) {
	var results settlement.ReadingResults
	err := client.Evaluate(ctx, "settlement:CheckMeterDays", of, &results, gateway.WithTransient(map[string][]byte{"readings": readings}))
	return results, err
}

// explained shows which readings were refused and why, and returns the error.
func (a *App) explained(ctx context.Context, client *gateway.Client, of settlement.CheckMeterDaysRequest, readings json.RawMessage, refusal error) error {
	if refused := new(gateway.ContractError); !errors.As(refusal, &refused) || errors.Is(refusal, gateway.ErrForbidden) {
		return refusal
	}
	results, err := a.checked(ctx, client, of, readings)
	if err != nil {
		return err // it describes what the error does not
	}
	return a.partly(readingTable(results.Readings), len(results.Readings), refusal)
}

func newMeterCheckCommand(app *App) *cobra.Command {
	var request settlement.CheckMeterDaysRequest
	command := &cobra.Command{
		Use:   "check COMMUNITY FILE|-",
		Short: "Show which readings of a file would be rejected or flagged, and why (role meter-operator)",
		Long: `check asks your organisation's peer what becomes of each reading of a file as for smartb meter submit; nothing is stored. Asked after the file was submitted, it tells what
became of it: the answer of a submission counts, and names nothing, since it stands in a block that all organisations read.`,
		Example: "  smartb meter check sunny readings.json --as utility/meter-operator",
		Args:    cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			request.CommunityID = args[0]
			readings, err := app.readings(args[1])
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			results, err := app.checked(command.Context(), client, request, readings)
			if err != nil {
				return err
			}
			return app.Render(readingTable(results.Readings))
		},
	}
	command.Flags().BoolVar(&request.Official, "official", false, "the file holds official shared energies")
	return command
}

// readings reads the file as it is: the ledger's strict reading shall see what the user wrote.
func (a *App) readings(path string) (text json.RawMessage, err error) {
	if path == "-" {
		text, err = io.ReadAll(a.stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, usagef("the readings cannot be read: %w", err)
	}
	if !json.Valid(text) {
		return nil, usagef("%s holds no JSON", path)
	}
	return text, nil
}

// rejected is the error of a command that did its work in part.
func rejected(count int) error {
	if count == 0 {
		return nil
	}
	return &checkError{
		error: fmt.Errorf("%d meter days were not accepted; the reasons stand above, all others are stored", count),
		code:  "REJECTED", next: "correct them and import the file again: what is stored stays unchanged, and what changed since becomes the next version with smartb loadprofile import --correct",
	}
}

func meterShow() verb {
	var request settlement.MeterDaysRequest
	return verb{
		use: "show COMMUNITY DATE", short: "Show load profiles of a day (organiser, meter-operator, auditor; residents their own)", args: cobra.ExactArgs(2), transaction: "settlement:MeterDays",
		long: `show reads the newest version of each member's load profile of a day, and records the read in the members' lists of uses (smartb meter uses).`,
		example: `  smartb meter show sunny 2025-10-26 --as oversight/auditor --output json
  smartb meter show sunny 2025-10-26 --member 6f1e… ` + neighbour,
		request: func(args []string) (any, error) {
			request.CommunityID, request.Day = args[0], args[1]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.MemberID, "member", "", "one member only (residents name their own)")
		},
		reads: reading(func(page settlement.MeterDayPage) (string, []settlement.Read) {
			var reads []settlement.Read
			for _, day := range page.MeterDays {
				reads = append(reads, settlement.Read{MemberID: day.MemberID, What: settlement.ReadMeterDays, Days: []string{day.Day}})
			}
			return request.CommunityID, reads
		}),
		list: listing{items: "meterDays"},
		show: decoded(func(page settlement.MeterDayPage) any { return loadProfileTable(page.MeterDays) }),
	}
}

type loadProfileTable []settlement.MeterDay

// Columns names the columns.
func (loadProfileTable) Columns() []string {
	return []string{"member", "version", "source", "intervals", "kWh", "quality"}
}

// Rows returns a row for each member.
func (t loadProfileTable) Rows() (rows [][]any) {
	for _, day := range t {
		var sum int64
		for _, value := range day.Values {
			sum += value
		}
		quality := "measured"
		if strings.Trim(day.Quality, "M") != "" {
			quality = day.Quality
		}
		rows = append(rows, []any{day.MemberID, day.Version, day.Source, len(day.Values), kWh(sum), quality})
	}
	return rows
}

func meterCoverage() verb {
	return verb{
		use: "coverage COMMUNITY MONTH", short: "Show which meter days and runs a month has (organiser, meter-operator, auditor)", args: cobra.ExactArgs(2), transaction: "settlement:Coverage",
		example: "  smartb meter coverage sunny 2025-10 --as community/organiser",
		request: func(args []string) (any, error) {
			return settlement.CoverageRequest{CommunityID: args[0], Period: args[1]}, nil
		},
		show: decoded(func(c settlement.Coverage) any { return coverageTable(c.Days) }),
	}
}

type coverageTable []settlement.DayCoverage

// Columns names the columns.
func (coverageTable) Columns() []string {
	return []string{"day", "members", "present", "corrected", "run", "stale", "purged", "missing", "changed"}
}

// Rows returns a row for each day.
func (t coverageTable) Rows() (rows [][]any) {
	for _, d := range t {
		rows = append(rows, []any{d.Day, d.Members, d.Present, d.Corrected, d.Run, d.Stale, d.Purged, strings.Join(d.Missing, " "), joined(d.Causes)})
	}
	return rows
}

// joined lists causes.
func joined(causes []settlement.Cause) string {
	var names []string
	for _, cause := range causes {
		names = append(names, string(cause))
	}
	return strings.Join(names, ", ")
}

func meterPurge() verb {
	var sure bool
	return verb{
		use: "purge COMMUNITY DATE", short: "Purge the load profiles of a day after their retention (meter-operator)", args: cobra.ExactArgs(2), transaction: "settlement:PurgeMeterDays", submit: true,
		long: `purge removes the day's meter days and the members' results from all peers, history included. The public run stays: statements that were kept still
verify. The month must be final, and the retention of the members' notices over. The day can be corrected and recomputed no more.`,
		example: "  smartb meter purge sunny 2020-10-26 --yes --as utility/meter-operator",
		flags: func(command *cobra.Command) {
			command.Flags().BoolVar(&sure, "yes", false, "purge; without it nothing is done")
		},
		request: func(args []string) (any, error) {
			if !sure {
				return nil, usagef("a purge cannot be undone: %s of %s could be corrected and recomputed no more; repeat with --yes", args[1], args[0])
			}
			return settlement.PurgeMeterDaysRequest{CommunityID: args[0], Day: args[1]}, nil
		},
	}
}

func meterDifferences() verb {
	var request settlement.DifferencesRequest
	return verb{
		use: "differences COMMUNITY DATE", short: "Show the grid operator's official values beside those of a run", args: cobra.ExactArgs(2), transaction: "settlement:Differences",
		example: "  smartb meter differences sunny 2025-10-26 --as oversight/auditor",
		request: func(args []string) (any, error) {
			request.CommunityID, request.Day = args[0], args[1]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			addNewestRunFlag(command, &request.Run)
			command.Flags().StringVar(&request.MemberID, "member", "", "one member only (residents name their own)")
		},
		reads: reading(func(d settlement.Differences) (string, []settlement.Read) {
			var reads []settlement.Read
			for _, of := range d.Members {
				reads = append(reads, settlement.Read{MemberID: of.MemberID, What: settlement.ReadDifferences, Days: []string{request.Day}})
			}
			return request.CommunityID, reads
		}),
		list: listing{items: "members"},
		show: decoded(func(d settlement.Differences) any { return differenceTable(d) }),
	}
}

type differenceTable settlement.Differences

// Columns names the columns.
func (differenceTable) Columns() []string {
	return []string{"member", "interval", "official kWh", "ours kWh", "difference kWh"}
}

// Rows returns a row for each interval that differs and the sums by member; without official values there is nothing to compare.
func (t differenceTable) Rows() (rows [][]any) {
	if len(t.Members) == 0 {
		return [][]any{{"no official values are recorded", "", "", "", ""}}
	}
	for _, m := range t.Members {
		for _, i := range m.Intervals {
			rows = append(rows, []any{m.MemberID, i.Interval, kWh(i.Official), kWh(i.Ours), signed(i.Official - i.Ours)})
		}
		rows = append(rows, []any{m.MemberID, "day", kWh(m.Official), kWh(m.Ours), signed(m.Official - m.Ours)})
	}
	return append(rows, []any{"all", "day", kWh(t.Official), kWh(t.Ours), signed(t.Official - t.Ours)})
}
