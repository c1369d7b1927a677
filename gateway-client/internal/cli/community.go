// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

func newCommunityCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "community",
		Short:   "Energy communities and their terms",
		Example: "  smartb community show sunny --as city/steward",
	}
	command.AddCommand(newCommunityCreateCommand(app), newCommunityShowCommand(app), communityList().command(app), communityChangeKey().command(app), communityChangeTariff().command(app))
	return command
}

func newCommunityCreateCommand(app *App) *cobra.Command {
	var request settlement.CreateCommunityRequest
	var key keyFlags
	var tariff string
	command := &cobra.Command{
		Use:   "create COMMUNITY",
		Short: "Create a community that the own organisation organises (role organiser)",
		Long: `create fixes the terms of a community: who measures, how a day is cut and by which key the shared energy is divided.
Creating it again with the same terms changes nothing.`,
		Example: `  smartb community create sunny --name "Sunny street" --country AT --grid-operator UtilityMSP --from 2025-10-01 --tariff docs/samples/sunny.tariff.json --as community/organiser
  smartb community create vienna --name Wien --country AT --grid-operator UtilityMSP --rounding DSO_AT --from 2023-08-01 --as community/organiser`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			var err error
			request.CommunityID = args[0]
			if request.Key, err = key.value(); err != nil {
				return err
			}
			if tariff != "" {
				if request.Tariff, err = readTariff(tariff); err != nil {
					return err
				}
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			community, receipt, err := client.Settlement().CreateCommunity(command.Context(), request)
			if err != nil {
				return err
			}
			return app.renderCommitted(community, receipt)
		},
	}
	flags := command.Flags()
	flags.StringVar(&request.Name, "name", "", "the name shown to people")
	flags.StringVar(&request.Country, "country", "", "the ISO 3166-1 alpha-2 code of the country, such as AT")
	flags.StringVar(&request.GridOperator, "grid-operator", "", "the `MSP` of the distribution system operator that measures")
	flags.StringVar(&request.Collection, "collection", "meterData", "the private collection of grid operator and organiser")
	flags.IntVar(&request.IntervalMinutes, "interval", 15, "the interval of measurement in `MINUTES`: 15, 30 or 60")
	flags.StringVar(&request.TimeZone, "zone", "Europe/Vienna", "the IANA time zone that cuts the days")
	key.add(command)
	flags.StringVar(&tariff, "tariff", "", "the `FILE` with the tariff (see community change-tariff)")
	flags.StringVar((*string)(&request.Plausibility), "plausibility", "", "what becomes of readings above a member's limit: REJECT (default) or FLAG")
	flags.IntVar(&request.RetentionDays, "retention-days", 0, "for how many `DAYS` load profiles are kept at least, in any case until their month is final")
	flags.StringVar((*string)(&request.Rounding), "rounding", string(allocation.Exact), "EXACT, or DSO_AT as the Austrian grid operator rounds")
	flags.IntVar(&request.DisputeDays, "dispute-days", 30, "for how many days members may dispute a period")
	flags.StringVar(&request.ValidFrom, "from", "", "the first local `DATE`")
	for _, name := range []string{"name", "country", "grid-operator", "from"} {
		must(command.MarkFlagRequired(name))
	}
	return command
}

func newCommunityShowCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:     "show COMMUNITY",
		Short:   "Show a community's terms",
		Example: "  smartb community show sunny --as city/steward",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			community, err := client.Settlement().GetCommunity(command.Context(), settlement.GetCommunityRequest{CommunityID: args[0]})
			if err != nil {
				return err
			}
			return app.Render(community)
		},
	}
}

func communityList() verb {
	return verb{
		use: "list", short: "List all communities", args: cobra.NoArgs, transaction: "settlement:ListCommunities",
		example: "  smartb community list --as city/steward",
		request: func([]string) (any, error) { return settlement.ListCommunitiesRequest{}, nil },
		list:    listing{items: "communities"},
		show:    decoded(func(page settlement.CommunityPage) any { return communityTable(page.Communities) }),
	}
}

type communityTable []settlement.Community

// Columns names the columns.
func (communityTable) Columns() []string {
	return []string{"community", "name", "country", "organiser", "grid operator", "from", "interval", "allocation key"}
}

// Rows returns a row for each community.
func (t communityTable) Rows() (rows [][]any) {
	for _, c := range t {
		rows = append(rows, []any{
			c.CommunityID, c.Name, c.Country, c.Organiser, c.GridOperator, c.ValidFrom, fmt.Sprintf("%d min", c.IntervalMinutes),
			c.Key.Type,
		})
	}
	return rows
}
