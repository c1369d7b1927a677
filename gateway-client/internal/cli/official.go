// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/csv"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

func newOfficialCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "official",
		Short:   "Official values: what grid operators decided of shared energy",
		Example: "  smartb official read result.xlsx --interval 15 --zone Europe/Vienna --output csv",
	}
	command.AddCommand(newOfficialReadCommand(app))
	return command
}

func newOfficialReadCommand(app *App) *cobra.Command {
	options := loadprofile.Options{Content: loadprofile.Decisions}
	command := &cobra.Command{
		Use:   "read FILE...",
		Short: "Print the grid operator's decisions in files, offline",
		Long: `read needs no network. It prints a row for each point, figure and interval, or period where the file gives no
more: point, figure, start, end and energy in mWh (empty where it is missing). The figures of a consumption point are covered
(what the community met) and residual; those of a production point are shared (what the community used) and surplus.
They are no readings: smartb loadprofile read prints those. Only figures that the file has are printed.

Files of months ignore --interval. The formats and where they come from are listed in docs/reference/formats.md. Refused
lines are listed on stderr with their reason, and the exit code is then 1.`,
		Example: `  smartb official read result.xlsx --interval 15 --zone Europe/Vienna --output csv
  smartb official read r15.xml --interval 30 --zone Europe/Paris --output csv`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := app.readProfiles(&options, args)
			if err != nil {
				return err
			}
			decisions, refused := set.Decisions()
			if err := app.renderDecisions(decisions); err != nil {
				return err
			}
			return app.reportRefused(set, refused, "official")
		},
	}
	addReadFlags(command, &options)
	addFormatFlag(command, &options)
	return command
}

// officialTable shows decisions by point, figure and time.
type officialTable []loadprofile.Decision

// Columns names the columns.
func (officialTable) Columns() []string {
	return []string{"point", "figure", "start", "end", "energy_mWh"}
}

// Rows returns a row for each decision.
func (t officialTable) Rows() (rows [][]any) {
	for _, decision := range t {
		row := make([]any, 0, len(t.Columns()))
		for _, cell := range officialRecord(decision) {
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

// officialRecord is a decision as a line of the table.
func officialRecord(d loadprofile.Decision) []string {
	energy := ""
	if !d.Missing {
		energy = strconv.FormatInt(d.Energy, 10)
	}
	return []string{d.Point, string(d.Figure), d.Start.Format(time.RFC3339), d.End.Format(time.RFC3339), energy}
}

type officialList struct {
	Items []officialItem `json:"items"`
}

// officialItem is a decision; its energy is in mWh and not there where it is missing.
type officialItem struct {
	Point  string             `json:"point"`
	Figure loadprofile.Figure `json:"figure"`
	Start  string             `json:"start"`
	End    string             `json:"end"`
	Energy *int64             `json:"energy,omitempty"`
}

// renderDecisions writes the decisions; a large CSV is not built in memory first.
func (a *App) renderDecisions(decisions officialTable) error {
	switch a.output {
	case asCSV:
		writer := csv.NewWriter(a.stdout)
		_ = writer.Write(decisions.Columns()) // Flush reports it
		for _, decision := range decisions {
			_ = writer.Write(officialRecord(decision)) // Flush reports it
		}
		writer.Flush()
		return writer.Error()
	case asJSON:
		list := officialList{Items: []officialItem{}}
		for _, d := range decisions {
			r := officialRecord(d)
			item := officialItem{Point: d.Point, Figure: d.Figure, Start: r[2], End: r[3]}
			if !d.Missing {
				item.Energy = &d.Energy
			}
			list.Items = append(list.Items, item)
		}
		return a.renderJSON(list)
	default:
		return a.Render(decisions)
	}
}
