// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	pages "github.com/smartb-suite/smartb/gateway-client/report"
)

func newReportCommand(app *App) *cobra.Command {
	phase := settlement.FinalPhase
	var file string
	command := &cobra.Command{
		Use:   "report COMMUNITY MONTH",
		Short: "Write a month's report as one HTML file that opens offline (organiser, auditor)",
		Long: `report reads the runs and bills of a month and writes charts of each day and each member, all bills and the proofs' roots into one HTML file. It has no
script and no link to anywhere. It names members by their random ids.`,
		Example: "  smartb report sunny 2025-10 -o report.html --as community/organiser",
		Args:    cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			data, err := pages.Gather(command.Context(), client.Settlement(), settlement.GetPeriodRequest{CommunityID: args[0], Period: args[1], Phase: phase})
			if err != nil {
				return err
			}
			var reads []settlement.Read
			for _, bill := range data.Bills {
				reads = append(reads, settlement.Read{MemberID: bill.MemberID, What: settlement.ReadReport, Period: args[1]})
			}
			if err := app.recordReads(command.Context(), client, args[0], reads); err != nil {
				return err
			}
			if err := writeReport(file, data); err != nil {
				return err
			}
			app.Notef("report of %d days and %d parties written to %s", len(data.Days), len(data.Bills), file)
			return nil
		},
	}
	phaseFlag(&phase)(command)
	command.Flags().StringVarP(&file, "out", "o", "report.html", "the `FILE` to write")
	return command
}

func writeReport(path string, data pages.Data) error {
	file, err := createPrivate(path) // bills are private
	if err != nil {
		return usagef("the report cannot be written: %w", err)
	}
	if err := pages.Write(file, data); err != nil {
		_ = file.Close() // the first error is the one to tell
		return err
	}
	return file.Close()
}
