// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

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
		Long: `check asks the own peer what becomes of each reading of a file as for smartb meter submit; nothing is stored. Asked after the file was submitted, it tells what
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
