// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

func newSharesReadCommand(app *App) *cobra.Command {
	options := loadprofile.Options{Content: loadprofile.Shares, Interval: 60}
	command := &cobra.Command{
		Use:   "read FILE...",
		Short: "Print the shares or participation factors in files, offline",
		Long: `read needs no network. It prints a row for each point and time: point, direction, from, until (the first instant
after it; both are empty for a share that always holds) and share in millionths. It reads the coefficients of a Spanish
community, constant or by hour of the year, and the participation factors of an Austrian one (ECMPList). Coefficients of
an hour that do not add up to exactly 1 are refused, and so is a year that is not whole. Refused lines are listed on
stderr with their reason, and the exit code is then 1.

smartb shares submit takes the French grid operator's files.`,
		Example: `  smartb shares read ES0000000000000090AK0FA000_2026.txt --zone Europe/Madrid --output csv
  smartb shares read ecmplist.xml --zone Europe/Vienna --output csv`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := app.readProfiles(&options, args)
			if err != nil {
				return err
			}
			shares, refused := set.Shares()
			if err := app.Render(shareTable(shares)); err != nil {
				return err
			}
			return app.reportRefused(set, refused, "shares")
		},
	}
	command.Flags().
		StringVar(&options.Zone, "zone", "", "the IANA time `ZONE` of local times and days, such as Europe/Madrid")
	must(command.MarkFlagRequired("zone"))
	addFormatFlag(command, &options)
	return command
}

// shareTable shows shares by point and time.
type shareTable []loadprofile.Share

// Columns names the columns.
func (shareTable) Columns() []string {
	return []string{"point", "direction", "from", "until", "share_ppm"}
}

// Rows returns a row for each share.
func (t shareTable) Rows() (rows [][]any) {
	for _, s := range t {
		from, until := instantText(s.From), instantText(s.Until)
		rows = append(rows, []any{s.Point, string(s.Direction), from, until, strconv.FormatInt(s.PPM, 10)})
	}
	return rows
}

// instantText writes an instant, and nothing for none.
func instantText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339)
}
