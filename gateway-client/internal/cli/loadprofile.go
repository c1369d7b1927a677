// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/csv"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

func newLoadProfileCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "loadprofile",
		Short:   "Load profiles: read the files of grid operators and meters, import them as meter days",
		Example: "  smartb loadprofile read prm.csv --interval 30 --zone Europe/Paris --output csv",
	}
	command.AddCommand(newLoadProfileReadCommand(app), newLoadProfileImportCommand(app))
	return command
}

func newLoadProfileReadCommand(app *App) *cobra.Command {
	var options loadprofile.Options
	command := &cobra.Command{
		Use:   "read FILE...",
		Short: "Print what an import of files would store, offline",
		Long: `read needs no network. It prints a row for each interval of each local day that the files tell of: point,
direction, start, step, energy in mWh (empty where it is missing) and quality. Files overlap as they do in an import: a gap never
replaces a value, a later version wins. The formats and where they come from are listed in docs/reference/formats.md;
the content of a file shows its format. --point and --direction supply what the files lack; a flag that contradicts
a file is an error. Refused lines are listed on stderr with their reason, and the exit code is then 1.

Numbers of real metering points do not belong into arguments, which other users of the machine can read: --point @FILE
reads the number from a file.`,
		Example: `  smartb loadprofile read prm.csv --interval 30 --zone Europe/Paris --output csv
  smartb loadprofile read january.xlsx february.xlsx --interval 15 --zone Europe/Vienna --output csv
  smartb loadprofile read feed.xml --point @point.txt --interval 60 --zone Europe/Brussels --format greenbutton`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := app.readProfiles(&options, args)
			if err != nil {
				return err
			}
			days, refused := set.Days()
			if err := app.renderDays(days, options.Interval); err != nil {
				return err
			}
			return app.reportRefused(set, refused, "loadprofile")
		},
	}
	addReadFlags(command, &options)
	addProfileFlags(command, &options)
	return command
}

// addReadFlags adds what reading offline needs.
func addReadFlags(command *cobra.Command, options *loadprofile.Options) {
	flags := command.Flags()
	flags.IntVar(&options.Interval, "interval", 0, "the community's interval in `MINUTES`: 15, 30 or 60")
	flags.StringVar(&options.Zone, "zone", "", "the IANA time `ZONE` of local times and days, such as Europe/Paris")
	flags.StringVar(
		&options.Point,
		"point",
		"",
		"the `NUMBER` of the metering point, or @FILE, where the files name none",
	)
	flags.BoolVar(&options.Correct, "correct", false, "let a later FILE win over an earlier one with another value")
	must(command.MarkFlagRequired("interval"))
	must(command.MarkFlagRequired("zone"))
}

// addProfileFlags adds what read and import have in common.
func addProfileFlags(command *cobra.Command, options *loadprofile.Options) {
	flags := command.Flags()
	flags.StringVar(
		(*string)(&options.Direction),
		"direction",
		"",
		"consumption or production, where the files do not say it (default: consumption)",
	)
	flags.BoolVar(
		&options.Divide,
		"divide",
		false,
		"divide readings of a longer step than the interval into equal parts, marked as estimated",
	)
	addFormatFlag(command, options)
}

// addFormatFlag adds the flag of the format, and completes the names of those that have what is read.
func addFormatFlag(command *cobra.Command, options *loadprofile.Options) {
	command.Flags().StringVar(
		&options.Format,
		"format",
		"",
		"the files' `FORMAT` (default: the content shows it); see docs/reference/formats.md",
	)
	var names []string
	for _, format := range loadprofile.Formats() {
		if format.Has(options.Content) {
			names = append(names, format.Name)
		}
	}
	must(
		command.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)),
	)
}

// readProfiles reads files, - for stdin. It puts the number of a point that is in a file into the options.
func (a *App) readProfiles(options *loadprofile.Options, paths []string) (*loadprofile.Set, error) {
	if path, file := strings.CutPrefix(options.Point, "@"); file {
		var err error
		if options.Point, err = a.readLine("the metering point's number", path); err != nil {
			return nil, err
		}
	}
	if options.Direction != "" && options.Direction != settlement.Consumption &&
		options.Direction != settlement.Production {
		return nil, usagef("--direction takes consumption or production, not %q", options.Direction)
	}
	set, err := loadprofile.New(*options)
	if err != nil {
		return nil, usagef("%w", err)
	}
	for _, path := range paths {
		file, err := a.open(path)
		if err != nil {
			return nil, err
		}
		set.Add(filepath.Base(path), file)
		_ = file.Close() // it was only read
	}
	return set, nil
}

// profileTable shows days by interval.
type profileTable struct {
	days    []loadprofile.Day
	minutes int
}

// Columns names the columns.
func (profileTable) Columns() []string {
	return []string{"point", "direction", "start", "step", "energy_mWh", "quality"}
}

// Rows returns a row for each interval.
func (t profileTable) Rows() (rows [][]any) {
	for _, day := range t.days {
		for _, record := range t.records(day) {
			row := make([]any, len(record))
			for i, cell := range record {
				row[i] = cell
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (t profileTable) records(day loadprofile.Day) (records [][]string) {
	step := time.Duration(t.minutes) * time.Minute
	for i, interval := range day.Intervals {
		energy := ""
		if interval.Quality != loadprofile.Missing {
			energy = strconv.FormatInt(interval.Energy, 10)
		}
		records = append(records, []string{
			day.Point, string(day.Direction), day.Start.Add(time.Duration(i) * step).Format(time.RFC3339),
			fmt.Sprintf("PT%dM", t.minutes), energy, interval.Quality.String(),
		})
	}
	return records
}

type profileList struct {
	Items []profileItem `json:"items"`
}

// profileItem is an interval; its energy is in mWh and not there where it is missing.
type profileItem struct {
	Point     string `json:"point"`
	Direction string `json:"direction"`
	Start     string `json:"start"`
	Step      string `json:"step"`
	Energy    *int64 `json:"energy,omitempty"`
	Quality   string `json:"quality"`
}

// renderDays writes the days; a large CSV is not built in memory first. No cell begins with a character that
// spreadsheets take for a formula: points are letters and digits.
func (a *App) renderDays(days []loadprofile.Day, minutes int) error {
	table := profileTable{days, minutes}
	switch a.output {
	case asCSV:
		writer := csv.NewWriter(a.stdout)
		_ = writer.Write(table.Columns()) // Flush reports it
		for _, day := range days {
			_ = writer.WriteAll(table.records(day)) // Flush reports it
		}
		writer.Flush()
		return writer.Error()
	case asJSON:
		list := profileList{Items: []profileItem{}}
		for _, day := range days {
			for i, r := range table.records(day) {
				item := profileItem{Point: r[0], Direction: r[1], Start: r[2], Step: r[3], Quality: r[5]}
				if day.Intervals[i].Quality != loadprofile.Missing {
					item.Energy = &day.Intervals[i].Energy
				}
				list.Items = append(list.Items, item)
			}
		}
		return a.renderJSON(list)
	default:
		return a.Render(table)
	}
}

// reportRefused lists what was refused, and sums it up by reason.
func (a *App) reportRefused(set *loadprofile.Set, refused []loadprofile.Refusal, noun string) error {
	for _, note := range set.Notes() {
		a.Notef("%s", note)
	}
	if len(refused) == 0 {
		return nil
	}
	count := map[string]int{}
	var reasons []string
	for _, r := range refused {
		place := strings.TrimSpace(strings.Join([]string{r.Point, r.Day}, " "))
		if place != "" {
			place = " (" + place + ")"
		}
		_, _ = fmt.Fprintf(a.stderr, "refused: %s: %s%s\n", r.File, r.Error(), place)
		if count[r.Reason]++; count[r.Reason] == 1 {
			reasons = append(reasons, r.Reason)
		}
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		_, _ = fmt.Fprintf(a.stderr, "%d × %s\n", count[reason], reason)
	}
	return &checkError{
		error: fmt.Errorf("not all of the files was read; refused, as listed above: %d", len(refused)),
		code:  "REJECTED",
		next:  "ask the file's author for a right one, or see which flags say more of it: smartb " + noun + " read --help",
	}
}
