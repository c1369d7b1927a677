package cli

import (
	"encoding/json"
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
		newMeterSubmitCommand(app, "official", "settlement:RecordOfficial", "Record the operator's official shared energies as JSON (role meter-operator)"))
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
day. To submit a CSV file use smartb energy import. A correction is the next version of the day.`,
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
			if err != nil {
				return err
			}
			if err := app.renderCommitted(answer, receipt); err != nil {
				return err
			}
			return rejected(answer.Rejected)
		},
	}
	command.Flags().BoolVar(&request.Atomic, "atomic", false, "store all meter days or none")
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
		code:  "REJECTED", next: "correct them and import the file again: what is stored stays unchanged, and what changed since becomes the next version with smartb energy import --correct",
	}
}
